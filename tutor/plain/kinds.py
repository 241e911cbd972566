"""The kinds of step, one row each: the name of the kind and the texts of its step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import TASK, QuestionStep, Step


class Telling(Struct, frozen=True, kw_only=True):
    """Presentation of one kind of step."""

    word: str
    """Name of the kind, printed before the step's title."""
    explains: Callable[[Step], str] = lambda _step: ""
    """Returns the text without the question or task; "" if there is no other text."""
    asks: Callable[[Step], str] = lambda _step: ""
    """Returns the question or task; "" if there is none."""
    asked: str = "Task"
    """Label of the question or task."""


def question_in(step: Step | None) -> QuestionStep | None:
    """Return the step if it asks a question, else None."""
    return step if isinstance(step, QuestionStep) else None


def _whole(step: Step) -> str:
    return step.text


def _above_question(step: Step) -> str:
    above = step.text_above_question
    return "" if above == step.text else above


def _question(step: Step) -> str:
    return step.text.rstrip().rpartition("\n\n")[2]


def _above_task(step: Step) -> str:
    return step.text.removesuffix(step.task) if step.task else ""


def _task(step: Step) -> str:
    return step.task.removeprefix(TASK) or step.text


KINDS: Mapping[KindOrNone, Telling] = {
    "none": Telling(word="Nothing"),
    "read": Telling(word="Reading", explains=_whole),
    "quiz": Telling(word="Quiz", explains=_above_question, asks=_question, asked="Question"),
    "predict": Telling(word="Guess", explains=_above_question, asks=_question, asked="Question"),
    "code": Telling(word="Code", explains=_above_task, asks=_task),
    "order": Telling(word="Order", explains=_above_task, asks=_task),
    "lab": Telling(word="Lab", explains=_above_task, asks=_task),
    "try": Telling(word="Program"),
}


def telling_of(step: Step | None) -> Telling:
    """Return the presentation of the step's kind."""
    return KINDS[kind_name(step)]
