"""Judge a quiz: statements, one or many options, a number or a shape.

Predict steps use it too, once their run has decided what is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tutor.course.model import QuizStep
from tutor.course.step_tables import KnownWrongAnswer, Option
from tutor.grading.show import shorten
from tutor.grading.typed import half_unit, parse_number, parse_shape
from tutor.grading.verdict import CheckResult, Verdict
from tutor.grading.wording import counted

WRONG = "quiz-wrong"
"""The slug of a wrong answer without a misconception of its own."""


class QuizAnswer(Struct, frozen=True):
    """The learner's answer: options judged or chosen, or a text that was typed."""

    judged: dict[int, bool] = {}
    """Index of the option in file order → True if it was judged true, or chosen.

    Statements that were not judged are missing."""
    text: str = ""
    """The typed number or shape; empty in other modes."""


def grade_quiz(step: QuizStep, answer: QuizAnswer) -> Verdict:
    """Return the verdict on a quiz.

    Its message consists of the reasons of the options judged wrongly.
    """
    if step.mode == "number":
        return _grade_number(step, answer.text)
    if step.mode == "shape":
        return _grade_shape(step, answer.text)
    if step.mode == "true-false":
        return _grade_statements(step, answer.judged)
    return _grade_choice(step, answer.judged)


def _not_attempted(message: str) -> Verdict:
    return Verdict("not-attempted", "empty-answer", message)


def _grade_statements(step: QuizStep, judged: dict[int, bool]) -> Verdict:
    missing = [i + 1 for i in range(len(step.options)) if i not in judged]
    if len(missing) == len(step.options):
        return _not_attempted("Mark each statement true or false.")
    if missing:
        which = "statement" if len(missing) == 1 else "statements"
        return _not_attempted(f"Not judged yet: {which} {', '.join(map(str, missing))}.")
    return _grade_options(step, judged)


def _grade_choice(step: QuizStep, judged: dict[int, bool]) -> Verdict:
    chosen = [index for index, is_chosen in judged.items() if is_chosen]
    if not chosen:
        text = "Choose one answer." if step.mode == "one" else "Choose every answer that is right."
        return _not_attempted(text)
    if step.mode == "one" and len(chosen) > 1:
        return _not_attempted("Choose only one answer: clear the others.")
    return _grade_options(step, {i: i in chosen for i in range(len(step.options))})


def _grade_options(step: QuizStep, judged: dict[int, bool]) -> Verdict:
    wrong = [i for i, option in enumerate(step.options) if judged[i] != option.correct]
    results = tuple(_result(step, option, judged[i]) for i, option in enumerate(step.options))
    if not wrong:
        return Verdict("accept", checks=results)
    explained = _options_to_explain(step, wrong, judged)
    slugs = (step.options[i].misconception for i in explained)
    slug = next((slug for slug in slugs if slug), WRONG)
    message = "\n\n".join(step.options[i].why for i in explained) or _incomplete(wrong)
    return Verdict("reject", slug, message, checks=results)


def _options_to_explain(step: QuizStep, wrong: Sequence[int], judged: dict[int, bool]) -> list[int]:
    """Return the wrongly judged options whose reasons may be shown.

    If options are chosen, the reason of a right one that was left out would reveal it.
    """
    if step.mode == "true-false":
        return list(wrong)
    return [index for index in wrong if judged[index]]


def _incomplete(wrong: Sequence[int]) -> str:
    count = "One more answer is" if len(wrong) == 1 else f"{len(wrong)} more answers are"
    return f"Your choices are right, but not complete. {count} right as well."


def _result(step: QuizStep, option: Option, judged: bool) -> CheckResult:
    passed = judged == option.correct
    if step.mode == "true-false":
        got = "true" if judged else "false"
    else:
        got = "chosen" if judged else "not chosen"
    has_reason = passed or step.mode == "true-false" or judged
    return CheckResult(option.text, passed, message=option.why if has_reason else "", got=got)


def _reject_typed(
    text: str, read_as: str, message: str, known_wrong: KnownWrongAnswer | None
) -> Verdict:
    """Return the verdict on a wrong typed answer, with its own reason if it is a known one.

    `message` is for any other. `read_as` is shown if it differs from the typed text.
    """
    typed = text.strip()
    evidence = f"you said: {typed}" if typed == read_as else f"you said: {typed}, read as {read_as}"
    if known_wrong is None:
        return Verdict("reject", WRONG, message, evidence=(evidence,))
    return Verdict(
        "reject", known_wrong.misconception or WRONG, known_wrong.why.strip(), evidence=(evidence,)
    )


def _tutor_fault(step: QuizStep, kind: str) -> Verdict:
    reason = f"its answer `{step.answer}` is not a {kind}"
    message = f"Something is wrong with this question, not with your answer: {reason}."
    return Verdict("tutor-fault", "tutor-fault", message, evidence=(reason,))


def _grade_number(step: QuizStep, text: str) -> Verdict:
    if not text.strip():
        return _not_attempted("Type a number.")
    got, expected = parse_number(text), parse_number(step.answer)
    if got is None:
        shown = f"`{shorten(text)}`"
        return _not_attempted(f"{shown} is not a number. Type one such as `0.75`, `3/4` or `-3`.")
    if expected is None:
        return _tutor_fault(step, "number")
    if _is_near(got, expected, step.tolerance):
        return Verdict("accept")
    direction = "large" if got > expected else "small"
    return _reject_typed(
        shorten(text),
        f"{got:g}",
        f"{shorten(text)} is too {direction}.",
        _nearest_known_wrong(step, got, half_unit(text)),
    )


def _is_near(got: float, expected: float, tolerance: float) -> bool:
    return abs(got - expected) <= tolerance + 1e-9 * max(1.0, abs(expected))


def reach_of(wrong: KnownWrongAnswer) -> float:
    """Return the distance within which a number is matched to a known wrong one.

    That is the tolerance of the lesson, else half a unit of its last digit.
    """
    return half_unit(wrong.answer) if wrong.tolerance is None else wrong.tolerance


def _nearest_known_wrong(step: QuizStep, got: float, rounded_by: float) -> KnownWrongAnswer | None:
    """Return the known wrong number that was meant; None if there is none near.

    The learner may have rounded it, by up to `rounded_by`.
    """
    near = [
        (abs(got - number), index, wrong)
        for index, wrong in enumerate(step.known_wrong)
        if (number := parse_number(wrong.answer)) is not None
        and _is_near(got, number, _widened_reach(wrong, rounded_by))
    ]
    return min(near)[2] if near else None


def _widened_reach(wrong: KnownWrongAnswer, rounded_by: float) -> float:
    reach = reach_of(wrong)
    return max(reach, rounded_by) if wrong.tolerance is None else reach


def _grade_shape(step: QuizStep, text: str) -> Verdict:
    if not text.strip():
        return _not_attempted("Type a shape, such as `(2, 3)`.")
    got, expected = parse_shape(text), parse_shape(step.answer)
    if got is None:
        shown = f"`{shorten(text)}`"
        return _not_attempted(f"{shown} is not a shape. Type one such as `(2, 3)` or `(3,)`.")
    if expected is None:
        return _tutor_fault(step, "shape")
    if got == expected:
        return Verdict("accept")
    meant = (wrong for wrong in step.known_wrong if parse_shape(wrong.answer) == got)
    plain = _shape_words(got, expected)
    return _reject_typed(shorten(text), str(got), plain, next(meant, None))


def _shape_words(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if len(got) != len(expected):
        axes = counted(len(got), "axis", "axes")
        more = "more" if len(got) < len(expected) else "fewer"
        return f"{got} has {axes}; there are {more}."
    if sorted(got) == sorted(expected):
        return f"{got} has the right sizes in the wrong order."
    off = [axis for axis, (a, b) in enumerate(zip(got, expected, strict=True)) if a != b]
    return f"{got} has the right number of axes, but the size of axis {off[0]} is different."
