"""Whose a hand-in is, and what counts of several: repeated ones, late ones, equal names."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.support.hand_ins import NOON, RIGHT, hand_in, judged, minute, opened
from tests.support.lessons import sound_course
from tests.support.tutor_app import DOUBLE, write_course
from tutor.classroom.choosing import Which, answers_in_time, chosen, in_time, until_time
from tutor.classroom.collecting import Problems, Received
from tutor.classroom.hand_in_file import SUFFIX, HandedEntry, read_hand_in
from tutor.classroom.learners import Learner, learners_in, learners_of

WRONG = "y = 3 * x\n"


def received(content: bytes, *, owner: str = "", named: str = "anna", at: float = 60) -> Received:
    arrived = minute(at) if owner else None
    return Received(owner, named, f"{named}.jsonl", arrived, read_hand_in(content))


def only(learners: tuple[Learner, ...]) -> Learner:
    (learner,) = learners
    return learner


def test_what_is_handed_in_repeatedly_is_put_together() -> None:
    first: list[HandedEntry] = [opened("double", 0), judged("double", 1, "reject", WRONG)]
    learner = only(
        learners_of(
            [
                received(hand_in([*first, judged("double", 9, "accept")], WRONG, RIGHT, name="B")),
                received(hand_in(first, WRONG, name="A", at=5)),
            ]
        )
    )
    assert [entry.at for entry in learner.entries] == [minute(0), minute(1), minute(9)]
    assert [answer.code for answer in learner.answers] == [WRONG, RIGHT]
    assert learner.name == "B"


def test_equal_typed_names_are_different_learners_and_equal_folders_the_same() -> None:
    content = hand_in([], RIGHT, name="Anna")
    learners = learners_of(
        [
            received(content, named="a1"),
            received(content, named="a2"),
            received(content, named="a2"),
            received(content, owner="anna", named="a2"),
            received(content, named="anna"),
        ]
    )
    assert [each.label for each in learners] == ["a1", "a2", "anna", "anna (2)"]
    assert {each.name for each in learners} == {"Anna"}


def test_the_directory_of_an_archive_is_read_once_for_all_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("anna", "ben", "carla"):
            archive.writestr(f"{name}/x{SUFFIX}", hand_in([], RIGHT))
    directories: list[zipfile.ZipFile] = []

    class Counted(zipfile.ZipFile):
        def __init__(self, file: BinaryIO) -> None:
            super().__init__(file)
            directories.append(self)

    monkeypatch.setattr(zipfile, "ZipFile", Counted)
    assert [each.label for each in learners_in([tmp_path], Problems())] == ["anna", "ben", "carla"]
    assert len(directories) == 2  # one to find them, one to read them
    assert [each.fp for each in directories] == [None, None]


def test_a_name_that_was_typed_cannot_break_a_line_or_go_on_for_ever() -> None:
    learner = only(learners_of([received(hand_in([], RIGHT, name="A\n\x1b[2J" + "x" * 999))]))
    assert learner.name.startswith("A \\x1b[2Jxxx")
    assert len(learner.name) == 80


def test_a_step_that_was_renamed_is_known_under_its_present_id(tmp_path: Path) -> None:
    step = DOUBLE.replace('id = "double"', 'id = "twice"\nwas = "double"')
    course = sound_course(write_course(tmp_path, {"30-twice": step}))
    learner = only(learners_of([received(hand_in([judged("double", 1, "accept")], RIGHT))], course))
    assert [entry.step for entry in learner.entries] == ["twice"]
    assert [(answer.step, answer.accepted) for answer in learner.answers] == [("twice", True)]


def test_short_digests_of_older_journals_name_their_programs() -> None:
    entry = judged("double", 1, "accept")
    old = type(entry)(step=entry.step, verdict=entry.verdict, digest=entry.digest[:16], at=entry.at)
    learner = only(learners_of([received(hand_in([old], RIGHT))]))
    assert [(each.at, each.accepted) for each in learner.answers] == [(minute(1), True)]


THREE = hand_in(
    [
        judged("double", 1, "reject", WRONG),
        judged("double", 2, "accept", RIGHT),
        judged("double", 3, "reject", "y = 0"),
        judged("double", 30, "accept", WRONG),
    ],
    *(WRONG, RIGHT, "y = 0", "never judged"),
)


@pytest.mark.parametrize(
    ("which", "until", "codes"),
    [
        ("last", None, [WRONG]),
        ("best", None, [WRONG]),
        ("all", None, ["never judged", RIGHT, "y = 0", WRONG]),
        ("last", 10, ["y = 0"]),
        ("best", 10, [RIGHT]),
        ("all", 10, [WRONG, RIGHT, "y = 0"]),
        ("best", 1, [WRONG]),
        ("last", 0, []),
    ],
)
def test_which_answers_are_marked(which: Which, until: float | None, codes: list[str]) -> None:
    learner = only(learners_of([received(THREE)]))
    learner = answers_in_time(learner, minute(until) if until is not None else None)
    assert [answer.code for answer in chosen(learner, which)] == codes


def test_late_hand_ins_are_left_out_and_told() -> None:
    early = received(hand_in([], RIGHT, at=10), named="early")
    late = received(hand_in([], RIGHT, at=61), named="late")
    problems = Problems()
    assert in_time([early, late], minute(60), problems) == (early,)
    (problem,) = problems.sentences()
    assert problem.startswith("late.jsonl came late, at ")


def test_in_a_drop_folder_the_time_of_the_file_counts_and_not_what_it_tells() -> None:
    backdated = received(hand_in([], RIGHT, at=10), owner="anna", at=61)
    postdated = received(hand_in([], RIGHT, at=61), owner="ben", at=10)
    assert in_time([backdated, postdated], minute(60), Problems()) == (postdated,)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T12:00:00+00:00", NOON),
        ("2026-01-02T12:00", datetime(2026, 1, 2, 12).astimezone()),
        ("2026-01-02 12:00", datetime(2026, 1, 2, 12).astimezone()),
        ("2026-01-02", datetime(2026, 1, 2, 23, 59, 59, 999_999).astimezone()),
    ],
)
def test_a_day_lasts_until_its_end_and_a_time_is_local(text: str, moment: datetime) -> None:
    assert until_time(text) == moment


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "9999-12-31"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        until_time(text)
