"""Another machine for programs, as the learner sees it: waited for, given back, asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    TO_START,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.ui.stable_static import StableStatic
from tutor.wire.events import OutputWritten

QUEUED = "srun: job 13 queued and waiting for resources."
GIVEN_BACK = "The machine was given back (time limit)."


def _output_state(app: TutorApp) -> str:
    """What stands under the output."""
    return app.screen.query_one("#output-state", StableStatic).shown_content.plain


async def test_what_is_waited_for_is_told_and_the_lesson_can_be_read(tmp_path: Path) -> None:
    client = FakeClient([finished(OutputWritten("stdout", "printed\n"))], phase="starting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("waiting", QUEUED)
        await pilot.pause()
        assert "waiting for a machine" in screen_text(app)
        await pilot.press("f6", TO_START, *"y=6", "f5")
        await eventually(lambda: lesson_screen(app).session.activity is not None, "the wish")
        await pilot.pause()
        assert f"{QUEUED} It runs as soon as that is done. F9 cancels." in _output_state(app)
        client.become("ready")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")


async def test_a_run_that_waits_for_a_machine_can_be_cancelled(tmp_path: Path) -> None:
    client = FakeClient([finished()], phase="waiting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f6", TO_START, *"y=6", "f5")
        await eventually(lambda: lesson_screen(app).session.activity is not None, "the wish")
        await pilot.press("f9")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")


@pytest.mark.parametrize("key", ["f5", "f4"])
async def test_a_machine_that_was_given_back_is_asked_for_by_a_run_or_check_alone(
    tmp_path: Path, key: str
) -> None:
    client = FakeClient([finished()])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("unreachable", GIVEN_BACK)
        before = client.starts
        await pilot.press("f6", TO_START, *"y=6")
        await pilot.pause()
        assert "no machine for PyTorch" in screen_text(app)
        assert f"{GIVEN_BACK} F5 or Ctrl+J asks for another." in _output_state(app)
        assert workspace_of(app).code.source.startswith("y=6"), "keys that wake one that is asleep"
        assert client.starts == before
        await pilot.press(key)
        await eventually(lambda: client.starts > before, "the word to start another")
        client.become("ready")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
