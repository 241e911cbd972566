"""The marked line of the editor."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from textual.pilot import Pilot

from tests.ui.widgets.hosting import heard, hosted, rows
from tutor.ui.editor.code_editor import CodeEditor

PROGRAM = "a = 1\nb = 2\nloss.backward\nc = 3\n"


@pytest_asyncio.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with hosted(CodeEditor(PROGRAM)) as pilot:
        editor_of(pilot).mark_error(3, "p.grad is [None]")
        await pilot.pause()
        yield pilot


def editor_of(pilot: Pilot[None]) -> CodeEditor:
    return pilot.app.query_one(CodeEditor)


def marked(pilot: Pilot[None]) -> list[str]:
    return [row for row in rows(editor_of(pilot)) if "✗" in row]


async def test_the_mark_is_a_glyph_an_underline_and_words(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    assert marked(pilot) == ["3✗ loss.backward  ✗ p.grad is [None]"]
    (span,) = editor.get_line(2).spans
    assert "underline" in str(span.style)
    assert editor.get_line(1).spans == []
    assert editor.error_message == "p.grad is [None]"
    editor.styles.border = ("round", "red")
    await pilot.pause()
    assert "✗ line 3: p.grad is [None]" in rows(editor)[-1]


async def test_the_line_at_which_a_program_stands_has_its_own_glyph(pilot: Pilot[None]) -> None:
    editor_of(pilot).mark_here(2, "paused")
    await pilot.pause()
    assert marked(pilot) == []
    assert "2► b = 2  ► paused" in rows(editor_of(pilot))[1]
    editor_of(pilot).mark_error(2, "oh")
    await pilot.pause()
    assert marked(pilot) == ["2✗ b = 2  ✗ oh"]


async def test_only_the_first_row_of_a_wrapped_line_has_the_glyph() -> None:
    async with hosted(CodeEditor("x = " + "1 + " * 30), (40, 12)) as pilot:
        editor_of(pilot).mark_error(1, "oh")
        await pilot.pause()
        assert len(marked(pilot)) == 1


async def test_a_message_without_room_is_left_out(pilot: Pilot[None]) -> None:
    editor_of(pilot).mark_error(3, "a message that is much too long to stand behind the line")
    await pilot.pause()
    assert marked(pilot) == ["3✗ loss.backward"]
    editor_of(pilot).mark_error(3, "two\nlines")
    await pilot.pause()
    assert marked(pilot) == ["3✗ loss.backward"]


async def test_editing_the_line_takes_the_mark_away(pilot: Pilot[None]) -> None:
    editor_of(pilot).go_to(2, 13)
    await pilot.press("(")
    assert marked(pilot) == []
    assert editor_of(pilot).error_line == 0
    assert len(heard(pilot, CodeEditor.ErrorCleared)) == 1


async def test_the_mark_goes_with_its_line(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.go_to(0, 5)
    await pilot.press("enter")
    assert marked(pilot) == ["4✗ loss.backward  ✗ p.grad is [None]"]
    await pilot.press("backspace")
    assert marked(pilot) == ["3✗ loss.backward  ✗ p.grad is [None]"]
    editor.go_to(3, 0)
    await pilot.press("x", "enter")
    assert marked(pilot) == ["3✗ loss.backward  ✗ p.grad is [None]"]


@pytest.mark.parametrize("change", ["ctrl+z", "delete the line"])
async def test_a_line_that_is_gone_has_no_mark(pilot: Pilot[None], change: str) -> None:
    editor = editor_of(pilot)
    if change == "ctrl+z":
        editor.go_to(2, 13)
        await pilot.press("x")
        editor.mark_error(3, "again")
        await pilot.press("ctrl+z")
    else:
        editor.delete((2, 0), (3, 0))
        await pilot.pause()
    assert editor.error_line == 0
    assert marked(pilot) == []


@pytest.mark.parametrize("line", [0, -1, 99])
async def test_a_line_outside_marks_nothing(pilot: Pilot[None], line: int) -> None:
    editor_of(pilot).mark_error(line, "nowhere")
    await pilot.pause()
    assert marked(pilot) == []
    assert not editor_of(pilot).border_subtitle


async def test_another_text_has_no_mark(pilot: Pilot[None]) -> None:
    editor_of(pilot).load_text(PROGRAM)
    await pilot.pause()
    assert marked(pilot) == []
