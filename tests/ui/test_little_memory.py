"""Too little memory for PyTorch: that is said, and only who asks for a run starts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import TO_START, lesson_screen, opened, screen_text, tutor_app
from tests.support.wait import eventually
from tutor.client.memory_shortage import Shortage
from tutor.ui.app import TutorApp

SHORT = Shortage(212, 400)
NUMBERS = ("400 MB", "212 MB")


def squeezed(folder: Path, step: str = "double") -> tuple[TutorApp, FakeClient]:
    client = FakeClient(phase="absent")
    client.short = SHORT
    return tutor_app(folder, client=client, start_at=step), client


async def text_of(app: TutorApp, pilot: Pilot[None]) -> str:
    await pilot.pause()
    await pilot.pause()
    return " ".join(screen_text(app).split())


async def test_it_is_not_started_and_that_is_said_in_numbers(tmp_path: Path) -> None:
    app, client = squeezed(tmp_path)
    async with opened(app) as pilot:
        await eventually(lambda: lesson_screen(app).session.notice, "the sentence")
        text = await text_of(app, pilot)
        assert all(number in text for number in NUMBERS)
        assert "close other programs" in text
        await pilot.press("f2", "f6", "q", "right")
        assert not client.started
        assert "PyTorch not started" in await text_of(app, pilot)
        assert client.observed_ahead == 0


@pytest.mark.parametrize("key", ["f5", "f4"])
async def test_who_asks_for_a_run_starts_it_all_the_same(tmp_path: Path, key: str) -> None:
    app, client = squeezed(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f6", TO_START, *"y=6", key)
        await eventually(lambda: client.started, "the start")
        client.become("ready")
        await eventually(
            lambda: (
                lesson_screen(app).session.ending is not None
                or lesson_screen(app).session.verdict is not None
            ),
            "an answer",
        )
        assert "PyTorch 2.13 ready" in await text_of(app, pilot)


async def test_once_there_is_memory_a_key_in_the_editor_starts_it(tmp_path: Path) -> None:
    app, client = squeezed(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f6", "a")
        client.short = None
        assert not client.started
        await pilot.press("b")
        await eventually(lambda: client.started, "the start")


async def test_one_that_sleeps_is_not_woken_by_a_key_but_by_a_run(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("asleep")
        client.short = SHORT
        await pilot.press("f6", "a")
        await eventually(lambda: "400 MB" in lesson_screen(app).session.notice, "the sentence")
        await pilot.press("f2", "b")
        await pilot.pause()
        assert not lesson_screen(app).session.notice
        assert lesson_screen(app).session.worker.phase == "asleep"
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.worker.phase == "starting", "the start")


async def test_the_pane_goes_on_saying_it(tmp_path: Path) -> None:
    app, _ = squeezed(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "4")
        text = await text_of(app, pilot)
        assert "[4 Output]" in text
        assert all(number in text for number in NUMBERS)
