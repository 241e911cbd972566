"""A key in a long text: its echo does not wait for the rest, and colours are those of the text."""

from __future__ import annotations

import random
import sys
from collections import Counter
from types import FrameType

import pytest

from tests.ui.widgets.hosting import Cell, hosted, styled_rows
from tests.ui.widgets.test_row_refresh import PROGRAM, do_anything
from tutor.ui.editor import text_area_private
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.decorations import Decoration

BLOCK = "def f(x):\n    y = nn.relu(x)  # here\n    return y + 1\n\n"


def program(lines: int) -> str:
    return BLOCK * (lines // 4)


async def calls_of_a_key(lines: int, row: int) -> int:
    """The calls of functions, Python's own included, until a typed letter is on the screen."""
    text = program(lines)
    editor = CodeEditor(text)
    async with hosted(editor, (80, 24)) as pilot:
        editor.enable_highlighting()
        editor.put_mistakes(
            (Decoration(4 * n + 1, "mistake", "", 8, 10, n) for n in range(5)), text
        )
        editor.go_to(row, 0)
        await pilot.press("x")
        await pilot.pause()
        counted: Counter[str] = Counter()

        def count(_frame: FrameType, event: str, _argument: object) -> None:
            counted[event] += 1

        sys.setprofile(count)
        try:
            editor.insert("y")
            for y in range(24):
                editor.draw_row(y)
        finally:
            sys.setprofile(None)
        return counted["call"] + counted["c_call"]


@pytest.mark.parametrize("row", [0, 97, -1])
async def test_a_key_calls_no_more_in_a_long_text_than_in_a_short_one(row: int) -> None:
    short = await calls_of_a_key(100, row if row >= 0 else 100)
    long = await calls_of_a_key(3_000, row if row >= 0 else 3_000)
    # a halving of the lines takes some more steps, as the number of lines has more digits
    assert long < 1.05 * short + 50


async def test_a_key_draws_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = CodeEditor.draw_line

    def draw_line(editor: CodeEditor, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        drawn.append(y)
        return draw(editor, y)

    monkeypatch.setattr(CodeEditor, "draw_line", draw_line)
    editor = CodeEditor(program(200))
    async with hosted(editor, (80, 24)) as pilot:
        editor.enable_highlighting()
        editor.go_to(5, 4)
        await pilot.pause()
        for key, rows in (("x", {5}), ("right", {5}), ("down", {5, 6}), ("backspace", {6})):
            drawn.clear()
            await pilot.press(key)
            await pilot.pause()
            assert set(drawn) == rows, key
            assert len(drawn) == len(rows), key


async def coloured(text: str, size: tuple[int, int], scroll: int) -> list[list[Cell]]:
    editor = CodeEditor(text)
    async with hosted(editor, size) as pilot:
        editor.enable_highlighting()
        editor.scroll_to(y=scroll, animate=False)
        pilot.app.set_focus(None)
        await pilot.pause()
        return styled_rows(editor)


@pytest.mark.parametrize("seed", range(4))
async def test_after_many_edits_colours_are_those_of_the_text_read_anew(seed: int) -> None:
    script = random.Random(seed)
    editor = CodeEditor(PROGRAM * 4)
    size = (50, 20)
    async with hosted(editor, size) as pilot:
        editor.enable_highlighting()
        for _ in range(4):
            editor.go_to(script.randrange(editor.document.line_count), script.randrange(9))
            done = [await do_anything(editor, script) for _ in range(6)]
            await pilot.pause()
            cursor, scroll = editor.cursor_location, editor.scroll_offset.y
            editor.selection = editor.selection.cursor((0, 0))
            editor.scroll_to(y=scroll, animate=False)
            pilot.app.set_focus(None)
            await pilot.pause()
            shown = styled_rows(editor)
            assert shown == await coloured(editor.text, size, scroll), done
            editor.focus()
            editor.go_to(*cursor)
            await pilot.pause()


async def test_a_call_has_its_colour_whatever_stands_above_it() -> None:
    line = "y = nn.relu(f'a {g(1)} b')"
    rows = []
    for above in ("", "f(1)", "a.b", '"a"', "# a"):
        shown = await coloured(f"\n{above}\n{line}", (60, 6), 0)
        rows.append([(cell, style.color, style.italic) for cell, style in shown[2]])
    assert all(row == rows[0] for row in rows)


def colours_of(editor: CodeEditor, row: int) -> set[object]:
    """The colours of what stands in a row, without its number."""
    return {style.color for cell, style in styled_rows(editor)[row][3:] if cell.strip()}


async def test_a_text_that_is_opened_above_colours_the_lines_below() -> None:
    editor = CodeEditor("\n" + "a = 1\n" * 5 + '"""\n')
    async with hosted(editor, (40, 8)) as pilot:
        editor.enable_highlighting()
        await pilot.pause()
        assert len(colours_of(editor, 3)) == 2
        editor.insert('"""', (0, 0))
        await pilot.pause()
        assert len(colours_of(editor, 3)) == 1


async def test_a_text_of_several_lines_is_coloured_in_each_block_of_lines() -> None:
    lines = 3 * text_area_private.BLOCK
    shown = await coloured('"""a\n' + "b\n" * lines + '"""', (40, lines + 2), 0)
    colours = {style.color for row in shown[1:] for cell, style in row if cell == "b"}
    plain = await coloured("a\n" + "b\n" * 3, (40, 5), 0)
    assert len(colours) == 1
    assert colours != {style.color for cell, style in plain[1] if cell == "b"}


async def test_rows_are_counted_as_they_are_broken() -> None:
    editor = CodeEditor("a = 1\n" + "long " * 30 + "\nb = 2")
    async with hosted(editor, (40, 12)) as pilot:
        document = editor.wrapped_document
        for text, place in (("\n\nx", (1, 20)), ("y" * 90, (0, 1)), ("", (3, 0))):
            editor.replace(text, place, (place[0], place[1] + 3))
            await pilot.pause()
            rows = sum(len(parts) for parts in document.lines)
            assert document.height == rows == editor.virtual_size.height
