"""The picture of a surface: levels, trails and their ends, with colours and without."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from rich.style import Style

from tests.support.surfaces import AREA, surface, valley, zigzag
from tutor.first_screen.glyphs import ASCII, UNICODE, GlyphSet
from tutor.ui.charts.picture import Piece
from tutor.ui.charts.shades import FEW, MANY, Shades
from tutor.ui.charts.surface import INKS, LINE, OLDER, STEP, surface_rows
from tutor.ui.charts.surface_grid import LEVELS, levels_of, trails_at
from tutor.ui.contrast import contrast
from tutor.wire.maps import Bounds, SurfaceDrawn, SurfacePoint, Trail

WIDTH, HEIGHT = 60, 20


def rows_of(
    shown: SurfaceDrawn, signs: GlyphSet = UNICODE, shades: Shades | None = MANY
) -> list[list[Piece]]:
    rows = surface_rows(shown, shown.trails, WIDTH, HEIGHT, signs, shades)
    assert len(rows) == HEIGHT
    assert all(sum(len(text) for text, _ in row) <= WIDTH for row in rows)
    return rows


def text_of(rows: list[list[Piece]]) -> str:
    return "\n".join("".join(text for text, _ in row) for row in rows)


def test_levels_between_the_places_of_the_grid_are_those_of_the_function() -> None:
    columns, rows = 70, 50
    levels = levels_of(surface(), columns, rows)
    losses = surface().losses
    least = (max(losses) - min(losses)) / 1000
    for row in range(rows):
        for column in range(columns):
            x = AREA.left + (column + 0.5) / columns * (AREA.right - AREA.left)
            y = AREA.top - (row + 0.5) / rows * (AREA.top - AREA.bottom)
            above = max(0.0, valley(x, y) - min(losses)) / least
            level = LEVELS / math.log(1001) * math.log1p(above)
            assert levels[row][column] == pytest.approx(level, abs=1), (row, column)


def test_the_floor_of_a_narrow_valley_is_unbroken() -> None:
    levels = levels_of(surface(), 60, 36)
    lowest = [min(row) for row in levels]
    assert max(lowest) < LEVELS * 2 / 3
    assert all(abs(one - other) <= 1 for one, other in pairwise(lowest))


def test_a_place_without_a_loss_is_high_and_a_constant_is_low() -> None:
    bent = surface(of=lambda x, y: math.inf if x > 1 else x)
    assert levels_of(bent, 30, 10)[0][-1] == LEVELS - 1
    assert {*map(max, levels_of(surface(of=lambda _x, _y: 2.0), 30, 10))} == {0}


def test_axes_have_the_names_and_numbers() -> None:
    rows = text_of(rows_of(surface())).splitlines()
    assert rows[0] == "bias"
    assert rows[-2].endswith("─ slope")
    assert rows[-1].split() == ["-1", "0", "1", "2", "3"]
    assert [row.split()[0] for row in rows if "┤" in row] == ["1", "0", "-1", "-2"]


def test_the_end_of_a_trail_is_marked_and_several_have_letters() -> None:
    assert text_of(rows_of(surface())).count("●") == 1
    both = text_of(rows_of(surface(zigzag("one"), zigzag("two", steps=3))))
    assert "●" not in both
    assert (both.count("a"), both.count("b")) == (2, 2), "each once in “bias”"


@pytest.mark.parametrize("shades", [MANY, None], ids=["colours", "no colours"])
def test_only_the_newest_trail_has_lines(shades: Shades | None) -> None:
    def dots(*trails: Trail) -> int:
        text = text_of(rows_of(surface(*trails), shades=shades))
        return sum(bin(ord(sign) - 0x2800).count("1") for sign in text if sign >= "\u2800")

    near = zigzag("near", steps=0)
    assert dots(zigzag()) > 100
    assert 0 < dots(zigzag(), near) < 20


def test_what_leaves_the_picture_is_cut_at_its_edge() -> None:
    points = [SurfacePoint(n, 0.5 * (-4) ** n, 0.0, 1.0) for n in range(30)]
    rows = text_of(rows_of(surface(Trail("", tuple(points)))))
    assert "●" not in rows
    assert any(sign >= "\u2800" for sign in rows)


def test_in_ascii_without_colours_lines_steps_and_contours_differ() -> None:
    rows = rows_of(surface(), ASCII, None)
    text = text_of(rows)
    assert text.isascii()
    assert all(text.count(sign) > 3 for sign in "-*.")
    assert not any(isinstance(style, Style) for row in rows for _, style in row)


@pytest.mark.parametrize("shades", [MANY, FEW], ids=["many", "few"])
def test_trails_are_readable_on_every_level_and_higher_is_lighter(shades: Shades) -> None:
    grounds = [shades.height(level / (LEVELS - 1)).get_truecolor() for level in range(LEVELS)]
    white = (255, 255, 255)
    nearness = [contrast(white, ground) for ground in grounds]
    assert nearness == sorted(nearness, reverse=True)
    for name, least in ((STEP, 4.5), (LINE, 3.0), (OLDER, 3.0)):
        ink = INKS[name].get_truecolor()
        assert min(contrast(ink, ground) for ground in grounds) >= least, name


def test_at_a_step_trails_end_there_and_their_start_is_always_there() -> None:
    later = Trail("later", tuple(SurfacePoint(n, 0.0, 0.0, 1.0) for n in (50, 60)))
    shown = surface(zigzag(steps=12), later)
    assert trails_at(shown, None) == shown.trails
    assert [len(trail.points) for trail in trails_at(shown, 4)] == [5, 1]


def test_a_picture_of_any_size_is_drawn() -> None:
    shown = surface(area=Bounds(1e-3, 2e-3, 1e6, 1e6 + 1))
    for width in (24, 41, 120):
        for height in (6, 13, 40):
            rows = surface_rows(shown, shown.trails, width, height, UNICODE, MANY)
            assert len(rows) == height
