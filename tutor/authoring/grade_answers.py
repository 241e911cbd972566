"""Grading outside the app: an answer is judged, and its verdict returned as JSON.

For `nntutor grade`, also of many (`batch/`). The verdicts come from `tutor.grading`, as in the app,
so that both agree.
"""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from tutor.authoring.guesses import grade_guess_text
from tutor.authoring.unseen_runner import UnseenRunner
from tutor.course.given_variations import other_exercises
from tutor.course.kinds import kind_of
from tutor.course.model import Course, PredictStep, Step
from tutor.course.used_answers import with_own
from tutor.grading.kinds import grading_of
from tutor.grading.verdict import CheckResult, Runner, Verdict

_MAX_GUESS = 10_000
"""Maximum characters of a guess; any right one is far shorter."""

_MAX_QUOTED = 80
"""Maximum characters of an unknown step's id that a message quotes."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which JSON can hold and a Python file cannot."""

NOTHING_OWN: Mapping[str, str] = MappingProxyType({})
"""No earlier answers: the solutions replace them."""


async def grade_file(
    course: Course,
    step_id: str,
    source: str,
    runner: Runner,
    own: Mapping[str, str] = NOTHING_OWN,
) -> Verdict:
    """Judge a program as an answer to a code step, or a guess at a predict step.

    `own` holds programs by the ids of the earlier steps that they answer, if the step uses these
    answers; missing ones are replaced by the solutions. A step that does not exist, or is of
    another kind, gives a verdict of the kind `tutor-fault`.
    """
    step = course.find(step_id)
    if step is None:
        message = (
            f"There is no step `{step_id[:_MAX_QUOTED]}`.{_nearest_code_step(course, step_id)}"
        )
        return Verdict("tutor-fault", "unknown-step", message)
    if isinstance(step, PredictStep):
        return await grade_guess_text(step, source[:_MAX_GUESS], runner)
    judge = grading_of(step).judge_program
    if judge is None:
        nearest = _nearest_code_step(course, step_id)
        message = f"`{step_id}` is not a code exercise: there is nothing to run.{nearest}"
        return Verdict("tutor-fault", "no-code-step", message)
    source = _LONE_SURROGATE.sub("\ufffd", source)
    step = with_own(step, lambda used: own.get(used.step, ""))
    async with _observe_ahead(step, runner):
        return await judge(step, source, UnseenRunner(runner), other_exercises(course, step))


@asynccontextmanager
async def _observe_ahead(step: Step, runner: Runner) -> AsyncIterator[None]:
    """Run the author's programs beside the learner's while the context is open.

    The worker remembers their results, and finishes them even if nobody waits any more.
    """
    commands = grading_of(step).author_commands(step)
    tasks = [asyncio.ensure_future(runner.observe_all(one)) for one in commands]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def verdict_json(verdict: Verdict, *, id: object, step: str) -> dict[str, object]:  # noqa: A002
    """Return a verdict as a record; `id` is the answer's id.

    If nothing was judged because the worker was lost, the record has an outcome.
    """
    unknown = verdict.kind == "tutor-fault" and verdict.outcome != "lost"
    return {
        "id": id,
        "step": step,
        "verdict": verdict.kind,
        "slug": verdict.slug,
        "message": verdict.message,
        "outcome": None if unknown else verdict.outcome,
        "error": verdict.error,
        "lines": verdict.lines,
        "checks": [_check_json(check) for check in verdict.checks],
        "ms": round(verdict.milliseconds, 1),
    }


def _nearest_code_step(course: Course, step_id: str) -> str:
    step_ids = [step.id for step in course.steps() if kind_of(step).has_judged_program]
    close = difflib.get_close_matches(step_id[:_MAX_QUOTED], step_ids, n=1, cutoff=0.0)
    return f" The nearest code exercise is `{close[0]}`." if close else ""


def _check_json(check: CheckResult) -> dict[str, object]:
    name = f"{check.name} ({check.variation})" if check.variation else check.name
    return {"name": name, "passed": check.passed, "message": check.message}
