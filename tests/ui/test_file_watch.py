"""A file stands in for the editor of the app, which can only be read meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    with_keys,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.progress import watched_file
from tutor.session.solution_help import EDITED_ELSEWHERE
from tutor.ui.app import TutorApp
from tutor.ui.screens.attempts_page import AttemptsPage


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LOOK_S", "STILL_S"):
        monkeypatch.setattr(watched_file, name, 0.01)
    monkeypatch.chdir(tmp_path)


def new_app(folder: Path) -> TutorApp:
    runs = [[finished(milliseconds=5)] for _ in range(6)]
    client = FakeClient(*runs, runner=PythonRunner(milliseconds=5))
    return tutor_app(folder, client=client, start_at="double")


def source(app: TutorApp) -> str:
    return workspace_of(app).code.source


async def go_to_code(app: TutorApp, pilot: Pilot[None]) -> None:
    workspace_of(app).goto("code")
    await eventually(lambda: workspace_of(app).code.editor.has_focus, "the editor")
    await pilot.pause()


def is_watched(app: TutorApp) -> bool:
    return lesson_screen(app).session.watched is not None


KEYS_OF_AN_EDITOR = (
    *("x", "enter", "tab", "backspace", "delete", "ctrl+z", "ctrl+y", "ctrl+x", "ctrl+v"),
    *("ctrl+w", "ctrl+k", "ctrl+u", "alt+up", "alt+down", "alt+shift+down", "ctrl+slash"),
)


async def test_the_code_is_read_only_while_the_file_is_watched(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await go_to_code(app, pilot)
        await pilot.press("z", "escape", "asterisk")
        await eventually(lambda: (tmp_path / "double.py").exists() and is_watched(app), "a file")
        before = source(app)
        for key in KEYS_OF_AN_EDITOR:
            await pilot.press(key)
        await pilot.press("f3", "escape", "0")
        await pilot.pause()
        assert source(app) == before
        assert lesson_screen(app).session.notice == EDITED_ELSEWHERE
        (tmp_path / "double.py").write_text("y = 2 * x\n")
        await eventually(lambda: source(app) == "y = 2 * x\n", "what was saved")
        await eventually(lambda: lesson_screen(app).session.step_done, "the verdict")
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "double", "it never goes on by itself"
        await pilot.press("escape", "asterisk")
        await eventually(lambda: not is_watched(app), "its end")
        await pilot.press("ctrl+z")
        await eventually(lambda: source(app) == before, "mine")


async def test_the_last_run_can_be_asked_and_lines_be_run_while_the_file_is_watched(
    tmp_path: Path,
) -> None:
    app = new_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await go_to_code(app, pilot)
        await pilot.press("escape", "asterisk")
        await eventually(lambda: is_watched(app) and (tmp_path / "double.py").exists(), "a file")
        (tmp_path / "double.py").write_text("y = 2 * x\n")
        await eventually(lambda: lesson_screen(app).session.step_done, "the verdict")
        await go_to_code(app, pilot)
        await pilot.press("ctrl+f5", "y", "enter")
        await eventually(lambda: "'y'" in screen_text(app), "the answer")
        await pilot.press("escape", "escape", "j")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end of the run")
        await pilot.press("ctrl+space", "tab", "x", "enter")
        await pilot.pause()
        assert source(app) == "y = 2 * x\n"
        assert is_watched(app)
    assert (tmp_path / "double.py").read_text() == "y = 2 * x\n"


async def test_it_says_so_below_the_code_and_in_the_status_line(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await go_to_code(app, pilot)
        await pilot.press("escape", "asterisk")
        await eventually(lambda: is_watched(app), "a file")
        words = with_keys("The code is edited in double.py. {key:watch} ends that.")
        line = workspace_of(app).code.query_one("#code-line")
        await eventually(lambda: words in str(line.render()), "a word below the code")
        await pilot.press("f8")
        await eventually(lambda: not is_watched(app), "the next step")
        await pilot.press("shift+f8")
        await go_to_code(app, pilot)
        await pilot.press("q")
        await eventually(lambda: source(app) == "y = q\n", "a letter")


async def test_what_cannot_be_put_into_the_code_is_not_offered(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await go_to_code(app, pilot)
        await pilot.press("escape", "asterisk")
        await eventually(lambda: is_watched(app), "a file")
        (tmp_path / "double.py").write_text("y = 2 * x\n")
        await eventually(lambda: lesson_screen(app).session.step_done, "the verdict")
        await lesson_screen(app).action_command("ladder")
        await eventually(lambda: lesson_screen(app).session.notice == EDITED_ELSEWHERE, "why not")
        assert app.screen is lesson_screen(app)
        await lesson_screen(app).action_command("attempts")
        await eventually(lambda: isinstance(app.screen, AttemptsPage), "the answers")
        await eventually(lambda: "edited in a file for now" in screen_text(app), "why not")
        assert "brings it back" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, AttemptsPage)


async def test_where_both_hold_other_code_nothing_is_watched(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await go_to_code(app, pilot)
        await pilot.press("z")
        mine = source(app)
        (tmp_path / "double.py").write_text("y = 'theirs'\n")
        await pilot.press("escape", "asterisk")
        await eventually(lambda: "holds other code" in lesson_screen(app).session.notice, "why not")
        assert not is_watched(app)
        assert source(app) == mine
