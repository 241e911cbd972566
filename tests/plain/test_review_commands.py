"""The review in plain mode: offered in a line, asked, judged, and at its end one is back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.missed import GUESS, NUMBER, QUIZZES, SQUARED, missed
from tests.support.plain_mode import Listener, listening
from tests.support.tutor_app import write_course
from tests.support.tutor_session import NOON
from tutor.cli import main
from tutor.plain.main_thread import act_meanwhile, prompt_of
from tutor.plain.review_commands import IS_ANSWERED, LEFT, MAKING, PUT_OFF
from tutor.progress.entries import ReviewAnswered
from tutor.progress.fold import read_entries
from tutor.session.reviewing import Review

AT_HOME = "Reading: What a network does. Step 1 of 6."


def number_of(heard: list[str], option: str) -> str:
    """The number under which an option was told."""
    return next(line.partition(".")[0] for line in heard if line.endswith(f". {option}"))


def kept(folder: Path) -> list[ReviewAnswered]:
    found = read_entries(folder / "data")[0]
    return [entry for entry in found if isinstance(entry, ReviewAnswered)]


async def begun(learner: Listener) -> list[str]:
    return [line for line in await learner.types("review") if line != MAKING]


async def test_it_is_offered_in_one_line_and_skipped_by_one_command(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED)
    async with listening(tmp_path) as learner:
        assert learner.heard[1:3] == [
            "Review: 1 question about what you missed. "
            "Type review for them, or review skip for none today.",
            AT_HOME,
        ]
        assert await learner.types("review skip") == [PUT_OFF]
        assert await learner.types("review now") == [
            "Type review alone, or review skip for none today."
        ]
    async with listening(tmp_path) as learner:
        assert learner.heard[1] == AT_HOME
        assert "Review: question 1 of 1, from Twice as much." in await begun(learner)


async def test_a_wrong_idea_is_asked_with_other_givens(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED)
    async with listening(tmp_path) as learner:
        heard = await begun(learner)
        assert heard[0] == "Review: question 1 of 1, from Twice as much."
        assert heard[1].startswith("Question: ")
        assert "Choose one of 3: type its number." in heard
        assert heard[-1] == "Given, with other values than in the step: 1 line, type given."
        assert prompt_of(learner.desk) == "review 1> "
        assert await learner.types("given") == [
            "Given, with other values than in the step.",
            "Code: 1 line.",
            "Line 1: x = 5",
        ]
        assert await learner.types("code") == ["No program is asked about here."]
        wrong = number_of(heard, "25")
        told = await learner.types(wrong)
        assert told[0] == f"Not right: choice {wrong}."
        assert any("You got 25: that is x times itself." in line for line in told)
        assert any(line.startswith(f"Choice {number_of(heard, '10')}, right: ") for line in told)
        assert told[-2:] == ["It comes back in 2 days.", "Type next to go on."]
        assert await learner.types(number_of(heard, "10")) == [IS_ANSWERED]
        assert await learner.types("next") == [
            "That was the review for today: 0 of 1 right.",
            AT_HOME,
        ]
        assert prompt_of(learner.desk) == "step 1> "
    assert [(entry.step, entry.right) for entry in kept(tmp_path)] == [("double", False)]


async def test_each_kind_of_question_is_answered_as_at_its_step(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES, *GUESS)
    answers = {"Which one is it?": "", "True or false?": "", "How many?": "5", "Halved": ""}
    async with listening(tmp_path) as learner:
        heard = await begun(learner)
        met = []
        while match := re.match(r"Review: question \d of \d, from (.+?)\.?$", heard[0]):
            met.append(match[1])
            first = next(line for line in heard if line.startswith(("Choose", "Judge", "Type a")))
            answer = answers.get(match[1]) or ("t f" if first.startswith("Judge") else "1")
            told = await learner.types(answer)
            assert told[0].startswith(("Right: ", "Not right: ")), told
            assert any(line.startswith("It comes back in ") for line in told)
            if answer == "5":
                assert "That is two and three." in told
                assert "Right is 4." in told
            heard = [line for line in await learner.types("next") if line != MAKING]
        assert len(met) == 4
        assert {"Which one is it?", "True or false?", "How many?"} < set(met)
        assert re.match(r"That was the review for today: \d of 4 right\.", heard[0])


async def test_a_figure_of_the_step_is_told_of(tmp_path: Path) -> None:
    with_figure = NUMBER.replace("answer =", 'figures = ["sigmoid_function"]\nanswer =', 1)
    write_course(tmp_path / "lessons", {"10-how-many": with_figure})
    missed(tmp_path, NOON, *QUIZZES)
    async with listening(tmp_path) as learner:
        assert (await begun(learner))[-2:] == ["Type a number.", "Figures: 1, type figure."]
        assert (await learner.types("figure"))[0].startswith("Figure: ")


async def test_only_commands_of_the_review_act_in_it(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES)
    async with listening(tmp_path) as learner:
        first = (await begun(learner))[0]
        assert await learner.types("check") == [
            "That is not for the review. Type leave to end it, or help."
        ]
        assert (await learner.types("help"))[1].startswith("In the review: answer, next, ")
        assert await learner.types("xyz") == ["There is no command xyz. Type help for commands."]
        assert (await learner.types("task"))[0] == first
        assert await learner.types("go") == ["Type leave first: then go leads to any step."]
        assert await learner.types("figure") == ["There is no figure here."]
        second = (await learner.types("next"))[0]
        assert second.startswith("Review: question 2 of 3")
        assert await learner.types("leave") == [LEFT, AT_HOME]
        assert (await learner.types("check"))[0].startswith("There is nothing to check")
    assert kept(tmp_path) == []


async def test_without_anything_due_it_says_so(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        heard = await learner.types("review")
        assert heard[0] == "There is nothing to review today."
        assert "Reading: What a network does. Step 1 of 5." in heard


async def test_it_can_begin_with_the_review(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED)
    async with listening(tmp_path, review=True) as learner:
        assert "Review: question 1 of 1, from Twice as much." in learner.heard
        assert AT_HOME not in learner.heard
        assert await learner.types("leave") == [
            LEFT,
            AT_HOME,
            "A network turns numbers into numbers.",
            "First paragraph of the lesson.",
            "Type next to go on.",
        ]


async def test_ctrl_c_leaves_it_while_a_question_is_made(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        learner.desk.session.set(review=Review())
        act_meanwhile(learner.desk, "pause")
        assert learner.desk.state.review is not None
        act_meanwhile(learner.desk, "stop")
        assert learner.desk.state.review is None


def test_where_plain_mode_is_asked_for_the_command_begins_it_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_with: list[object] = []

    def run_plain(*_arguments: object, review: bool, **_more: object) -> int:
        begun_with.append(review)
        return 0

    monkeypatch.setattr("tutor.plain.main_thread.run_plain", run_plain)
    monkeypatch.setattr("tutor.session.reviewing.read_due", lambda *_: ("something",))
    monkeypatch.setenv("NNTUTOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("NNTUTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ACCESSIBLE", "1")
    assert CliRunner().invoke(main, ["review"]).exit_code == 0
    assert begun_with == [True]
