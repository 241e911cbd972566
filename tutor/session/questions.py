"""A question as it is shown: statements shuffled, and what is said of each after it was judged.

Used by the panes Quiz and Predict. The journal keeps the order of the file: both directions are
here.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from tutor.course.model import QuestionStep, QuizStep, StepBase
from tutor.grading.verdict import Verdict

Question = TypeVar("Question", bound=QuestionStep)
AnyStep = TypeVar("AnyStep", bound=StepBase)


def shuffled(step: StepBase, attempt: int) -> tuple[int, ...]:
    """For each place on screen, the number of the option in the file. The same for one attempt."""
    order = list(range(len(step.options)))
    random.Random(f"{step.id} {attempt}").shuffle(order)
    return tuple(order)


def in_order(step: AnyStep, order: Sequence[int]) -> AnyStep:
    """The quiz with its options as they stand on screen: verdicts name them by these numbers."""
    return replace(step, options=tuple(step.options[index] for index in order))


def to_file_order(judged: Mapping[int, bool], order: Sequence[int]) -> dict[int, bool]:
    """What was said, by the option's number in the file."""
    return {order[place]: value for place, value in judged.items()}


def to_shown_order(judged: Mapping[int, bool], order: Sequence[int]) -> dict[int, bool]:
    """What was said, by the option's place on screen."""
    return {place: judged[index] for place, index in enumerate(order) if index in judged}


def feedback(
    shown: QuizStep, judged: Mapping[int, bool], verdict: Verdict
) -> dict[int, tuple[bool, str]]:
    """For statements of `shown`, by place: whether it is right, and why.

    Of statements that are judged, right is what was said; of those that are chosen, the statement.
    The reason of one that was not chosen would give the answer away before it is found.
    """
    if verdict.accepted:
        judges_all = shown.mode == "true-false"
        return {place: (judges_all or o.correct, o.why) for place, o in enumerate(shown.options)}
    if verdict.kind != "reject":
        return {}
    result = {}
    for place, value in judged.items():
        option = shown.options[place]
        if shown.mode == "true-false":
            right = value == option.correct
            result[place] = (right, "" if right else option.why)
        elif value:
            result[place] = (option.correct, option.why)
    return result


def feedback_at_end(shown: QuestionStep, judged: Mapping[int, bool]) -> dict[int, tuple[bool, str]]:
    """For every statement, by place: whether it is right, or was judged rightly, and why. For
    what is answered only once."""
    return {
        place: (
            judged.get(place) == option.correct if shown.mode == "true-false" else option.correct,
            option.why,
        )
        for place, option in enumerate(shown.options)
    }


def question_of(step: QuestionStep) -> str:
    """The last paragraph of the text, which asks."""
    return " ".join(step.text.strip().split("\n\n")[-1].split())
