"""The line below the editor that asks the last run, and the run of selected lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from textual import events
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import (
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.session.asking import lines_as_expression
from tutor.ui.app import TutorApp
from tutor.ui.editor.ask_bar import HOW_TO_ASK, HOW_TO_READ_ON, AskBar
from tutor.ui.editor.buffer_line import ONE_LINE
from tutor.ui.panes.code import CodePane
from tutor.ui.stable_static import StableStatic
from tutor.wire.events import Evaluation

CODE = "y = 2 * x\nif y:\n    z = y + 1\n    print(z)\n"


class Asked:
    """An app whose last run can be asked, and the client that answers."""

    def __init__(self, pilot: Pilot[None], app: TutorApp, client: FakeClient) -> None:
        self.pilot = pilot
        self.app = app
        self.client = client

    @property
    def code(self) -> CodePane:
        return workspace_of(self.app).code

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def says(self, words: str) -> None:
        await eventually(lambda: words in screen_text(self.app), words)

    async def ran(self) -> None:
        """Wait until no run is under way."""
        await eventually(lambda: lesson_screen(self.app).session.activity is None, "the end")

    @property
    def field(self) -> str:
        return self.app.screen.query_one(AskBar).field.value


@pytest_asyncio.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2")
        workspace_of(app).code.editor.reset_to(CODE)
        shown = Asked(pilot, app, client)
        await shown.press("f5")
        await shown.ran()
        yield shown


async def test_what_is_typed_after_the_key_is_asked_at_once(asked: Asked) -> None:
    await asked.press("ctrl+f5", *"y.x", "enter")
    await asked.says("'y.x'")
    await asked.says(HOW_TO_ASK)
    assert asked.client.evaluated == ["y.x"]
    assert asked.field == ""
    assert asked.code.source == CODE
    await asked.press("escape")
    await eventually(lambda: not asked.app.screen.query(AskBar), "no bar")
    assert asked.app.focused is asked.code.editor


async def test_questions_are_brought_back(asked: Asked) -> None:
    await asked.press("escape", "i", "a", "enter", "b", "enter", "b", "enter", "c")
    await asked.says("'b'")
    for key, text in (
        *(("up", "b"), ("up", "a"), ("up", "a")),
        *(("down", "b"), ("down", "c"), ("down", "c")),
    ):
        await asked.press(key)
        assert asked.field == text
    await asked.press("escape", "ctrl+f5", "up")
    assert asked.field == "b"
    assert asked.client.evaluated == ["a", "b", "b"]


async def test_what_is_selected_in_a_line_is_asked_at_once(asked: Asked) -> None:
    asked.code.editor.select_span(((0, 4), (0, 9)))
    await asked.press("ctrl+f5")
    await asked.says("'2 * x'")
    await asked.press("escape")
    for nothing in (((0, 4), (1, 2)), ((0, 0), (0, 0))):
        asked.code.editor.select_span(nothing)
        await asked.press("ctrl+f5", "escape")
    assert asked.client.evaluated == ["2 * x"]


async def test_of_a_paste_of_several_lines_the_field_takes_one_and_says_so(asked: Asked) -> None:
    await asked.press("ctrl+f5")
    asked.pilot.app.post_message(events.Paste("\ny.x\nz\n"))
    await asked.says(ONE_LINE)
    assert asked.field == "y.x"
    await asked.press("enter")
    await asked.says("'y.x'")
    await asked.says(HOW_TO_ASK)
    asked.app.copy_to_clipboard("z\n")
    await asked.press("ctrl+v")
    assert asked.field == "z"
    assert ONE_LINE not in screen_text(asked.app)


async def test_output_does_not_say_that_nothing_has_run_after_a_run_and_a_check(
    asked: Asked,
) -> None:
    asked.code.editor.reset_to("y = ...")
    await asked.press("f4")
    await asked.says("Not attempted")
    output = asked.app.screen.query_one("#output-state", StableStatic).shown_content.plain
    assert output.startswith("The check printed nothing.")


async def test_a_selection_that_is_too_long_is_not_cut(asked: Asked) -> None:
    terms = "+".join("1" * 501)
    asked.code.editor.reset_to(f"y = {terms}\n")
    asked.code.editor.select_span(((0, 4), (0, 4 + len(terms))))
    await asked.press("ctrl+f5")
    await asked.says("more than 1000 characters")
    assert asked.client.evaluated == []


async def test_a_long_answer_leaves_room_for_the_code_and_is_scrolled(asked: Asked) -> None:
    long = "\n".join(f"row {number}" for number in range(50))
    asked.client.evaluations["x"] = Evaluation("value", long)
    await asked.press("ctrl+f5", "x", "enter")
    await asked.says("row 1")
    await asked.says(HOW_TO_READ_ON)
    assert asked.code.editor.size.height >= 3
    await asked.press("pagedown")
    await asked.says("row 5")
    await asked.press("y", "enter")
    await asked.says(HOW_TO_ASK)


async def test_the_answer_goes_with_the_run(asked: Asked) -> None:
    await asked.press("ctrl+f5", *"y.x", "enter")
    await asked.says("'y.x'")
    await asked.press("f5")
    await asked.ran()
    await asked.pilot.pause()
    assert "y.x" not in screen_text(asked.app)
    await asked.press("up", "enter")
    await asked.says("'y.x'")
    assert asked.client.runs[0] is not asked.client.runs[-1]


async def test_what_comes_late_is_not_shown_as_the_answer_to_another(asked: Asked) -> None:
    asked.client.may_evaluate = False
    await asked.press("ctrl+f5", "a", "enter", "b", "enter")
    asked.client.may_evaluate = True
    asked.client.wake()
    await asked.says("'b'")
    assert "'a'" not in screen_text(asked.app)


async def test_selected_lines_go_on_from_the_last_run_and_empty_no_pane(asked: Asked) -> None:
    runs = len(asked.client.commands)
    for first, lines, said in (
        ((2, 6), "Lines 3 to 4", "\nif True:\n    z = y + 1\n    print(z)\n"),
        ((3, 5), "Line 4", "\n\nif True:\n    print(z)\n"),
    ):
        program = lines_as_expression(said)
        asked.client.evaluations[program] = Evaluation("value", "None", f"it is {lines}\n")
        asked.code.editor.select_span((first, (3, 5)))
        await asked.press("escape", "j")  # Esc takes the answer before away
        await asked.says(f"it is {lines}")
        await asked.says(f"{lines}, with the values of the last run")
        assert asked.app.focused is asked.code.editor
    assert len(asked.client.commands) == runs
    assert "finished" in screen_text(asked.app)
    assert HOW_TO_ASK not in screen_text(asked.app)
    await asked.press("escape", "escape")
    await eventually(lambda: not asked.app.screen.query(AskBar), "no answer")
    assert asked.code.source == CODE


async def test_where_nothing_is_kept_lines_run_alone_with_their_numbers(asked: Asked) -> None:
    asked.client.runs[-1].forgotten = 1
    asked.code.editor.select_span(((2, 6), (3, 5)))
    await asked.press("escape", "j")
    await asked.says("Only lines 3 to 4 have run, after the given code.")
    source = asked.client.commands[-1].program.source
    assert source == "\nif True:\n    z = y + 1\n    print(z)\n"
    assert asked.client.commands[-1].keep
    assert not asked.app.screen.query(AskBar)
    asked.client.runs[-1].forgotten = 1
    asked.code.editor.go_to(0, 0)
    await asked.press("escape", "j")
    await asked.says("Only line 1 has run")
    assert asked.client.commands[-1].program.source == "y = 2 * x\n"
    assert asked.code.source == CODE


async def test_lines_of_a_step_that_was_left_do_not_run(asked: Asked) -> None:
    asked.client.may_evaluate = False
    await asked.press("escape", "j")
    await eventually(lambda: asked.client.evaluated, "the lines to run")
    runs = len(asked.client.commands)
    await asked.press("f8")
    asked.client.may_evaluate = True
    asked.client.wake()
    await eventually(lambda: asked.client.evaluations_ended, "the end of the lines")
    await asked.pilot.pause()
    await eventually(lambda: not asked.app.screen.query(AskBar), "no answer")
    assert len(asked.client.commands) == runs
