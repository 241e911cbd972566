"""The verdicts of `nntutor grade` on a class's answers, which replace those of the journals.

The owner of a home folder can edit the journal in it, so a journal shows progress, but cannot be
marked. Verdicts of the teacher's own machine can.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tutor.classroom.hand_in_file import HandedEntry
from tutor.classroom.learners import Learner
from tutor.course.model import CheckedStep, Course
from tutor.grading.verdict import VerdictKind
from tutor.grading.wording import counted
from tutor.progress.entries import AnswerJudged


class Grade(Struct, frozen=True):
    """A line of `nntutor grade`: the verdict on one answer."""

    id: str
    step: str
    verdict: VerdictKind
    slug: str | None = None

    @property
    def is_accepted(self) -> bool:
        return self.verdict.startswith("accept")


_DECODER = msgspec.json.Decoder(Grade)


def read_grades(content: bytes) -> tuple[dict[str, Grade], tuple[str, ...]]:
    """Return the grades by the ids of their answers, and the problems of the lines."""
    grades: dict[str, Grade] = {}
    unread = 0
    for line in content.split(b"\n"):
        try:
            grade = _DECODER.decode(line) if line.strip() else None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            unread += 1
            continue
        if grade is not None:
            grades[grade.id] = grade
    problems = (f"{counted(unread, 'line')} of the verdicts cannot be read.",) if unread else ()
    return grades, problems


def judged_anew(learner: Learner, grades: Mapping[str, Grade]) -> Learner:
    """Return the learner with grades in place of the journal's verdicts on these answers."""
    known = {
        (answer.step, answer.digest[:16]): grade
        for answer in learner.answers
        if (grade := grades.get(learner.answer_id(answer))) is not None
    }
    entries: list[HandedEntry] = []
    for entry in learner.entries:
        if isinstance(entry, AnswerJudged) and (
            grade := known.get((entry.step, entry.digest[:16]))  # older journals hold no more
        ):
            entry = replace(entry, verdict=grade.verdict, slug=grade.slug or "")
        entries.append(entry)
    return replace(learner, entries=tuple(entries))


def points_of(learner: Learner, grades: Mapping[str, Grade], course: Course) -> float:
    """Return the points of the steps with at least one accepted answer."""
    of_learner = (grades.get(learner.answer_id(answer)) for answer in learner.answers)
    right = {grade.step for grade in of_learner if grade is not None and grade.is_accepted}
    return sum(step.points for step in marked_steps(course) if step.id in right)


def marked_steps(course: Course) -> tuple[CheckedStep, ...]:
    """Return the steps whose answers can be judged again: those with a program."""
    return tuple(step for step in course.steps() if isinstance(step, CheckedStep))
