"""Dots and texts on character cells."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.first_screen.glyphs import GlyphName
from tutor.ui.charts.canvas import Canvas, Pen

PEN = Pen("line")
SETS: list[GlyphName] = ["unicode", "ascii"]


def texts(canvas: Canvas) -> list[str]:
    return ["".join(text for text, _ in row) for row in canvas.cells]


def test_each_dot_of_a_cell_has_its_place() -> None:
    canvas = Canvas(2, 1, "unicode")
    for x, y in ((0, 0), (1, 3), (2, 1)):
        canvas.dot(x, y, PEN)
    assert texts(canvas) == ["⢁⠂"]


@pytest.mark.parametrize("glyphs", SETS)
def test_all_dots_fill_a_cell(glyphs: GlyphName) -> None:
    canvas = Canvas(1, 1, glyphs)
    for x, y in itertools.product(range(canvas.width), range(canvas.height)):
        canvas.dot(x, y, PEN)
    assert texts(canvas) == ["⣿" if glyphs == "unicode" else "*"]


@given(*(st.integers(-5, 45) for _ in range(4)), st.sampled_from(SETS))
def test_a_line_is_not_broken(x0: int, y0: int, x1: int, y1: int, glyphs: GlyphName) -> None:
    canvas = Canvas(40, 40, glyphs)
    seen: list[tuple[int, int]] = []
    canvas.dot = lambda x, y, pen: seen.append((x, y))  # type: ignore[method-assign]
    canvas.line(x0, y0, x1, y1, PEN)
    assert (seen[0], seen[-1]) == ((x0, y0), (x1, y1))
    steps = [(abs(a - c), abs(b - d)) for (a, b), (c, d) in itertools.pairwise(seen)]
    assert all(max(step) == 1 for step in steps)


def test_dots_outside_are_left_out() -> None:
    canvas = Canvas(1, 1, "unicode")
    for x, y in ((-1, 0), (0, -1), (2, 0), (0, 4)):
        canvas.dot(x, y, PEN)
    canvas.write(0, 1, "a", "")
    assert texts(canvas) == [" "]
    assert canvas.is_blank(0, 0)


def test_the_later_of_two_pens_has_the_cell() -> None:
    canvas = Canvas(1, 1, "unicode")
    canvas.dot(0, 0, PEN)
    canvas.dot(1, 0, Pen("line"))
    assert canvas.cells == [[("⠈", "line")]]


def test_text_over_dots_wins_and_stays_whole_at_the_edge() -> None:
    canvas = Canvas(6, 1, "unicode")
    canvas.line(0, 3, 11, 3, PEN)
    canvas.write(4, 0, "word", "plain")
    assert texts(canvas) == ["⣀⣀word"]
    canvas.dot(4, 0, PEN)
    assert texts(canvas) == ["⣀⣀⠁ord"]
