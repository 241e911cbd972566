"""The review in a session: what it asks, how it judges and keeps it, and that it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.missed import GUESS, QUIZZES, SQUARED, missed
from tests.support.python_runner import PythonRunner
from tests.support.tutor_session import NOON, new_session
from tests.support.wait import eventually
from tutor.config import Config
from tutor.grading.quiz import QuizAnswer
from tutor.progress.entries import QuizAnswered, ReviewAnswered, ReviewPutOff
from tutor.progress.fold import read_entries
from tutor.session.core import TutorSession
from tutor.session.reviewing import (
    SKIPPED,
    WHAT_IT_IS,
    Review,
    end_words,
    next_words,
    reasons,
    right_answer,
)


class LostRunner(PythonRunner):
    """A runner that loses all runs."""

    def __init__(self) -> None:
        super().__init__(endings={"": "lost"})


async def opened(
    folder: Path, client: FakeClient | None = None, now: datetime = NOON, *, exam: bool = False
) -> TutorSession:
    """A session whose outline is read."""
    session = new_session(folder, client=client, now=lambda: now, config=Config(exam=exam))
    await session.open()
    return session


def review_of(session: TutorSession) -> Review:
    assert session.state.review is not None
    return session.state.review


async def question(session: TutorSession) -> Review:
    """The review once a question stands or all are asked."""
    await eventually(
        lambda: (
            session.state.review is not None
            and (session.state.review.question is not None or session.state.review.end is not None)
        ),
        "a question",
    )
    return review_of(session)


async def begun(session: TutorSession) -> Review:
    session.answers.review.begin()
    return await question(session)


def choice(review: Review, *, right: bool) -> QuizAnswer:
    """The right option, or a wrong one."""
    assert review.question is not None
    options = review.question.quiz.options
    return QuizAnswer(
        {next(n for n, option in enumerate(options) if option.correct is right): True}
    )


def kept(folder: Path) -> list[ReviewAnswered | ReviewPutOff]:
    entries = read_entries(folder / "data")[0]
    return [entry for entry in entries if isinstance(entry, ReviewAnswered | ReviewPutOff)]


async def test_with_nothing_due_nothing_is_offered_and_it_says_so(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED, days=1)
    session = await opened(tmp_path)
    assert await session.answers.review.offered() == 0
    review = await begun(session)
    assert end_words(review) == f"There is nothing to review today. {WHAT_IT_IS}"
    session.answers.review.go_on()
    assert review_of(session) is review
    session.answers.review.leave()
    assert session.state.review is None
    await session.close()
    assert kept(tmp_path) == []


async def test_a_wrong_idea_is_asked_with_other_givens_and_judged_at_once(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED)
    session = await opened(tmp_path)
    assert await session.answers.review.offered() == 1
    review = await begun(session)
    assert review.step is not None
    assert review.step.id == "double"
    assert review.question is not None
    assert review.question.given == "x = 5"
    assert {option.text for option in review.question.quiz.options} == {"`10`", "`25`", "`2.5000`"}
    session.answers.review.answer(QuizAnswer())
    assert not review_of(session).is_answered
    assert kept(tmp_path) == []
    squared = [option.text for option in review.question.quiz.options].index("`25`")
    session.answers.review.answer(QuizAnswer({squared: True}))
    review = review_of(session)
    assert review.verdict is not None
    assert "You got 25: that is `x` times itself." in review.verdict.message
    assert next_words(review) == "It comes back in 2 days."
    session.answers.review.answer(choice(review, right=True))
    assert review_of(session) is review
    session.answers.review.go_on()
    assert end_words(review_of(session)) == "That was the review for today: 0 of 1 right."
    assert await session.answers.review.offered() == 0
    await session.close()
    (entry,) = kept(tmp_path)
    assert isinstance(entry, ReviewAnswered)
    assert (entry.step, entry.idea, entry.right) == ("double", "squared", False)


async def test_what_was_right_comes_back_later_and_the_step_stays_as_it_was(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES[:2])
    session = await opened(tmp_path)
    before = session.state
    review = await begun(session)
    session.answers.review.answer(choice(review, right=True))
    assert next_words(review_of(session)) == "It comes back in 7 days."
    after = session.state
    assert (after.step, after.verdict, after.progress) == (
        before.step,
        before.verdict,
        before.progress,
    )
    await session.close()
    later = await opened(tmp_path, now=NOON + timedelta(days=7))
    assert await later.answers.review.offered() == 1
    await later.close()


async def test_each_kind_of_question_is_judged(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES, *GUESS)
    session = await opened(tmp_path)
    assert await session.answers.review.offered() == 4
    answers = {
        "ask-me": None,
        "judge-me": QuizAnswer({0: True, 1: True}),
        "how-many": QuizAnswer(text="5"),
        "halved": None,
    }
    review, told = await begun(session), {}
    while review.end is None:
        assert review.step is not None
        assert review.question is not None
        answer = answers[review.step.id] or choice(review, right=True)
        session.answers.review.answer(answer)
        review = review_of(session)
        assert review.verdict is not None
        assert review.question is not None
        told[review.step.id if review.step else ""] = (
            review.verdict.accepted,
            reasons(review.question.quiz, answer),
            right_answer(review.question),
        )
        session.answers.review.go_on()
        review = await question(session)
    assert {step: right for step, (right, _, _) in told.items()} == {
        "ask-me": True,
        "judge-me": False,
        "how-many": False,
        "halved": True,
    }
    assert set(told["judge-me"][1]) == {0, 1}
    assert told["how-many"][2] == "4"
    assert end_words(review) == "That was the review for today: 2 of 4 right."
    await session.close()
    assert len(kept(tmp_path)) == 4


async def test_what_is_skipped_is_asked_another_time(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES)
    session = await opened(tmp_path)
    await begun(session)
    for _ in range(3):
        session.answers.review.go_on()
        await question(session)
    assert end_words(review_of(session)) == SKIPPED
    assert await session.answers.review.offered() == 3
    await session.close()
    assert kept(tmp_path) == []


async def test_after_three_misses_its_step_is_to_be_read_again(tmp_path: Path) -> None:
    wrong = ReviewAnswered(step="ask-me")
    missed(tmp_path, NOON, *QUIZZES[:2], days=6)
    missed(tmp_path, NOON, wrong, days=4)
    missed(tmp_path, NOON, wrong, days=2)
    session = await opened(tmp_path)
    session.answers.review.answer(choice(await begun(session), right=False))
    assert review_of(session).must_read_again
    assert next_words(review_of(session)).startswith("Read “Which one is it?” again.")
    await session.close()
    later = await opened(tmp_path, now=NOON + timedelta(days=30))
    assert await later.answers.review.offered() == 0
    await later.close()


async def test_the_third_right_answer_is_the_last(tmp_path: Path) -> None:
    right = ReviewAnswered(step="ask-me", right=True)
    for days, entries in ((30, QUIZZES[:2]), (28, (right,)), (21, (right,))):
        missed(tmp_path, NOON, *entries, days=days)
    session = await opened(tmp_path)
    session.answers.review.answer(choice(await begun(session), right=True))
    assert next_words(review_of(session)) == "It does not come back: you know it."
    await session.close()


async def test_after_three_minutes_no_further_question_is_asked(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES)
    times = [NOON]
    session = new_session(tmp_path, now=lambda: times[0])
    await session.open()
    review = await begun(session)
    times[0] += timedelta(seconds=179)
    session.answers.review.go_on()
    assert review_of(session).end is None
    await question(session)
    times[0] += timedelta(seconds=1)
    session.answers.review.answer(QuizAnswer({0: True, 1: False}, text="4"))
    session.answers.review.go_on()
    assert end_words(review_of(session)).startswith("Three minutes are over: ")
    assert review.items
    await session.close()


async def test_put_off_it_is_offered_another_day_and_can_be_had_all_the_same(
    tmp_path: Path,
) -> None:
    missed(tmp_path, NOON, *QUIZZES)
    session = await opened(tmp_path)
    session.answers.review.put_off()
    assert await session.answers.review.offered() == 0
    assert (await begun(session)).question is not None
    await session.close()
    assert [type(entry) for entry in kept(tmp_path)] == [ReviewPutOff]
    tomorrow = await opened(tmp_path, now=NOON + timedelta(days=1))
    assert await tomorrow.answers.review.offered() == 3
    await tomorrow.close()


async def test_what_another_app_has_asked_meanwhile_is_not_asked_again(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *QUIZZES)
    session = await opened(tmp_path)
    missed(tmp_path, NOON, ReviewAnswered(step="ask-me", right=True), days=0)
    assert await session.answers.review.offered() == 3
    review = await begun(session)
    assert {item.step for item in review.items} == {"judge-me", "how-many"}
    await session.close()


async def test_without_programs_what_needs_none_is_asked(tmp_path: Path) -> None:
    missed(tmp_path, NOON, *SQUARED, *QUIZZES[:2], *GUESS)
    session = await opened(tmp_path, FakeClient(runner=LostRunner()))
    review = await begun(session)
    assert review.step is not None
    assert review.step.id == "ask-me"
    session.answers.review.answer(choice(review, right=True))
    session.answers.review.go_on()
    assert end_words(await question(session)) == "That was the review for today: 1 of 1 right."
    assert await session.answers.review.offered() == 2
    review = await begun(session)
    assert end_words(review).startswith("No question could be made")
    await session.close()


async def test_steps_that_are_gone_are_asked_about_no_more(tmp_path: Path) -> None:
    gone = [QuizAnswered(step="gone", verdict=verdict) for verdict in ("reject", "accept")]
    unknown = [
        *SQUARED[1:],
        type(SQUARED[0])(step="double", verdict="reject", slug="no-idea"),
        type(SQUARED[0])(step="read-me", verdict="reject", slug="no-idea"),
    ]
    missed(tmp_path, NOON, *gone, *unknown)
    session = await opened(tmp_path)
    assert await session.answers.review.offered() == 0
    await session.close()


@pytest.mark.parametrize("entries", [SQUARED, QUIZZES])
async def test_in_an_exam_nothing_is_asked(
    tmp_path: Path, entries: tuple[QuizAnswered, ...]
) -> None:
    missed(tmp_path, NOON, *entries)
    session = await opened(tmp_path, exam=True)
    assert await session.answers.review.offered() == 0
    review = await begun(session)
    assert (review.end, end_words(review)) == ("exam", "This is an exam: nothing is reviewed.")
    await session.close()
