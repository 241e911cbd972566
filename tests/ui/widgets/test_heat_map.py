"""The map of a tensor, with colours and without."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from rich.color import Color
from rich.style import Style
from textual.pilot import Pilot

from tests.ui.widgets.hosting import SIZES, hosted, rows, rows_repainted, styled_rows
from tutor.ui.widgets.heat_map import HeatMap
from tutor.ui.widgets.heat_scale import LEVELS, shade


class CountingMap(HeatMap):
    """Counts the rows that Textual asks for."""

    painted = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        self.painted += 1
        return super().render_line(y)


def map_of(pilot: Pilot[None]) -> HeatMap:
    return pilot.app.query_one(HeatMap)


def weights(count: int, seed: int = 0) -> list[float]:
    source = random.Random(seed)
    return [source.gauss(0, 0.25) for _ in range(count)]


async def shown(pilot: Pilot[None], values: list[float], shape: tuple[int, ...]) -> list[str]:
    map_of(pilot).show_values(values, shape)
    await pilot.pause()
    return rows(map_of(pilot))


async def test_a_matrix_has_labels_signs_and_a_legend() -> None:
    async with hosted(HeatMap(), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, 0.0, 1.0, 0.5, math.nan, -0.1], (2, 3))
        assert text[0].startswith("(2, 3) mean +0.080 std ")
        assert text[1:4] == ["  0   2", "0 -   +", "1   ??"]
        assert text[4].startswith("-1.000 - - -")
        assert text[4].endswith("+ + +  +1.000")
        assert text[5] == "1 nan or inf"
        cells = styled_rows(map_of(pilot))
        fields = [cells[2][x][1].background_style for x in (2, 4, 6)]
        assert fields == [
            Style(bgcolor=Color.from_rgb(*shade(step))) for step in (-LEVELS, 0, LEVELS)
        ]


async def test_rows_that_do_not_fit_share_a_row() -> None:
    async with hosted(HeatMap(), (60, 12)) as pilot:
        text = await shown(pilot, weights(16 * 16), (16, 16))
        assert [row[:2].strip() for row in text[2:10]] == [
            "0",
            "2",
            "4",
            "6",
            "8",
            "10",
            "12",
            "14",
        ]
        assert all("▀▀" in row for row in text[2:10])
        assert not any("every" in row for row in text)


async def test_what_does_not_fit_at_all_is_sampled_and_told() -> None:
    async with hosted(HeatMap(), (40, 10)) as pilot:
        text = await shown(pilot, weights(60 * 60), (60, 60))
        assert text[-1] == "every 6th row · every 4th column"


@pytest.mark.parametrize("coloured", [True, False])
async def test_an_odd_last_row_stands_alone(coloured: bool) -> None:
    async with hosted(HeatMap(coloured=coloured), (40, 7)) as pilot:
        text = await shown(pilot, weights(5 * 3), (5, 3))
        assert len([row for row in text if row]) <= 7


async def test_without_colour_each_value_is_a_sign_and_a_box() -> None:
    async with hosted(HeatMap(coloured=False), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, -0.2, 0.0, 0.2, 1.0, math.nan], (1, 6))
        assert text[2] == "0 -█-·  +·+█??"
        assert text[3].strip().startswith("-1.000 ██")
        assert "0" in text[3]


async def test_an_app_without_colours_has_a_map_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hosted(HeatMap(glyphs="ascii"), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, 1.0], (2,))
        assert text[2] == "0 -#+#"
        assert "\n".join(text).isascii()


async def test_numbers_are_one_key_away() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        await shown(pilot, [-1.0, 0.5, 2e-7, math.nan], (2, 2))
        await pilot.press("m")
        await pilot.pause()
        text = rows(map_of(pilot))
        assert text[1].split() == ["0", "-1.000", "+0.500"]
        assert text[2].split() == ["1", "+2.0e-07", "nan"]
        await pilot.press("m")
        await pilot.pause()
        assert "+0.500" not in "\n".join(rows(map_of(pilot)))


async def test_a_single_number_is_said() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        assert (await shown(pilot, [0.125], ()))[0] == "() +0.125"
        assert (await shown(pilot, [math.nan], ()))[0] == "() no finite value"


async def test_nothing_is_said_to_be_nothing() -> None:
    async with hosted(HeatMap(), (60, 12)) as pilot:
        assert rows(map_of(pilot))[0].startswith("No tensor yet.")
        assert (await shown(pilot, [], (0, 3)))[0] == "(0, 3) no values"


SHAPES: list[tuple[int, ...]] = [(), (1,), (100,), (8, 16), (16, 8), (3, 4, 5), (100, 150)]


@pytest.mark.parametrize("size", [*SIZES, (24, 8), (12, 4), (5, 2)])
async def test_every_shape_fits_in_every_size(size: tuple[int, int]) -> None:
    async with hosted(HeatMap(), size) as pilot:
        heat = map_of(pilot)
        for shape, coloured in itertools.product(SHAPES, (True, False)):
            heat.coloured = coloured
            heat.show_values(weights(math.prod(shape)), shape)
            for _ in range(2):
                picture = heat.draw_picture(*size)
                if size[0] >= 24:
                    assert len(picture) <= size[1], shape
                    assert max(sum(len(text) for text, _ in row) for row in picture) <= size[0]
                heat.action_toggle_values()


async def test_a_changed_weight_paints_its_row_alone() -> None:
    async with hosted(CountingMap(show_summary=False), (60, 20)) as pilot:
        heat = pilot.app.query_one(CountingMap)
        values = weights(8 * 8)
        values[0] = 1.0
        heat.show_values(values, (8, 8))
        await pilot.pause()
        heat.painted = 0
        values[20] = -0.9
        heat.show_values(values, (8, 8))
        await pilot.pause()
        assert heat.painted == 1
        assert styled_rows(heat) == await rows_repainted(pilot, heat)
