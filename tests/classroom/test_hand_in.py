"""What a learner hands in of a data folder: what was done at the steps, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.hand_ins import NOON, RIGHT, judged, minute, opened, small_course
from tests.support.lessons import sound_course
from tests.support.tutor_app import DOUBLE, write_course
from tutor.classroom import hand_in_command
from tutor.classroom.drop_folder import CannotDeliver
from tutor.classroom.hand_in import content_to_hand_in, course_digest
from tutor.classroom.hand_in_command import NOTHING, gather, hand_over, shown_before
from tutor.classroom.hand_in_file import read_hand_in
from tutor.course.model import Course
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import Drafts
from tutor.progress.entries import Entry, HintShown, PlaceKept, QuizAnswered, digest_of
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import KeptAttempts


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return small_course(tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which something was done."""
    data = tmp_path / "data"
    keep(
        data,
        opened("double", 0),
        HintShown(step="double", count=1, at=minute(1)),
        judged("double", 2, "reject", "y = 3"),
        judged("double", 3, "accept"),
        PlaceKept(step="double", pane="code", row=1, column=2, scroll=0, at=minute(4)),
        QuizAnswered(step="ask-me", verdict="reject", text="secret", at=minute(5)),
        judged("of-another-course", 6, "accept"),
    )
    for text in ("y = 3", RIGHT):
        KeptAttempts(data).keep("double", text)
    KeptAttempts(data).keep("of-another-course", "z = 1")
    Drafts(data).save("basics", "double", "a draft")
    return data


def keep(data: Path, *entries: Entry) -> None:
    journal = Journal(data, now=lambda: NOON)
    for entry in entries:
        journal.record(entry)
    journal.close()


def test_what_was_done_at_the_course_is_handed_in(course: Course, data: Path) -> None:
    content = content_to_hand_in(course, data, (), now=NOON)
    read = read_hand_in(content.to_bytes())
    assert [entry.step for entry in read.entries] == ["double"] * 4 + ["ask-me"]
    assert {each.code for each in read.programs} == {"y = 3", RIGHT}
    assert read.head.course_digest == course_digest(course)
    assert (read.head.at, read.head.torch != "", read.problems) == (NOON, True, ())
    assert content.summary == (
        "  ask-me                   not done, 1 attempt",
        "  double                   done, 2 attempts, 1 hint, 2 programs",
    )


@pytest.mark.parametrize("secret", ["secret", "a draft", "place-kept", "of-another-course"])
def test_what_is_nobodys_business_stays(course: Course, data: Path, secret: str) -> None:
    assert secret.encode() not in content_to_hand_in(course, data, (), now=NOON).to_bytes()


def test_steps_can_be_chosen(course: Course, data: Path) -> None:
    content = content_to_hand_in(course, data, ["ask-me"], now=NOON)
    assert [entry.step for entry in content.entries] == ["ask-me"]
    assert content.programs == ()


def test_an_accepted_answer_of_an_older_version_is_handed_in(course: Course, data: Path) -> None:
    keep(data, judged("square", 1, "accept", "y = x * x"))
    AcceptedAnswers(data).save("basics", "square", "y = x * x")
    content = content_to_hand_in(course, data, (), now=NOON)
    assert ("square", digest_of("y = x * x")) in {(p.step, p.digest) for p in content.programs}


def test_what_was_done_under_a_former_id_is_handed_in(tmp_path: Path, data: Path) -> None:
    step = DOUBLE.replace('id = "double"', 'id = "twice"\nwas = "double"')
    course = sound_course(write_course(tmp_path / "other", {"30-twice": step}))
    content = content_to_hand_in(course, data, ["twice"], now=NOON)
    assert {each.step for each in content.programs} == {"twice"}
    assert {each.step for each in content.entries} == {"double"}
    assert content.summary == ("  twice                    done, 2 attempts, 1 hint, 2 programs",)


def test_what_is_shown_before_is_what_is_handed_in(
    tmp_path: Path, course: Course, data: Path
) -> None:
    content = gather(course, data, ())
    text = shown_before(content, tmp_path)
    assert text.startswith("A small course: 2 steps, 2 programs.\n")
    assert all(line in text for line in content.summary)
    assert text.endswith(f"It is written to {tmp_path}.")
    file = hand_over(content, "  Anna \udcff ", tmp_path)
    assert read_hand_in(file.read_bytes()).head.name == "Anna ?"


def test_nothing_and_too_much_are_not_handed_in(
    tmp_path: Path, course: Course, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CannotDeliver, match=NOTHING):
        gather(course, tmp_path / "none", ())
    for limit in ("MAX_BYTES", "MAX_LINES"):
        with monkeypatch.context() as patched:
            patched.setattr(hand_in_command, limit, 8)
            with pytest.raises(CannotDeliver, match="Name the steps"):
                gather(course, data, ())
    assert gather(course, data, ()).summary


def test_a_course_that_changed_has_another_digest(tmp_path: Path, course: Course) -> None:
    before = course_digest(course)
    file = next(step.file for step in course.steps() if step.id == "double")
    file.write_text(file.read_text() + "\n# changed\n")
    assert course_digest(course) != before
    file.unlink()
    assert len(course_digest(course)) == 16
