"""The editor, key by key."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tests.ui.widgets.hosting import heard, hosted, rows
from tutor.ui.editor.area import MAX_TEXT
from tutor.ui.editor.code_editor import CodeEditor

PROGRAM = "def f(x):\n    return x\n\nfor i in range(3):\n    print(f(i))\n"


@pytest_asyncio.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with hosted(CodeEditor()) as pilot:
        yield pilot


def editor_of(pilot: Pilot[None]) -> CodeEditor:
    return pilot.app.query_one(CodeEditor)


async def paste(pilot: Pilot[None], text: str) -> None:
    editor_of(pilot).post_message(events.Paste(text))
    await pilot.pause()


async def type_in(pilot: Pilot[None], text: str) -> None:
    names = {"\n": "enter", " ": "space", "(": "left_parenthesis", ")": "right_parenthesis"}
    names |= {":": "colon", "=": "equals_sign", "#": "number_sign"}
    await pilot.press(*(names.get(character, character) for character in text))


async def test_a_program_is_typed_as_on_paper(pilot: Pilot[None]) -> None:
    await type_in(pilot, "def f(x):\nreturn x\ny = f(\n1)")
    assert editor_of(pilot).text == "def f(x):\n    return x\ny = f(\n    1)"


async def test_enter_replaces_a_selection_and_takes_spaces_along(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("if x: abc   d")
    editor.selection = Selection((0, 5), (0, 9))
    await pilot.press("enter")
    assert editor.text == "if x:\n    d"
    assert editor.cursor_location == (1, 4)
    await pilot.press("ctrl+z")
    assert editor.text == "if x: abc   d"


async def test_enter_within_the_indentation_moves_the_line_down(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("        x")
    editor.go_to(0, 4)
    await pilot.press("enter")
    assert editor.text == "    \n        x"


async def test_tab_goes_to_the_next_stop(pilot: Pilot[None]) -> None:
    await pilot.press("tab", "a", "tab", "b")
    assert editor_of(pilot).text == "    a   b"
    assert pilot.app.focused is editor_of(pilot)


async def test_tab_moves_selected_lines_and_keeps_them_selected(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("a\n\nbc\nd")
    editor.selection = Selection((0, 0), (2, 1))
    await pilot.press("tab")
    assert editor.text == "    a\n\n    bc\nd"
    assert editor.selection == Selection((0, 0), (2, 5))
    await pilot.press("shift+tab")
    assert editor.text == "a\n\nbc\nd"
    await pilot.press("ctrl+z", "ctrl+z")
    assert editor.text == "a\n\nbc\nd"
    assert editor.selection == Selection((0, 0), (2, 1))


async def test_a_selection_that_ends_before_a_line_leaves_it_out(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("a\nb\nc")
    editor.selection = Selection((2, 0), (0, 1))
    await pilot.press("tab")
    assert editor.text == "    a\n    b\nc"
    assert editor.selection == Selection((2, 0), (0, 5))


async def test_shift_tab_takes_a_line_out(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("      ab")
    editor.go_to(0, 7)
    await pilot.press("shift+tab")
    assert (editor.text, editor.cursor_location) == ("  ab", (0, 3))
    await pilot.press("shift+tab", "shift+tab")
    assert (editor.text, editor.cursor_location) == ("ab", (0, 1))


async def test_backspace_takes_a_level_then_characters(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("      ab")
    editor.go_to(0, 6)
    await pilot.press("backspace")
    assert editor.text == "    ab"
    await pilot.press("end", "backspace", "backspace", "backspace")
    assert editor.text == ""


async def test_backspace_takes_the_selection(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("        x")
    editor.selection = Selection((0, 1), (0, 4))
    await pilot.press("backspace")
    assert editor.text == "     x"


@pytest.mark.parametrize("key", ["ctrl+underscore", "ctrl+slash"])
async def test_comments_come_and_go(pilot: Pilot[None], key: str) -> None:
    editor = editor_of(pilot)
    editor.load_text("    a\n    b")
    editor.go_to(0, 5)
    await pilot.press(key)
    assert (editor.text, editor.cursor_location) == ("    # a\n    b", (0, 7))
    editor.selection = Selection((0, 0), (1, 1))
    await pilot.press(key)
    assert editor.text == "    # # a\n    # b"
    await pilot.press("ctrl+z", "ctrl+z")
    assert editor.text == "    a\n    b"


async def test_undo_takes_back_words_not_all(pilot: Pilot[None]) -> None:
    await type_in(pilot, "x = 1\ny = 2")
    await pilot.press("ctrl+z")
    assert editor_of(pilot).text == "x = 1\n"
    await pilot.press("ctrl+z", "ctrl+z")
    assert editor_of(pilot).text == ""
    await pilot.press("ctrl+y", "ctrl+y", "ctrl+y")
    assert editor_of(pilot).text == "x = 1\ny = 2"


async def test_a_paste_is_made_safe(pilot: Pilot[None]) -> None:
    await paste(pilot, "if x:\r\n\ty = \u201c1\u201d\x1b[31m\x00")
    assert editor_of(pilot).text == "if x:\n    y = “1”"
    await pilot.press("ctrl+z")
    assert editor_of(pilot).text == ""


async def test_text_copied_within_is_pasted(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("abc")
    await pilot.press("shift+end", "ctrl+c", "end", "ctrl+v")
    assert editor.text == "abcabc"


async def test_a_huge_paste_is_refused_whole(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("kept")
    await paste(pilot, "x" * 1_000_000)
    assert editor.text == "kept"
    (refused,) = heard(pilot, CodeEditor.PasteRefused)
    assert (refused.characters, refused.limit) == (1_000_000, MAX_TEXT)


async def test_of_a_paste_what_comes_into_the_text_counts(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("x")
    editor.select_all()
    await paste(pilot, "\u200b")
    assert editor.text == "x"
    await paste(pilot, "\t" * (MAX_TEXT // 4 + 1))
    (refused,) = heard(pilot, CodeEditor.PasteRefused)
    assert (editor.text, refused.characters) == ("x", MAX_TEXT + 4)
    await paste(pilot, "y" + "\x1b[31m" * MAX_TEXT)
    assert editor.text == "y"


async def test_a_read_only_text_stays(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("    a")
    editor.read_only = True
    editor.go_to(0, 4)
    await paste(pilot, "b")
    await pilot.press("enter", "tab", "shift+tab", "backspace", "ctrl+underscore", "x", "ctrl+v")
    assert editor.text == "    a"


async def test_keys_of_the_app_are_left_to_it(pilot: Pilot[None]) -> None:
    taken = {
        key
        for key, active in pilot.app.screen.active_bindings.items()
        if active.node is editor_of(pilot)
    }
    own = {f"f{n}" for n in range(1, 11)} | {"escape", "ctrl+j", "ctrl+t", "ctrl+n", "ctrl+p"}
    assert taken & own == set()
    await pilot.press(*sorted(own - {"ctrl+p"}))
    assert editor_of(pilot).text == ""
    assert {"tab", "shift+tab", "ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w"} <= taken


async def test_reset_can_be_undone_and_loading_cannot(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("mine\nmore")
    editor.go_to(1, 2)
    editor.reset_to("scaffold\r\n")
    assert (editor.text, editor.cursor_location) == ("scaffold\n", (1, 0))
    await pilot.press("ctrl+z")
    assert editor.text == "mine\nmore"
    editor.load_text(PROGRAM)
    await pilot.press("ctrl+z")
    assert editor.text == PROGRAM
    assert editor.cursor_location == (0, 0)


async def test_going_outside_the_text_ends_at_its_edge(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text(PROGRAM)
    editor.go_to(1, 99)
    assert editor.cursor_location == (1, 12)
    editor.go_to(99, 99)
    assert editor.cursor_location == (5, 0)


async def test_highlighting_keeps_text_cursor_and_history(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await type_in(pilot, "x = 1\ny")
    editor.enable_highlighting()
    assert editor.is_syntax_aware
    assert editor.cursor_location == (1, 1)
    await pilot.press("ctrl+z")
    assert editor.text == "x = 1\n"


async def test_colours_follow_the_app_theme(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    assert editor.theme == "nntutor-dark"
    pilot.app.theme = "textual-light"
    await pilot.pause()
    assert editor.theme == "nntutor-light"


async def test_nothing_is_hidden_at_the_right() -> None:
    async with hosted(CodeEditor("x = " + "1 + " * 30), (40, 12)) as pilot:
        assert "".join(rows(editor_of(pilot))).count("1") == 30 + 1  # and the line's number


async def test_non_breaking_spaces_can_be_seen(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("a\u00a0b c")
    marked = [span for span in editor.get_line(0).spans if "reverse" in str(span.style)]
    assert [(span.start, span.end) for span in marked] == [(1, 2)]


async def test_changes_are_told(pilot: Pilot[None]) -> None:
    await pilot.press("a")
    assert len(heard(pilot, TextArea.Changed)) == 1
