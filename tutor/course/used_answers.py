"""The answers to earlier steps that a step's programs begin with, as its `uses` names them.

For the loader, and for the header of a step. Here the answers are the solutions of those steps;
code that knows the learner replaces them with `with_own`. Nothing is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step, UsedAnswer
from tutor.course.tables import ProblemCollector

FindStep: TypeAlias = Callable[[str], Step | None]
"""Returns the step with an id; None if there is none that may be used."""

AnyStep = TypeVar("AnyStep", bound=Step)


def read_used(
    values: dict[str, Any], find_earlier: FindStep, findings: ProblemCollector
) -> dict[str, Any]:
    """Return the fields of a step that follow from its `uses`: the answers, and their files.

    A problem is added for each id that is no earlier step with a solution.
    """
    steps: list[Step] = []
    for index, step_id in enumerate(values["uses"]):
        step = find_earlier(step_id)
        if step_id in values["uses"][:index]:
            findings.add(("uses", index), f"`{step_id}` is named twice")
        elif step is None or not kind_of(step).has_solution:
            message = f"no step `{step_id}` with a solution comes before this one"
            findings.add(("uses", index), message)
        else:
            steps.append(step)
    data = dict(pair for step in steps for pair in step.data) | dict(values.get("data", ()))
    return {"used": used_answers(steps), "data": tuple(data.items())}


def used_answers(steps: Iterable[Step]) -> tuple[UsedAnswer, ...]:
    """Return the answers to these steps, each once and after those that it uses."""
    answers: dict[str, UsedAnswer] = {}
    for step in steps:
        for each in (*step.used, answer_to(step)):
            answers.setdefault(each.step, each)
    return tuple(answers.values())


def answer_to(step: Step) -> UsedAnswer:
    """Return the solution of a step as an answer for a later one."""
    return UsedAnswer(
        step=step.id,
        lesson=step.lesson,
        was=step.was,
        title=step.title,
        given=step.given,
        solution=step.solution,
        also_right=step.also_right,
    )


def with_own(step: AnyStep, find_own: Callable[[UsedAnswer], str]) -> AnyStep:
    """Return the step with the learner's own answers in place of the solutions.

    `find_own` returns the learner's program, "" if there is none.
    """
    if not step.used:
        return step
    used = tuple(replace(each, own=find_own(each)) for each in step.used)
    return replace(step, used=used)


def with_solutions_withheld(step: AnyStep) -> AnyStep:
    """Return the step with solutions that run in place of own answers, but are not shown."""
    if not step.used:
        return step
    return replace(step, used=tuple(replace(each, is_withheld=True) for each in step.used))
