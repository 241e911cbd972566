"""One learner's activity at each step, counted from the journal: for learner and class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from msgspec import Struct, field

from tutor.course.model import Course
from tutor.grading.verdict import VerdictKind
from tutor.progress.entries import (
    AnswerJudged,
    AppEnded,
    Entry,
    HintShown,
    QuizAnswered,
    ReviewPutOff,
    SolutionShown,
    StepEntry,
    StepRead,
)
from tutor.progress.fold import MAX_HINTS

_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_GAP_S = 5 * 60.0
"""Seconds without an entry after which the learner counts as away."""


class StepDoings(Struct):
    """A learner's activity at one step."""

    verdicts: list[tuple[VerdictKind, str]] = field(default_factory=list)
    """Verdict and slug of each answer that was accepted or rejected, in order."""
    hints: int = 0
    solution_seen: bool = False
    tutor_faults: int = 0
    is_read: bool = False
    last: datetime | None = None
    """Time of the last activity."""

    @property
    def is_accepted(self) -> bool:
        return any(verdict.startswith("accept") for verdict, _ in self.verdicts)

    @property
    def is_done(self) -> bool:
        """Return True if the step was accepted or read, or its guess was made."""
        return self.is_read or self.is_accepted

    @property
    def is_accepted_first(self) -> bool:
        return bool(self.verdicts) and self.verdicts[0][0].startswith("accept")

    @property
    def slugs(self) -> list[str]:
        """The slugs of rejected answers, where the verdict has one."""
        return [slug for verdict, slug in self.verdicts if verdict == "reject" and slug]


def doings_of(entries: Iterable[Entry], course: Course) -> dict[str, StepDoings]:
    """Return the activity at each step of the course; other steps are left out."""
    ids = _ids(course)
    found: dict[str, StepDoings] = {}
    for entry in entries:
        if not isinstance(entry, AppEnded | ReviewPutOff) and entry.step in ids:
            _add(found.setdefault(ids[entry.step], StepDoings()), entry)
    return found


def _ids(course: Course) -> dict[str, str]:
    """Return the id of each step, by that and by its former id."""
    steps = course.steps()
    return {step.was: step.id for step in steps if step.was} | {step.id: step.id for step in steps}


def _add(doings: StepDoings, entry: StepEntry) -> None:
    doings.last = entry.at
    match entry:
        case AnswerJudged() | QuizAnswered():
            slug = entry.slug if isinstance(entry, AnswerJudged) else ""
            slug = slug if _SLUG.fullmatch(slug) else ""  # anybody may have written the file
            if entry.verdict == "tutor-fault":
                doings.tutor_faults += 1
            elif entry.verdict != "not-attempted":
                doings.verdicts.append((entry.verdict, slug))
        case HintShown():
            doings.hints = max(doings.hints, min(entry.count, MAX_HINTS))
        case SolutionShown():
            doings.solution_seen = True
        case StepRead():
            doings.is_read = True
        case _:
            pass


def minutes_active(entries: Iterable[Entry]) -> int:
    """Return the minutes between entries, without long pauses."""
    return round(sum(seconds for _, seconds in _active(entries)) / 60)


def seconds_by_step(entries: Iterable[Entry], course: Course) -> dict[str, float]:
    """Return the seconds at each step: the time to the next entry, without long pauses."""
    ids = _ids(course)
    found: dict[str, float] = {}
    for entry, seconds in _active(entries):
        if not isinstance(entry, AppEnded | ReviewPutOff) and entry.step in ids:
            step = ids[entry.step]
            found[step] = found.get(step, 0.0) + seconds
    return found


def _active(entries: Iterable[Entry]) -> Iterator[tuple[Entry, float]]:
    for entry, after in pairwise(entries):
        seconds = (after.at - entry.at).total_seconds()
        if seconds < _GAP_S:
            yield entry, seconds
