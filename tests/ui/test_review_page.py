"""The review on screen: offered in one line, taken or skipped by one key, and it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.lessons import PREDICT
from tests.support.missed import GUESS, QUIZZES, SQUARED, missed
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    NOW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.progress.entries import ReviewAnswered, ReviewPutOff
from tutor.progress.fold import read_entries
from tutor.session.reviewing import Review
from tutor.ui.app import TutorApp
from tutor.ui.editor.ask_bar import AskBar
from tutor.ui.screens.review_page import ReviewPage
from tutor.ui.screens.start import StartScreen

SMALL = (60, 16)
SIZES = [SMALL, NARROW, MEDIUM]
OFFER = "about what you missed; s skips it today"


@asynccontextmanager
async def at_start(app: TutorApp, size: tuple[int, int] = NARROW) -> AsyncIterator[Pilot[None]]:
    """Run the app, and yield once all that the start screen tells stands on it."""
    async with app.run_test(size=size) as pilot:
        await eventually(lambda: lesson_screen(app).session.is_whole, "the outline")
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield pilot


@asynccontextmanager
async def reviewing(app: TutorApp, size: tuple[int, int] = NARROW) -> AsyncIterator[Pilot[None]]:
    """Take the review that is offered, and yield once its first question stands."""
    async with at_start(app, size) as pilot:
        await pilot.press("r")
        await question(app, pilot)
        yield pilot


def review_of(app: TutorApp) -> Review:
    review = lesson_screen(app).session.review
    assert review is not None
    return review


async def question(app: TutorApp, pilot: Pilot[None]) -> Review:
    """The review once a question stands, or its end."""

    def stands() -> bool:
        review = lesson_screen(app).session.review
        return review is not None and (review.question is not None or review.end is not None)

    await eventually(stands, "a question")
    await pilot.pause()
    return review_of(app)


async def choose(app: TutorApp, pilot: Pilot[None], *, right: bool) -> None:
    """Choose the right option or a wrong one, and have that judged."""
    shown = review_of(app).question
    assert shown is not None
    place = next(n for n, o in enumerate(shown.quiz.options, 1) if o.correct is right)
    await pilot.press(str(place), "enter")
    await eventually(lambda: review_of(app).is_answered, "the verdict")
    await pilot.pause()


def text_of(app: TutorApp) -> str:
    """The text of the page where it is shown, else of the whole screen."""
    rows = screen_text(app).splitlines()
    inner = [row.split("┃")[1] for row in rows if row.count("┃") == 2]
    return " ".join(" ".join(inner or rows).split())


def kept(folder: Path) -> list[tuple[str, bool] | None]:
    """Step and rightness of each answer in the journal; None for a day without a review."""
    found: list[tuple[str, bool] | None] = []
    for entry in read_entries(folder / "data")[0]:
        if isinstance(entry, ReviewAnswered):
            found.append((entry.step, entry.right))
        if isinstance(entry, ReviewPutOff):
            found.append(None)
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_one_line_offers_it_and_a_key_takes_it(tmp_path: Path, size: tuple[int, int]) -> None:
    missed(tmp_path, NOW, *SQUARED)
    app = tutor_app(tmp_path)
    async with at_start(app, size) as pilot:
        text = text_of(app)
        assert f"r asks 1 question {OFFER}" in text
        assert app.screen.query_one("#start").max_scroll_y == 0
        await pilot.press("r")
        await question(app, pilot)
        text = text_of(app)
        assert "Review, question 1 of 1: Twice as much" in text
        assert "x = 5" in text
        assert "What is y?" in text
        await choose(app, pilot, right=True)
        assert "✓ Right. It comes back in 7 days." in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "That was the review for today: 1 of 1 right." in text_of(app)
        await pilot.press("enter")
        await eventually(lambda: isinstance(app.screen, StartScreen), "the start")
        await eventually(lambda: OFFER not in text_of(app), "the end of the offer")
    assert kept(tmp_path) == [("double", True)]


async def test_a_key_skips_it_for_the_day(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES)
    app = tutor_app(tmp_path)
    async with at_start(app) as pilot:
        assert f"r asks 3 questions {OFFER}" in text_of(app)
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)
        assert "No review today." in text_of(app)
        await pilot.press("ctrl+q")
    assert kept(tmp_path) == [None]
    again = tutor_app(tmp_path)
    async with at_start(again):
        assert OFFER not in text_of(again)


async def test_without_an_offer_its_letters_are_no_code(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES, days=1)
    app = tutor_app(tmp_path)
    async with at_start(app) as pilot:
        assert OFFER not in text_of(app)
        await pilot.press("s", "s")
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)
        assert "No review today." not in text_of(app)
        await pilot.press("r")
        assert (await question(app, pilot)).end == "nothing"
        await pilot.press("escape")
        await eventually(lambda: isinstance(app.screen, StartScreen), "the start")
    assert kept(tmp_path) == []


async def test_a_second_time_its_letters_are_no_code_either(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES)
    app = tutor_app(tmp_path)
    async with at_start(app) as pilot:
        await pilot.press("s", "s")
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)
        await pilot.press("r")
        assert (await question(app, pilot)).question is not None
    assert kept(tmp_path) == [None]


async def test_before_the_offer_has_come_its_key_takes_it(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *SQUARED)
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("r")
        assert (await question(app, pilot)).question is not None
        assert isinstance(app.screen, ReviewPage)


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
async def test_a_wrong_answer_is_told_why_and_what_is_right(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    missed(tmp_path, NOW, *SQUARED)
    app = tutor_app(tmp_path)
    async with reviewing(app, size) as pilot:
        shown = review_of(app).question
        assert shown is not None
        place = [option.text for option in shown.quiz.options].index("`25`")
        await pilot.press(str(place + 1), "enter")
        await eventually(lambda: review_of(app).is_answered, "the verdict")
        await pilot.pause()
        text = text_of(app)
        assert "✗ Not right. It comes back in 2 days." in text
        await pilot.press("pagedown")
        await pilot.pause()
        text += text_of(app)
        assert "that is x times itself." in text
        assert "A right answer gives that." in text
    assert kept(tmp_path) == [("double", False)]


async def test_all_kinds_of_question_are_answered_by_keys(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES, *GUESS)
    app = tutor_app(tmp_path)
    async with reviewing(app) as pilot:
        seen = []
        while (review := await question(app, pilot)).end is None:
            assert review.step is not None
            seen.append(review.step.id)
            match review.step.id:
                case "how-many":
                    await pilot.press("enter")
                    assert "Type a number." in text_of(app)
                    await pilot.press("5", "enter")
                    await eventually(lambda: review_of(app).is_answered, "the verdict")
                    await pilot.pause()
                    assert "That is two and three. you said 5 right is 4" in text_of(app)
                case "judge-me":
                    await pilot.press("t", "down", "t", "enter")
                    await eventually(lambda: review_of(app).is_answered, "the verdict")
                    await pilot.pause()
                    assert "It is one less." in text_of(app)
                case "halved":
                    assert "y = x / 2" in text_of(app)
                    await choose(app, pilot, right=True)
                    assert "y 1.0" in text_of(app)
                case _:
                    await choose(app, pilot, right=True)
                    await pilot.press("1", "2")
            await pilot.press("enter")
        assert sorted(seen) == ["ask-me", "halved", "how-many", "judge-me"]
        assert "2 of 4 right" in text_of(app)
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, StartScreen), "the start")
    assert len(kept(tmp_path)) == 4


async def test_what_is_told_comes_into_sight_below_a_long_program(tmp_path: Path) -> None:
    lines = "".join(f"a{number} = {number}\n" for number in range(60))
    long = PREDICT.replace('program = "y = x / 2"', f'program = """\n{lines}y = x / 2\n"""')
    write_course(tmp_path / "lessons", {"10-halved": long})
    missed(tmp_path, NOW, *GUESS)
    app = tutor_app(tmp_path)
    async with reviewing(app) as pilot:
        assert "What is in x after the program?" in text_of(app)
        await choose(app, pilot, right=True)
        await eventually(lambda: "✓ Right." in text_of(app), "the result")


async def test_a_question_is_skipped_and_the_page_left_at_any_time(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES)
    app = tutor_app(tmp_path)
    async with reviewing(app) as pilot:
        first = review_of(app).item
        await pilot.press("f8")
        assert (await question(app, pilot)).item != first
        await pilot.press("escape")
        await eventually(lambda: isinstance(app.screen, StartScreen), "the start")
        await pilot.pause()
        assert lesson_screen(app).session.review is None
        assert f"r asks 3 questions {OFFER}" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is lesson_screen(app)
    assert kept(tmp_path) == []


async def test_while_programs_run_it_says_so_and_can_be_left(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *SQUARED)
    client = FakeClient()
    waiting = client.until

    async def never(*_: object) -> tuple[object, ...]:
        await waiting(lambda: False)
        return ()

    client.observe_all = never  # type: ignore[method-assign, assignment]  # it never answers
    app = tutor_app(tmp_path, client=client)
    async with at_start(app) as pilot:
        await pilot.press("r")
        await eventually(
            lambda: (
                (review := lesson_screen(app).session.review) is not None and bool(review.items)
            ),
            "what is asked",
        )
        await pilot.pause()
        assert "The question is being prepared" in text_of(app)
        await pilot.press("escape")
        await eventually(lambda: isinstance(app.screen, StartScreen), "the start")


async def test_after_three_misses_a_key_leads_to_the_step(tmp_path: Path) -> None:
    for days, entries in ((6, QUIZZES[:2]), (4, [ReviewAnswered(step="ask-me")])):
        missed(tmp_path, NOW, *entries, days=days)
    missed(tmp_path, NOW, ReviewAnswered(step="ask-me"))
    app = tutor_app(tmp_path)
    async with reviewing(app) as pilot:
        await choose(app, pilot, right=False)
        assert "Read “Which one is it?” again." in text_of(app)
        await pilot.press("r")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "ask-me"


async def test_the_command_opens_at_it_and_typed_keys_are_its_own(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES[:2])
    app = tutor_app(tmp_path, review=True)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("1")
        await question(app, pilot)
        assert isinstance(app.screen, ReviewPage)
        await choose(app, pilot, right=True)
        await pilot.press("escape")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")
        await eventually(lambda: lesson_screen(app).session.is_entered, "that it is entered")


async def test_it_can_be_had_from_a_step_and_says_when_there_is_nothing(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *QUIZZES, days=1)
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test(size=NARROW) as pilot:
        await eventually(lambda: lesson_screen(app).is_open, "the step")
        await pilot.press("escape", "u")
        await eventually(lambda: isinstance(app.screen, ReviewPage), "the page")
        await question(app, pilot)
        assert "There is nothing to review today." in text_of(app)
        await pilot.press("enter")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")


async def test_keys_of_the_editor_do_nothing_beside_it(tmp_path: Path) -> None:
    missed(tmp_path, NOW, *SQUARED)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        before = workspace_of(app).code.source
        await pilot.press("escape", "u")
        review = await question(app, pilot)
        await pilot.press("ctrl+space", "ctrl+f5", "shift+f1", "f5", "i", "j", "u", "asterisk")
        await pilot.pause()
        assert [type(screen) for screen in app.screen_stack[1:]] == [ReviewPage]
        assert review_of(app) is review
        session = lesson_screen(app).session
        assert (session.activity, session.last_run, session.watched) == (None, 0, None)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is lesson_screen(app)
        assert workspace_of(app).code.source == before
        assert not app.screen.query(AskBar)
        await pilot.press("ctrl+f5")
        await pilot.pause()
        assert app.screen.query_one(AskBar).field.has_focus
