"""The loss curve: what it says, and how little it repaints."""

from __future__ import annotations

import math
import random

import pytest
from textual.pilot import Pilot

from tests.ui.widgets.hosting import SIZES, hosted, rows, rows_repainted, styled_rows
from tutor.ui.charts.curve import LossChart
from tutor.ui.marks import ASCII, UNICODE, Marks

FIVE = [0.91, 0.72, 0.55, 0.48, 0.31]
SETS = pytest.mark.parametrize("marks", [UNICODE, ASCII], ids=["unicode", "ascii"])


class CountingChart(LossChart):
    """Counts the rows that Textual asks for."""

    painted = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        self.painted += 1
        return super().render_line(y)


def falling(count: int) -> list[float]:
    noise = random.Random(0)
    return [2.5 * math.exp(-n / 90) + 0.2 + noise.random() * 0.2 for n in range(count)]


def chart_of(pilot: Pilot[None]) -> LossChart:
    return pilot.app.query_one(LossChart)


async def shown(pilot: Pilot[None], losses: list[float]) -> str:
    chart_of(pilot).show_losses(losses)
    await pilot.pause()
    return "\n".join(rows(chart_of(pilot)))


async def test_without_losses_it_says_what_to_do() -> None:
    async with hosted(LossChart(), (20, 6)) as pilot:
        said = ["No losses yet. Run a", "training loop to see", "its curve."]
        assert rows(chart_of(pilot))[:3] == said
        assert chart_of(pilot).summary == ""


@SETS
@pytest.mark.parametrize("size", SIZES)
async def test_five_losses_are_five_marks_on_a_line(marks: Marks, size: tuple[int, int]) -> None:
    async with hosted(LossChart(marks=marks), size) as pilot:
        text = await shown(pilot, FIVE)
        mark = marks.signs.marker
        plot = text.split("\n", 1)[1]
        assert plot.count(mark) == 5
        assert text.startswith("loss 0.31 at step 5")
        assert text.rstrip().endswith("8")
        assert len(plot.split("\n")) == size[1] - 1
        places = [row.index(mark) for row in plot.split("\n") if mark in row]
        assert places == sorted(places)


async def test_many_noisy_losses_are_smoothed_with_the_raw_ones_behind() -> None:
    async with hosted(LossChart(), (60, 16)) as pilot:
        text = await shown(pilot, falling(312))
        assert "at step 312" in text
        assert "320" in text
        assert "●" not in text
        styles = {style.color for row in styled_rows(chart_of(pilot)) for _, style in row}
        assert len(styles) >= 3


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
async def test_a_loss_that_is_no_number_is_told(bad: float) -> None:
    async with hosted(LossChart(), (60, 12)) as pilot:
        text = await shown(pilot, [*FIVE, bad, bad])
        assert f"loss became {bad} at step 6" in text
        assert text.startswith(f"loss {bad} at step 7")
        assert text.count("●") == 5
        assert f"loss became {bad} at step 1" in await shown(pilot, [bad])


async def test_the_line_has_a_gap_at_nan() -> None:
    async with hosted(LossChart(marks=ASCII), (60, 12)) as pilot:
        whole = (await shown(pilot, [1.0] * 8)).count("*")
        gap = (await shown(pilot, [1.0, 1.0, 1.0, math.nan, 1.0, 1.0, 1.0, 1.0])).count("*")
        assert gap < whole - 5


async def test_on_a_log_scale_the_line_has_a_gap_at_what_is_not_above_0() -> None:
    chart = LossChart(marks=ASCII)
    async with hosted(chart, (60, 12)) as pilot:
        chart.log_y = True
        whole = (await shown(pilot, [1.0] * 8)).count("*")
        gap = (await shown(pilot, [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])).count("*")
        assert gap < whole - 5


async def test_the_log_scale_spreads_small_losses() -> None:
    losses = [10.0**-n for n in range(6)]
    async with hosted(LossChart(), (60, 16)) as pilot:
        await shown(pilot, losses)
        await pilot.press("l")
        await pilot.pause()
        text = "\n".join(rows(chart_of(pilot)))
        assert "log scale" in text
        heights = [y for y, row in enumerate(text.split("\n")) if "●" in row]
        assert len(heights) == 6
        await pilot.press("l")
        assert "log scale" not in chart_of(pilot).summary


async def test_what_has_no_place_on_a_log_scale_is_told() -> None:
    async with hosted(LossChart(), (60, 12)) as pilot:
        chart_of(pilot).action_toggle_log()
        assert "2 not above 0" in await shown(pilot, [1.0, 0.0, -1.0, 2.0])
        assert "1 not above 0" in await shown(pilot, [0.0])


async def test_a_loss_that_no_scale_can_hold_is_told() -> None:
    async with hosted(LossChart(), (60, 12)) as pilot:
        for _ in range(2):
            text = await shown(pilot, [1.0, 1e300, 1.7e308, -1e308, math.inf])
            assert "2 beyond 1e+300: no place on any scale" in text
            chart_of(pilot).action_toggle_log()


@pytest.mark.parametrize("size", [(10, 3), (16, 4), (5, 2), (24, 8), (60, 16)])
async def test_any_number_fits_in_any_size(size: tuple[int, int]) -> None:
    async with hosted(LossChart(), size) as pilot:
        for count in (1, 5, 40, 3000):
            await shown(pilot, falling(count))
            assert chart_of(pilot).summary.split()[0] in "".join(rows(chart_of(pilot)))
            picture = chart_of(pilot).draw_picture(*size)
            assert max(sum(len(text) for text, _ in row) for row in picture) <= size[0]
            if size[0] >= 16:
                assert len(picture) <= size[1]
            chart_of(pilot).action_toggle_log()


@pytest.mark.parametrize("height", [6, 7, 12])
async def test_the_vertical_axis_has_two_labels_at_least(height: int) -> None:
    async with hosted(LossChart(), (60, height)) as pilot:
        for losses in ([0.9, 1.4], [100.0, 120.0], [3e-4, 9e-4], [2.0, 2.0]):
            assert (await shown(pilot, losses)).count("┤") >= 2
            chart_of(pilot).action_toggle_log()
            assert (await shown(pilot, losses)).count("┤") >= 2


async def test_one_more_loss_paints_few_rows() -> None:
    async with hosted(CountingChart(), (80, 20)) as pilot:
        chart = pilot.app.query_one(CountingChart)
        losses = falling(400)
        chart.show_losses(losses[:300])
        await pilot.pause()
        axis = chart.axis
        chart.painted = 0
        for count in range(301, 311):
            chart.show_losses(losses[:count])
            await pilot.pause()
        assert chart.painted <= 10 * 4
        assert chart.axis == axis
        assert styled_rows(chart) == await rows_repainted(pilot, chart)


async def test_the_same_losses_paint_nothing() -> None:
    async with hosted(CountingChart(), (80, 20)) as pilot:
        chart = pilot.app.query_one(CountingChart)
        chart.show_losses(FIVE)
        await pilot.pause()
        chart.painted = 0
        chart.show_losses(list(FIVE))
        await pilot.pause()
        assert chart.painted == 0


async def test_another_run_has_its_own_axes() -> None:
    async with hosted(LossChart(), (60, 12)) as pilot:
        await shown(pilot, [100.0, 50.0, 20.0])
        assert "100" in await shown(pilot, [100.0, 50.0, 20.0, 0.5])
        assert "100" not in await shown(pilot, [0.9, 0.8])


@SETS
async def test_the_step_at_the_cursor_has_a_glyph_and_an_upright_line(marks: Marks) -> None:
    async with hosted(LossChart(marks=marks), (60, 14)) as pilot:
        await shown(pilot, falling(100))
        before = rows(chart_of(pilot))
        places = []
        for step in (1, 50, 100):
            chart_of(pilot).show_losses(falling(100), cursor=step)
            await pilot.pause()
            changed = [
                {
                    at
                    for at, (one, two) in enumerate(zip(old.ljust(60), new.ljust(60), strict=True))
                    if one != two
                }
                for old, new in zip(before, rows(chart_of(pilot)), strict=True)
            ]
            (column,) = set.union(*changed)
            drawn = {row[column] for row in rows(chart_of(pilot)) if len(row) > column}
            assert {marks.signs.cursor, marks.signs.vertical} <= drawn
            places.append(column)
        assert places == sorted(set(places))
        await shown(pilot, falling(100))
        assert rows(chart_of(pilot)) == before


async def test_a_step_whose_loss_has_no_place_has_an_upright_line_alone() -> None:
    async with hosted(LossChart(), (60, 14)) as pilot:
        losses = [*FIVE, math.nan, math.inf, 0.0]
        for step in (6, 7):
            chart_of(pilot).show_losses(losses, cursor=step)
            await pilot.pause()
            assert UNICODE.signs.cursor not in "".join(rows(chart_of(pilot)))
        chart_of(pilot).show_losses(losses, cursor=8)
        await pilot.pause()
        assert UNICODE.signs.cursor in "".join(rows(chart_of(pilot)))
        await pilot.press("l")
        await pilot.pause()
        assert UNICODE.signs.cursor not in "".join(rows(chart_of(pilot)))
