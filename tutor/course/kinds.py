"""The kinds of step, one row each: what a step of the kind has, and how its file is read.

For the loader, and for whoever asks what a step can do: rooms above ask `kind_of(step)` and never
which class a step has. What they do with it stands in rows of their own, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tutor.course.model import (
    Check,
    CodeStep,
    KnownWrongAnswer,
    Misconception,
    Note,
    Option,
    PredictStep,
    QuizStep,
    ReadStep,
    ShownValue,
    Step,
    StepKind,
    Variation,
)

if TYPE_CHECKING:
    from tutor.course.tables import Parts, ProblemCollector


class Traits(Struct, frozen=True, kw_only=True):
    """What the steps of a kind have."""

    has_question: bool = False
    """A question that is answered by choosing or typing."""
    has_program: bool = False
    """A program that the learner may edit and run."""
    has_solution: bool = False
    """A program to write: it is checked, and a solution can be shown bit by bit."""
    is_guessed: bool = False
    """The answer to the question is a guess, and the run of a program says whether it is right."""


class Kind(Traits, frozen=True, kw_only=True):
    """The same, and how a file of the kind is read."""

    step: type[Step]
    arrays: Mapping[str, tuple[str, type[Struct]]] = {}
    """Arrays of tables by their TOML key: the field that holds them, and what they hold."""
    check: Callable[[dict[str, Any], Parts, ProblemCollector], None]
    """Adds a problem for each rule that is broken among the values that could be read."""
    placeholders: Mapping[str, str] = {}
    """What stands for the keys that a step must have, while only its head is known."""


def _check_nothing(_values: dict[str, Any], _parts: Parts, _findings: ProblemCollector) -> None:
    pass


def _check_quiz(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import quiz_rules  # a first frame does without

    quiz_rules.check(values, parts, findings)


def _check_predict(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import predict_rules  # a first frame does without

    predict_rules.check(values, parts, findings)


def _check_code(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import code_rules  # a first frame does without

    code_rules.check(values, parts, findings)


_QUESTION_ARRAYS: Mapping[str, tuple[str, type[Struct]]] = {
    "option": ("options", Option),
    "wrong": ("known_wrong", KnownWrongAnswer),
}

KINDS: Mapping[StepKind, Kind] = {
    "read": Kind(step=ReadStep, check=_check_nothing),
    "quiz": Kind(
        has_question=True,
        step=QuizStep,
        arrays=_QUESTION_ARRAYS,
        check=_check_quiz,
        placeholders={"mode": "one"},
    ),
    "predict": Kind(
        has_question=True,
        has_program=True,
        is_guessed=True,
        step=PredictStep,
        arrays={**_QUESTION_ARRAYS, "show": ("shown", ShownValue)},
        check=_check_predict,
        placeholders={"mode": "one", "program": ""},
    ),
    "code": Kind(
        has_program=True,
        has_solution=True,
        step=CodeStep,
        arrays={
            "check": ("checks", Check),
            "vary": ("variations", Variation),
            "misconception": ("misconceptions", Misconception),
            "note": ("notes", Note),
        },
        check=_check_code,
        placeholders={"scaffold": "", "solution": ""},
    ),
}

NO_STEP = Traits()


def kind_of(step: Step | None) -> Traits:
    """Return what the step has; nothing, while there is no step."""
    return KINDS[step.kind] if step is not None else NO_STEP
