"""A quiz: what to press is said, statements are shuffled, reasons stand under them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    QUIZ,
    READ,
    WIDE,
    lesson_screen,
    opened,
    say_of,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.progress.fold import read_progress
from tutor.ui.app import TutorApp
from tutor.ui.screens.screen_commands import toggle_zoom
from tutor.ui.widgets.choices import Choices

JUDGE = """
id = "judge-me"
kind = "quiz"
mode = "true-false"
title = "True or false?"
section = "1.2"
text = "Say of each whether it is true."

[[option]]
text = "Seven is odd."
correct = true
why = "It leaves one."

[[option]]
text = "Nine is prime."
why = "It is three times three."

[[option]]
text = "Two is even."
correct = true
why = "It leaves nothing."
"""

NUMBER = """
id = "number-me"
kind = "quiz"
mode = "number"
title = "How many?"
section = "1.3"
text = "How many legs has a spider?"
answer = "8"
"""


def quizzes(folder: Path) -> TutorApp:
    write_course(
        folder / "lessons",
        {"10-judge-me": JUDGE, "20-ask-me": QUIZ, "30-number-me": NUMBER, "40-read-me": READ},
    )
    return tutor_app(folder)


@pytest.mark.parametrize("size", [NARROW, MEDIUM, (60, 16)])
async def test_the_screen_says_what_is_asked_and_which_keys_answer(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = quizzes(tmp_path)
    async with opened(app, size) as pilot:
        if size != MEDIUM:
            assert "F6 goes to the answers." in screen_text(app)
            await pilot.press("f6")
            await pilot.pause()
        text = screen_text(app)
        assert "Say of each whether it is true." in text
        assert "t marks true, f false" in text
        for statement in ("Seven is odd.", "Nine is prime.", "Two is even."):
            assert statement in text


async def test_every_statement_gets_its_own_answer(tmp_path: Path) -> None:
    app = quizzes(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "Seven is odd.", "t")
        await say_of(app, pilot, "Nine is prime.", "t")
        await say_of(app, pilot, "Two is even.", "t")
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(app)
        assert "✗ Not yet" in text
        assert text.count("✓ right") == 2
        assert "✗ wrong: It is three times three." in text
        assert "It leaves one." not in text
        await say_of(app, pilot, "Nine is prime.", "f")
        assert "It is three times three." not in screen_text(app)
        await pilot.press("enter", "f7")
        await pilot.pause()
        text = screen_text(app)
        for why in ("It leaves one.", "It is three times three.", "It leaves nothing."):
            assert f"✓ right: {why}" in text


async def test_numbers_of_statements_are_those_on_screen_and_kept_ones_those_of_the_file(
    tmp_path: Path,
) -> None:
    app = quizzes(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        choices = workspace_of(app).panes["quiz"].focus_target()
        assert choices.has_focus
        for place in range(2):
            await pilot.press("home", *["down"] * place, "t")
        await pilot.press("enter")
        await pilot.pause()
        assert "Not judged yet: statement 3." in screen_text(app)
        await say_of(app, pilot, "Seven is odd.", "t")
        await say_of(app, pilot, "Nine is prime.", "f")
        await say_of(app, pilot, "Two is even.", "t")
        await pilot.press("enter")
    kept = read_progress(tmp_path / "data")[0].quiz["judge-me"]
    assert kept.judged == {0: True, 1: False, 2: True}
    assert kept.verdict == "accept"


async def test_an_answer_stays_while_other_steps_are_looked_at(tmp_path: Path) -> None:
    app = quizzes(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await say_of(app, pilot, "Seven is odd.", "t")
        await pilot.press("f8", "f8")
        await pilot.pause()
        await pilot.press("9")
        await pilot.press("shift+f8", "shift+f8")
        await pilot.pause()
        assert workspace_of(app).answer.judged == {0: True}
        await pilot.press("f8", "f8")
        await pilot.pause()
        assert workspace_of(app).answer.text == "9"


async def test_an_accepted_quiz_is_shown_with_its_reasons_after_a_restart(tmp_path: Path) -> None:
    app = quizzes(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f8")
        await pilot.pause()
        await say_of(app, pilot, "The second.")
        await pilot.press("enter", "ctrl+q")
    again = tutor_app(tmp_path, start_at="ask-me")
    async with opened(again, MEDIUM):
        text = screen_text(again)
        assert "✓ right: It comes after the first." in text
        assert "✗ wrong: The first is wrong." in text
        assert workspace_of(again).answer.judged == {1: True}


async def test_after_a_wrong_answer_the_next_showing_is_shuffled_anew(tmp_path: Path) -> None:
    app = quizzes(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        orders = set()
        for _ in range(8):
            choices = workspace_of(app).panes["quiz"].focus_target()
            statements = getattr(choices, "statements", ())
            orders.add(statements)
            await say_of(app, pilot, "Seven is odd.", "t")
            await say_of(app, pilot, "Nine is prime.", "t")
            await say_of(app, pilot, "Two is even.", "t")
            await pilot.press("enter")
            await pilot.pause()
            assert getattr(choices, "statements", ()) == statements
            await pilot.press("f8", "shift+f8")
            await pilot.pause()
        assert len(orders) > 1
        assert not lesson_screen(app).session.step_done


async def shown_order(app: TutorApp, pilot: Pilot[None]) -> tuple[str, ...]:
    await pilot.pause()
    choices = workspace_of(app).panes["quiz"].focus_target()
    assert isinstance(choices, Choices)
    return choices.statements


@pytest.mark.parametrize("last", [(), ("t", "t", "t"), ("f", "t", "f"), ("f", "f", "f")])
async def test_a_new_start_shows_statements_in_the_same_order(
    tmp_path: Path, last: tuple[str, ...]
) -> None:
    """Whatever was answered; the order on screen is the one that was left."""
    quizzes(tmp_path)
    left: list[tuple[str, ...]] = []
    for keys in ([], [], ["f8", "shift+f8"], ["escape", "0"], []):
        app = tutor_app(tmp_path, start_at="judge-me")
        async with opened(app, MEDIUM) as pilot:
            assert left[-1:] in ([], [await shown_order(app, pilot)])
            if last:
                await pilot.press("home", *[key for said in last for key in (said, "down")])
                await pilot.press("enter")
            await pilot.pause()
            await pilot.press(*keys)
            left.append(await shown_order(app, pilot))


async def test_a_quiz_is_asked_again_without_losing_its_tick(tmp_path: Path) -> None:
    app = quizzes(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f8")
        await pilot.pause()
        await say_of(app, pilot, "The second.")
        await pilot.press("enter")
        await pilot.pause()
        assert "Esc, 0 asks again." in screen_text(app)
        await pilot.press("escape", "0")
        await pilot.pause()
        assert workspace_of(app).answer.judged == {}
        text = screen_text(app)
        assert "It comes after the first." not in text
        assert "A number key chooses" in text
        await say_of(app, pilot, "The first.")
        await pilot.press("enter")
        await pilot.pause()
        assert "✗ wrong: The first is wrong." in screen_text(app)
        assert lesson_screen(app).session.step_done


async def test_a_typed_answer_is_read_kindly_and_told_why_it_is_wrong(tmp_path: Path) -> None:
    step = NUMBER + '\ntolerance = 0.1\n[[wrong]]\nanswer = "6"\nwhy = "An insect has six."\n'
    write_course(tmp_path / "lessons", {"10-number-me": step})
    app = tutor_app(tmp_path, start_at="number-me")
    async with opened(app) as pilot:
        await pilot.press("f6", *"lots", "enter")
        await pilot.pause()
        assert "lots is not a number." in screen_text(app)
        await pilot.press(*["backspace"] * 4, *"6,0", "enter")
        await pilot.pause()
        text = screen_text(app)
        assert "An insect has six." in text
        assert "you said: 6,0, read as 6" in text
        await pilot.press(*["backspace"] * 3, *"16/2", "enter")
        await pilot.pause()
        assert "✓ Right" in screen_text(app)
    assert read_progress(tmp_path / "data")[0].attempts == {"number-me": 2}


FOLD = "▼ More below."


@pytest.mark.parametrize("size", [(60, 16), NARROW], ids=str)
async def test_the_screen_says_whether_there_are_statements_below(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    judge = JUDGE.replace("Seven is odd.", "Seven is odd. " + "It is prime, too. " * 80)
    write_course(tmp_path / "lessons", {"10-judge-me": judge, "40-read-me": READ})
    app = tutor_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        assert f"{FOLD} Up and Down move, t marks true" in screen_text(app)
        workspace_of(app).panes["quiz"].query_one(VerticalScroll).scroll_end(animate=False)
        await eventually(lambda: FOLD not in screen_text(app), "the end")
        await pilot.resize_terminal(120, 60)
        await pilot.pause()
        await pilot.pause()
        assert FOLD not in screen_text(app)
        await pilot.resize_terminal(*size)
        await pilot.press("home")
        await eventually(lambda: FOLD in screen_text(app), "the fold is said again")


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE])
@pytest.mark.parametrize("kind", ["quiz", "predict"])
async def test_the_question_stands_once_beside_its_text(
    tmp_path: Path, size: tuple[int, int], kind: str
) -> None:
    asked = NUMBER.replace("How many legs", "It has no bones.\n\nHow many legs")
    asked = asked.replace('text = "', 'text = """').replace('spider?"', 'spider?"""')
    if kind == "predict":
        asked = asked.replace("quiz", kind).replace("answer =", 'program = "x = 8"\nanswer =')
    write_course(tmp_path / "lessons", {"10-number-me": asked})
    app = tutor_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "It has no bones." in text
        assert text.count("How many legs has a spider?") == 1
        toggle_zoom(lesson_screen(app))
        workspace_of(app).goto("lesson")
        await pilot.pause()
        assert screen_text(app).count("How many legs has a spider?") == 1, "the text is alone"
