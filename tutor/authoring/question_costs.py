"""Measure the cost of a step's questions: the processor time of the answers after each run.

A learner waits for it at every check, once for the givens and once for each variation. On a busy or
slow machine everything takes longer: a yardstick, timed in the same process, measures by how much,
so that a step is not blamed for the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tutor.authoring.step_findings import StepFindings
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception, Note
from tutor.grading.templates import expressions_in
from tutor.toml_text import KeyPath
from tutor.wire.commands import Question
from tutor.wire.events import Answer
from tutor.wire.values import FloatValue

MAX_MILLISECONDS = 60.0
"""Processor time of all questions of a step after one run, beyond which the author is warned."""

CLOCK = Question("__import__('time').process_time()")
"""The processor time of the program's process since its start, in seconds."""
_YARDSTICK = Question("sum(range(1_000_000))")
_YARDSTICK_MILLISECONDS = 20.0
"""Time of the yardstick on an idle machine; a faster machine counts as this fast."""
_MAX_QUOTED = 60


def timed(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the yardstick and the questions, with readings of the clock in between."""
    asked = (_YARDSTICK, *questions)
    return (CLOCK, *(each for question in asked for each in (question, CLOCK)))


def check_question_costs(
    step: CodeStep, questions: Sequence[Question], answers: Sequence[Answer], findings: StepFindings
) -> None:
    """Warn of questions that take long; `answers` are those to `timed(questions)`."""
    moments = [
        answer.value.value for answer in answers[::2] if isinstance(answer.value, FloatValue)
    ]
    if len(moments) != len(questions) + 2:
        return  # some could not be answered, which other rules report
    yardstick, *costs = [1_000 * (after - before) for before, after in pairwise(moments)]
    slowness = max(1.0, yardstick / _YARDSTICK_MILLISECONDS)
    costs = [each / slowness for each in costs]
    total = sum(costs)
    if total <= MAX_MILLISECONDS:
        return
    dearest = max(range(len(costs)), key=costs.__getitem__)
    expression = questions[dearest].expression
    quoted = " ".join(expression.split())
    if len(quoted) > _MAX_QUOTED:
        quoted = quoted[: _MAX_QUOTED - 1] + "…"
    path = next((path for path, asked in _asked(step) if expression in asked), ("check",))
    findings.warning(
        path,
        f"the step's {len(questions)} questions take {total:.0f} ms of processor time after each "
        f"run, this one {costs[dearest]:.0f} ms (`{quoted}`): ask it of fewer rows, or once",
    )


def _asked(step: CodeStep) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    """Yield the keys of a step that ask a program something, each with its expressions."""
    for number, check in enumerate(step.checks):
        for key, asked in (("same", check.same), ("like", check.like), ("true", check.true)):
            yield ("check", number, key), (asked,)
    tables: tuple[tuple[str, Sequence[Check | Misconception | Note]], ...] = (
        ("check", step.checks),
        ("misconception", step.misconceptions),
        ("note", step.notes),
    )
    for table, items in tables:
        for number, item in enumerate(items):
            if not isinstance(item, Check):
                yield (table, number, "when"), (item.when,)
            yield (table, number, "say"), expressions_in(item.say)
