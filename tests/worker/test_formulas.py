"""Formulas of docstrings as text."""

from __future__ import annotations

import pytest

from tutor.worker.formulas import with_readable_formulas


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{1}{1 + \exp(-x)}", "1 / (1 + exp(-x))"),
        (r"\frac{\exp(x_i)}{\sum_j \exp(x_j)}", "exp(x_i) / (∑_j exp(x_j))"),
        (r"\mathcal{U}(-\sqrt{k}, \sqrt{k})", "U(-√(k), √(k))"),
        (r"w_{n, c} e^{-x}", "w_(n, c) e^(-x)"),
        (r"H_\text{in} \geq 1", "H_in ≥ 1"),
        (r"\log \text{softmax}", "log softmax"),
        (r"y = xA^T + b", "y = xA^T + b"),
    ],
)
def test_a_formula_is_told_in_a_line(latex: str, text: str) -> None:
    assert with_readable_formulas(f"As :math:`{latex}` says.") == f"As {text} says."


def test_a_block_keeps_its_lines_and_its_place() -> None:
    docstring = r"""It is:

  .. math::
      \begin{array}{ll} \\
          i_t = \sigma(W x_t) \\

          h_t = i_t \cdot 2
      \end{array}

  where `h` is the rest."""
    told = with_readable_formulas(docstring)
    assert [line for line in told.split("\n") if line] == [
        "It is:",
        "      i_t = σ(W x_t)",
        "      h_t = i_t ·2",
        "  where `h` is the rest.",
    ]


def test_a_block_may_begin_beside_its_mark_and_end_the_text() -> None:
    assert with_readable_formulas(".. math:: x \\leq 2").strip() == "x ≤ 2"


def test_what_is_drawn_like_a_page_is_left_out() -> None:
    docstring = ".. math::\n    \\begin{aligned}\n    &\\rule{110mm}{0.4pt}\n\nNow the rest."
    assert with_readable_formulas(docstring).strip() == "Now the rest."


def test_what_is_not_understood_stays() -> None:
    assert with_readable_formulas(r":math:`\frac{a`") == r"\frac{a"


def test_other_text_stays() -> None:
    docstring = "Like `x_1`, C:\\new and 1/2.\n\n    >>> f(x)\n    tensor([1.])\n"
    assert with_readable_formulas(docstring) == docstring
