"""Help, outline, palette, the strip of letters, zoom, task, problems, small terminals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Static

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    READ,
    TO_START,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.progress.own_files import open_program
from tutor.session.commands import COMMANDS, live_commands, offered_commands
from tutor.ui.app import TutorApp
from tutor.ui.editor.area import MAX_TEXT
from tutor.ui.editor.editor_words import EDITOR_WORDS
from tutor.ui.keys import action_of
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.screens.screen_commands import useless_commands


def step_id(app: TutorApp) -> str:
    step = lesson_screen(app).session.step
    assert step is not None
    return step.id


async def test_help_is_shown_and_left_at_the_same_place(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "Find out if your answer is right." in screen_text(app)
        await pilot.press("f5", "escape")
        await pilot.pause()
        assert app.focused is workspace_of(app).code.editor
        assert lesson_screen(app).session.last_run == 0


async def test_help_beside_an_own_program_tells_of_no_lesson(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, own=open_program(tmp_path / "data", None))
    async with opened(app) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        text = screen_text(app)
        assert "press F5 to run it" in text
        assert "Find an action by its name." in text
        assert "hint" not in text


async def test_a_question_mark_is_help_where_nothing_is_typed(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, "?")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("?")
        await pilot.press("escape", "1", "?")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_the_outline_shows_what_is_done_in_words_and_goes_there(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "escape", "o")
        await pilot.pause()
        assert isinstance(app.screen, OutlineScreen)
        text = screen_text(app)
        assert "✓ What a network does · done" in text
        assert "○ Which one is it? · open · you are here" in text
        await pilot.press("down", "enter")
        await pilot.pause()
        assert step_id(app) == "double"
        await pilot.press("escape", "o", "escape")
        await pilot.pause()
        assert step_id(app) == "double"


async def test_the_palette_finds_the_actions_of_the_table(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        commands = {command.title for command in app.get_system_commands(app.screen)}
        screen = lesson_screen(app)
        left_out = useless_commands(workspace_of(app)) | {"palette"}
        offered = offered_commands("code", screen.session)
        assert {command.label for command in offered if command.name not in left_out} <= commands
        assert not {"Stop", "Pause", "Wider", "Givens"} & commands
        assert {words.label for words in EDITOR_WORDS.values()} <= commands
        await pilot.press("ctrl+p", *"light", "down", "enter")
        await eventually(lambda: app.theme == "nntutor-light", "the light theme")


async def test_the_palette_edits_too(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        assert app.focused is not workspace_of(app).code.editor
        await pilot.press("ctrl+p", *"duplicate")
        await eventually(lambda: "Duplicate the line" in screen_text(app), "the command")
        await pilot.press("down", "enter")
        await eventually(lambda: workspace_of(app).code.source.count("y = ...") == 2, "two lines")
        assert app.focused is workspace_of(app).code.editor


async def test_escape_shows_the_letters_and_leaves_the_editor(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        source = workspace_of(app).code.source
        await pilot.press("escape")
        await pilot.pause()
        text = screen_text(app)
        assert "h Help" in text
        assert all(
            f"{number} {name.capitalize()}" in text
            for number, name in enumerate(workspace_of(app).layout_state.names, 1)
        )
        await pilot.press("x")
        await pilot.pause()
        assert workspace_of(app).code.source == source
        assert app.focused is workspace_of(app).code.editor
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert "h Help" not in screen_text(app)
        assert app.focused is workspace_of(app).code.editor


async def test_a_zoomed_pane_has_the_screen_until_escape(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        assert "Store twice" in screen_text(app)
        await pilot.press("escape", "2", "f7")
        await pilot.pause()
        assert "Store twice" not in screen_text(app)
        assert app.focused is workspace_of(app).code.editor
        await pilot.press("escape")
        await pilot.pause()
        assert "Store twice" in screen_text(app)
        assert app.focused is workspace_of(app).code.editor


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_the_task_is_one_key_away_and_back(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", "down", "escape", "a")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "lesson"
        assert "Store twice" in screen_text(app)
        await pilot.press("escape", "a")
        await pilot.pause()
        assert app.focused is workspace_of(app).code.editor
        assert workspace_of(app).code.editor.cursor_location == (1, 0)


async def test_reset_brings_the_scaffold_back_and_undo_the_answer(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"m = 1 #", "escape", "0")
        await pilot.pause()
        assert workspace_of(app).code.source == "y = ...\n"
        assert "Ctrl+Z" in screen_text(app)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("m = 1 #")


async def test_control_c_copies_and_does_not_end_the_app(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, "shift+right", "ctrl+c")
        await pilot.pause()
        assert app.clipboard == "y"
        assert app.is_running
        assert app.return_code is None


async def test_a_broken_step_is_named_and_the_others_work(tmp_path: Path) -> None:
    write_course(
        tmp_path / "lessons",
        {"10-read-me": READ, "20-broken": DOUBLE.replace('kind = "code"', 'kind = "cod"')},
    )
    app = tutor_app(tmp_path, problems=["config.toml:3: theme: is no theme"])
    async with opened(app, MEDIUM) as pilot:
        text = screen_text(app)
        assert "config.toml:3: theme: is no theme" in text
        assert "more: F1 lists them." in text
        assert "A network turns numbers into numbers." in text
        await pilot.press("f1")
        await pilot.pause()
        told = str(app.screen.query_one(".problems", Static).content)
        assert "20-broken.toml:" in told
        assert "config.toml:3" in told


async def test_settings_that_mean_nothing_are_told(tmp_path: Path) -> None:
    config = Config(theme="neon", keys={"fly": ("ctrl+y",)})
    app = tutor_app(tmp_path, config=config)
    async with opened(app, MEDIUM) as pilot:
        assert app.theme == "nntutor-dark"
        await pilot.press("f1")
        await pilot.pause()
        told = str(app.screen.query_one(".problems", Static).content)
        assert "theme: there is no neon" in told
        assert "keys.fly: is not an action" in told


async def test_a_course_without_steps_says_what_to_do(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {})
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await eventually(lambda: "There is no lesson to show" in screen_text(app), "the message")
        await pilot.pause()
        assert "nntutor --lessons DIR" in screen_text(app)
        await pilot.press("f5", "f8", "escape", "q")
        await pilot.pause()
    assert app.return_code == 0


async def test_without_steps_no_action_looks_for_panes(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {})
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await eventually(lambda: "There is no lesson to show" in screen_text(app), "the message")
        lesson = lesson_screen(app)
        live = {command.name for command in live_commands(lesson.live_kind)}
        assert live == {"help", "palette", "redraw", "quit"}
        for command in COMMANDS:
            if command.name not in live:
                await lesson.run_action(action_of(command.name))
        await lesson.run_action("pane(1)")
        await pilot.pause()
        assert app.screen is lesson


async def test_a_small_terminal_is_told_until_it_grows(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app, (50, 12)) as pilot:
        assert "needs 60x16, this is 50x12" in screen_text(app)
        assert "A network turns" not in screen_text(app)
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert "needs 60x16" not in screen_text(app)
        assert "A network turns" in screen_text(app)


async def test_no_color_is_left_for_the_learners_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = tutor_app(tmp_path)
    assert os.environ["NO_COLOR"] == "1"
    assert app.no_color


async def test_the_worker_is_started_early_and_closed_at_the_end(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client)
    async with opened(app) as pilot:
        assert client.started
        await pilot.press("ctrl+q")
    assert client.closed


async def test_a_paste_that_is_too_long_is_refused_with_a_sentence(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        before = workspace_of(app).code.source
        workspace_of(app).code.editor.post_message(Paste("x" * (MAX_TEXT + 1)))
        await eventually(lambda: "40,001 characters are too many" in screen_text(app), "it told")
        assert workspace_of(app).code.source == before
        await pilot.press("right")
        await pilot.pause()
        assert "too many" not in screen_text(app)


@pytest.mark.parametrize("size", [(60, 16), NARROW])
async def test_tabs_and_keys_fit_whatever_is_chosen(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        for number, name in enumerate(workspace_of(app).layout_state.names, 1):
            await pilot.press("escape", str(number))
            await pilot.pause()
            text = screen_text(app)
            assert f"[{number} {name.capitalize()}]" in text
            names = [each.capitalize() for each in workspace_of(app).layout_state.names]
            hidden = [each for each in names if each not in text]
            assert not hidden or (size != NARROW and f"+{len(hidden)}" in text)
            assert "Esc More" in text


async def test_the_task_is_named_where_only_the_code_is_shown(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        assert "F6 goes to the code" in screen_text(app)
        await pilot.press("f6")
        await pilot.pause()
        assert "Esc, a shows the task" in screen_text(app)
        await pilot.resize_terminal(*MEDIUM)
        await pilot.pause()
        assert "Esc, a shows the task" not in screen_text(app)


async def test_long_text_says_that_there_is_more_and_space_shows_it(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    step = tmp_path / "lessons" / "basics" / "10-read-me.toml"
    paragraphs = "\n\n".join(f"Paragraph {n}." for n in range(12))
    step.write_text(step.read_text().replace("First paragraph of the lesson.", paragraphs))
    async with opened(app) as pilot:
        await eventually(lambda: "Space shows more." in screen_text(app), "that there is more")
        assert "F8 goes on to the next step." in screen_text(app)
        await pilot.press("space", "space")
        await eventually(lambda: "Paragraph 11." in screen_text(app), "the end of the text")
        await pilot.pause()
        assert "shows more" not in screen_text(app)
        assert "F8 goes on to the next step." in screen_text(app)


async def test_a_mark_on_what_is_not_filled_in_says_so(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "f4")
        await eventually(lambda: "Not attempted yet" in screen_text(app), "the verdict")
        await pilot.pause()
        editor = workspace_of(app).code.editor
        assert editor.error_message in ("", "fill this in")
