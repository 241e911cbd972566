"""The review's schedule: what enters it, when it is asked, when it ends, and what two apps make."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from tutor.course.help_levels import HelpLevel
from tutor.grading.verdict import VerdictKind
from tutor.progress.entries import (
    AnswerJudged,
    Entry,
    HintShown,
    QuizAnswered,
    ReviewAnswered,
    ReviewPutOff,
    SolutionShown,
    StartedClean,
    StepRead,
)
from tutor.progress.fold import read_entries
from tutor.progress.journal import Journal
from tutor.progress.review_schedule import (
    MAX_A_DAY,
    ReviewItem,
    due_today,
    fold_review,
    is_put_off,
)

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def code(verdict: VerdictKind, step: str = "a", slug: str = "", at: datetime = MONDAY) -> Entry:
    return AnswerJudged(step=step, verdict=verdict, slug=slug, at=at)


def quiz(verdict: VerdictKind, step: str = "q", at: datetime = MONDAY) -> Entry:
    return QuizAnswered(step=step, verdict=verdict, at=at)


def asked(right: bool, day: int, step: str = "q", idea: str = "") -> Entry:
    return ReviewAnswered(step=step, idea=idea, right=right, at=MONDAY + day * DAY)


MISSED = [quiz("reject"), quiz("accept")]


def concept_of(item: ReviewItem) -> str:
    return item.step


def due(entries: list[Entry], day: int) -> list[ReviewItem]:
    return list(due_today(fold_review(entries), MONDAY + day * DAY, concept_of))


def days_of(entries: list[Entry], *rights: bool) -> list[int]:
    """Return the days on which one item is asked, if these answers are given."""
    entries, days = list(entries), []
    answers = iter(rights)
    for day in range(200):
        for item in due(entries, day):
            days.append(day)
            right = next(answers, None)
            if right is None:
                return days
            entries.append(asked(right, day, item.step, item.idea))
    return days


# What enters


def test_what_was_missed_enters_once_its_step_is_done() -> None:
    missed = [code("reject", slug="squared"), code("reject", slug="squared")]
    assert due(missed, 9) == []
    assert due([*missed, code("accept")], 9) == [ReviewItem("a", "squared")]


def test_what_was_missed_afterwards_enters_at_once() -> None:
    assert due([code("accept"), code("reject", slug="squared")], 9) == [ReviewItem("a", "squared")]


def test_what_was_right_at_once_or_by_hints_does_not() -> None:
    hinted = HintShown(step="a", count=3, number=1, at=MONDAY)
    assert due([hinted, code("accept"), quiz("accept"), code("not-attempted", "b")], 9) == []


def test_a_wrong_guess_enters_and_a_page_that_was_read_does_not() -> None:
    read = StepRead(step="q", at=MONDAY)
    assert due([quiz("reject"), read, StepRead(step="r", at=MONDAY)], 9) == [ReviewItem("q")]


@pytest.mark.parametrize("level", ["words", "all"])
def test_what_was_solved_with_the_solution_enters(level: HelpLevel) -> None:
    shown = SolutionShown(step="a", level=level, words=3, at=MONDAY)
    assert due([shown, code("accept")], 9) == [ReviewItem("a")]
    clean = StartedClean(step="a", at=MONDAY)
    assert due([shown, clean, code("accept")], 9) == []
    assert due([code("accept"), shown, code("accept")], 9) == []


def test_a_miss_without_a_name_is_no_wrong_idea() -> None:
    assert due([code("reject"), code("reject", slug="Not a slug"), code("accept")], 9) == []


def test_a_step_that_was_renamed_keeps_its_items() -> None:
    record = fold_review([*MISSED, asked(True, 2)], {"q": "new"})
    assert [each.item for each in record.standings] == [ReviewItem("new")]
    assert due_today(record, MONDAY + 9 * DAY, concept_of) == (ReviewItem("new"),)


# When it is asked


@pytest.mark.parametrize(
    ("rights", "days"),
    [
        ([], [2]),
        ([True, True, True], [2, 9, 30]),
        ([False, True, True, True], [2, 4, 11, 32]),
        ([True, False, True, True, True], [2, 9, 11, 18, 39]),
        ([True, True, False, True, True], [2, 9, 30, 37, 58]),
        ([False, False, False], [2, 4, 6]),
        ([True, False, True, False, False], [2, 9, 11, 18, 20]),
    ],
)
def test_right_leads_to_the_next_gap_and_wrong_one_back(
    rights: list[bool], days: list[int]
) -> None:
    assert days_of(MISSED, *rights) == days


def test_missed_again_at_its_step_it_begins_anew() -> None:
    again = [*MISSED, asked(True, 2), quiz("reject", at=MONDAY + 5 * DAY)]
    assert days_of(again)[:1] == [7]
    over = [*MISSED, asked(True, 2), asked(True, 9), asked(True, 30)]
    assert days_of(over) == []
    assert days_of([*over, quiz("reject", at=MONDAY + 40 * DAY)]) == [42]


def test_days_are_those_of_the_learner() -> None:
    late = MONDAY.replace(hour=22)
    entries = [quiz("reject", at=late), quiz("accept", at=late)]
    here, east = late + DAY + timedelta(hours=3), timezone(timedelta(hours=9))
    assert due_today(fold_review(entries), here, concept_of)
    assert due_today(fold_review(entries), here.astimezone(east), concept_of) == ()


def test_a_day_has_five_the_oldest_first_and_the_rest_comes_another_day() -> None:
    entries = [
        entry
        for number in range(8)
        for entry in (
            quiz("reject", f"q{number}", MONDAY + timedelta(minutes=60 - number)),
            quiz("accept", f"q{number}", MONDAY + timedelta(minutes=60 - number)),
        )
    ]
    first = due(entries, 2)
    assert [item.step for item in first] == ["q7", "q6", "q5", "q4", "q3"]
    entries += [asked(True, 2, item.step) for item in first[:2]]
    assert [item.step for item in due(entries, 2)] == ["q5", "q4", "q3"]
    entries += [asked(True, 2, item.step) for item in first[2:]]
    assert due(entries, 2) == []
    assert [item.step for item in due(entries, 3)] == ["q2", "q1", "q0"]


def test_a_concept_is_asked_once_a_day_and_what_cannot_be_asked_takes_no_place() -> None:
    entries = [
        code("reject", slug="squared"), code("reject", slug="halved"), code("accept"), *MISSED
    ]  # fmt: skip
    assert due(entries, 2) == [ReviewItem("a", "halved"), ReviewItem("q")]
    record = fold_review(entries)
    known = due_today(record, MONDAY + 2 * DAY, lambda item: item.idea or None)
    assert known == (ReviewItem("a", "halved"), ReviewItem("a", "squared"))
    entries.append(asked(True, 2, "a", "halved"))
    assert due(entries, 2) == [ReviewItem("q")]
    assert due(entries, 3) == [ReviewItem("a", "squared"), ReviewItem("q")]


def test_it_is_put_off_for_a_day() -> None:
    record = fold_review([*MISSED, ReviewPutOff(at=MONDAY + 2 * DAY)])
    assert is_put_off(record, MONDAY + 2 * DAY)
    assert not is_put_off(record, MONDAY + 3 * DAY)
    assert not is_put_off(fold_review(MISSED), MONDAY)
    assert due_today(record, MONDAY + 2 * DAY, concept_of)


# What two apps make of it


def test_the_order_of_the_lines_is_nothing_and_an_answer_to_two_apps_counts_once() -> None:
    entries = [
        quiz("reject"),
        quiz("accept", at=MONDAY + timedelta(seconds=1)),
        asked(True, 2),
        ReviewAnswered(step="q", right=False, at=MONDAY + 2 * DAY + timedelta(minutes=1)),
    ]
    records = {fold_review(order).standings for order in permutations(entries)}
    assert len(records) == 1
    assert days_of(entries)[:1] == [9]
    assert fold_review(entries * 2) == fold_review(entries)


def test_an_answer_to_what_never_entered_is_nothing() -> None:
    assert fold_review([asked(True, 2)]) == fold_review([])
    over = [*MISSED, *(asked(False, day) for day in (2, 4, 6))]
    assert fold_review([*over, asked(True, 8)]) == fold_review(over)


def test_the_journals_keep_it_and_odd_dates_harm_nothing(tmp_path: Path) -> None:
    for number, entry in enumerate([*MISSED, asked(True, 2), ReviewPutOff(at=MONDAY + 3 * DAY)]):
        journal = Journal(tmp_path, now=lambda: MONDAY)
        journal.record(entry)
        journal.close()
        assert len(list((tmp_path / "journal").iterdir())) == number + 1
    entries, problems = read_entries(tmp_path)
    assert problems == ()
    assert due(list(entries), 9) == [ReviewItem("q")]
    odd = [replace(quiz("reject"), at=datetime(year, 12, 31, tzinfo=UTC)) for year in (1, 9999)]
    assert due([*entries, *odd], 9) == [ReviewItem("q")]


# A long course


def test_150_items_end_within_months_and_no_day_has_more_than_five() -> None:
    chance = random.Random(19)
    entries: list[Entry] = []
    for number in range(150):
        at = MONDAY + number // 5 * timedelta(minutes=7)
        entries += [quiz("reject", f"q{number}", at), quiz("accept", f"q{number}", at)]
    counts, answers, day = [0], Counter[str](), 0
    while sum(counts) < 1000 and day < 400:
        day += 1
        now = MONDAY + day * DAY
        items = due_today(fold_review(entries), now, lambda item: str(int(item.step[1:]) % 40))
        assert len(items) <= MAX_A_DAY
        counts.append(len(items))
        answers.update(item.step for item in items)
        entries += [asked(chance.random() < 0.85, day, item.step) for item in items]
    record = fold_review(entries)
    assert all(each.is_over for each in record.standings)
    assert set(answers) == {f"q{number}" for number in range(150)}
    assert 450 <= sum(counts) <= 650
    assert sum(count > 0 for count in counts) <= 170
    assert max(number for number, count in enumerate(counts) if count) <= 200
