"""The numbers that the page of terms tells are those that come out."""

from __future__ import annotations

import math

import pytest

from tutor.course.model import Course
from tutor.course.terms import glossary


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("activation", f"2.4 into {sigmoid(2.4):.4f}"),
        ("batch", "(32, 8) is a batch of 32 examples with 8 numbers"),
        ("bias", f"0.5 · 2 + 1 · 3 − 1 = {0.5 * 2 + 1 * 3 - 1:.0f}"),
        ("cross-entropy", f"p = 0.5 costs {-math.log(0.5):.3f}"),
        ("cross-entropy", f"p = 0.01 costs {-math.log(0.01):.3f}"),
        ("epoch", f"are {100 // 20} steps"),
        ("gradient", f"about {0.3 * 0.01:.3f} more"),
        ("in-place", f"0.5 into {0.5 - 0.1:.1f}"),
        ("learning-rate", f"by {0.01 * 2:.2f}"),
        ("linear-layer", f"1 bias, so {8 * 1 + 1} parameters"),
        ("loss", f"ln 4 = {math.log(4):.3f}"),
        ("mask", f"{sum([True, False, True])} of 3 rows are left"),
        ("optimizer", f"becomes {0.5 - 0.01 * 2:.2f}"),
        ("parameter", f"{16 * 8 + 8} + {8 * 4 + 4} + {4 * 2 + 2} = {136 + 36 + 10}"),
        ("shape", f"{2 * 6} in all"),
        ("sigmoid", f"0 becomes {sigmoid(0):.1f}"),
        ("sigmoid", f"−2.4 becomes {sigmoid(-2.4):.4f}"),
        ("softmax", f"become {sigmoid(2):.3f} and {sigmoid(-2):.3f}"),
        ("weight", f"16 · 8 = {16 * 8} of them"),
    ],
)
def test_what_a_term_tells_is_right(course: Course, name: str, told: str) -> None:
    (say,) = [entry.term.say for entry in glossary(course) if entry.term.name == name]
    assert told in say
