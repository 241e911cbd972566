"""The outline: what is done, the search, and a course of a hundred steps on a small terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.tutor_app import (
    READ,
    STEPS,
    add_lesson,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.session import opening
from tutor.ui.app import TutorApp
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.screens.outline_rows import IN_TEXT, NOTHING_FOUND, TERMS
from tutor.ui.widgets.row_list import RowList

ON = READ.replace("read-me", "on")
FAR = READ.replace("read-me", "far").replace("What a network does", "Far away")


def step_id(app: TutorApp) -> str:
    step = lesson_screen(app).session.step
    assert step is not None
    return step.id


@pytest.mark.parametrize("letter", ["o", "/"])
async def test_both_letters_open_it_at_the_step_on_screen(tmp_path: Path, letter: str) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", letter)
        await pilot.pause()
        assert isinstance(app.screen, OutlineScreen)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert step_id(app) == "square"


async def test_each_lesson_says_how_much_of_it_is_done(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "escape", "o")
        await pilot.pause()
        assert "Basics  ▰▱▱▱▱ 1/5" in screen_text(app)


async def test_a_step_says_how_many_minutes_it_takes(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-read-me": f"minutes = 4\n{READ}"})
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        await pilot.pause()
        assert "What a network does · open · 4 min · you are here" in screen_text(app)


async def test_a_lesson_names_those_that_it_builds_on_until_they_are_done(tmp_path: Path) -> None:
    lessons = write_course(tmp_path / "lessons", {"10-read-me": READ})
    add_lesson(lessons, 'needs = ["basics"]', {"10-on": ON})
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        await pilot.pause()
        assert "More  ▱ 0/1 · builds on Basics" in screen_text(app)
        await pilot.press("escape", "f8", "escape", "escape", "o")
        await pilot.pause()
        assert "More  ▱ 0/1" in screen_text(app)
        assert "builds on" not in screen_text(app)


async def test_a_lesson_says_how_long_it_takes_and_who_begins_with_it(tmp_path: Path) -> None:
    lessons = write_course(tmp_path / "lessons", {"10-read-me": f"minutes = 4\n{READ}"})
    steps = {"10-on": f"minutes = 3\n{ON}", "20-far": f"minutes = 9\n{FAR}"}
    add_lesson(lessons, 'offer = "New to more?"', steps)
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        await pilot.pause()
        assert "Basics  ▱ 0/1 · 4 min" in screen_text(app)
        assert "More  ▱▱ 0/2 · 12 min · New to more?" in screen_text(app)
        assert "○ Far away · open · 9 min" in screen_text(app)
        await pilot.press(*"far", "enter", "f8", "escape", "escape", "o")
        await pilot.pause()
        assert "More  ▰▱ 1/2 · 12 min" in screen_text(app)
        assert "New to" not in screen_text(app)


@pytest.mark.parametrize("search", ["square", "/TIMES", "itself basics", "its open"])
async def test_what_is_typed_searches_and_enter_opens_the_step_found(
    tmp_path: Path, search: str
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "o", *("space" if c == " " else c for c in search))
        await pilot.pause()
        assert "Twice as much" not in _listed(app)
        await pilot.press("enter")
        await pilot.pause()
        assert step_id(app) == "square"


async def test_enter_opens_the_first_match_where_the_step_on_screen_matches_too(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="square")
    async with opened(app) as pilot:
        await pilot.press("escape", "o", *"open")
        await pilot.pause()
        listed = _listed(app)
        assert listed.index("What a network does") < listed.index("you are here")
        await pilot.press("enter")
        await pilot.pause()
        assert step_id(app) == "read-me"


async def test_a_search_without_a_match_says_so_and_opens_nothing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "o", *"xyzzy")
        await pilot.pause()
        assert NOTHING_FOUND in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, OutlineScreen)
        await pilot.press(*["backspace"] * 5, "enter")
        await pilot.pause()
        assert step_id(app) == "double"


async def test_a_hundred_steps_scroll_at_80x24(tmp_path: Path) -> None:
    steps = {
        f"{n:03}-step-{n}": READ.replace("read-me", f"step-{n}").replace("What", f"{n} What")
        for n in range(1, 101)
    }
    write_course(tmp_path / "lessons", steps)
    app = tutor_app(tmp_path, start_at="step-60")
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        await pilot.pause()
        text = screen_text(app)
        assert "60 What a network does · open · you are here" in text
        assert "Esc leaves" in text
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown")
        await pilot.pause()
        assert "100 What a network does" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert step_id(app) == "step-100"


async def test_titles_that_are_read_later_are_added_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SOON", 1)
    read_on, may_go_on = opening.Opening.read_on, asyncio.Event()

    async def held(reader: opening.Opening, near: str | None, *, awaited: bool) -> None:
        await may_go_on.wait()
        await read_on(reader, near, awaited=awaited)

    monkeypatch.setattr(opening.Opening, "read_on", held)
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test() as pilot:
        await eventually(lambda: lesson_screen(app).is_open, "the step")
        await pilot.press("escape", "o", *"twice much")
        await pilot.pause()
        assert "Twice as much · open · you are here" in screen_text(app)
        assert "Times itself" not in _listed(app)
        await pilot.press(*["backspace"] * 10, "down")
        await pilot.pause()
        may_go_on.set()
        await eventually(lambda: "Times itself" in screen_text(app), "the titles")
        await pilot.press("enter")
        await pilot.pause()
        assert step_id(app) == "square"


async def test_letters_reach_the_search_and_never_the_step(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "o", *"q?")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "q?"


async def test_from_where_it_led_to_one_goes_back_to_the_very_place(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        workspace_of(app).code.editor.reset_to("x = 1\ny = 22\n")
        await pilot.press("ctrl+home", "down", "right", "right")
        await pilot.press("escape", "o", *"itself", "enter")
        await pilot.pause()
        assert step_id(app) == "square"
        assert "Esc, b leads back" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "b Back" in screen_text(app)
        await pilot.press("b")
        await pilot.pause()
        workspace = workspace_of(app)
        assert step_id(app) == "double"
        assert workspace.layout_state.pane == "code"
        assert workspace.code.source == "x = 1\ny = 22\n"
        assert workspace.code.editor.cursor_location == (1, 2)
        await pilot.press("escape")
        await pilot.pause()
        assert "b Back" not in screen_text(app)
        await pilot.press("b")
        await pilot.pause()
        assert step_id(app) == "double"
        assert "You came here step by step." in screen_text(app)


LOSS = """
[[term]]
name = "loss-value"
title = "loss"
say = "How wrong the answer is: 0 is perfect."
"""


def searching_app(folder: Path) -> TutorApp:
    """An app with a term, which one step is about, and two steps with words of their own."""
    steps = {
        "10-read-me": READ.replace("First paragraph", "Portuguese and gradients"),
        "20-double": 'concepts = ["loss-value"]\n' + STEPS["30-double"],
        "30-lost": READ.replace("read-me", "lost").replace("What a network does", "At a loss"),
    }
    head = write_course(folder / "lessons", steps) / "basics" / "lesson.toml"
    head.write_text(head.read_text() + LOSS)
    return tutor_app(folder, start_at="double")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (
            "loss",
            ["Basics", "At a loss", TERMS, "loss", IN_TEXT, "Twice as much"],
        ),
        ("PORTUG", [IN_TEXT, "What a network does"]),
        ("gradients does", [IN_TEXT, "What a network does"]),
        ("network", ["Basics", "What a network does", IN_TEXT, "At a loss"]),
        ("loss-value", [TERMS, "loss", IN_TEXT, "Twice as much"]),
        ("portuguese twice", [NOTHING_FOUND]),
    ],
)
async def test_the_search_finds_titles_then_terms_then_words_of_the_texts(
    tmp_path: Path, search: str, found: list[str]
) -> None:
    app = searching_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        app.screen.query_one(Input).value = search
        await pilot.pause()
        rows = app.screen.query_one(RowList).rows
        assert len(rows) == len(found)
        for row, words in zip(rows, found, strict=True):
            assert words in row.text


async def test_from_a_term_esc_leads_back_to_the_search_and_enter_to_its_step(
    tmp_path: Path,
) -> None:
    app = searching_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "escape", "o", *"loss-v", "enter")
        await eventually(lambda: "0 is perfect" in screen_text(app), "the meaning")
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "loss-v"
        await pilot.press("enter")
        await eventually(lambda: "0 is perfect" in screen_text(app), "the meaning")
        await pilot.press("enter")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")
        assert step_id(app) == "double"


def _listed(app: TutorApp) -> str:
    return "\n".join(row.text for row in app.screen.query_one(RowList).rows)
