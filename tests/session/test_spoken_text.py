"""What signs are said as, and which of them need words of the author."""

from __future__ import annotations

import math

import pytest

from tutor.session.words.spoken_text import (
    speak,
    spoken_number,
    spoken_shape,
    unspoken_in,
    unused_in,
    with_spoken,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4 · 0.6 + 1 · (−1.2) = 1.2", "4 times 0.6 plus 1 times (minus 1.2) equals 1.2"),
        ("σ(z) = 1 / (1 + e⁻ᶻ)", "sigma of z equals 1 over, 1 plus e to the minus z, end over"),
        ("exp(−x) in 1 / (1 + exp(−x)).", "exp(minus x) in 1 over, 1 plus exp(minus x), end over."),
        ("e²·⁴ and x²", "e to the 2.4 and x squared"),
        ("W ← W − lr · ∂L/∂W", "W becomes W minus lr times the derivative of L by W"),
        ("w₁·x₁ + w₂·x₂", "w 1 times x 1 plus w 2 times x 2"),
        ("‖∂L/∂W‖ is", "the length of the derivative of L by W is"),
        ("lr × |grad| is 0.2", "lr times the size of grad is 0.2"),
        ("such as −5e-07, or -3", "such as minus 5 times 10 to the minus 7, or minus 3"),
        ("1.2 → 77 % “spam”", '1.2 to 77 percent "spam"'),
        ("a yes-or-no question, 2-3", "a yes-or-no question, 2-3"),
        ("3 < 4 ≤ x and 20 000", "3 is less than 4 at most x and 20,000"),
        ("–", "none"),
        ("then … and  so", "then and so on and so"),
    ],
)
def test_signs_become_words(text: str, said: str) -> None:
    assert speak(text) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0.69314, "0.693"),
        (-0.0412, "minus 0.0412"),
        (2.0, "2"),
        (1234.56, "1235"),
        (5e-5, "5 times 10 to the minus 5"),
        (-3.21e9, "minus 3.21 times 10 to the 9"),
        (0.99999, "1"),
        (math.nan, "not a number"),
        (-math.inf, "minus infinity"),
    ],
)
def test_numbers_have_three_digits(number: float, said: str) -> None:
    assert spoken_number(number) == said


def test_shapes_are_rows_and_columns() -> None:
    shapes = ((), (1,), (4,), (1, 2), (3, 1), (2, 3, 4))
    assert [spoken_shape(shape) for shape in shapes] == [
        "a single number",
        "1 number",
        "4 numbers",
        "1 row, 2 columns",
        "3 rows, 1 column",
        "2 by 3 by 4",
    ]


def test_the_words_of_the_author_stand_in_place_of_a_formula_but_not_in_code() -> None:
    spoken = {"eᶻ": "e to the z", "1 / eᶻ": "1 over e to the z"}
    text = "First eᶻ, then 1 /\neᶻ.\n\n```\neᶻ\n```\n\nAnd `eᶻ`."
    said = "First e to the z, then 1 over e to the z.\n\n```\neᶻ\n```\n\nAnd `eᶻ`."
    assert with_spoken(text, spoken) == said


def test_what_would_not_be_heard_is_found() -> None:
    text = "A power eᶻ, `xᵢ`.\n\n> p = 1 / (1 + q)\n\n| x² | 1 |\n\n(39 − 43) / 5, and 1 / 2."
    assert list(unspoken_in(text, {})) == [
        "eᶻ",
        "p = 1 / (1 + q)",
        "x²",
        "(39 − 43) / 5, and 1 / 2.",
    ]
    spoken = {"eᶻ": "e", "p = 1 / (1 + q)": "p", "x²": "x", "(39 − 43) / 5": "39"}
    assert list(unspoken_in(text, spoken)) == []
    assert unused_in(text, {**spoken, "y²": "y"}) == ["y²"]
