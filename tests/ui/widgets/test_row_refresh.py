"""Few rows are painted, and the picture is the same as if all were."""

from __future__ import annotations

import random

import pytest
from rich.segment import Segment
from textual import events
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.ui.widgets.hosting import hosted, rows, rows_repainted, styled_rows
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.widgets.row_refresh import RowRefresh

PROGRAM = """import torch

def step(x, y, lr=0.1):
    \"\"\"One step
    of gradient descent.\"\"\"
    loss = ((model(x) - y) ** 2).mean()  # squared
    if loss > [1.5, (2, 3)][0]:
        print(f"big {loss:.3f}", 'éè', "数字")
    return loss
"""

CHARACTERS = "abx1()[]:#'\" \n\n"
ACTIONS = (
    "indent dedent delete_left delete_left delete_right undo undo redo toggle_comment cut paste"
    " cursor_up cursor_up cursor_down cursor_down cursor_left cursor_right cursor_line_start"
    " cursor_line_end cursor_page_up cursor_page_down cursor_up(True) cursor_down(True)"
    " cursor_left(True) cursor_line_end(True) delete_to_end_of_line_or_delete_line"
    " delete_word_left cursor_word_right select_all"
)


class CountingEditor(CodeEditor):
    """Counts the rows that Textual asks for."""

    painted = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        self.painted += 1
        return super().render_line(y)


async def painted_by(pilot: Pilot[None], *keys: str) -> int:
    editor = pilot.app.query_one(CountingEditor)
    await pilot.pause()
    editor.painted = 0
    await pilot.press(*keys)
    await pilot.pause()
    return editor.painted


async def do_anything(editor: CodeEditor, script: random.Random) -> str:
    """Types a character or runs an action of the editor; says which."""
    if script.random() < 0.5:
        character = script.choice(CHARACTERS)
        key = "enter" if character == "\n" else character
        editor.post_message(events.Key(key, character))
        return key
    action = script.choice(ACTIONS.split())
    await editor.run_action(action)
    return action


@pytest.mark.parametrize("seed", range(6))
async def test_a_long_session_looks_as_if_painted_anew(seed: int) -> None:
    script = random.Random(seed)
    editor = CodeEditor(PROGRAM, soft_wrap=seed % 2 == 0)
    async with hosted(editor, (40, 7 + seed), dark=seed % 3 > 0) as pilot:
        editor.enable_highlighting()
        done: list[str] = []
        for turn in range(40):
            if turn % 10 == 5:
                editor.mark_error(script.randint(1, 9), "look here")
            done += [await do_anything(editor, script) for _ in range(3)]
            await pilot.pause()
            shown = styled_rows(editor)
            assert shown == await rows_repainted(pilot, editor), done


async def test_undo_that_shortens_the_text_below_its_window() -> None:
    editor = CodeEditor("a\n" * 3)
    async with hosted(editor, (40, 6)) as pilot:
        editor.insert("b\n" * 9, (0, 0))
        await pilot.pause()
        await pilot.press("ctrl+z")
        assert editor.text == "a\n" * 3
        assert styled_rows(editor) == await rows_repainted(pilot, editor)


async def test_a_key_paints_its_row_alone() -> None:
    async with hosted(CountingEditor(PROGRAM), (80, 24)) as pilot:
        editor = pilot.app.query_one(CountingEditor)
        editor.enable_highlighting()
        editor.go_to(5, 4)
        assert await painted_by(pilot, "x") == 1
        assert await painted_by(pilot, "right") == 1
        assert await painted_by(pilot, "backspace") == 1
        assert await painted_by(pilot, "down") == 2
        assert await painted_by(pilot, "ctrl+z") <= 2
        assert await painted_by(pilot, "tab") == 1
        assert await painted_by(pilot, "shift+right") == 1
        assert await painted_by(pilot, "ctrl+underscore") == 1


async def test_the_partner_of_a_bracket_is_marked_and_left_again() -> None:
    async with hosted(CodeEditor("f(\n1\n)\n"), (40, 8)) as pilot:
        editor = pilot.app.query_one(CodeEditor)
        looks = []
        for column in (0, 1, 0):
            editor.go_to(0, column)
            await pilot.pause()
            looks.append(styled_rows(editor)[2])
        assert looks[0] == looks[2] != looks[1]


async def test_a_changed_theme_paints_everything() -> None:
    async with hosted(CountingEditor(PROGRAM), (80, 24)) as pilot:
        editor = pilot.app.query_one(CountingEditor)
        editor.painted = 0
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert editor.painted >= 24
        assert styled_rows(editor) == await rows_repainted(pilot, editor)


async def test_a_new_size_paints_everything() -> None:
    async with hosted(CodeEditor(PROGRAM), (80, 24)) as pilot:
        editor = pilot.app.query_one(CodeEditor)
        await pilot.resize_terminal(30, 10)
        await pilot.press("x")
        await pilot.pause()
        assert styled_rows(editor) == await rows_repainted(pilot, editor)


class Words(RowRefresh, Widget):
    words = "old"

    def draw_row(self, y: int) -> Strip:
        return Strip([Segment(self.words)])


async def test_what_changes_while_it_is_hidden_is_there_when_it_is_shown() -> None:
    widget = Words()
    async with hosted(widget, (40, 12)) as pilot:
        widget.display = False
        assert rows(widget)[0] == "old"  # painted once more before it is taken away
        await pilot.pause()
        with widget.changing_rows():
            widget.words = "new"
            widget.display = True
        await pilot.pause()
        assert rows(widget)[0] == "new"


async def test_without_focus_there_is_no_cursor() -> None:
    async with hosted(CodeEditor(PROGRAM), (60, 12)) as pilot:
        editor = pilot.app.query_one(CodeEditor)
        focused = styled_rows(editor)
        pilot.app.screen.set_focus(None)
        await pilot.pause()
        blurred = styled_rows(editor)
        assert blurred != focused
        assert blurred == await rows_repainted(pilot, editor)
        editor.focus()
        await pilot.pause()
        assert styled_rows(editor) == focused
