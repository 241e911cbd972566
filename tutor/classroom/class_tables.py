"""The tables of a class: by learner, by step and by misconception. Pure.

Learners are read one by one, and only the numbers of the table are kept: a class may not fit into
memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Literal, TypeAlias

from msgspec import Struct

from tutor.classroom.grades import Grade, marked_steps, points_of
from tutor.classroom.learners import Learner
from tutor.course.model import Course, Step
from tutor.progress.doings import StepDoings, doings_of, minutes_active

By: TypeAlias = Literal["learner", "step", "misconception"]
Cell: TypeAlias = str | int | float

NO_GRADES: Mapping[str, Grade] = {}


class ClassTable(Struct, frozen=True):
    """A table: the column heads, and rows of as many cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table_by_learner(
    learners: Iterable[Learner], course: Course, grades: Mapping[str, Grade] = NO_GRADES
) -> ClassTable:
    """Return each learner's progress; with grades, also the points for these."""
    heads: tuple[str, ...] = (
        *("learner", "name", "done", "of", "accepted_first_try", "attempts", "hints"),
        *("solutions_seen", "tutor_faults", "minutes_active", "last_seen", "stuck_on"),
    )
    if not grades:
        return ClassTable(heads, tuple(_learner_row(each, course) for each in learners))
    most = _short(sum(step.points for step in marked_steps(course)))
    rows = tuple(
        (*_learner_row(each, course), _short(points_of(each, grades, course)), most)
        for each in learners
    )
    return ClassTable((*heads, "points", "points_of"), rows)


def _learner_row(learner: Learner, course: Course) -> tuple[Cell, ...]:
    doings = doings_of(learner.entries, course)
    last = learner.entries[-1].at if learner.entries else None
    return (
        learner.label,
        learner.name,
        sum(each.is_done for each in doings.values()),
        len(course.steps()),
        sum(each.is_accepted_first for each in doings.values()),
        sum(len(each.verdicts) for each in doings.values()),
        sum(each.hints for each in doings.values()),
        sum(each.solution_seen for each in doings.values()),
        sum(each.tutor_faults for each in doings.values()),
        minutes_active(learner.entries),
        f"{last:%Y-%m-%dT%H:%M:%SZ}" if last is not None else "",
        _stuck_on(doings),
    )


def _stuck_on(doings: Mapping[str, StepDoings]) -> str:
    """Return the last step with refused answers and none accepted; "" if there is none."""
    refused = [
        (each.last, step)
        for step, each in doings.items()
        if each.verdicts and not each.is_done and each.last is not None
    ]
    return max(refused)[1] if refused else ""


def table_by_step(learners: Iterable[Learner], course: Course) -> ClassTable:
    """Return how many learners tried and finished each step, and how they did."""
    heads = (
        *("lesson", "step", "kind", "opened", "tried", "accepted", "accepted_first_try"),
        *("median_attempts", "hints_per_learner", "solution_seen", "tutor_faults"),
        *("top_misconception", "its_share"),
    )
    doings = [doings_of(each.entries, course) for each in learners]
    rows = (
        _step_row(step, [each[step.id] for each in doings if step.id in each])
        for step in course.steps()
    )
    return ClassTable(heads, tuple(rows))


def _step_row(step: Step, doings: Sequence[StepDoings]) -> tuple[Cell, ...]:
    tried = [each for each in doings if each.verdicts]
    told = Counter(slug for each in tried for slug in set(each.slugs))
    top = min(told.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return (
        step.lesson,
        step.id,
        step.kind,
        len(doings),
        len(tried),
        sum(each.is_accepted for each in tried),
        sum(each.is_accepted_first for each in tried),
        _short(median(len(each.verdicts) for each in tried)) if tried else "",
        _short(sum(each.hints for each in doings) / len(doings)) if doings else "",
        sum(each.solution_seen for each in doings),
        sum(each.tutor_faults for each in doings),
        top[0],
        f"{top[1] / len(tried):.0%}" if top[1] else "",
    )


def table_by_misconception(learners: Iterable[Learner], course: Course) -> ClassTable:
    """Return the misconceptions found in refused answers, the most frequent first."""
    times: Counter[tuple[str, str]] = Counter()
    had: dict[tuple[str, str], list[StepDoings]] = defaultdict(list)
    for learner in learners:
        for step, doings in doings_of(learner.entries, course).items():
            times.update((step, slug) for slug in doings.slugs)
            for slug in set(doings.slugs):
                had[step, slug].append(doings)
    order = {step.id: number for number, step in enumerate(course.steps())}
    rows = [
        (step, slug, len(each), times[step, slug], sum(_accepted_after(d, slug) for d in each))
        for (step, slug), each in had.items()
    ]
    rows.sort(key=lambda row: (-row[2], -row[3], order[row[0]], row[1]))
    return ClassTable(("step", "slug", "learners", "times", "then_accepted"), tuple(rows))


def _accepted_after(doings: StepDoings, slug: str) -> bool:
    first = next(n for n, each in enumerate(doings.verdicts) if each == ("reject", slug))
    return any(verdict.startswith("accept") for verdict, _ in doings.verdicts[first:])


def _short(number: float) -> Cell:
    """Return the number with one decimal, or with none if it is whole."""
    return round(number) if number == round(number) else round(number, 1)
