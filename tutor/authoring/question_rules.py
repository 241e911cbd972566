"""Rules of the linter for questions whose right answer is known.

For quizzes, and for predict steps after their run.
"""

from __future__ import annotations

import re

from tutor.authoring.step_findings import StepFindings
from tutor.course.model import QuizStep
from tutor.grading.quiz import WRONG, QuizAnswer, grade_quiz, reach_of
from tutor.grading.typed import parse_number
from tutor.grading.verdict import Verdict


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
