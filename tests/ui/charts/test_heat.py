"""The map of a tensor, with colours and without."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from rich.style import Style
from textual.pilot import Pilot

from tests.ui.widgets.hosting import SIZES, hosted, rows, rows_repainted, styled_rows
from tutor.first_screen.glyphs import GLYPHS
from tutor.ui.charts.heat import Beside, HeatMap
from tutor.ui.charts.heat_panel import Painter, Panel
from tutor.ui.charts.heat_scale import to_grid
from tutor.ui.charts.shades import MANY, UNDER_TEXT
from tutor.ui.marks import ASCII


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


async def shown(
    pilot: Pilot[None],
    values: list[float],
    shape: tuple[int, ...],
    beside: Beside = (),
    *,
    numeric: bool | None = None,
) -> list[str]:
    map_of(pilot).numeric = numeric
    map_of(pilot).show_values(values, shape, beside)
    await pilot.pause()
    return rows(map_of(pilot))


async def test_a_matrix_has_labels_signs_and_a_legend() -> None:
    async with hosted(HeatMap(), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, 0.0, 1.0, 0.5, math.nan, -0.1], (2, 3), numeric=False)
        assert text[0].startswith("(2, 3) mean +0.080 std ")
        assert text[1:4] == ["  0   2", "0 -   +", "1   ??"]
        assert text[4].startswith("-1.000 - - -")
        assert text[4].endswith("+ + +  +1.000")
        assert text[5] == "1 nan or inf"
        cells = styled_rows(map_of(pilot))
        fields = [cells[2][x][1].background_style for x in (2, 4, 6)]
        assert fields == [Style(bgcolor=MANY.signed(part)) for part in (-1, 0, 1)]


def test_the_scale_says_its_ends() -> None:
    painter = Painter(GLYPHS["unicode"], None, Style())
    panel = Panel("", to_grid((-5.0, 5.0), (1, 2)))
    picture, _ = painter.map(panel, 60, 6)
    assert "".join(piece for piece, _ in picture[1]).rstrip() == "0 -█+█"
    legend = "-5.000 ████▓▓▒▒▒▒░░··0 ··░░▒▒▒▒▓▓████ +5.000"
    assert "".join(piece for piece, _ in painter.legend(panel, 60)) == legend
    narrow = painter.legend(panel, 24)
    assert sum(len(piece) for piece, _ in narrow) <= 24


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
async def test_an_odd_last_row_stands_alone(
    coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not coloured:
        monkeypatch.setenv("NO_COLOR", "1")
    async with hosted(HeatMap(), (40, 7)) as pilot:
        text = await shown(pilot, weights(5 * 3), (5, 3))
        assert len([row for row in text if row]) <= 7


async def test_a_low_place_shows_the_values_and_the_gradient_before_the_summary() -> None:
    values = weights(12)
    async with hosted(HeatMap(), (78, 4)) as pilot:
        text = await shown(pilot, values, (4, 3), [("gradient", "", values)])
        assert text[0].startswith("values, up to")
        assert "gradient, up to" in text[0]
        assert [row.split()[0] for row in text[1:]] == ["0", "0", "2"]


async def test_without_colour_each_value_is_a_sign_and_a_box(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hosted(HeatMap(), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, -0.2, 0.0, 0.2, 1.0, math.nan], (1, 6), numeric=False)
        assert text[2] == "0 -█-·  +·+█??"
        assert text[3].strip().startswith("-1.000 ██")
        assert "0" in text[3]


async def test_an_app_without_colours_has_a_map_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hosted(HeatMap(marks=ASCII), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, 1.0], (2,), numeric=False)
        assert text[2] == "0 -#+#"
        assert "\n".join(text).isascii()


async def test_numbers_stand_in_the_cells_wherever_they_fit_and_are_one_key_away() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        text = await shown(pilot, [-1.0, 0.5, 2e-7, math.nan], (2, 2))
        assert text[1].split() == ["0", "-1.000", "+0.500"]
        assert text[2].split() == ["1", "+2.0e-07", "nan"]
        cells = styled_rows(map_of(pilot))
        darkest = MANY.signed(-UNDER_TEXT)
        assert cells[1][3][1].background_style == Style(bgcolor=darkest)
        await pilot.press("m")
        await pilot.pause()
        assert "+0.500" not in "\n".join(rows(map_of(pilot)))
        await pilot.press("m")
        await pilot.pause()
        assert "+0.500" in "\n".join(rows(map_of(pilot)))


async def test_where_numbers_do_not_fit_a_key_shows_some() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        values = weights(16 * 16)
        assert not any("+0." in line for line in (await shown(pilot, values, (16, 16)))[:9])
        await pilot.press("m")
        await pilot.pause()
        text = rows(map_of(pilot))
        assert text[0].split() == [str(n) for n in range(0, 16, 2)]
        assert "every 2nd row · every 2nd column" in text
        await pilot.press("m")
        await pilot.pause()
        assert map_of(pilot).numeric is None, "as before, and numbers again for what is small"
        assert "+0." in (await shown(pilot, weights(4), (2, 2)))[1]


@pytest.mark.parametrize(
    ("values", "first_row"),
    [
        ([3.0, 40.0, -7.0], "0   3 40 -7"),
        ([0.0004, -0.00021, 0.0], "0  +4.000 -2.100      0"),
        ([12_345_678.0, 1.5], "0  +1.235 +0.000"),
        ([math.inf, 1.0], "0  inf   1"),
    ],
)
async def test_numbers_are_as_short_as_they_can_be(values: list[float], first_row: str) -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        text = "\n".join(await shown(pilot, values, (len(values),)))
        assert first_row in text
        assert ("in units of 1e-4" in text) == (0.0004 in values)
        assert ("in units of 1e7" in text) == (12_345_678.0 in values)


async def test_a_long_row_is_folded() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        values = [n / 10 for n in range(1, 20)]
        text = await shown(pilot, values, (19,))
        assert text[0].split() == [str(n) for n in range(8)]
        assert [line.split()[0] for line in text[1:4]] == ["0", "8", "16"]
        assert text[3].split() == ["16", "+1.700", "+1.800", "+1.900"]
        text = await shown(pilot, weights(120), (1, 120))
        assert [line.split()[0] for line in text[1:6]] == ["0", "25", "50", "75", "100"]
        assert not any("every" in line for line in text)


GRADIENT, CHANGE = [0.001 * n for n in range(6)], [-0.0001 * n for n in range(6)]
BESIDE: Beside = (("gradient", "length 7", GRADIENT), ("change since step 4", "", CHANGE))


async def test_gradient_and_change_stand_beside_the_values() -> None:
    async with hosted(HeatMap(), (120, 12)) as pilot:
        text = await shown(pilot, [0.1 * n for n in range(6)], (2, 3), BESIDE)
        assert text[1].split() == [
            *("values", "gradient,", "length", "7,", "in", "units", "of", "1e-3"),
            *("change", "since", "step", "4,", "in", "units", "of", "1e-4"),
        ]
        assert text[4].split() == [
            *("1", "+0.300", "+0.400", "+0.500"),
            *("1", "+3.000", "+4.000", "+5.000"),
            *("1", "-3.000", "-4.000", "-5.000"),
        ]
        narrow = await _resized(pilot, 50, 18)
        starts = [line.split(",")[0] for line in narrow if line[:1].isalpha()]
        assert starts == ["values", "gradient", "change since step 4"]


async def _resized(pilot: Pilot[None], width: int, height: int) -> list[str]:
    await pilot.resize_terminal(width, height)
    await pilot.pause()
    return rows(map_of(pilot))


async def test_what_has_no_place_beside_is_one_key_away() -> None:
    values = weights(16 * 8)
    beside: Beside = (
        ("gradient", "", weights(128, 1)),
        ("change since the start", "", weights(128, 2)),
    )
    async with hosted(HeatMap(show_summary=False), (40, 7)) as pilot:
        text = await shown(pilot, values, (16, 8), beside)
        seen = ["\n".join(text)]
        for _ in range(3):
            await pilot.press("g")
            await pilot.pause()
            seen.append("\n".join(rows(map_of(pilot))))
        assert "gradient" not in seen[0]
        assert seen[1].startswith("gradient")
        assert seen[2].startswith("change since the start")
        assert seen[3] == seen[0]


async def test_two_that_fit_stand_together_and_each_alone_is_larger() -> None:
    values = weights(16 * 8)
    beside: Beside = (("gradient", "", weights(128, 1)),)
    async with hosted(HeatMap(show_summary=False), (50, 12)) as pilot:
        text = await shown(pilot, values, (8, 16), beside)
        assert [text[0].split(",")[0], text[6].split(",")[0]] == ["values", "gradient"]
        titles = []
        for _ in range(3):
            await pilot.press("g")
            await pilot.pause()
            titles.append(rows(map_of(pilot))[0].split(",")[0])
        assert titles == ["values", "gradient", "values"]


async def test_a_single_number_is_said() -> None:
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        assert (await shown(pilot, [0.125], ()))[0] == "() +0.125"
        assert (await shown(pilot, [math.nan], ()))[0] == "() no finite value"


async def test_nothing_is_said_to_be_nothing() -> None:
    async with hosted(HeatMap(), (60, 12)) as pilot:
        assert rows(map_of(pilot))[0].startswith("No tensor yet.")
        assert (await shown(pilot, [], (0, 3)))[0] == "(0, 3) no values"


SHAPES: list[tuple[int, ...]] = [
    (),
    (1,),
    (100,),
    (8, 16),
    (16, 8),
    (3, 4, 5),
    (100, 150),
    (4, 3, 5, 5),
]


@pytest.mark.parametrize("size", [*SIZES, (24, 8), (12, 4), (5, 2)])
async def test_every_shape_fits_in_every_size(size: tuple[int, int]) -> None:
    async with hosted(HeatMap(), size) as pilot:
        heat = map_of(pilot)
        for shape, coloured in itertools.product(SHAPES, (True, False)):
            heat.shades = MANY if coloured else None
            count = math.prod(shape)
            beside: Beside = (
                ("gradient", "length 1", weights(count, 1)),
                ("change", "", weights(count, 2)),
            )
            heat.show_values(weights(count), shape, beside if count % 2 else ())
            for _ in range(3):
                picture = heat.draw_picture(*size)
                if size[0] >= 24:
                    assert len(picture) <= size[1], shape
                    assert max(sum(len(text) for text, _ in row) for row in picture) <= size[0]
                heat.action_toggle_values()
                heat.action_show_next()


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


async def test_in_few_rows_a_map_has_those_of_the_summary() -> None:
    async with hosted(HeatMap(), (60, 5)) as pilot:
        text = await shown(pilot, weights(16 * 40), (16, 40))
        assert "mean" not in text[0]
        assert len(text) == 5
        small = await shown(pilot, [1.0, 2.0, 3.0], (1, 3))
        assert small[0].startswith("(1, 3) mean")
        assert small[2].split() == ["0", "1", "2", "3"]


async def test_the_kernels_of_a_convolution_are_small_images() -> None:
    values = [float(kernel) for kernel in range(4) for _ in range(9)]
    async with hosted(HeatMap(show_summary=False), (60, 12)) as pilot:
        text = await shown(pilot, values, (4, 1, 3, 3))
        assert {*text[0]} == {"▀", " "}
        assert [len(part) for part in text[0].split()] == [9] * 4  # three times as large
        assert "4 kernels of 3 × 3" in " ".join(text)
        await pilot.press("m")
        assert "+" in "".join(rows(map_of(pilot))) or "3" in "".join(rows(map_of(pilot)))
    async with hosted(HeatMap(show_summary=False), (20, 12)) as pilot:
        text = await shown(pilot, weights(2 * 3 * 9), (2, 3, 3, 3), numeric=False)
        assert len(text[0].split()) == 3  # a row for each output
    async with hosted(HeatMap(show_summary=False, marks=ASCII), (60, 12)) as pilot:
        assert "+" in "".join(await shown(pilot, weights(36), (4, 1, 3, 3)))


@pytest.mark.parametrize(
    ("size", "note"),
    [
        ((150, 36), "10 images of 28 × 28"),
        ((75, 26), "10 images of 28 × 28, each cell the mean of 2 × 2 numbers"),
        ((40, 14), "10 images of 28 × 28, each cell the mean of 4 × 4 numbers"),
        ((40, 8), "the first 5 of 10 images of 28 × 28, each cell the mean of 4 × 4 numbers"),
    ],
)
async def test_weights_of_pixels_are_images_as_large_as_they_fit(
    size: tuple[int, int], note: str
) -> None:
    async with hosted(HeatMap(show_summary=False), size) as pilot:
        text = await shown(pilot, weights(7840), (10, 784))
        assert {*text[0]} == {"▀", " "}
        assert note in " ".join(" ".join(text).split())
