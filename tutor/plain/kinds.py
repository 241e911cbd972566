"""The kinds of step, one row each: what plain mode calls such a step, and what it tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import TASK, QuestionStep, Step


class Telling(Struct, frozen=True, kw_only=True):
    """How steps of one kind are told."""

    word: str
    """What such a step is called, in front of its title."""
    explains: Callable[[Step], str] = lambda _step: ""
    """Returns the text without the question or task; "" where there is nothing else."""
    asks: Callable[[Step], str] = lambda _step: ""
    """Returns the question or task; "" where nothing is asked for."""
    asked: str = "Task"
    """What stands in front of that."""


def question_in(step: Step | None) -> QuestionStep | None:
    """Return the step as the question that it asks; None if it asks none."""
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
    "try": Telling(word="Program"),
}


def telling_of(step: Step | None) -> Telling:
    """Return how the step is told, by its kind."""
    return KINDS[kind_name(step)]
