"""Find the values that a step's task asks for, and query them: they make mutants equal or not.

The step's checks are never used for that: they are what the mutants test. Nothing is run here.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tutor.course.code import bindings, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.task import ASKS_BESIDE_NAMES, ASKS_OUTPUT, ASKS_STEPS
from tutor.grading.compare import Rule, compare
from tutor.grading.equivalence import is_import
from tutor.grading.scenario_result import RunAnswers
from tutor.wire.commands import Question
from tutor.wire.values import (
    CallableValue,
    ModuleValue,
    Other,
    SequenceValue,
    TextValue,
    Value,
)

STEP_COUNT = Question("trace.steps")
GIVEN_STEP_COUNT = Question("trace.given.steps")
_STEP_LOG = (
    "[(record.optimizer, record.before, record.gradient, record.after) "
    "for record in trace.step_log]"
)
_RAISES = "raises"
"""Result of `behaviour` for a call that raised."""

_RULE = Rule(rtol=1e-4, atol=1e-7)
_CODE = re.compile(r"```.*?```|`([^`\n]+)`", re.DOTALL)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_BY_BEHAVIOUR = (CallableValue, ModuleValue, Other)


class AskedValues(Struct, frozen=True):
    """The values that a task asks for, as questions to a program."""

    questions: tuple[Question, ...]
    labels: tuple[str, ...]
    """Subjects of the questions, in the same order: a name, or the optimizer's steps."""
    output: bool = False
    """True if the program's output counts as well."""


def asked_names(step: CodeStep) -> tuple[str, ...]:
    """Return the names that the task asks for, except givens that the solution changes."""
    if step.asks:
        return tuple(name for name in step.asks if name not in ASKS_BESIDE_NAMES)
    task = step.task or step.text
    named = {name for code in _CODE.findall(task) for name in _NAME.findall(code)}
    return tuple(name for name in bound_names(step.solution) if name in named)


def what_is_asked(step: CodeStep, solution: RunAnswers) -> AskedValues:
    """Return what the task asks for; `solution` has answered its `STEP_COUNT`.

    A function, model or optimizer counts by its behaviour, anything else by its value.
    """
    bound = solution.bound()
    names = asked_names(step)
    if not step.asks:
        changed = (each.name for each in solution.executed.given_changes if each.how == "changed")
        names = tuple(dict.fromkeys((*names, *changed)))
    given = [f"given.{name}" for name in _names_of_values(step.given) if name not in names]
    plain = [name for name in names if not isinstance(bound.get(name), _BY_BEHAVIOUR)]
    expressions = [
        name
        if name in plain and name in bound
        else f"behaviour({', '.join((name, *given, *(each for each in plain if each in bound)))})"
        for name in names
    ]
    labels = [f"`{name}`" for name in names]
    if ASKS_STEPS in step.asks or (not step.asks and solution.holds(STEP_COUNT.expression)):
        expressions.append(_STEP_LOG)
        labels.append("what the optimizer did in its steps")
    questions = tuple(Question(expression) for expression in expressions)
    return AskedValues(questions, tuple(labels), ASKS_OUTPUT in step.asks)


def _names_of_values(given: str) -> tuple[str, ...]:
    """Return the names that the given code binds, except modules, which `given` lacks."""
    statements = [node for node in parse_program(given).body if not is_import(node)]
    return tuple(dict.fromkeys(name for node in statements for name, _ in bindings(node)))


def find_unknown(asked: AskedValues, solution: RunAnswers) -> str:
    """Return a requested value that even the solution does not give, with the reason, or ""."""
    for question, label in zip(asked.questions, asked.labels, strict=True):
        answer = solution.answer(question.expression)
        if answer is None or answer.error is not None:
            reason = f": {answer.error.message}" if answer and answer.error else ""
            return f"{label} could not be evaluated for the solution{reason}"
    return ""


def difference(asked: AskedValues, got: RunAnswers, expected: RunAnswers) -> str:
    """Return a requested value in which a program differs from the solution, or "".

    Where a function of the solution raises, the program's function may do anything.
    """
    outcome = got.observation.outcome
    if outcome != "finished" or got.error is not None:
        return f"it raises {got.error.type_name}" if got.error else f"it ends as `{outcome}`"
    for question, label in zip(asked.questions, asked.labels, strict=True):
        mine, theirs = (run.answer(question.expression) for run in (got, expected))
        if theirs is None or theirs.error is not None:
            continue
        if mine is None or mine.error is not None:
            return f"{label} could not be evaluated"
        if words := _value_difference(mine.value, theirs.value):
            return f"{label} is {words}" if words != _OTHER else f"{label} differs"
    if asked.output and got.observation.output != expected.observation.output:
        return "it prints something else"
    return ""


_OTHER = "another"


def _value_difference(got: Value, expected: Value) -> str:
    if expected == TextValue(_RAISES):
        return ""
    if (
        isinstance(got, SequenceValue)
        and isinstance(expected, SequenceValue)
        and len(got.items) == len(expected.items)
    ):
        pairs = zip(got.items, expected.items, strict=True)
        return _OTHER if any(_value_difference(*pair) for pair in pairs) else ""
    found = compare(got, expected, _RULE).difference
    return "" if found is None else f"{found.got}, not {found.expected}"
