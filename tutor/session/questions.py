"""Questions as they stand on screen: options in shuffled order, and the feedback on each.

The panes Quiz and Predict and the session use it. Journal and grading of files number options in
the order of the step's file, verdicts on screen in the order shown; both conversions are here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from tutor.course.model import QuestionStep, StepBase
from tutor.grading.verdict import Verdict

Question = TypeVar("Question", bound=QuestionStep)
AnyStep = TypeVar("AnyStep", bound=StepBase)


def in_order(step: AnyStep, order: Sequence[int]) -> AnyStep:
    return replace(step, options=tuple(step.options[index] for index in order))


def to_file_order(judged: Mapping[int, bool], order: Sequence[int]) -> dict[int, bool]:
    """Return judgements of options, given by place on screen, by index in the file."""
    return {order[place]: value for place, value in judged.items()}


def to_shown_order(judged: Mapping[int, bool], order: Sequence[int]) -> dict[int, bool]:
    """Return judgements of options, given by index in the file, by place on screen."""
    return {place: judged[index] for place, index in enumerate(order) if index in judged}


def feedback(
    shown: QuestionStep, judged: Mapping[int, bool], verdict: Verdict
) -> dict[int, tuple[bool, str]]:
    """Return feedback by place on screen: (whether it is right, why or "").

    For true-false statements this is about the learner's judgement, for options to choose from
    about the option itself. Before the answer is found, options that were not chosen and the
    reasons of right judgements are left out: they would give the answer away.
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
    """Return feedback on every option by place on screen: (whether it is right, why).

    It is for questions answered only once. As in `feedback`, a true-false statement is right if it
    was judged rightly.
    """
    return {
        place: (
            judged.get(place) == option.correct if shown.mode == "true-false" else option.correct,
            option.why,
        )
        for place, option in enumerate(shown.options)
    }


def question_of(step: QuestionStep) -> str:
    """Return the last paragraph of the step's text, which is the question, as one line."""
    return " ".join(step.text.strip().split("\n\n")[-1].split())
