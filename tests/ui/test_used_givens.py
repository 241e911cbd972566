"""Answers to earlier steps above the code: folded to a line that says whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_app import MEDIUM, opened, screen_text, tutor_app
from tests.support.used_steps import OWN, used_course
from tutor.progress.accepted_answers import AcceptedAnswers


@pytest.mark.parametrize(
    ("own", "heading"),
    [
        ("", "# The tutor's solution of “A function for squares”: 5 lines"),
        (OWN, "# Your answer to “A function for squares”: 6 lines"),
    ],
    ids=["solution", "own"],
)
async def test_a_line_stands_for_each_answer_until_all_is_shown(
    tmp_path: Path, own: str, heading: str
) -> None:
    used_course(tmp_path / "lessons")
    if own:
        AcceptedAnswers(tmp_path / "data").save("first", "square", own)
    app = tutor_app(tmp_path, start_at="cube")
    async with opened(app, MEDIUM) as pilot:
        text = screen_text(app)
        assert heading in text
        assert "edge = 2" in text
        assert "def square" not in text
        await pilot.press("escape", "g")
        text = screen_text(app)
        assert heading in text
        assert "def square(number):" in text
        assert ("mine" in text) is bool(own)
        await pilot.press("escape", "g")
        assert "def square" not in screen_text(app)


async def test_a_step_that_uses_none_has_its_givens_as_ever(tmp_path: Path) -> None:
    used_course(tmp_path / "lessons")
    app = tutor_app(tmp_path, start_at="cube")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("shift+f8")
        text = screen_text(app)
        assert "given · 1 line · locked" in text
        assert "#" not in text
