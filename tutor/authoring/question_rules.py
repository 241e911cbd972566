"""Rules of the linter for quizzes and predict steps."""

from __future__ import annotations

import math
import re

from msgspec.structs import replace

from tutor.authoring.check_rules import check_gpu
from tutor.authoring.program_rules import MIN_TIME_FACTOR, check_views
from tutor.authoring.step_findings import StepFindings
from tutor.course.model import LabStep, PredictStep, QuizStep
from tutor.grading.numbers import numbers_of
from tutor.grading.plan import OTHER_SEED
from tutor.grading.predict import (
    Unanswerable,
    asks_of_error,
    predict_command,
    predict_questions,
    prediction_result,
    typed_value,
)
from tutor.grading.quiz import WRONG, QuizAnswer, grade_quiz, reach_of
from tutor.grading.scenario_result import RunAnswers, run_answers
from tutor.grading.show import describe
from tutor.grading.typed import parse_number
from tutor.grading.verdict import Runner, Verdict
from tutor.toml_text import KeyPath

# Questions whose right answer is known: quizzes, and predict steps after their run


def check_question(question: QuizStep, findings: StepFindings) -> None:
    """Check for right and wrong options, and for a reason of its own for each wrong one."""
    if question.mode in ("true-false", "many"):
        _check_both_kinds(question, findings)
    elif question.mode in ("number", "shape"):
        _check_known_wrong(question, findings)
        _check_hints(question, findings)


def _check_both_kinds(question: QuizStep, findings: StepFindings) -> None:
    right = {option.correct for option in question.options}
    if len(right) == 1:
        word = "right" if right == {True} else "wrong"
        findings.warning(("option",), f"every option is {word}: one of the other kind is missing")


def _check_known_wrong(question: QuizStep, findings: StepFindings) -> None:
    if not question.known_wrong:
        message = "is missing: a `[[wrong]]` says why a likely wrong answer is wrong"
        findings.warning(("wrong",), message)
    for index, wrong in enumerate(question.known_wrong):
        verdict = grade_quiz(question, QuizAnswer(text=wrong.answer))
        path = ("wrong", index, "answer")
        if verdict.accepted:
            findings.error(path, f"`{wrong.answer}` is a right answer")
        elif not _is_verdict_of(verdict, wrong.why, wrong.misconception or WRONG):
            findings.error(path, f"`{wrong.answer}` gets another reason than its own")
        elif question.mode == "number" and (near := _overlapping(question, index)):
            findings.error(path, (
                f"`{wrong.answer}` and {near} overlap: give the numbers more digits, or a smaller "
                "`tolerance`"
            ))  # fmt: skip


def _overlapping(question: QuizStep, index: int) -> str:
    """Return the first answer whose range overlaps that of the wrong answer at `index`.

    A typed number in both ranges could match either. "" if there is none; only the right answer and
    the wrong ones before `index` are compared.
    """
    wrong = question.known_wrong[index]
    ranges = [("the right answer", question.answer, question.tolerance)]
    ranges += [(f"`{w.answer}`", w.answer, reach_of(w)) for w in question.known_wrong[:index]]
    number = parse_number(wrong.answer) or 0.0
    for name, answer, reach in ranges:
        gap = abs(number - (parse_number(answer) or 0.0))
        if gap < (reach + reach_of(wrong)) * (1 - 1e-9):
            return name
    return ""


def _is_verdict_of(verdict: Verdict, why: str, slug: str) -> bool:
    return (verdict.message, verdict.slug) == (why.strip(), slug)


def _check_hints(question: QuizStep, findings: StepFindings) -> None:
    answer = re.escape(question.answer.strip())
    for index, hint in enumerate(question.hints):
        if re.search(rf"(?<![\w.,]){answer}(?![\w]|[.,]\d)", hint):
            findings.error(("hints", index), "contains the answer")


# Predict steps, whose program is run
#
# The run must decide which guess is right: without an error, and the same way under another seed.


async def check_prediction(step: PredictStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules that need the run; after a fault of program or expression, no others."""
    check_gpu(step, {("program",): step.program}, (), findings)
    run = await _run(step, runner)
    before = len(findings.problems)
    _check_outcome(step, run, findings)
    if len(findings.problems) == before:
        _check_expressions(step, run, findings)
    if len(findings.problems) > before:
        return
    try:
        question = prediction_result(step, run.observation).question
    except Unanswerable as error:
        findings.error(("option",), str(error))
        return
    check_question(question, findings)
    _check_tolerance(question, findings)
    await _check_scaffold(step, runner, findings)
    await _check_other_seed(step, question, runner, findings)
    await check_views(step.views, predict_command(step), "the program", runner, findings)
    seconds = run.observation.milliseconds / 1000
    if step.limit_s < MIN_TIME_FACTOR * seconds:
        needed = f"{MIN_TIME_FACTOR} times the {seconds:.1f} s that were measured"
        findings.error(("limit_s",), f"is less than {needed}")


async def _run(step: PredictStep, runner: Runner, source: str | None = None) -> RunAnswers:
    questions = predict_questions(step)
    command = replace(predict_command(step, source), live=False)
    return run_answers(await runner.observe(command, questions), questions)


def _check_outcome(step: PredictStep, run: RunAnswers, findings: StepFindings) -> None:
    outcome = run.observation.outcome
    if outcome not in ("finished", "raised"):
        findings.error(("program",), f"ended as `{outcome}` {run.observation.detail}".strip())
    elif run.error is not None and not asks_of_error(step):
        key = "given" if run.error.from_given else "program"
        raised = f"{run.error.type_name}: {run.error.message}"
        advice = "; if it should, let an option use `trace.error`"
        findings.error((key,), f"raises {raised}{advice if key == 'program' else ''}")


def _check_expressions(step: PredictStep, run: RunAnswers, findings: StepFindings) -> None:
    for index, option in enumerate(step.options):
        check_condition(("option", index, "when"), option.when, run, findings)
    check_shown(step, run, "the run", findings)
    if step.answer:
        _check_typed(("answer",), step.answer, step.mode, run, findings)
    for index, wrong in enumerate(step.known_wrong):
        _check_typed(("wrong", index, "answer"), wrong.answer, step.mode, run, findings)


def check_shown(
    step: PredictStep | LabStep, run: RunAnswers, after: str, findings: StepFindings
) -> None:
    """Check that each shown value can be evaluated; `after` says what has run."""
    for index, shown in enumerate(step.shown):
        check_evaluates(("show", index, "value"), shown.value, run, findings, after)


def check_evaluates(
    path: KeyPath, expression: str, run: RunAnswers, findings: StepFindings, after: str = "the run"
) -> bool:
    """Return True if the expression can be evaluated; else add a problem."""
    answer = run.answer(expression)
    if answer is not None and answer.error is None:
        return True
    error = answer.error if answer is not None else None
    raised = f": {error.type_name}: {error.message}" if error is not None else ""
    findings.error(path, f"`{expression}` cannot be evaluated after {after}{raised}")
    return False


def check_condition(
    path: KeyPath, expression: str, run: RunAnswers, findings: StepFindings
) -> None:
    """Check that the expression is true or false after the run."""
    if not check_evaluates(path, expression, run, findings):
        return
    numbers = numbers_of(run.value(expression))
    if numbers is None or numbers.kind != "bool" or numbers.total != 1:
        got = describe(run.value(expression))
        findings.error(path, f"`{expression}` should be true or false, but is {got}")


def _check_typed(
    path: KeyPath, expression: str, mode: str, run: RunAnswers, findings: StepFindings
) -> None:
    if not check_evaluates(path, expression, run, findings):
        return
    typed = typed_value(mode, run.value(expression))
    if typed is None or (mode == "number" and not math.isfinite(float(typed[0]))):
        got = run.shown(expression)
        findings.error(path, f"`{expression}` should be one {mode}, but is {got}")


def _check_tolerance(question: QuizStep, findings: StepFindings) -> None:
    if question.mode != "number" or question.tolerance:
        return
    if not float(question.answer).is_integer():
        message = f"is missing: nobody types {question.answer} to the last digit"
        findings.error(("tolerance",), message)


async def _check_scaffold(step: PredictStep, runner: Runner, findings: StepFindings) -> None:
    """Check that the untouched scaffold runs and has every value that is shown.

    It is in the editor after the guess.
    """
    if not step.scaffold.strip():
        return
    run = await _run(step, runner, step.scaffold)
    outcome = run.observation.outcome
    if outcome not in ("finished", "raised"):
        findings.error(("scaffold",), f"ended as `{outcome}` {run.observation.detail}".strip())
    elif run.error is not None and not asks_of_error(step):
        findings.error(("scaffold",), f"raises {run.error.type_name}: {run.error.message}")
    else:
        check_shown(step, run, "the untouched scaffold", findings)


async def _check_other_seed(
    step: PredictStep, question: QuizStep, runner: Runner, findings: StepFindings
) -> None:
    """Warn if other options are right under another seed: no learner could know which."""
    if not step.options:
        return
    other = replace(step, seed=(step.seed + OTHER_SEED) % 2**32)
    run = await _run(other, runner)
    try:
        other_question = prediction_result(other, run.observation).question
    except Unanswerable as error:
        findings.warning(("seed",), f"under seed {other.seed} {error}")
        return
    if other_question.options != question.options:
        findings.warning(("seed",), f"under seed {other.seed} other options are right")
