"""Find, replace and go to a line, in the pane Code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from textual.pilot import Pilot

from tests.support.tutor_app import MEDIUM, opened, screen_text, tutor_app, workspace_of
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.ui.editor import find_bar
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.find_bar import TOO_LONG, EditorBar

CODE = "loss = 1\nx = loss\ny = Loss\n"


@pytest_asyncio.fixture
async def pilot(tmp_path: Path) -> AsyncIterator[Pilot[None]]:
    """The app with a program in its editor, whose key to delete a line is F12."""
    config = Config(keys={"delete_line": ("f12",)}, only=frozenset({"delete_line"}))
    app = tutor_app(tmp_path, start_at="double", config=config)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2")
        code = workspace_of(app).code
        code.editor.reset_to(CODE)
        code.editor.go_to(0, 2)
        yield pilot


def editor_of(pilot: Pilot[None]) -> CodeEditor:
    return workspace_of(app_of(pilot)).code.editor


def bar_of(pilot: Pilot[None]) -> EditorBar:
    return pilot.app.screen.query_one(EditorBar)


def app_of(pilot: Pilot[None]) -> TutorApp:
    assert isinstance(pilot.app, TutorApp)
    return pilot.app


async def says(pilot: Pilot[None], words: str) -> None:
    await eventually(lambda: words in screen_text(app_of(pilot)), words)


async def test_words_are_found_while_they_are_typed(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await pilot.press("ctrl+f", *"los")
    await says(pilot, "2 of 3")
    assert (editor.selection.start, editor.selected_text) == ((1, 4), "los")
    await pilot.press("s", "enter")
    await says(pilot, "3 of 3")
    await pilot.press("down")
    await says(pilot, "1 of 3")
    await pilot.press("up")
    await says(pilot, "3 of 3")
    await pilot.press("escape")
    await eventually(lambda: not pilot.app.screen.query(EditorBar), "no bar")
    assert pilot.app.focused is editor
    assert (editor.selection.start, editor.selected_text) == ((2, 4), "Loss")
    assert editor.text == CODE


async def test_options_are_set_in_the_bar_and_kept_for_the_next_one(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await pilot.press("ctrl+f", *"loss", "tab", "tab")
    await says(pilot, "Space: match case")
    await pilot.press("space")
    await says(pilot, "2 of 2. Space: match case")
    assert "[case] word  regex" in " ".join(
        screen_text(app_of(pilot)).split("With")[1].split("\n")[:1]
    )
    await pilot.press("enter")
    await says(pilot, "1 of 2")
    await pilot.press("escape", "ctrl+f", *"los")
    await says(pilot, "1 of 2")
    await pilot.press("tab", "tab", "tab", "space")
    await says(pilot, "not found. Space: whole words only")
    await pilot.press("tab", "tab")
    await eventually(lambda: pilot.app.focused is bar_of(pilot).words, "the first field again")
    await pilot.press("shift+tab", "space", "ctrl+f", "end", ".")
    await says(pilot, "1 of 2")
    assert editor.selected_text == "loss"
    await pilot.click("#find-case")
    await says(pilot, "1 of 3")


async def test_only_what_the_options_find_is_replaced(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.reset_to("foo = Foo(foobar)\n")
    await pilot.press("ctrl+f", *"foo", "tab", "tab", "space", "tab", "space", "ctrl+r", "b")
    await pilot.press("ctrl+r")
    await says(pilot, "1 replaced")
    assert editor.text == "b = Foo(foobar)\n"


async def test_what_is_no_expression_or_no_replacement_is_told(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await pilot.press("ctrl+f", "shift+tab", "space", "ctrl+f", *"(los")
    await says(pilot, "not a regular expression: missing )")
    await pilot.press(*")s", "tab", *"\\2", "enter")
    await says(pilot, "nothing replaced: invalid group reference 2")
    await pilot.press("ctrl+r")
    await says(pilot, "nothing replaced: invalid group reference 2")
    assert editor.text == CODE
    await pilot.press("backspace", *"1t", "ctrl+r")
    await says(pilot, "3 replaced")
    assert editor.text == CODE.replace("oss", "ost")


async def test_what_is_not_there_is_told(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+f", *"nowhere")
    await says(pilot, "not found")
    assert editor_of(pilot).cursor_location[0] == 0


async def test_one_is_replaced_then_all_in_one_step(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await pilot.press("ctrl+f", *"loss", "tab", *"cost")
    await says(pilot, "Ctrl+R all")
    await pilot.press("enter")
    await eventually(lambda: editor.text == CODE.replace("x = loss", "x = cost"), "one replaced")
    await pilot.press("ctrl+r")
    await says(pilot, "2 replaced")
    assert editor.text == CODE.replace("loss", "cost").replace("Loss", "cost")
    await pilot.press("escape", "ctrl+z")
    assert editor.text == CODE.replace("x = loss", "x = cost")
    await pilot.press("ctrl+z")
    assert editor.text == CODE


async def test_what_would_be_too_long_is_not_replaced(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = editor_of(pilot)
    monkeypatch.setattr(find_bar, "MAX_TEXT", len(CODE) + 2)
    await pilot.press("ctrl+r", *"x", "tab", *"four", "ctrl+r")
    await says(pilot, TOO_LONG)
    assert editor.text == CODE
    await pilot.press("backspace", "ctrl+r")
    await says(pilot, "1 replaced")
    assert editor.text == CODE.replace("x", "fou")


async def test_what_is_selected_is_looked_for(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.select_span(((1, 4), (1, 8)))
    await pilot.press("ctrl+r", *"cost", "ctrl+r")
    await says(pilot, "3 replaced")
    assert "loss" not in editor.text.lower()


async def test_what_is_no_number_of_a_line_is_told(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+g", *"2x", "enter")
    await says(pilot, "not a line: 1 to 4")
    assert pilot.app.screen.query(EditorBar)
    await pilot.press("backspace", "enter")
    await eventually(lambda: not pilot.app.screen.query(EditorBar), "no bar")
    assert editor_of(pilot).cursor_location == (1, 0)


async def test_a_line_is_gone_to_by_its_number(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await pilot.press("ctrl+g", "3")
    await says(pilot, "1 to 4")
    assert editor.cursor_location == (2, 0)
    await pilot.press("9")
    await says(pilot, "not a line: 1 to 4")
    assert editor.cursor_location == (3, 0)
    await pilot.press("enter", "backspace", "backspace", "0", "enter")
    await says(pilot, "not a line: 1 to 4")
    await pilot.press("backspace", "4", "enter")
    await eventually(lambda: not pilot.app.screen.query(EditorBar), "no bar")
    assert editor.cursor_location == (3, 0)
    assert editor.text == CODE


async def test_another_step_closes_it(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+f", "x", "f8")
    await eventually(lambda: not pilot.app.screen.query(EditorBar), "no bar")


async def test_a_key_that_was_taken_from_an_action_no_longer_does_it(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+shift+k")
    await pilot.pause()
    assert editor_of(pilot).text == CODE
    await pilot.press("f12")
    assert editor_of(pilot).text == CODE.removeprefix("loss = 1\n")
