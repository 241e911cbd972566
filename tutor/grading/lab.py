"""Run a lab with the values of its sliders, and judge which goals its runs reach."""

from __future__ import annotations

import time
from collections.abc import Collection

from tutor.course.model import LabStep, Step
from tutor.course.slider_values import (
    DRAWING,
    NotSliderValues,
    blocks_in,
    is_drawn,
    lab_program,
    text_of,
)
from tutor.grading.errors import explain_ending, explain_or_quote, quote
from tutor.grading.length import too_long
from tutor.grading.plan import asking_views, program_limits
from tutor.grading.predict import shown_values
from tutor.grading.recording_needs import need_step_log
from tutor.grading.scenario_result import run_answers
from tutor.grading.verdict import CheckResult, Runner, Verdict, VerdictKind
from tutor.text import printable
from tutor.wire.commands import Execute, Program, Question
from tutor.wire.events import Observation

REACHED = "Every goal is reached."
NOT_RUN = "The program could not be run: {}. Try again."
NOTHING = "No slider was moved yet. Move a slider, then check again."
NOTHING_DRAWN = "There is no drawing yet. Draw in **Pad**, then check again."


def lab_command(step: LabStep, lines: str) -> Execute:
    program = Program(step.prelude, step.given, lab_program(step, lines), step.seed)
    return Execute(
        program,
        limits=program_limits(step.limit_s, step.limit_mb),
        live=True,
        network=step.network,
        gpu=step.gpu,
        step_log=need_step_log(lab_questions(step)),
        files=step.data,
        views=asking_views(step),
    )


def lab_questions(step: LabStep) -> tuple[Question, ...]:
    """Return the questions to ask after a run, each once."""
    wanted = [*(goal.true for goal in step.goals), *(shown.value for shown in step.shown)]
    return tuple(map(Question, dict.fromkeys(wanted)))


def lab_values(step: LabStep, observation: Observation) -> tuple[tuple[str, str], ...]:
    return tuple(shown_values(step, run_answers(observation, lab_questions(step))))


def reached_goals(step: LabStep, observation: Observation) -> frozenset[int]:
    """Return the indices of the goals that the run reaches; none if it did not finish."""
    run = run_answers(observation, lab_questions(step))
    if not run.finished:
        return frozenset()
    return frozenset(index for index, goal in enumerate(step.goals) if run.holds(goal.true))


def goals_question(step: Step, drawing: str) -> str:
    """Return the expression for which goals another drawing than that of the run reaches."""
    goals = ", ".join(f"bool({goal.true})" for goal in step.goals)
    return f"(lambda {DRAWING}: [{goals}])({drawing!r})"


def goals_in(shown: str) -> frozenset[int]:
    """Return the indices of the goals in an answer to `goals_question`."""
    answers = shown.strip("[]").split(", ")
    return frozenset(index for index, answer in enumerate(answers) if answer == "True")


async def grade_lab(step: LabStep, source: str, runner: Runner) -> Verdict:
    """Return the verdict on the values of one run, or of several with empty lines between."""
    if words := too_long(source):
        return Verdict("reject", "too-long", words)
    try:
        blocks = blocks_in(step, source)
    except NotSliderValues as error:
        return Verdict("reject", "not-slider-values", str(error))
    if not blocks:
        words = NOTHING_DRAWN if is_drawn(step) else NOTHING
        return Verdict("not-attempted", "empty-answer", words)
    started = time.perf_counter()
    reached: frozenset[int] = frozenset()
    for block in blocks:
        observation = await runner.observe(lab_command(step, block), lab_questions(step))
        if observation.outcome != "finished":
            return _unfinished(step, observation)
        reached |= reached_goals(step, observation)
    return verdict_on(step, reached, blocks, (time.perf_counter() - started) * 1e3)


def verdict_on(
    step: Step, reached: Collection[int], blocks: Collection[str], milliseconds: float = 0.0
) -> Verdict:
    """Return the verdict on runs with these values, which reach the goals of these indices."""
    checks = tuple(CheckResult(goal.say, index in reached) for index, goal in enumerate(step.goals))
    missed = [f"- {check.name}" for check in checks if not check.passed]
    if missed:
        message = "\n".join(("Not reached yet:\n", *missed))
        return Verdict(
            "reject", "goal-not-reached", message, checks=checks, milliseconds=milliseconds
        )
    return Verdict(
        "accept",
        message=REACHED,
        checks=checks,
        program=text_of(blocks),
        milliseconds=milliseconds,
    )


def _unfinished(step: LabStep, observation: Observation) -> Verdict:
    """Return the verdict on a run that raised an error or was ended from outside."""
    outcome = observation.outcome
    error = observation.executed.error if observation.executed is not None else None
    if outcome == "lost":
        reason = observation.detail.rstrip(".") or "the worker ended"
        return Verdict("tutor-fault", "tutor-fault", NOT_RUN.format(reason), outcome=outcome)
    if outcome == "raised" and error is not None:
        known, evidence = explain_or_quote(error), tuple(map(printable, quote(error)))
    else:
        limits = program_limits(step.limit_s, step.limit_mb)
        known, evidence = explain_ending(observation, limits), ()
    kind: VerdictKind = "not-attempted" if outcome == "stopped" else "reject"
    return Verdict(kind, known.slug, printable(known.message), evidence, outcome=outcome)
