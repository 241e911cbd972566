"""What is left behind with a step, and what is there again when one comes back or starts anew."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    lesson_screen,
    opened,
    pane_of,
    say_of,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.course.help_levels import Help
from tutor.grading.verdict import Verdict
from tutor.progress.fold import read_progress
from tutor.session.events import VerdictReached
from tutor.ui.panes.loss import LossPane
from tutor.ui.screens.lesson import LessonScreen
from tutor.wire.events import LossesRecorded, OutputWritten

TOLD = (OutputWritten("stdout", "old\n"), LossesRecorded(0, (1.0, 0.5)))


def draft(folder: Path) -> str:
    return (folder / "data" / "drafts" / "basics" / "double.py").read_text()


async def test_output_and_curve_of_a_run_stay_with_its_step(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*TOLD)]), start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        timeline = lesson_screen(app).tutor.timeline
        assert timeline.current.losses == [1.0, 0.5]
        await pilot.press("f8")
        await pilot.pause()
        assert not timeline.current.has_output
        assert timeline.current.losses == []
        assert not pane_of(app, LossPane).display


async def test_a_verdict_on_an_answer_that_was_left_is_not_kept(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient(held=True), start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f4")
        screen = lesson_screen(app)
        run_id = screen.session.last_run
        await pilot.press("f8")
        screen.tutor.dispatch(VerdictReached(Verdict("accept"), run_id))
        await pilot.pause()
        assert screen.session.verdict is None
        assert screen.session.done == frozenset()
    progress = read_progress(tmp_path / "data")[0]
    assert (progress.done, progress.attempts) == (frozenset(), {})


async def test_help_that_was_in_sight_is_there_again_when_one_comes_back(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f2", "f2")
        await pilot.press("escape", "l", "down", "enter")
        await eventually(lambda: lesson_screen(app).session.help.level, "some of the solution")
        shown = lesson_screen(app).session.help
        await pilot.press("f8")
        await pilot.pause()
        assert lesson_screen(app).session.hints == 0
        assert lesson_screen(app).session.help == Help()
        await pilot.press("shift+f8")
        await pilot.pause()
        assert lesson_screen(app).session.hints == 2
        assert lesson_screen(app).session.help == shown


async def test_a_wrong_answer_to_a_quiz_does_not_stand_there_at_the_next_start(
    tmp_path: Path,
) -> None:
    for attempt in range(2):
        app = tutor_app(tmp_path, start_at="ask-me")
        async with opened(app, MEDIUM) as pilot:
            assert workspace_of(app).answer.judged == {}
            assert lesson_screen(app).session.checks == attempt
            await say_of(app, pilot, "The first.")
            await pilot.press("enter")
            await pilot.pause()


async def test_a_signal_saves_what_the_editor_holds_before_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that is meant for the learner's own editor, which has the terminal."""
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        workspace_of(app).code.editor.insert("s=1#", (0, 0))
        monkeypatch.setattr(app, "is_lent", True)
        app._end_on_signal(signal.SIGINT)
        assert draft(tmp_path).startswith("s=1#")


async def test_a_fault_while_the_screen_goes_does_not_cost_the_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(screen: LessonScreen) -> None:
        raise RuntimeError("a bug of ours")

    async def use(pilot: Pilot[object]) -> None:
        await eventually(lambda: client.started, "the last of the opening")
        workspace_of(app).code.editor.insert("q=1#", (0, 0))
        app.exit()

    monkeypatch.setattr(LessonScreen, "on_unmount", fall_over)
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    with contextlib.suppress(RuntimeError):
        await app.run_async(headless=True, auto_pilot=use)
    assert draft(tmp_path).startswith("q=1#")


async def test_what_was_cut_is_brought_back_after_another_step(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        code = workspace_of(app).code
        workspace_of(app).goto("code")
        await eventually(lambda: code.editor.has_focus, "the editor")
        before = code.source
        await pilot.press("ctrl+x")
        assert code.source != before
        await pilot.press("f8", "shift+f8")
        workspace_of(app).goto("code")
        await eventually(lambda: code.editor.has_focus, "the editor again")
        await pilot.press("ctrl+z")
        assert code.source == before
        await pilot.press("ctrl+y")
        assert code.source != before


async def test_so_is_what_was_overwritten_before_a_reset(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        code = workspace_of(app).code
        workspace_of(app).goto("code")
        await eventually(lambda: code.editor.has_focus, "the editor")
        await pilot.press("7")
        assert code.source == "y = 7\n"
        await pilot.press("escape", "0")
        await eventually(lambda: code.source == "y = ...\n", "the scaffold")
        await pilot.press("f8", "shift+f8")
        workspace_of(app).goto("code")
        await eventually(lambda: code.editor.has_focus, "the editor again")
        await pilot.press("ctrl+z")
        assert code.source == "y = 7\n"
        await pilot.press("ctrl+z")
        assert code.source == "y = ...\n"
