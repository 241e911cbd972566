"""Shapes behind lines of the editor: no part of the text, moved with it, gone with an edit."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot
from textual.strip import Strip

from tests.ui.widgets.hosting import hosted, rows, styled_rows
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.decorations import Decoration, Decorations, append_to_row
from tutor.ui.widgets.code_colours import DARK

PROGRAM = "a = 1\nb = 2\nfor x in a:\n    c = 3\n"
SHAPES = {1: "(1,)", 2: "(2,)", 4: "(4, 4)"}


@pytest_asyncio.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with hosted(CodeEditor(PROGRAM)) as pilot:
        editor_of(pilot).put_shapes(SHAPES, PROGRAM)
        await pilot.pause()
        yield pilot


def editor_of(pilot: Pilot[None]) -> CodeEditor:
    return pilot.app.query_one(CodeEditor)


def lines(pilot: Pilot[None]) -> list[str]:
    """The lines on screen, without their numbers."""
    return [row[3:] for row in rows(editor_of(pilot)) if row.strip()]


async def test_they_stand_two_cells_behind_their_line_in_another_colour(
    pilot: Pilot[None],
) -> None:
    assert lines(pilot)[:4] == [
        "a = 1  ▎ (1,)",
        "b = 2  ▎ (2,)",
        "for x in a:",
        "    c = 3  ▎ (4, 4)",
    ]
    cells = styled_rows(editor_of(pilot))[1]
    text = "".join(cell for cell, _ in cells)
    style = cells[text.index("(2,)")][1]
    assert style.color is not None
    assert style.color.name == DARK.gutter
    assert cells[text.index("b")][1].color != style.color


async def test_they_are_no_part_of_the_text(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    assert editor.text == PROGRAM
    editor.select_all()
    assert editor.selected_text == PROGRAM
    editor.go_to(0, 99)
    assert editor.cursor_location == (0, 5)
    await pilot.press("right")
    assert editor.cursor_location == (1, 0)
    await pilot.click(CodeEditor, offset=(12, 1))
    assert editor.cursor_location == (1, 5)


async def test_the_cursor_is_seen_at_the_end_of_its_line() -> None:
    program = "a = 1   \n"
    async with hosted(CodeEditor(program)) as pilot:
        editor_of(pilot).put_shapes({1: "(1,)"}, program)
        editor_of(pilot).go_to(0, 8)
        await pilot.pause()
        assert lines(pilot)[0] == "a = 1     ▎ (1,)"
        (row, *_) = styled_rows(editor_of(pilot))
        start = "".join(cell for cell, _ in row).index("a = 1")
        assert row[start + 8][1].bgcolor != row[start + 7][1].bgcolor


@pytest.mark.parametrize(
    ("place", "keys", "expected"),
    [
        ((1, 5), ["1"], ["a = 1  ▎ (1,)", "b = 21", "for x in a:", "    c = 3  ▎ (4, 4)"]),
        (
            (0, 5),
            ["enter"],
            ["a = 1  ▎ (1,)", "", "b = 2  ▎ (2,)", "for x in a:", "    c = 3  ▎ (4, 4)"],
        ),
        (
            (1, 0),
            ["enter"],
            ["a = 1  ▎ (1,)", "", "b = 2  ▎ (2,)", "for x in a:", "    c = 3  ▎ (4, 4)"],
        ),
        ((1, 2), ["enter"], ["a = 1  ▎ (1,)", "b", "= 2", "for x in a:", "    c = 3  ▎ (4, 4)"]),
        ((2, 0), ["ctrl+underscore"], ["a = 1  ▎ (1,)", "b = 2  ▎ (2,)", "# for x in a:"]),
        ((0, 0), ["delete"], [" = 1", "b = 2  ▎ (2,)"]),
        ((1, 0), ["backspace"], ["a = 1b = 2", "for x in a:", "    c = 3  ▎ (4, 4)"]),
        ((1, 5), ["1", "ctrl+z"], ["a = 1  ▎ (1,)", "b = 2", "for x in a:"]),
        (
            (0, 5),
            ["enter", "ctrl+z"],
            ["a = 1  ▎ (1,)", "b = 2  ▎ (2,)", "for x in a:", "    c = 3  ▎ (4, 4)"],
        ),
        (
            (0, 5),
            ["enter", "ctrl+z", "ctrl+y"],
            ["a = 1  ▎ (1,)", "", "b = 2  ▎ (2,)", "for x in a:", "    c = 3  ▎ (4, 4)"],
        ),
    ],
)
async def test_an_edit_takes_that_of_its_line_away_and_moves_the_others(
    pilot: Pilot[None], place: tuple[int, int], keys: list[str], expected: list[str]
) -> None:
    editor_of(pilot).go_to(*place)
    await pilot.press(*keys)
    await pilot.pause()
    assert lines(pilot)[: len(expected)] == expected


async def test_where_there_is_no_room_they_are_left_out() -> None:
    program = "ab = " + "1 + " * 6 + "1"
    async with hosted(CodeEditor(program, soft_wrap=False), (40, 6)) as pilot:
        editor_of(pilot).put_shapes({1: "(1,)"}, program)
        await pilot.pause()
        assert lines(pilot) == [program]
        editor_of(pilot).put_shapes({1: "()"}, program)
        await pilot.pause()
        assert lines(pilot) == [program + "  ▎ ()"]


async def test_behind_a_wrapped_line_they_stand_at_its_end() -> None:
    program = "a = " + "1 + " * 12 + "1\nb = 2"
    async with hosted(CodeEditor(program), (40, 6)) as pilot:
        editor_of(pilot).put_shapes({1: "(1,)", 2: "(2,)"}, program)
        await pilot.pause()
        shown = lines(pilot)
        assert "(" not in shown[0]
        assert shown[1].endswith("1  ▎ (1,)")
        assert shown[2] == "b = 2  ▎ (2,)"


async def test_a_marked_line_has_its_message_first(pilot: Pilot[None]) -> None:
    editor_of(pilot).mark_error(2, "oh")
    await pilot.pause()
    assert lines(pilot)[1] == "b = 2  ✗ oh  ▎ (2,)"


async def test_only_lines_that_ran_as_they_stand_have_them(pilot: Pilot[None]) -> None:
    ran = "a = 1\nb = 5\nfor x in a:\n    c = 3\n"
    editor_of(pilot).put_shapes(SHAPES, ran)
    await pilot.pause()
    assert lines(pilot)[:4] == ["a = 1  ▎ (1,)", "b = 2", "for x in a:", "    c = 3  ▎ (4, 4)"]


async def test_another_text_has_none(pilot: Pilot[None]) -> None:
    editor_of(pilot).load_text(PROGRAM)
    await pilot.pause()
    assert "(" not in "".join(lines(pilot))


async def test_they_can_be_hidden_and_shown_again(pilot: Pilot[None]) -> None:
    editor_of(pilot).show_shapes(False)
    await pilot.pause()
    assert "(" not in "".join(lines(pilot))
    editor_of(pilot).show_shapes(True)
    await pilot.pause()
    assert lines(pilot)[1] == "b = 2  ▎ (2,)"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("abcd", "abcd"),
        ("xabcd", " abcd"),
        ("abxcd", "ab cd"),
        ("abcdx", "abcd "),
        ("axd", "a d"),
        ("ad", "ad"),
        ("bcd", "bcd"),
        ("xyz", "   "),
        ("", ""),
        ("abcdabcd", "abcd    "),
    ],
)
def test_texts_stay_with_lines_that_did_not_change(new: str, expected: str) -> None:
    before, after = list("abcd"), list(new)
    followed, put = Decorations(), Decorations()
    shapes = [Decoration(row, "shape", text) for row, text in enumerate(before)]
    followed.put("shape", shapes, before, before)
    assert bool(followed.follow(after)) == (expected.rstrip() != "abcd")
    put.put("shape", shapes, before, after)
    for each in (followed, put):
        texts = {row: shape.text for row in range(len(new)) for shape in each.at(row)}
        assert "".join(texts.get(row, " ") for row in range(len(new))) == expected


def test_a_text_that_does_not_fit_changes_nothing() -> None:
    row = Strip([Segment("ab      ", Style(bold=True))])
    assert append_to_row(row, "cdef", Style(dim=True)).text == "ab  cdef"
    assert append_to_row(row, "cdefg", Style(dim=True)) is row
    assert append_to_row(row, "c\nd", Style(dim=True)) is row
    assert append_to_row(row, "cd", Style(dim=True), blanks=2).text == "ab    cd"
