"""A wrong program to guess about: offered once the step is done, shown in a pane of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.guesses import RIGHT, STEP, STEPS
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.progress.fold import read_progress
from tutor.session.answers import CHOOSE, NOT_DONE
from tutor.ui.app import TutorApp
from tutor.ui.editor.ask_bar import AskBar
from tutor.ui.screens.answer_commands import LINES_ARE_ELSEWHERE
from tutor.ui.widgets.choices import Choices

OFFER = "Esc, x shows a wrong program"


def app_with_guesses(folder: Path, client: FakeClient | None = None) -> TutorApp:
    write_course(folder / "lessons", STEPS)
    return tutor_app(folder, client=client, start_at="double")


async def solve(app: TutorApp, pilot: Pilot[None]) -> None:
    """Have the step done, with the wrong programs found."""
    await pilot.press("escape", "2")
    workspace_of(app).code.replace_source(RIGHT)
    await pilot.press("f4")
    await eventually(lambda: bool(lesson_screen(app).session.experiments), "the wrong programs")
    await pilot.pause()


async def choose(app: TutorApp, pilot: Pilot[None], option: str) -> None:
    choices = workspace_of(app).guess.query_one(Choices)
    await pilot.press(str(choices.statements.index(option) + 1))


async def has_result(app: TutorApp, pilot: Pilot[None]) -> None:
    session = lesson_screen(app)
    await eventually(
        lambda: (
            session.session.experiment is not None and session.session.experiment.result is not None
        ),
        "what came out",
    )
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE])
async def test_a_right_answer_offers_it_and_the_key_shows_program_and_question(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert "x Guess" not in screen_text(app)
        await pilot.press("escape")
        await solve(app, pilot)
        assert OFFER in " ".join(screen_text(app).split())
        await pilot.press("escape")
        await pilot.pause()
        assert "x Guess" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        text = screen_text(app)
        for part in (
            "A wrong program that people write. Guess what it computes.",
            "x = 3",
            "wrong program 1 of 3",
            "y = x ** 2",
            "What is y after it? A right answer gives 6.",
            "1.5000",
            "It stops with an error.",
        ):
            assert part in text
        choices = workspace_of(app).guess.query_one(Choices)
        assert app.focused is choices
        assert sorted(choices.statements) == ["It stops with an error.", "`1.5000`", "`9`"]


@pytest.mark.parametrize("key", ["enter", "f5"])
async def test_the_guess_stands_beside_what_came_out(tmp_path: Path, key: str) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await choose(app, pilot, "`1.5000`")
        await pilot.press(key)
        await has_result(app, pilot)
        text = screen_text(app)
        for part in (
            "✗ That is not what happened.",
            "your guess  1.5000",
            "it gave  9",
            "a right answer  6",
            "An answer like this gets the message:",
            "You got 9: that is x times itself.",
            "Esc, x shows the next one. Esc, 2 goes back to your code.",
        ):
            assert part in text
        await pilot.press("escape", "x")
        await pilot.pause()
        assert "y = x / 2" in screen_text(app)
        assert "That is not what happened." not in screen_text(app)
        await choose(app, pilot, "`1.5000`")
        await pilot.press("enter")
        await has_result(app, pilot)
        assert "✓ It came out as you guessed." in screen_text(app)


async def test_a_program_that_raises_is_told_with_its_error(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        for _ in range(3):
            await pilot.press("escape", "x")
        await choose(app, pilot, "It stops with an error.")
        await pilot.press("enter")
        await has_result(app, pilot)
        text = screen_text(app)
        assert "✓ It came out as you guessed." in text
        assert "TypeError" in text
        assert "A number cannot be called." in text
        assert "That was the last one." in text


async def test_it_counts_for_nothing_and_the_code_stays(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        before = lesson_screen(app).session
        await pilot.press("escape", "x")
        await choose(app, pilot, "`9`")
        await pilot.press("enter")
        await has_result(app, pilot)
        after = lesson_screen(app).session
        assert (after.checks, after.hints, after.verdict) == (1, before.hints, before.verdict)
        assert "checked once" in screen_text(app)
        await pilot.press("escape", "2")
        await pilot.pause()
        assert workspace_of(app).code.source == RIGHT
        assert app.focused is workspace_of(app).code.editor
        await pilot.press("escape", "9")
        await pilot.pause()
        assert "✓ It came out as you guessed." in screen_text(app)
    progress, _ = read_progress(tmp_path / "data")
    assert progress.attempts == {"double": 1}
    assert progress.place is not None
    assert progress.place.pane == "code"


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_from_there_a_check_judges_the_learners_own_code(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app, size) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x", "f4")
        await eventually(lambda: lesson_screen(app).session.checks == 2, "the second check")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "code"
        assert "✓ Right" in screen_text(app)


async def test_reset_takes_the_guess_back_and_leaves_the_code(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await choose(app, pilot, "`9`")
        await pilot.press("enter")
        await has_result(app, pilot)
        await pilot.press("escape", "0")
        await pilot.pause()
        text = screen_text(app)
        assert "It came out as you guessed." not in text
        assert "y = x ** 2" in text
        assert workspace_of(app).guess.chosen is None
        assert workspace_of(app).code.source == RIGHT


async def test_without_a_guess_the_key_to_run_asks_for_one(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x", "f5")
        await pilot.pause()
        assert CHOOSE in screen_text(app)


async def test_before_the_step_is_done_the_key_says_what_is_missing(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "x")
        await pilot.pause()
        assert NOT_DONE.replace("{key:experiment}", "Esc, x") in screen_text(app)
        assert "guess" not in workspace_of(app).layout_state.names
        commands = {command.title for command in app.get_system_commands(app.screen)}
        assert "Guess" not in commands
        await solve(app, pilot)
        commands = {command.title for command in app.get_system_commands(app.screen)}
        assert "Guess" in commands


async def test_another_step_has_no_such_pane_until_it_is_asked_for(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x", "f8")
        await pilot.pause()
        assert "Guess" not in screen_text(app)
        await pilot.press("shift+f8", "escape", "x")
        await eventually(lambda: "wrong program 1 of 3" in screen_text(app), "a wrong program")


async def test_a_run_that_is_stopped_keeps_the_guess(tmp_path: Path) -> None:
    runner = PythonRunner()
    app = app_with_guesses(tmp_path, FakeClient(runner=runner))
    async with opened(app) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await choose(app, pilot, "`9`")
        runner.endings["**"] = "stopped"
        await pilot.press("enter")
        await eventually(
            lambda: "runs the program again" in lesson_screen(app).session.notice, "how to go on"
        )
        runner.endings.clear()
        await pilot.press("enter")
        await has_result(app, pilot)
        assert "✓ It came out as you guessed." in screen_text(app)


async def test_the_givens_close_before_an_option_is_cut_off(tmp_path: Path) -> None:
    more = "".join(f"a{number} = {number}\n" for number in range(5))
    steps = {"10-double": STEP.replace("\nx = 3\n", f"\nx = 3\n{more}", 1)}
    write_course(tmp_path / "lessons", steps)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await pilot.pause()
        assert "a1 = 1" in screen_text(app)
        assert "More below." not in screen_text(app)
        await pilot.resize_terminal(80, 17)
        await eventually(lambda: "a1 = 1" not in screen_text(app), "the givens to close")
        await eventually(lambda: "It stops with an error." in screen_text(app), "all options")
        await eventually(lambda: "More below." not in screen_text(app), "the words to go")
        await pilot.press("escape", "g")
        await eventually(lambda: "More below." in screen_text(app), "the words about the rest")


async def test_on_a_small_screen_the_result_is_scrolled_to(tmp_path: Path) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app, (60, 16)) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await choose(app, pilot, "`9`")
        await pilot.press("enter")
        await has_result(app, pilot)
        assert "✓ It came out as you guessed." in screen_text(app)


async def test_the_last_run_can_be_asked_meanwhile_and_lines_are_run_from_the_code(
    tmp_path: Path,
) -> None:
    app = app_with_guesses(tmp_path)
    async with opened(app, NARROW) as pilot:
        await solve(app, pilot)
        await pilot.press("escape", "x")
        await pilot.pause()
        await pilot.press("escape", "j")
        await pilot.pause()
        assert lesson_screen(app).session.notice == LINES_ARE_ELSEWHERE
        assert workspace_of(app).layout_state.pane == "guess"
        await pilot.press("ctrl+f5", "y")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "code"
        assert app.screen.query_one(AskBar).field.value == "y"
