"""Judges a quiz: statements, one or many of them, a number, a shape. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from tutor.course.model import Option, QuizStep
from tutor.grading.verdict import CheckResult, Verdict

WRONG = "quiz-wrong"


class QuizAnswer(Struct, frozen=True):
    """What the learner said."""

    judged: dict[int, bool] = {}
    """Number of the option, in the order of the file → said to be true, or chosen."""
    text: str = ""
    """For a number or a shape."""


def grade_quiz(step: QuizStep, answer: QuizAnswer) -> Verdict:
    """The verdict on a quiz; its message is made of the reasons of what was judged wrongly."""
    if step.mode == "number":
        return _grade_number(step, answer.text)
    if step.mode == "shape":
        return _grade_shape(step, answer.text)
    if step.mode == "true-false":
        return _grade_statements(step, answer.judged)
    return _grade_choice(step, answer.judged)


def _not_yet(message: str) -> Verdict:
    return Verdict("not-attempted", "empty-answer", message)


def _grade_statements(step: QuizStep, judged: dict[int, bool]) -> Verdict:
    missing = [i + 1 for i in range(len(step.options)) if i not in judged]
    if len(missing) == len(step.options):
        return _not_yet("Say of each statement whether it is true or false.")
    if missing:
        which = "statement" if len(missing) == 1 else "statements"
        return _not_yet(f"Not judged yet: {which} {', '.join(map(str, missing))}.")
    return _grade_options(step, judged)


def _grade_choice(step: QuizStep, judged: dict[int, bool]) -> Verdict:
    chosen = [index for index, said in judged.items() if said]
    if not chosen:
        text = "Choose one answer." if step.mode == "one" else "Choose every answer that is right."
        return _not_yet(text)
    if step.mode == "one" and len(chosen) > 1:
        return _not_yet("Only one answer is asked for: take the other choices back.")
    return _grade_options(step, {i: i in chosen for i in range(len(step.options))})


def _grade_options(step: QuizStep, said: dict[int, bool]) -> Verdict:
    wrong = [i for i, option in enumerate(step.options) if said[i] != option.correct]
    results = tuple(_result(step, i, option, said[i]) for i, option in enumerate(step.options))
    if not wrong:
        return Verdict("accept", checks=results)
    told = _worth_telling(step, wrong, said)
    slugs = (step.options[i].misconception for i in told)
    slug = next((slug for slug in slugs if slug), WRONG)
    message = "\n\n".join(step.options[i].why for i in told) or _incomplete(wrong)
    return Verdict("reject", slug, message, checks=results)


def _worth_telling(step: QuizStep, wrong: Sequence[int], said: dict[int, bool]) -> list[int]:
    """Where options are chosen, the reason of a right one that was left out would give it away."""
    if step.mode == "true-false":
        return list(wrong)
    return [index for index in wrong if said[index]]


def _incomplete(wrong: Sequence[int]) -> str:
    count = "One more answer is" if len(wrong) == 1 else f"{len(wrong)} more answers are"
    return f"What you chose is right, but not all of it. {count} right as well."


def _result(step: QuizStep, index: int, option: Option, said: bool) -> CheckResult:
    passed = said == option.correct
    if step.mode == "true-false":
        got = "true" if said else "false"
    else:
        got = "chosen" if said else "not chosen"
    told = passed or step.mode == "true-false" or said
    return CheckResult(option.text, passed, message=option.why if told else "", got=got)


def _off(message: str, text: str) -> Verdict:
    return Verdict("reject", WRONG, message, evidence=(f"you said: {text.strip()}",))


_NUMBER = re.compile(r"[-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+−]?\d+)?\s*(%?)")


def parse_number(text: str) -> float | None:
    """A number as people type it: `0,75`, `−3`, `92 %`, `1/4`; None if it is none."""
    plain = text.strip().replace("−", "-").replace("_", "")
    top, slash, bottom = plain.partition("/")
    if slash:
        a, b = parse_number(top), parse_number(bottom)
        return a / b if a is not None and b else None
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    number = float(plain.rstrip("% ").replace(",", "."))
    return number / 100 if match.group(1) else number


def _grade_number(step: QuizStep, text: str) -> Verdict:
    if not text.strip():
        return _not_yet("Type a number.")
    got, expected = parse_number(text), parse_number(step.answer)
    if got is None:
        return _not_yet(f"`{text.strip()}` is not a number. Type one such as `0.75` or `-3`.")
    if expected is None:
        reason = f"its answer `{step.answer}` is not a number"
        message = f"Something is wrong with this question, not with your answer: {reason}."
        return Verdict("tutor-fault", "tutor-fault", message, evidence=(reason,))
    if abs(got - expected) <= step.tolerance + 1e-9 * max(1.0, abs(expected)):
        return Verdict("accept")
    direction = "large" if got > expected else "small"
    return _off(f"{text.strip()} is too {direction}.", text)


def parse_shape(text: str) -> tuple[int, ...] | None:
    """A shape as people type it: `(8, 16)`, `8x16`, `[3]`, `torch.Size([1, 4])`, `()`."""
    plain = re.sub(r"torch\.Size|\s", "", text.strip())
    inner = plain.strip("()[]").rstrip(",")
    if not inner:
        return () if plain else None
    parts = re.split(r"[,x×*]", inner)
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else None


def _grade_shape(step: QuizStep, text: str) -> Verdict:
    if not text.strip():
        return _not_yet("Type a shape, such as `(2, 3)`.")
    got, expected = parse_shape(text), parse_shape(step.answer)
    if got is None:
        return _not_yet(f"`{text.strip()}` is not a shape. Type one such as `(2, 3)` or `(3,)`.")
    if got == expected:
        return Verdict("accept")
    return _off(_shape_words(got, expected or ()), text)


def _shape_words(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if len(got) != len(expected):
        axes = "1 axis" if len(got) == 1 else f"{len(got)} axes"
        more = "more" if len(got) < len(expected) else "fewer"
        return f"{got} has {axes}; there are {more}."
    if sorted(got) == sorted(expected):
        return f"{got} has the right sizes in another order."
    off = [axis for axis, (a, b) in enumerate(zip(got, expected, strict=True)) if a != b]
    return f"{got} has the right number of axes, but the size of axis {off[0]} is another."
