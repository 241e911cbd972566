"""What a map looks like, cell by cell, in every kind of terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tests.support.maps import curve, sectors, two_classes
from tutor.first_screen.glyphs import ASCII, UNICODE
from tutor.ui.charts.map import MapPainter, Own
from tutor.ui.charts.map_grid import answer_at, points_of, sampled, value_at
from tutor.ui.charts.picture import Piece
from tutor.ui.charts.shades import FEW, FIELDS, INKS, MANY, MIN_CONTRAST
from tutor.ui.contrast import contrast
from tutor.wire.maps import UNKNOWN, DecisionMap

COLOURED = MapPainter(UNICODE, MANY)
OF_256 = MapPainter(UNICODE, FEW)
PLAIN = MapPainter(UNICODE, None)
IN_ASCII = MapPainter(ASCII, None)

POINTS = [(-0.5, 0.5, 0, 0), (0.5, 0.5, 1, 1), (0.5, -0.5, 0, 1)]
SIDES = two_classes(lambda x, _y: min(1.0, max(0.0, 0.5 + 2 * x)), POINTS)


def texts(rows: list[list[Piece]]) -> list[str]:
    return ["".join(text for text, _ in row) for row in rows]


def style_at(rows: list[list[Piece]], column: int, row: int) -> Style:
    left = 0
    for text, style in rows[row]:
        left += len(text)
        if column < left:
            assert isinstance(style, Style)
            return style
    raise AssertionError("no such column")


def colours(style: Style) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    assert style.bgcolor is not None
    assert style.color is not None
    return tuple(style.color.get_truecolor()), tuple(style.bgcolor.get_truecolor())  # type: ignore[return-value] # three numbers each


def test_without_colours_the_ramp_tells_the_fields() -> None:
    assert texts(PLAIN.rows(SIDES, 24, 4, Own())) == [
        "         ··░▒▓▓█████████",
        "      o  ··░▒▓▓██x██████",
        "         ··░▒▓▓██O██████",
        "         ··░▒▓▓█████████",
    ]
    assert texts(IN_ASCII.rows(SIDES, 24, 4, Own()))[1] == "      o  ..:+**##x######"


def test_a_mistake_is_a_capital_and_inverse() -> None:
    rows = PLAIN.rows(SIDES, 24, 4, Own())
    assert [
        style.reverse for text, style in rows[2] if text == "O" and isinstance(style, Style)
    ] == [True]
    inverse = style_at(COLOURED.rows(SIDES, 24, 4, Own()), 17, 2)
    assert colours(inverse) == ((0, 0, 0), INKS[0])


def test_fields_are_dark_and_light_where_the_model_is_undecided() -> None:
    rows = COLOURED.rows(SIDES, 25, 4, Own())
    left, middle, right = (style_at(rows, column, 0).bgcolor for column in (0, 12, 24))
    assert left is not None
    assert middle is not None
    assert right is not None
    assert (left.triplet, right.triplet) == (FIELDS[0], FIELDS[1])
    assert middle.triplet is not None
    assert min(middle.triplet) > 150
    assert "▀" not in texts(rows)[0], "upper and lower half are alike"


@pytest.mark.parametrize("painter", [COLOURED, OF_256])
@pytest.mark.parametrize("classes", range(2, 9))
def test_every_point_can_be_read_on_every_field(classes: int, painter: MapPainter) -> None:
    shades = [two_classes(_always(share)) for share in (0, 0.3, 0.5, 0.7, 1)]
    marks = [(-0.9 + 0.2 * each, 0.1, each % classes, (each + 1) % 2) for each in range(9)]
    for shown in (*(_with(each, marks) for each in shades), sectors(classes, marks)):
        for row in painter.rows(shown, 40, 6, Own()):
            for text, style in row:
                if isinstance(style, Style) and text.strip(" ▀"):
                    one, other = colours(style)
                    assert contrast(one, other) >= MIN_CONTRAST, (text, one, other)


def _always(share: float) -> Callable[[float, float], float]:
    return lambda _x, _y: share


def _with(shown: DecisionMap, points: list[tuple[float, float, int, int]]) -> DecisionMap:
    from msgspec.structs import replace

    from tests.support.maps import packed

    return replace(shown, points=packed(points))


def test_more_classes_have_letters_of_their_own_with_and_without_colours() -> None:
    shown = sectors(3, [(0.9, 0.1, 0, 0), (-0.9, 0.1, 1, 1), (0.0, -0.9, 1, 2)])
    plain = PLAIN.rows(shown, 24, 6, Own())
    assert {*"".join(texts(plain))} == {*"abcAB"}
    coloured = "".join(texts(COLOURED.rows(shown, 40, 12, Own())))
    assert {*"abcB"} <= {*coloured}


def test_points_without_a_known_class_are_drawn_too() -> None:
    rows = texts(PLAIN.rows(two_classes(lambda x, y: 0.0, [(0.0, 0.0, UNKNOWN, 0)]), 11, 3, Own()))
    assert rows[1] == "     ›     "


def test_the_learners_mark_and_points_stand_over_the_rest() -> None:
    own = Own(cursor=(0.0, 1.0), points=((1.0, 0.0), (0.5, 0.5)))
    rows = texts(COLOURED.rows(SIDES, 24, 4, own))
    assert (rows[0][0], rows[3][23], rows[2][12]) == ("┼", "1", "2")


def test_a_curve_runs_through_its_data() -> None:
    shown = curve(lambda x: x, [(-0.5, 0.5, UNKNOWN, UNKNOWN), (0.5, 0.5, UNKNOWN, UNKNOWN)])
    rows = texts(IN_ASCII.rows(shown, 12, 5, Own()))
    assert rows == [
        "          **",
        "   +   **** ",
        "    ****    ",
        " ****       ",
        "**          ",
    ]
    assert value_at(shown, 0.75) == pytest.approx(0.5, abs=0.01)


def test_a_curve_with_nan_has_a_gap() -> None:
    rows = texts(IN_ASCII.rows(curve(lambda x: float("nan") if x < 0 else x), 12, 5, Own()))
    assert all(row[:5].strip() == "" for row in rows)


def test_the_answer_at_a_place_is_that_of_the_picture() -> None:
    assert answer_at(SIDES, 0.9, 0.2).winner == 1
    assert answer_at(SIDES, 0.1, 0.8) == (0, 1.0)
    assert answer_at(SIDES, 0.5, 0.5).sure == pytest.approx(0.5, abs=0.03)
    corners = [answer_at(sectors(4), x, y).winner for x, y in ((1, 1), (0, 1), (0, 0), (1, 0))]
    assert corners == [0, 1, 2, 3]


@given(
    st.integers(1, 120),
    st.integers(1, 50),
    st.binary(min_size=0, max_size=60).filter(lambda data: len(data) % 6 == 0),
    st.sampled_from([COLOURED, PLAIN, IN_ASCII]),
)
def test_any_size_is_filled_exactly(
    width: int, height: int, points: bytes, painter: MapPainter
) -> None:
    from msgspec.structs import replace

    for shown in (replace(SIDES, points=points), replace(sectors(5), points=points)):
        rows = texts(painter.rows(shown, width, height, Own((1.0, 1.0), ((0.0, 0.0),))))
        assert [len(row) for row in rows] == [width] * height
    assert len([*points_of(replace(SIDES, points=points))]) == len(points) // 6
    assert len([*sampled(SIDES, width, height)]) == height
