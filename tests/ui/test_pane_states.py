"""Each pane says in whole words what it is for while it is empty or busy, or something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.grading.verdict import Verdict
from tutor.session.events import VerdictReached
from tutor.ui.app import TutorApp
from tutor.wire.events import ErrorFacts

SIZES = [NARROW, MEDIUM, (60, 16)]

ERROR = raised(ErrorFacts("NameError", "name 'z' is not defined", line=1, source_line="y = z"))
FAULT = Verdict("tutor-fault", slug="tutor-fault", message="It could not be judged.")

EMPTY = {
    "verdict": "Nothing has been checked yet.",
    "output": "Nothing has run yet.",
    "loss": "No losses yet.",
    "tensors": "Nothing to show yet.",
    "model": "Nothing to show yet. After a run the layers of the model are listed here",
    "hints": "No hint is shown yet.",
}
BUSY = {
    "verdict": "checking",
    "output": "checking",
    "loss": "No optimizer step yet",
    "tensors": "Nothing to show yet: the program has only begun.",
    "model": "Nothing to show yet: no model has been called.",
}
QUEUED = {
    "verdict": "Preparing PyTorch.",
    "output": "Preparing PyTorch.",
    "loss": "No losses yet: the program begins when PyTorch is ready.",
    "tensors": "Nothing to show yet: the program begins when PyTorch is ready.",
}
WRONG = {
    "output": "NameError",
    "loss": "so there is no curve.",
    "tensors": "The program left no tensors, layers or numbers to show.",
    "model": "The program made no model and bound no tensor, so there are no shapes to show.",
}


async def see(app: TutorApp, pilot: Pilot[None], pane: str, words: str) -> None:
    """Goes to the pane; what it says stands there whole, lines joined."""
    number = workspace_of(app).layout_state.names.index(pane) + 1
    await pilot.press("escape", str(number))
    await pilot.pause()
    await pilot.pause()
    text = screen_text(app)
    if workspace_of(
        app
    ).layout_state.single:  # beside others, its lines are not those of the screen
        assert words.lower() in " ".join(text.split()).lower(), pane
    else:
        assert all(word.lower() in text.lower() for word in words.split()), pane
    assert_nothing_is_covered(app)


async def ended(app: TutorApp, pilot: Pilot[None]) -> None:
    await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_empty(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        for pane, words in EMPTY.items():
            if pane in ("verdict", "hints") and not workspace_of(app).layout_state.single:
                continue  # not on screen before there is something to say
            await see(app, pilot, pane, words)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_busy(tmp_path: Path, size: tuple[int, int]) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        workspace_of(app).code.editor.reset_to("y = 2 * x")
        await pilot.press("f4")
        for pane, words in BUSY.items():
            await see(app, pilot, pane, words)
        client.release()
        await ended(app, pilot)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_before_there_is_a_worker(tmp_path: Path, size: tuple[int, int]) -> None:
    client = FakeClient([finished()], phase="starting", held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        workspace_of(app).code.editor.reset_to("y = 2 * x")
        await pilot.press("f4")
        for pane, words in QUEUED.items():
            await see(app, pilot, pane, words)
        client.become("ready")
        for pane, words in BUSY.items():
            await see(app, pilot, pane, words)
        await pilot.press("f9")
        await ended(app, pilot)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_after_an_error(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, client=FakeClient([ERROR]), start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("f5")
        await ended(app, pilot)
        for pane, words in WRONG.items():
            await see(app, pilot, pane, words)
        await pilot.press("escape", "2")
        await pilot.pause()
        assert "✗" in screen_text(app)
        lesson_screen(app).tutor.dispatch(VerdictReached(FAULT))
        await see(app, pilot, "verdict", "The tutor's own fault, not yours")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_without_pytorch(tmp_path: Path, size: tuple[int, int]) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        client.become("failed", "There is no PyTorch.")
        await pilot.pause()
        for pane in ("output", *(["verdict"] if workspace_of(app).layout_state.single else [])):
            await see(app, pilot, pane, "There is no PyTorch.")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_quiz_that_is_not_answered_or_answered_wrongly(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app, size) as pilot:
        await see(app, pilot, "quiz", "A number key chooses")
        await pilot.press("f4")
        await pilot.pause()
        await pilot.pause()
        assert "Not attempted yet" in screen_text(app)
        assert "Choose one answer." in screen_text(app)
        wrong = workspace_of(app).panes["quiz"].focus_target()
        assert wrong is app.focused
        for key in ("1", "2"):
            await pilot.press(key, "f4")
            await pilot.pause()
            if "Not yet" in screen_text(app):
                break
        assert "Read the note under the statement" in " ".join(screen_text(app).split())
        assert_nothing_is_covered(app)
