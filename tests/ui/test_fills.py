"""Texts that follow each other faster than Textual can replace them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.tutor_app import MEDIUM, lesson_screen, opened, screen_text, tutor_app
from tests.support.wait import eventually
from tutor.grading.verdict import Verdict
from tutor.session.events import HintShown, VerdictReached


async def _nothing() -> None:
    """Takes one turn of the event loop."""


def _wrong(number: int) -> Verdict:
    return Verdict("reject", "wrong", f"First. Then **number {number}**.\n\nAnd `more`.")


@pytest.mark.parametrize("turns", range(0, 24, 2))
async def test_a_verdict_may_come_amid_the_one_before(tmp_path: Path, turns: int) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        for number in range(12):
            lesson_screen(app).tutor.dispatch(VerdictReached(_wrong(number)))
            for _ in range(turns):
                await asyncio.gather(_nothing())
        await eventually(lambda: "number 11" in screen_text(app), "the last one")
        await pilot.pause()
        assert "number 10" not in screen_text(app)
        assert app.is_running


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_step_may_be_left_amid_its_text(tmp_path: Path, turns: int) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        screen = lesson_screen(app)
        for name in ["next_step", "previous_step"] * 6:
            await screen.action_command(name)
            screen.tutor.dispatch(HintShown())
            for _ in range(turns):
                await asyncio.gather(_nothing())
        await eventually(lambda: "Store twice x as y." in screen_text(app), "the step's text")
        await pilot.pause()
        assert "x times x" not in screen_text(app)
        assert app.is_running
