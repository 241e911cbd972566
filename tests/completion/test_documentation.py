"""The documentation of a name as it is read."""

from __future__ import annotations

import pytest

from tutor.completion.documentation import plain_documentation

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
