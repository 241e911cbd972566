"""How many cells each part of the workspace has, whatever was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.first_screen.test_layout_state import looks
from tutor.course.kinds import KindOrNone
from tutor.first_screen.kinds import KINDS
from tutor.first_screen.layout import MIN_HIGH_ROWS, LayoutState, size_of, visible_panes
from tutor.first_screen.layout_sizes import (
    CARD_COLUMNS,
    MIN_ABOVE,
    MIN_BELOW,
    MIN_WORK,
    PAGE_COLUMNS,
    SPREAD_COLUMNS,
    ChosenSizes,
    Direction,
    compute_sizes,
    drawer_rows,
    layout_name,
    moved_part,
    work_area,
)
from tutor.ui.screens.resizing import cells_of

CODE = KINDS["code"].panes
WAYS: tuple[Direction, ...] = ("wider", "narrower", "taller", "shorter")

sizes = st.builds(ChosenSizes, *[st.integers(0, 10_000)] * 4)


def code(width: int, **changes: object) -> LayoutState:
    layout = LayoutState(size=size_of(width), kind="code", names=CODE, pane="code", below="output")
    return replace(layout, **changes)


@given(looks(), sizes, st.integers(60, 300), st.integers(12, 100))
def test_every_part_has_some_room_and_no_more_than_there_is(
    layout: LayoutState, asked: ChosenSizes, columns: int, rows: int
) -> None:
    layout = replace(layout, size=size_of(columns))
    sizes = compute_sizes(layout, asked, columns, rows)
    assert 0 < sizes.lesson <= columns
    assert 0 < sizes.below <= rows
    drawer = drawer_rows(layout, sizes)
    assert sizes.below + drawer < rows or layout.kind == "read"
    if layout.size == "wide" and layout.kind == "code" and not layout.single:
        assert sizes.lesson + MIN_WORK + sizes.charts <= columns
        assert 0 < sizes.curve < rows


@pytest.mark.parametrize(
    ("columns", "rows", "lesson", "charts"),
    [(200, 47, 72, 56), (160, 42, 54, 44), (120, 42, 51, 15), (120, 32, 51, 11), (100, 27, 38, 11)],
)
def test_the_usual_columns(columns: int, rows: int, lesson: int, charts: int) -> None:
    drawn = code(columns, filled=frozenset({"loss", "tensors"}), high=rows + 3 >= MIN_HIGH_ROWS)
    sizes = compute_sizes(drawn, ChosenSizes(), columns, rows)
    assert (sizes.lesson, sizes.charts) == (lesson, charts)


@pytest.mark.parametrize("losses", [False, True])
@pytest.mark.parametrize("tensors", [False, True])
@pytest.mark.parametrize("has_content", [False, True])
@pytest.mark.parametrize("below", ["output", "verdict"])
def test_with_35_rows_in_all_the_editor_can_have_12_or_beside_losses_11(
    losses: bool, tensors: bool, has_content: bool, below: str
) -> None:
    filled = frozenset(["loss"] * losses + ["tensors"] * tensors)
    layout = code(120, filled=filled, has_content=has_content, below=below)
    _, rows = work_area(layout, compute_sizes(layout, ChosenSizes(), 120, 32), 120, 32)
    heading, last_line = 1, 1
    assert rows - heading - last_line >= 12 - losses


@pytest.mark.parametrize("maps", [False, True])
def test_code_has_60_columns(maps: bool) -> None:
    filled = frozenset(["loss"] + ["map"] * maps)
    for columns in range(100, 220):
        layout = code(columns, filled=filled, chart="map" if maps else "")
        sizes = compute_sizes(layout, ChosenSizes(), columns, 42)
        assert work_area(layout, sizes, columns, 42)[0] >= 60, columns


@pytest.mark.parametrize(("columns", "rows"), [(120, 32), (160, 42), (200, 47)])
def test_a_map_is_the_largest_pane(columns: int, rows: int) -> None:
    layout = code(
        columns,
        filled=frozenset({"loss", "map"}),
        chart="map",
        has_content=True,
        high=rows + 3 > MIN_HIGH_ROWS,
    )
    sizes = compute_sizes(layout, ChosenSizes(), columns, rows)
    width, height = work_area(layout, sizes, columns, rows)
    drawer = drawer_rows(layout, sizes)
    beside = (columns - sizes.curve, drawer - 1)
    above = (sizes.charts, rows - sizes.curve - 1)
    map_columns, map_rows = above if layout.size == "wide" else beside
    assert map_columns * map_rows > sizes.lesson * (rows - drawer)
    assert map_columns * map_rows > (width + 2) * (height + 2)


def test_a_long_verdict_gets_more_rows_than_an_output() -> None:
    def rows_below(verdict_rows: int, below: str = "verdict") -> int:
        verdict = (0,) * (verdict_rows - 3)
        layout = code(
            120, filled=frozenset({"loss"}), has_content=True, below=below, verdict=verdict
        )
        return compute_sizes(layout, ChosenSizes(), 120, 32).below

    assert rows_below(99, "output") == rows_below(4)
    assert rows_below(4) < rows_below(7) == 9 < rows_below(99)
    assert rows_below(99) + MIN_ABOVE + 11 <= 32


def test_an_empty_pane_below_leaves_its_rows_to_the_code() -> None:
    def below(**changes: object) -> int:
        return compute_sizes(code(120, **changes), ChosenSizes(), 120, 32).below

    assert below() == MIN_BELOW
    assert below(has_content=True) == below(has_trouble=True) == below(below="hints") == 12
    assert compute_sizes(code(120), ChosenSizes(below=9), 120, 32).below == 9


@given(looks(), st.integers(100, 200), st.integers(21, 50))
def test_the_area_of_the_answer_is_what_the_other_parts_leave(
    layout: LayoutState, columns: int, rows: int
) -> None:
    layout = replace(layout, size=size_of(columns))
    sizes = compute_sizes(layout, ChosenSizes(), columns, rows)
    width, height = work_area(layout, sizes, columns, rows)
    assert 0 < width <= columns
    assert 0 < height <= rows
    if layout.kind == "code" and not layout.single:
        assert width + sizes.lesson + 2 <= columns
        assert height + sizes.below + drawer_rows(layout, sizes) + 2 <= rows


def test_a_page_that_is_read_is_no_wider_than_can_be_read() -> None:
    page = LayoutState(size="wide", kind="read", names=("lesson",), pane="lesson")
    assert compute_sizes(page, ChosenSizes(), 200, 47).lesson == PAGE_COLUMNS
    spread = compute_sizes(replace(page, figures=True), ChosenSizes(), 200, 47)
    assert (spread.lesson, spread.spread) == (SPREAD_COLUMNS, True)
    assert not compute_sizes(
        replace(page, figures=True, size="medium"), ChosenSizes(), 100, 27
    ).spread


@given(looks(), sizes, st.sampled_from([(100, 27), (120, 32), (160, 42), (200, 47)]))
def test_wider_and_narrower_move_the_border_between_two_that_are_shown(
    layout: LayoutState, asked: ChosenSizes, screen: tuple[int, int]
) -> None:
    layout = replace(layout, size=size_of(screen[0]))
    if layout.pane not in visible_panes(layout):
        return
    sizes = compute_sizes(layout, asked, *screen)
    for one, other in (WAYS[:2], WAYS[2:]):
        there, back = moved_part(layout, one), moved_part(layout, other)
        assert (there is None) == (back is None)
        if there is not None and back is not None:
            assert there[0] == back[0]
            assert there[1] == -back[1]
            assert cells_of(sizes, there[0]) > 0


@pytest.mark.parametrize(
    ("pane", "way", "part", "grows"),
    [
        ("lesson", "wider", "lesson", True),
        ("code", "wider", "lesson", False),
        ("code", "taller", "below", False),
        ("output", "taller", "below", True),
        ("loss", "wider", "charts", True),
        ("loss", "taller", "curve", True),
        ("tensors", "taller", "curve", False),
    ],
)
def test_in_three_columns_each_pane_has_its_borders(
    pane: str, way: Direction, part: str, grows: bool
) -> None:
    moved = moved_part(code(200, pane=pane), way)
    assert moved is not None
    assert moved[0] == part
    assert (moved[1] > 0) == grows


def test_below_the_others_the_charts_grow_upwards() -> None:
    drawn = code(120, filled=frozenset({"loss", "tensors"}))
    assert moved_part(replace(drawn, pane="loss"), "taller") == ("charts", 2)
    assert moved_part(replace(drawn, pane="lesson"), "taller") == ("charts", -2)
    assert moved_part(replace(drawn, pane="tensors"), "wider") == ("curve", -4)


def test_one_pane_alone_has_no_borders() -> None:
    for way in WAYS:
        assert moved_part(code(80), way) is None
    peek = code(80, has_content=True)
    assert moved_part(peek, "shorter") == ("below", 2)


@pytest.mark.parametrize("kind", ["quiz", "predict"])
def test_a_question_stands_under_its_text_where_there_is_room_for_both(kind: KindOrNone) -> None:
    names = ("lesson", kind, "output", "hints")
    layout = LayoutState(size="wide", kind=kind, names=names, pane=kind, high=True)
    assert layout.single_column
    assert compute_sizes(layout, ChosenSizes(), 200, 47).lesson == CARD_COLUMNS
    for change in ({"high": False}, {"figures": True}, {"size": "medium"}, {"zoomed": True}):
        assert not replace(layout, **change).single_column


def test_a_text_above_its_question_has_the_rows_of_a_verdict_until_there_is_one() -> None:
    asked = LayoutState(size="wide", kind="quiz", names=("lesson", "quiz"), pane="quiz", high=True)
    before = compute_sizes(asked, ChosenSizes(), 200, 47)
    answered = compute_sizes(replace(asked, has_content=True), ChosenSizes(), 200, 47)
    assert before.text + before.quiz >= 46
    assert 47 - answered.text - answered.quiz >= 9


def test_a_figure_to_read_an_answer_off_has_more_than_half_of_the_columns() -> None:
    layout = LayoutState(size="medium", kind="quiz", names=("lesson", "quiz"), pane="quiz")
    assert compute_sizes(layout, ChosenSizes(), 120, 32).lesson == 51
    assert compute_sizes(replace(layout, figures=True), ChosenSizes(), 120, 32).lesson == 69


def test_sizes_are_kept_apart_where_layouts_differ() -> None:
    quiz = LayoutState(size="wide", kind="quiz", names=("lesson", "quiz", "verdict"), pane="quiz")
    names = {layout_name(code(width)) for width in (80, 120, 200)} | {layout_name(quiz)}
    assert len(names) == 4
