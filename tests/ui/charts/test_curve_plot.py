"""The plot of a loss curve as text: what stands beside it, in every kind of character."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from tutor.first_screen.glyphs import ASCII, UNICODE, GlyphSet
from tutor.ui.charts.axes import Axis, linear_axis, log_axis, steps_extent
from tutor.ui.charts.curve import Beside, LossPlot

SETS = pytest.mark.parametrize("signs", [UNICODE, ASCII], ids=["unicode", "ascii"])
FALLING = [2.0 - n / 25 for n in range(40)]


def plot(
    losses: list[float], beside: Beside, signs: GlyphSet = ASCII, axis: Axis | None = None
) -> LossPlot:
    finite = [loss for loss in losses if math.isfinite(loss)]
    steps = Axis(0, steps_extent(len(losses)))
    return LossPlot(losses, steps, axis or linear_axis(finite), 0, beside, signs)


def rows(drawn: LossPlot, size: tuple[int, int] = (60, 14)) -> list[str]:
    return ["".join(text for text, _ in row) for row in drawn.draw(*size)]


def styles(drawn: LossPlot) -> set[str]:
    return {str(style) for row in drawn.draw(60, 14) for _, style in row}


@SETS
def test_each_row_has_its_width_and_other_curves_their_own_style(signs: GlyphSet) -> None:
    beside = Beside(others=([1.0] * 40,), before=[0.5] * 20)
    drawn = plot(FALLING, beside, signs)
    assert {len(row) for row in rows(drawn)} == {60}
    assert {"loss-chart--line", "loss-chart--other", "loss-chart--before"} <= styles(drawn)


def test_without_colour_a_curve_is_told_by_its_form() -> None:
    text = "\n".join(rows(plot(FALLING, Beside(others=([1.8] * 40,), before=[0.6] * 40))))
    assert text.count("*") > 30
    assert 10 < text.count("+ ") <= text.count("+"), "dashes: three of five"
    assert 5 < text.count(":") < 20, "dots: one of four"


@SETS
def test_a_check_is_a_sign_and_an_epoch_a_mark_on_the_axis(signs: GlyphSet) -> None:
    beside = Beside(checks=((10.0, 1.5), (20.0, 1.0)), borders=(10, 20, 30))
    drawn = rows(plot(FALLING, beside, signs))
    assert "".join(drawn[:-2]).count(signs.check) == 2
    assert drawn[-2].count(signs.border) == 3
    assert sum(row.count(signs.border) for row in drawn[:-2]) == 0


def test_of_many_epochs_some_are_marked() -> None:
    drawn = rows(plot(FALLING * 100, Beside(borders=range(4, 4000, 4))))
    assert 5 < drawn[-2].count(ASCII.border) <= 20


def test_where_the_loss_broke_there_is_an_upright_line() -> None:
    losses = [*FALLING[:20], *[math.nan] * 20]
    drawn = plot(losses, Beside(broken=21))
    assert "loss-chart--broken" in styles(drawn)
    columns = {row.rindex("|") for row in rows(drawn)[:-2]}
    assert len(columns) == 1


def test_what_is_beyond_the_axes_is_not_drawn_over_them() -> None:
    beside = Beside(before=[1e30, math.nan, -5.0] * 30, checks=((500.0, 1.0), (3.0, 99.0)))
    drawn = rows(plot(FALLING, beside))
    assert "x" not in "".join(drawn)
    assert {len(row) for row in drawn} == {60}


def test_on_a_log_axis_equal_ratios_are_equally_far_apart() -> None:
    losses = [10.0 ** -(n // 10) for n in range(40)]
    drawn = rows(plot(losses, Beside(), axis=log_axis(losses)), (60, 15))
    starred = [at for at, row in enumerate(drawn) if row.count("*") > 8]
    assert len(starred) == 4
    assert len({below - above for above, below in pairwise(starred)}) == 1
    labels = [row.split()[0] for row in drawn[:-2] if row[0] != " " or row.split()[0] != "|"]
    assert {"1", "0.1", "0.01"} <= set(labels)
