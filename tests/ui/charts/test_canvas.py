"""Dots on character cells."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.first_screen.glyphs import PlotName
from tutor.ui.charts.canvas import DOTS_PER_CELL, DotCanvas

PLOTS: list[PlotName] = ["braille", "blocks", "ascii"]


def test_each_dot_of_a_cell_has_its_place() -> None:
    canvas = DotCanvas(2, 1)
    for x, y in ((0, 0), (1, 3), (2, 1)):
        canvas.dot(x, y)
    assert canvas.lines() == ["⢁⠂"]
    blocks = DotCanvas(2, 1, "blocks")
    for x, y in ((0, 0), (1, 1), (2, 1)):
        blocks.dot(x, y)
    assert blocks.lines() == ["▚▖"]


@pytest.mark.parametrize("glyphs", PLOTS)
def test_all_dots_fill_a_cell(glyphs: PlotName) -> None:
    canvas = DotCanvas(1, 1, glyphs)
    for x in range(canvas.width):
        for y in range(canvas.height):
            canvas.dot(x, y)
    assert canvas.lines() == [{"braille": "⣿", "blocks": "█", "ascii": "*"}[glyphs]]


@given(*(st.integers(-5, 45) for _ in range(4)), st.sampled_from(PLOTS))
def test_a_line_is_not_broken(x0: int, y0: int, x1: int, y1: int, glyphs: PlotName) -> None:
    canvas = DotCanvas(40, 40, glyphs)
    seen: list[tuple[int, int]] = []
    canvas.dot = lambda x, y: seen.append((x, y))  # type: ignore[method-assign]
    canvas.line(x0, y0, x1, y1)
    assert (seen[0], seen[-1]) == ((x0, y0), (x1, y1))
    steps = [(abs(a - c), abs(b - d)) for (a, b), (c, d) in itertools.pairwise(seen)]
    assert all(max(step) == 1 for step in steps)


def test_dots_outside_are_left_out() -> None:
    canvas = DotCanvas(1, 1)
    for x, y in ((-1, 0), (0, -1), (2, 0), (0, 4)):
        canvas.dot(x, y)
    assert canvas.lines() == [" "]
    assert DOTS_PER_CELL["braille"] == (canvas.width, canvas.height)
