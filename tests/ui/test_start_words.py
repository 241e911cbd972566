"""What the start says, as data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.support.lessons import sound_course
from tests.support.tutor_app import write_course
from tutor.course.model import CodeStep, Course
from tutor.grading.verdict import VerdictKind
from tutor.progress.fold import Progress
from tutor.progress.last_time import LastTime
from tutor.ui.marks import ASCII, UNICODE, marks_of
from tutor.ui.screens.start_words import (
    WELCOME,
    StartFacts,
    describe_age,
    describe_course,
    describe_progress,
    last_time_warnings,
    next_open,
    start_lines,
    start_rows,
)

NOON = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
EVENING_IN_TOKYO = datetime(2026, 5, 20, 1, 0, tzinfo=timezone(timedelta(hours=9)))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path))


@pytest.mark.parametrize(
    ("at", "now", "words"),
    [
        (NOON, NOON, "today"),
        (NOON + timedelta(days=1), NOON, "today"),
        (NOON - timedelta(hours=12, minutes=1), NOON, "yesterday"),
        (NOON - timedelta(hours=36), NOON, "yesterday"),
        (NOON - timedelta(days=3), NOON, "3 days ago"),
        (NOON - timedelta(days=14), NOON, "2 weeks ago"),
        (NOON - timedelta(days=75), NOON, "2 months ago"),
        (datetime(2026, 5, 19, 14, 0, tzinfo=UTC), EVENING_IN_TOKYO, "yesterday"),
        (datetime(2026, 5, 19, 15, 30, tzinfo=UTC), EVENING_IN_TOKYO, "today"),
    ],
)
def test_when_is_told_in_days_of_the_place_where_one_is(
    at: datetime, now: datetime, words: str
) -> None:
    assert describe_age(at, now) == words


@pytest.mark.parametrize(
    ("verdict", "tries", "draft", "words"),
    [
        (None, 0, None, "nothing written yet"),
        (None, 0, "\ny = ...\n", "nothing written yet"),
        (None, 0, "y = 6", "your draft has 1 line, not checked yet"),
        ("reject", 1, "y = 6\n#\n", "your draft has 2 lines, not right yet after 1 try"),
        ("reject", 3, None, "nothing written yet, not right yet after 3 tries"),
        ("tutor-fault", 0, "y = 6", "your draft has 1 line, the last check failed: the tutor's own "
         "fault"),
    ],
)  # fmt: skip
def test_what_is_unfinished_about_code(
    course: Course, verdict: VerdictKind | None, tries: int, draft: str | None, words: str
) -> None:
    step = course.find("double")
    assert isinstance(step, CodeStep)
    progress = Progress(
        attempts={step.id: tries}, verdicts={} if verdict is None else {step.id: verdict}
    )
    assert describe_progress(step, progress, draft) == words


def test_what_is_unfinished_about_other_steps(course: Course) -> None:
    read, quiz, code, *_ = course.steps()
    nothing = Progress()
    wrong = Progress(attempts={quiz.id: 2}, verdicts={quiz.id: "reject"})
    assert describe_progress(read, nothing, None) == "still to be read"
    assert describe_progress(quiz, nothing, None) == "not answered yet"
    assert describe_progress(quiz, wrong, None) == "not right yet after 2 tries"
    done = Progress(done=frozenset({read.id, code.id}), verdicts={code.id: "accept-with-note"})
    assert describe_progress(read, done, None) == "done"
    assert describe_progress(code, done, "y = 6") == "done, with a remark"


def test_optional_steps_are_counted_apart_and_come_last(tmp_path: Path) -> None:
    write_course(tmp_path)
    file = tmp_path / "basics" / "20-ask-me.toml"
    file.write_text(file.read_text().replace('section = "1.2"', 'section = "1.2"\noptional = true'))
    course = sound_course(tmp_path)
    done = frozenset({"read-me", "double", "gone"})
    assert (
        describe_course(course, done, ASCII) == "#####----- 2 of 4 steps done - 0 of 1 optional one"
    )
    following = next_open(course, done)
    assert following is not None
    assert following.id == "square"
    following = next_open(course, done | {"square", "last-one"})
    assert following is not None
    assert following.id == "ask-me"
    assert next_open(course, frozenset(step.id for step in course.steps())) is None


def test_without_an_optional_step_none_is_counted(course: Course) -> None:
    assert describe_course(course, frozenset(), UNICODE) == "▱▱▱▱▱▱▱▱▱▱ 0 of 5 steps done"


def test_what_went_wrong_the_last_time() -> None:
    assert last_time_warnings(LastTime("double", NOON), ()) == ()
    (cut,) = last_time_warnings(LastTime("double", NOON, cut_off=True), ())
    assert "cut off" in cut
    (torn,) = last_time_warnings(LastTime("double", NOON, cut_off=True, torn=True), ())
    assert "damaged" in torn
    copies = (Path("/data/double.host-1.py"), Path("/data/square.host-1.py"))
    (two,) = last_time_warnings(LastTime("double", NOON), copies)
    assert "the draft of double" in two
    assert str(copies[0]) in two
    assert "2 such texts" in two


@pytest.mark.parametrize("width", [56, 76])
def test_an_offer_of_a_review_has_its_place_before_it_comes(width: int) -> None:
    counts = {
        len(start_lines(start_rows(facts, UNICODE), WELCOME, width, height=24))
        for facts in (
            StartFacts(first_time=False),
            StartFacts(first_time=False, review=1),
            StartFacts(first_time=False, review=5),
            StartFacts(first_time=False, is_review_put_off=True),
        )
    }
    assert len(counts) == 1


@pytest.mark.parametrize("first_time", [True, False])
@pytest.mark.parametrize("width", [56, 76])
def test_no_line_is_wider_than_there_is_room(course: Course, width: int, first_time: bool) -> None:
    facts = StartFacts(
        first_time,
        course.find("double"),
        "Basics and something more to read",
        was_here=True,
        when="yesterday",
        step_progress="your draft has 12 lines, not right yet after 3 tries",
        course="▰▰▰▱▱▱▱▱▱▱ 3 of 12 steps done · 1 of 4 optional ones",
        next_open=course.find("square"),
        warnings=("It was cut off. What you typed up to the last second is saved.",),
    )
    groups = start_rows(facts, UNICODE)
    words = " ".join(row.text for group in groups for row in group).split()
    for height in (5, 40):
        drawn = start_lines(groups, WELCOME, width, height)
        assert max(line.words.cell_length for line in drawn) <= width
        shown = " ".join(line.words.plain for line in drawn).split()
        assert [word for word in words if word not in shown] == []
    assert len(start_lines(groups, WELCOME, width, 5)) < len(
        start_lines(groups, WELCOME, width, 40)
    )


@pytest.mark.parametrize(("keys", "head"), [(("ctrl+x", "f5"), "Ctrl+X"), ((), "Esc, q")])
def test_the_learners_own_key_is_the_one_that_is_told(keys: tuple[str, ...], head: str) -> None:
    groups = start_rows(StartFacts(first_time=True), marks_of("unicode", {"quit": keys}))
    heads = {row.text: row.head for group in groups for row in group}
    assert heads["leaves; everything you typed is saved"] == head
