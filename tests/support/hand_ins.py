"""Hand-ins of made-up learners of a small course, and the course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.lessons import sound_course
from tests.support.tutor_app import write_course
from tutor.classroom.hand_in_file import (
    SUFFIX,
    HandedEntry,
    HandedProgram,
    HandInHead,
    hand_in_bytes,
)
from tutor.course.model import Course
from tutor.grading.verdict import VerdictKind
from tutor.progress.entries import AnswerJudged, QuizAnswered, StepOpened, digest_of

RIGHT = "y = 2 * x\n"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def minute(number: float) -> datetime:
    """Return a time, that many minutes after noon."""
    return NOON + timedelta(minutes=number)


def small_course(folder: Path) -> Course:
    """Write a course of five steps, `double` among them, and return it."""
    return sound_course(write_course(folder / "lessons"))


def opened(step: str, at: float) -> StepOpened:
    """Return that a learner came to a step."""
    return StepOpened(step=step, at=minute(at))


def judged(
    step: str, at: float, verdict: VerdictKind, program: str = RIGHT, slug: str = ""
) -> AnswerJudged:
    """Return that a program was checked."""
    return AnswerJudged(
        step=step, verdict=verdict, slug=slug, digest=digest_of(program), at=minute(at)
    )


def answered(step: str, at: float, verdict: VerdictKind) -> QuizAnswered:
    """Return that a question was answered."""
    return QuizAnswered(step=step, verdict=verdict, judged={0: True}, text="0.5", at=minute(at))


def program(code: str, step: str = "double") -> HandedProgram:
    """Return a program as it is handed in."""
    return HandedProgram(step, digest_of(code), code)


def hand_in(
    entries: Sequence[HandedEntry], *codes: str, name: str = "", at: float = 60, digest: str = ""
) -> bytes:
    """Return a hand-in with these programs of the step `double`."""
    head = HandInHead(course="A small course", name=name, at=minute(at), course_digest=digest)
    return hand_in_bytes(head, entries, map(program, codes))


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a hand-in into the folder and return its path."""
    file = folder / f"{name}{SUFFIX}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file
