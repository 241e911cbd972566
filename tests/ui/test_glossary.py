"""The page of terms: what a word means, found by its letters, and the way to its step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    STEPS,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tutor.ui.app import TutorApp
from tutor.ui.screens.glossary import NO_TERMS, NOTHING_FOUND, GlossaryScreen

TERMS = """
[[term]]
name = "square-number"
title = "square number"
say = "A number times itself: 3 makes `9`."

[[term]]
name = "double"
say = "Twice as much: 3 makes 6."

[[term]]
name = "half"
say = "No step is about it: 3 makes 1.5."
"""


def terms_app(folder: Path, start_at: str = "square") -> TutorApp:
    steps = dict(STEPS)
    steps["30-double"] = 'concepts = ["double"]\n' + steps["30-double"]
    steps["40-square"] = 'concepts = ["square-number", "double"]\n' + steps["40-square"]
    head = write_course(folder / "lessons", steps) / "basics" / "lesson.toml"
    head.write_text(head.read_text() + TERMS)
    return tutor_app(folder, start_at=start_at)


@pytest.mark.parametrize("size", [(60, 16), NARROW, MEDIUM])
async def test_it_begins_at_what_the_step_is_about_and_leads_to_where_a_word_is_met_first(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = terms_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape", "w")
        await pilot.pause()
        text = screen_text(app)
        assert "A number times itself: 3 makes 9." in text
        assert "See Times itself" in text
        for word in ("double", "half", "square number", "Esc leaves."):
            assert word in text
        await pilot.press("up", "up")
        await pilot.pause()
        assert "See Twice as much" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "double"


@pytest.mark.parametrize("search", ["SQUARE", "times itself", "/3 9"])
async def test_what_is_typed_searches_words_and_their_meaning(tmp_path: Path, search: str) -> None:
    app = terms_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "w", *("space" if c == " " else c for c in search))
        await pilot.pause()
        assert "A number times itself" in screen_text(app)
        assert "half" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "square"


async def test_a_word_without_a_step_and_a_search_without_a_match_lead_nowhere(
    tmp_path: Path,
) -> None:
    app = terms_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "w", *"half", "enter")
        await pilot.pause()
        assert "No step is about it" in screen_text(app)
        await pilot.press(*"xyz", "enter")
        await pilot.pause()
        assert NOTHING_FOUND in screen_text(app)
        assert isinstance(app.screen, GlossaryScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen_stack == [lesson_screen(app)]


async def test_a_course_without_terms_says_so(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "w")
        await pilot.pause()
        assert NO_TERMS in screen_text(app)


async def test_a_long_meaning_is_paged_through_on_a_small_screen(tmp_path: Path) -> None:
    app = terms_app(tmp_path)
    head = tmp_path / "lessons" / "basics" / "lesson.toml"
    head.write_text(head.read_text().replace("3 makes `9`.", "3 makes `9`. " + "And so on. " * 60))
    async with opened(app, (60, 16)) as pilot:
        await pilot.press("escape", "w")
        await pilot.pause()
        assert "square number" in screen_text(app)
        assert "See 1" not in screen_text(app)
        for _ in range(6):
            await pilot.press("pagedown")
        await pilot.pause()
        assert "See Times itself" in screen_text(app)
