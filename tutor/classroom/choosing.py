"""Selection of the answers to mark: the last, the best or all, up to a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec.structs import replace

from tutor.classroom.collecting import Problems, Received
from tutor.classroom.learners import HandedAnswer, Learner, judged_answers

Which: TypeAlias = Literal["last", "best", "all"]


def until_time(text: str) -> datetime:
    """Return the time that the text names; a date alone means the end of that day.

    A time without a zone is local. Raises ValueError.
    """
    moment = datetime.fromisoformat(text.strip())
    if not 2000 <= moment.year < 2100:
        raise ValueError("the year is not between 2000 and 2099")
    if len(text.strip()) <= len("2026-01-02"):
        moment += timedelta(days=1) - timedelta(microseconds=1)
    return moment.astimezone()


def in_time(
    received: Iterable[Received], until: datetime, problems: Problems
) -> tuple[Received, ...]:
    """Return the hand-ins that arrived in time; add each late one to `problems`.

    The time of a file counts only in a drop folder. Elsewhere it is when the teacher got the file,
    so the time in its head is used.
    """
    kept = []
    for each in received:
        arrived = each.arrived or each.hand_in.head.at
        if arrived is not None and arrived > until:
            late = f"{each.file} came late, at {arrived.astimezone():%Y-%m-%d %H:%M}."
            problems.add(each.owner or each.named, late)
        else:
            kept.append(each)
    return tuple(kept)


def answers_in_time(learner: Learner, until: datetime | None) -> Learner:
    """Return the learner with entries, answers and verdicts up to that time."""
    if until is None:
        return learner
    entries = tuple(each for each in learner.entries if each.at <= until)
    answers = judged_answers(learner.answers, entries)
    return replace(
        learner, entries=entries, answers=tuple(each for each in answers if each.at is not None)
    )


def chosen(learner: Learner, which: Which) -> Iterator[HandedAnswer]:
    """Yield the answers of a learner to be marked, by their steps."""
    by_step: dict[str, list[HandedAnswer]] = {}
    for answer in learner.answers:
        by_step.setdefault(answer.step, []).append(answer)
    for step in sorted(by_step):
        answers = by_step[step]
        if which == "all":
            yield from answers
            continue
        accepted = [each for each in answers if each.accepted] if which == "best" else []
        yield (accepted or answers)[-1]
