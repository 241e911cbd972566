"""Pair the learner's run with the solution's under one scenario, and judge each check by them.

Judging, misconceptions and authoring share it, so that a check means the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tutor.course.code import names_in
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check
from tutor.grading.compare import Comparison, Difference, Rule, compare, is_same
from tutor.grading.learner_expressions import is_learner_expression
from tutor.grading.numbers import numbers_of
from tutor.grading.once import once_for_each
from tutor.grading.plan import Scenario
from tutor.grading.show import describe, show_value
from tutor.grading.templates import words_to_choose
from tutor.wire.commands import Question
from tutor.wire.events import Answer, ErrorFacts, Executed, Observation
from tutor.wire.values import (
    BoolValue,
    CallableValue,
    ClassValue,
    Missing,
    ModuleValue,
    NoneValue,
    SequenceValue,
    TextValue,
    Value,
)


class RunAnswers(Struct, frozen=True):
    """An observation of one run, with its answers by expression."""

    observation: Observation
    answers: Mapping[str, Answer] = {}

    def answer(self, expression: str) -> Answer | None:
        """Return the answer to an expression; None if it was not asked or not answered."""
        return self.answers.get(expression)

    def value(self, expression: str) -> Value:
        """Return the value of an expression; Missing if it was not asked or not evaluated."""
        answer = self.answers.get(expression)
        return Missing() if answer is None else answer.value

    def shown(self, expression: str) -> str | None:
        """Return the value as a message quotes it; None if it could not be evaluated."""
        answer = self.answers.get(expression)
        if answer is None or answer.error is not None:
            return None
        if isinstance(answer.value, TextValue) and (
            answer.value.value in words_to_choose(expression)
        ):
            return answer.value.value
        return answer.shown or show_value(answer.value)

    def holds(self, expression: str) -> bool:
        """Return True if a property was evaluated and is true."""
        answer = self.answers.get(expression)
        return answer is not None and answer.error is None and is_true(answer.value)

    @property
    def executed(self) -> Executed:
        """Bindings, changes and error of the program; empty if it never ended."""
        return self.observation.executed or Executed("finished")

    @property
    def error(self) -> ErrorFacts | None:
        """The exception that ended the program; None if none did."""
        return self.executed.error

    @property
    def finished(self) -> bool:
        """Return True if the program finished and was asked."""
        return self.observation.outcome == "finished" and bool(self.answers)

    def bound(self) -> dict[str, Value]:
        """Return the names that the program bound at its top level, and their values."""
        return {bound.name: bound.value for bound in self.executed.bound}


def run_answers(observation: Observation, questions: Sequence[Question]) -> RunAnswers:
    """Pair the answers of an observation with their questions.

    Questions that were not answered are left out.
    """
    pairs = zip(questions, observation.answers, strict=False)
    return RunAnswers(observation, {question.expression: answer for question, answer in pairs})


def is_true(value: Value) -> bool:
    """Return the truth that Python gives to a plain value, as far as it is known.

    Several numbers together are not true; a value without a truth of its own, such as a function,
    is.
    """
    numbers = numbers_of(value)
    if numbers is not None:
        return numbers.total == 1 and any(numbers.elements)
    if isinstance(value, NoneValue | Missing):
        return False
    if isinstance(value, TextValue):
        return bool(value.value)
    if isinstance(value, SequenceValue):
        return value.length > 0
    return True


class ScenarioResult(Struct, frozen=True):
    """The learner's run and the solution's under the same givens and seed."""

    scenario: Scenario
    learner: RunAnswers
    solution: RunAnswers


class UnusableName(Struct, frozen=True):
    """A name that a check reads, and its value in the learner's program."""

    name: str
    is_a: str = ""
    """Its type in words; empty if there is no such name."""
    asked: str = ""
    """Type of the solution's value in words; empty if it is the same."""


class CheckOutcome(Struct, frozen=True):
    """A check under one scenario. It holds if there is neither a difference nor an error."""

    check: Check
    scenario: Scenario
    got: Value
    expected: Value
    difference: Difference | None = None
    error: ErrorFacts | None = None
    """The exception of its evaluation; None if it was evaluated."""
    about: str = ""
    """The learner's own name or expression that the check reads.

    Empty if it evaluates an expression of the lesson's own."""
    shown: str = ""
    """Value of `about`, as a message quotes it; empty if there is none."""
    beside: str = ""
    """Expression with which it is compared, if that is the learner's own too; else empty."""
    tolerated: tuple[str, ...] = ()
    """Slugs of the tolerances without which it would not hold."""
    unfit: tuple[UnusableName, ...] = ()
    """Names that the check reads, if it could not be evaluated.

    Those that are missing or of another type come first."""

    @property
    def holds(self) -> bool:
        return self.difference is None and self.error is None

    @property
    def note(self) -> str:
        """Id of the note for a miss in place of a refusal; empty if it is refused."""
        return self.scenario.note or self.check.note


def expression_of(check: Check) -> str:
    """Return the expression of the check that is evaluated in the learner's namespace."""
    return check.same or check.true


def label_of(outcome: CheckOutcome) -> str:
    """Return the name of a check in messages: its name, else its expression as code.

    A check of the lesson's own expression without a name is "what the task asks for".
    """
    check, name = outcome.check, outcome.check.name
    if name and (not name.isidentifier() or name not in {outcome.about, *_names_read(check)}):
        return name
    own = name or outcome.about or (check.same if check.same.isidentifier() else "")
    return f"`{own}`" if own else "what the task asks for"


def rule_of(check: Check) -> Rule:
    """Return the tolerances of a check."""
    return Rule(check.rtol, check.atol, check.dtype, check.type, check.shape)


def checks_under(step: CodeStep, scenario: Scenario) -> tuple[Check, ...]:
    """Return the checks of the step that count under a scenario."""
    return tuple(check for check in step.checks if scenario.is_base or not check.base_only)


def judge_check(check: Check, result: ScenarioResult) -> CheckOutcome:
    """Judge a check under a scenario, and find the first difference."""
    expression = expression_of(check)
    got, expected = _sides(check, result)
    answer = result.learner.answer(expression)
    error = _error_of(check, result.learner)
    about = _about(check, result)
    if error is not None or answer is None:
        error = error or ErrorFacts("NoAnswer", "there was no answer")
        unfit = _unusable_names(check, result)
        return CheckOutcome(
            check, result.scenario, Missing(), expected, error=error, about=about, unfit=unfit
        )
    comparison = _compare(check, got, expected)
    return CheckOutcome(
        check,
        result.scenario,
        got,
        expected,
        difference=comparison.difference,
        about=about,
        shown=(result.learner.shown(about) if about != check.true.strip() else None) or "",
        beside=check.like.strip() if is_learner_expression(check.like, _own_names(result)) else "",
        tolerated=comparison.tolerated,
    )


def meets(check: Check, result: ScenarioResult) -> bool:
    """Return True if a check is met; unlike `judge_check`, do not search the difference."""
    answer = result.learner.answer(expression_of(check))
    if answer is None or _error_of(check, result.learner) is not None:
        return False
    got, expected = _sides(check, result)
    return is_true(got) if check.true else is_same(got, expected, rule_of(check))


def _about(check: Check, result: ScenarioResult) -> str:
    """Return the compared expression if it is the learner's own, else the check's name.

    The name counts only if it holds a value, not a function; else it is empty.
    """
    if is_learner_expression(expression_of(check), _own_names(result)):
        return expression_of(check).strip()
    if not check.name.isidentifier():
        return ""
    value = result.learner.value(check.name)
    return "" if isinstance(value, _NO_VALUE) else check.name


def _own_names(result: ScenarioResult) -> set[str]:
    return {*result.solution.bound(), *bound_names(result.scenario.given)}


_NO_VALUE = (Missing, CallableValue, ClassValue, ModuleValue)


def _names_read(check: Check) -> set[str]:
    texts = (check.same, check.like, check.true)
    return set().union(*(names_in(text) for text in texts if text))


def _unusable_names(check: Check, result: ScenarioResult) -> tuple[UnusableName, ...]:
    asked = result.solution.bound()
    there = dict.fromkeys(bound_names(result.scenario.given)) | result.learner.bound()
    read = _names_read(check)
    unusable = [_describe_misfit(name, there, asked[name]) for name in asked if name in read]
    return tuple(sorted(unusable, key=lambda unfit: bool(unfit.is_a) and not unfit.asked))


def _describe_misfit(name: str, there: Mapping[str, Value | None], expected: Value) -> UnusableName:
    if name not in there:
        return UnusableName(name)
    got = there[name]
    if got is None:  # a given that was left as it is
        return UnusableName(name, describe(expected))
    alike = isinstance(got, ModuleValue) and isinstance(expected, ModuleValue)
    is_a, asked = describe(got), describe(expected)
    return UnusableName(name, is_a) if alike or is_a == asked else UnusableName(name, is_a, asked)


def _sides(check: Check, result: ScenarioResult) -> tuple[Value, Value]:
    got = result.learner.value(expression_of(check))
    if check.true:
        return got, BoolValue(True)
    if check.like:
        return got, result.learner.value(check.like)
    return got, result.solution.value(check.same)


def _error_of(check: Check, run: RunAnswers) -> ErrorFacts | None:
    for expression in (expression_of(check), check.like):
        answer = run.answer(expression) if expression else None
        if answer is not None and answer.error is not None:
            return answer.error
        if answer is not None and isinstance(answer.value, Missing):
            return ErrorFacts("NameError", f"name '{expression}' is not defined")
    return None


def _compare(check: Check, got: Value, expected: Value) -> Comparison:
    if not check.true:
        return compare(got, expected, rule_of(check))
    if is_true(got):
        return Comparison()
    return Comparison(Difference("value", show_value(got), "True", off=1, total=1))


@once_for_each
def fault_of(step: CodeStep, solution: RunAnswers, scenario: Scenario) -> str:
    """Return what is wrong with the step itself; "" if nothing is.

    The solution has to finish, and to meet the step's own checks.
    """
    where = f" with {scenario.label}" if scenario.label else ""
    observation = solution.observation
    if observation.outcome != "finished" or solution.error is not None:
        reason = f": {solution.error.type_name}: {solution.error.message}" if solution.error else ""
        return f"the solution ended as `{observation.outcome}`{where}{reason}"
    result = ScenarioResult(scenario, solution, solution)
    for check in checks_under(step, scenario):
        outcome = judge_check(check, result)
        if outcome.error is not None:
            reason = f"{outcome.error.type_name}: {outcome.error.message}"
            label = _quote_check(check)
            return f"the check {label} cannot be evaluated for the solution{where}: {reason}"
        if outcome.difference is not None:
            return f"the check {_quote_check(check)} does not hold for the solution{where}"
    return ""


def _quote_check(check: Check) -> str:
    """Return the check in its author's terms: its name, or its expression."""
    return f"`{check.name or expression_of(check)}`"
