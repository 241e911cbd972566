"""The documentation of a name as it is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.completion.documentation import plain_documentation, wrap_documentation

TEXT = """
randint(low=0,high, \\*, out=None)
    -> Tensor

Returns a :class:`~torch.Tensor` (N, \\*).
"""
SENTENCE = "Returns a torch.Tensor (N, *)."


@pytest.mark.parametrize(
    "signature", ["(low=0, high, *, out=None) -> Tensor", "(low=0, high, *, out=No…"]
)
def test_a_signature_that_is_told_already_is_left_out(signature: str) -> None:
    assert plain_documentation(TEXT, signature) == SENTENCE


@pytest.mark.parametrize("signature", ["", "()", "(low=0, high, *, out=None) -> int"])
def test_another_one_stays(signature: str) -> None:
    first, sentence = plain_documentation(TEXT, signature).split("\n\n")
    assert first.startswith("randint(low=0,high, *, out=None)")
    assert sentence == SENTENCE


def test_a_sentence_with_brackets_is_no_signature() -> None:
    assert plain_documentation("Like f(x)\n\nMore", "(x)") == "Like f(x)\n\nMore"


def test_what_stands_for_a_page_of_the_web_is_left_out() -> None:
    docstring = """.. function:: add(x)
   :noindex:

See `this page`_ or `that one <https://example.org>`__.

.. image:: ../scripts/Sigmoid.png

.. _this page: https://example.org
"""
    assert plain_documentation(docstring) == "add(x)\n\nSee this page or that one."


PROSE = """The one thing that is said of it here goes on and on, until the line is full
and the next one is, too, or ends.
Short.
This stands apart.

Args:
    dim (int): the axis along which the numbers are summed, counted from zero, or from
        the end.
    keepdim: whether it stays

    >>> x = torch.zeros(2, 3)  # an example, however long it is, is as its author wrote it
    tensor([1.])
    tensor([2.])
"""
WRAPPED = """The one thing that is said of it here
goes on and on, until the line is full
and the next one is, too, or ends.
Short.
This stands apart.

Args:
    dim (int): the axis along which the
        numbers are summed, counted from
        zero, or from the end.
    keepdim: whether it stays

    >>> x = torch.zeros(2, 3)  # an example, however long it is, is as its author wrote it
    tensor([1.])
    tensor([2.])
"""


def test_prose_is_broken_anew_and_all_else_stays() -> None:
    assert wrap_documentation(PROSE, 40) == WRAPPED


@given(st.text("ab-*:>1. \n", max_size=300), st.integers(1, 90))
def test_no_word_is_lost_where_lines_are_broken_anew(text: str, width: int) -> None:
    assert wrap_documentation(text, width).split() == text.split()
