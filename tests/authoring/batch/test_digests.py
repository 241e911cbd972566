"""The digest of an answer changes with all that its verdict follows from, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import (
    BOUND,
    CODE,
    PREDICT,
    READ,
    sound_course,
    write_course,
    write_family,
)
from tutor.authoring.batch.answer_lines import SubmittedAnswer
from tutor.authoring.batch.digests import AnswerDigests
from tutor.config import Caps

ANSWER = SubmittedAnswer(1, "double", "y = 2 * x")


def digest(
    folder: Path,
    code: str = CODE,
    answer: SubmittedAnswer = ANSWER,
    torch: str = "2.0",
    caps: Caps | None = None,
) -> str | None:
    course = write_course(folder, read=READ, predict=PREDICT, code=code)
    return AnswerDigests(sound_course(course), torch, caps).of(answer)


def test_it_is_the_same_wherever_the_course_lies_and_whoever_answered(tmp_path: Path) -> None:
    first = digest(tmp_path / "a")
    assert first is not None
    assert len(first) == 64
    assert (
        digest(tmp_path / "b", answer=SubmittedAnswer("other", ANSWER.step, ANSWER.code)) == first
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Twice as much", "Double"),
        ("Which operator multiplies?", "Which operator is it?"),
    ],
)
def test_what_no_verdict_depends_on_does_not_count(tmp_path: Path, old: str, new: str) -> None:
    assert digest(tmp_path / "a") == digest(tmp_path / "b", CODE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 3", "x = 4"),
        ('same = "y"', 'same = "y"\nrtol = 0.1'),
        ('given.x = "-5"', 'given.x = "-6"'),
        ("You squared it", "You took the square"),
        ("y = 2 * x", "y = x * 2"),
        ("under the name `y`", "as `y`"),
    ],
)
def test_a_change_of_the_step_counts(tmp_path: Path, old: str, new: str) -> None:
    assert digest(tmp_path / "a") != digest(tmp_path / "b", CODE.replace(old, new, 1))


def test_so_do_the_program_the_step_torch_and_the_limits(tmp_path: Path) -> None:
    found = {
        digest(tmp_path / "a"),
        digest(tmp_path / "b", answer=SubmittedAnswer(1, "double", "y = 2 * x ")),
        digest(tmp_path / "c", answer=SubmittedAnswer(1, "halved", "y = 2 * x")),
        digest(tmp_path / "d", torch="2.1"),
        digest(tmp_path / "e", answer=SubmittedAnswer(1, "double", "y = 2 * x\ud800")),
        digest(tmp_path / "f", caps=Caps(seconds=2)),
        digest(tmp_path / "g", caps=Caps(memory_mb=2)),
    }
    assert len(found) == 7


def test_the_time_of_a_run_that_nobody_judges_does_not_count(tmp_path: Path) -> None:
    assert digest(tmp_path / "a") == digest(tmp_path / "b", caps=Caps(run_seconds=120))


def test_so_does_a_family(tmp_path: Path) -> None:
    found = set()
    for name, said in (("a", "halved"), ("b", "took half of")):
        text = (Path(write_family(_made(tmp_path / name)))).read_text().replace("halved it", said)
        write_family(tmp_path / name, text)
        found.add(digest(tmp_path / name, f"{CODE}\n{BOUND}"))
    assert len(found) == 2


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_step_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert digest(tmp_path, answer=SubmittedAnswer(1, "gone", "")) is None
