"""A learner goes through a whole lesson by keys alone, at 80x24 and at 120x35."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    lesson_screen,
    opened,
    say_of,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.progress.fold import read_progress
from tutor.ui.app import TutorApp


async def type_answer(pilot: Pilot[None], source: str) -> None:
    """Goes to the code and writes the answer in place of all that stands there."""
    await pilot.press("escape", "2")
    await pilot.pause()
    await pilot.press(TO_START, "ctrl+k", "ctrl+k")
    await pilot.press(*source)


async def check(app: TutorApp, pilot: Pilot[None]) -> None:
    """Presses F4 and waits for the verdict."""
    await pilot.press("f4")
    session = lesson_screen(app)
    await eventually(
        lambda: session.session.activity is None and session.session.verdict is not None,
        "the verdict",
    )
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_five_steps_by_keys_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path)
    async with opened(app, size) as pilot:
        assert "A network turns numbers into numbers." in screen_text(app)
        await pilot.press("f8")

        await pilot.press("escape", "2")
        await say_of(app, pilot, "The first.")
        await pilot.press("f4")
        await pilot.pause()
        assert "Not yet" in screen_text(app)
        assert "✗ wrong: The first is wrong." in screen_text(app)
        await say_of(app, pilot, "The second.")
        await pilot.press("enter")
        await pilot.pause()
        assert "Right" in screen_text(app)
        await pilot.press("f8")
        await pilot.pause()

        for answer, after in (("y=x+x", "Doubling"), ("y=x*x", "square"), ("y=2*x", "")):
            await type_answer(pilot, answer)
            await check(app, pilot)
            assert "✓ Right" in screen_text(app)
            assert workspace_of(app).code.source.strip() == answer
            await pilot.press("escape", "3")
            await pilot.pause()
            assert after in screen_text(app)
            assert "one way to write it" in screen_text(app)
            await pilot.press("f8")
            await pilot.pause()

        assert "That was the last step." in screen_text(app)
        await pilot.press("ctrl+q")
    progress, problems = read_progress(tmp_path / "data")
    assert progress.done == {"read-me", "ask-me", "double", "square", "last-one"}
    assert problems == ()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_after_check_the_reason_is_on_screen_without_a_key(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await type_answer(pilot, "y = x")
        await check(app, pilot)
        verdict = lesson_screen(app).session.verdict
        assert verdict is not None
        text = screen_text(app)
        assert "✗ Not yet" in text
        assert "y = x" in text
        assert all(line in text for line in verdict.evidence)
        assert "you got 3" in " ".join(text.split())
        assert not lesson_screen(app).session.step_done


async def test_an_answer_that_was_not_begun_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await check(app, pilot)
        assert "○ Not attempted yet" in screen_text(app)
        await pilot.press("ctrl+q")
    assert read_progress(tmp_path / "data")[0].attempts.get("double", 0) == 0
