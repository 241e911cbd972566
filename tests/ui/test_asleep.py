"""A worker that fell asleep: it is said, and the first key that may need it wakes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

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
from tests.ui.test_predict import predictions
from tutor.ui.app import TutorApp
from tutor.wire.events import OutputWritten

ASLEEP = "PyTorch asleep"


def phase(app: TutorApp) -> str:
    return lesson_screen(app).session.worker.phase


def step_id(app: TutorApp) -> str:
    step = lesson_screen(app).session.step
    return step.id if step is not None else ""


async def test_a_key_in_the_editor_wakes_it_and_is_typed(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("asleep")
        await pilot.press("f6")
        await pilot.pause()
        assert ASLEEP in screen_text(app)
        editor = workspace_of(app).code.editor
        with editor.prevent(TextArea.SelectionChanged):  # the key alone is to wake it
            editor.go_to(0, 0)
        await pilot.press("q")
        await eventually(lambda: phase(app) == "starting", "the start")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("q")
        assert "preparing PyTorch" in screen_text(app)
        assert ASLEEP not in screen_text(app)


async def test_a_step_over_the_text_of_the_editor_keeps_it_awake(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        before = client.kept_awake
        await pilot.press("right")
        await eventually(lambda: client.kept_awake > before, "the word of a key")


@pytest.mark.parametrize("key", ["f5", "f4"])
async def test_run_and_check_wait_for_it(tmp_path: Path, key: str) -> None:
    client = FakeClient([finished(OutputWritten("stdout", "printed\n"))])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f6", TO_START, *"y=6")
        client.become("asleep")
        await pilot.press(key)
        await eventually(lambda: phase(app) == "starting", "the start")
        await pilot.pause()
        assert "Preparing PyTorch" in screen_text(app)
        client.become("ready")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        assert len(client.commands) == 1


async def test_a_guess_waits_for_it(tmp_path: Path) -> None:
    client = FakeClient()
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        client.become("asleep")
        await pilot.press("f6", "1", "enter")
        await eventually(lambda: phase(app) == "starting", "the start")
        client.become("ready")
        await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")


async def test_reading_on_does_not_wake_it(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="read-me")
    async with opened(app) as pilot:
        client.become("asleep")
        await pilot.press("down", "f8")
        await eventually(lambda: step_id(app) == "ask-me", "the next step")
        await pilot.pause()
        assert phase(app) == "asleep"
