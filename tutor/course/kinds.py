"""The kinds of step, one row each: their traits, and how their files are read.

The loader reads files by these rows. Rooms above test the traits in `kind_of(step)`, never the
class of a step, and have their own table by kind in a `kinds.py`. So a new kind is a row in each
room and in `authoring.check`; a test compares the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from tutor.course.model import (
    AnyKind,
    CodeStep,
    LabStep,
    OrderStep,
    PredictStep,
    QuizStep,
    ReadStep,
    Step,
    StepKind,
)
from tutor.course.step_tables import (
    Check,
    Decoy,
    Exemption,
    FamilyBinding,
    FreeConstant,
    Goal,
    KnownWrongAnswer,
    LabSlider,
    Misconception,
    Note,
    Option,
    ShownValue,
    SolutionRun,
    Variation,
    WrongOrder,
)

if TYPE_CHECKING:
    pass

KindOrNone: TypeAlias = AnyKind | Literal["none"]
"""`none` if the learner is at no step: there is none, or a start screen comes before it."""


class Traits(Struct, frozen=True, kw_only=True):
    """Traits of the steps of a kind, for rooms that treat kinds differently."""

    has_question: bool = False
    """True if it has a question that is answered by choosing or typing."""
    has_program: bool = False
    """True if it has a program that the learner may edit and run."""
    has_solution: bool = False
    """True if the program is an answer: it is checked, and its solution is shown bit by bit."""
    has_own_code: bool = False
    """True if the learner writes the program, so that its training can be stepped through."""
    has_task: bool = True
    """True if it asks for something; False for a program of the learner's own."""
    has_only_moves: bool = False
    """True if the lines of the program can only be moved, taken out and put in."""
    has_sliders: bool = False
    """True if the program is run with the values of sliders, until all goals are reached."""
    is_guessed: bool = False
    """True if the answer is a guess, which a run of the program then judges."""

    @property
    def is_only_read(self) -> bool:
        """True if the step is done once the learner goes on."""
        return not self.has_question and not self.has_program and self.has_task

    @property
    def is_reshuffled(self) -> bool:
        """True if its options stand in another order each time that it is asked again."""
        return self.has_question and not self.is_guessed

    @property
    def has_judged_program(self) -> bool:
        """True if an answer is a text that runs judge."""
        return self.has_solution or self.has_sliders


class Kind(Traits, frozen=True, kw_only=True):
    """A row of the table: the traits of a kind, and how its files are read."""

    step: type[Step]
    arrays: Mapping[str, tuple[str, type[Struct]]] = {}
    """Arrays of tables by their TOML key: the field of the step that holds one, and the struct of
    its elements."""
    placeholders: Mapping[str, str] = {}
    """Values for the needed keys of a step whose header alone has been read."""


_QUESTION_ARRAYS: Mapping[str, tuple[str, type[Struct]]] = {
    "option": ("options", Option),
    "wrong": ("known_wrong", KnownWrongAnswer),
}

KINDS: Mapping[StepKind, Kind] = {
    "read": Kind(step=ReadStep),
    "quiz": Kind(
        has_question=True,
        step=QuizStep,
        arrays=_QUESTION_ARRAYS,
        placeholders={"mode": "one"},
    ),
    "predict": Kind(
        has_question=True,
        has_program=True,
        is_guessed=True,
        step=PredictStep,
        arrays={**_QUESTION_ARRAYS, "show": ("shown", ShownValue)},
        placeholders={"mode": "one", "program": ""},
    ),
    "code": Kind(
        has_program=True,
        has_own_code=True,
        has_solution=True,
        step=CodeStep,
        arrays={
            "check": ("checks", Check),
            "vary": ("variations", Variation),
            "misconception": ("own_misconceptions", Misconception),
            "family": ("families", FamilyBinding),
            "note": ("notes", Note),
            "free": ("free", FreeConstant),
            "exempt": ("exemptions", Exemption),
        },
        placeholders={"scaffold": "", "solution": ""},
    ),
    "order": Kind(
        has_program=True,
        has_own_code=True,
        has_solution=True,
        has_only_moves=True,
        step=OrderStep,
        arrays={
            "decoy": ("decoys", Decoy),
            "check": ("checks", Check),
            "vary": ("variations", Variation),
            "misconception": ("wrong_orders", WrongOrder),
            "exempt": ("exemptions", Exemption),
        },
        placeholders={"lines": ""},
    ),
    "lab": Kind(
        has_program=True,
        has_sliders=True,
        step=LabStep,
        arrays={
            "slider": ("sliders", LabSlider),
            "goal": ("goals", Goal),
            "show": ("shown", ShownValue),
            "solution": ("solution_runs", SolutionRun),
        },
        placeholders={"program": ""},
    ),
}

NO_STEP = Traits()
"""The traits while no step is on screen."""

OWN = Traits(has_program=True, has_own_code=True, has_task=False)
"""The traits of a program of the learner's own, which no file of a lesson describes."""

TRAITS: Mapping[AnyKind, Traits] = {**dict[AnyKind, Traits](KINDS.items()), "try": OWN}
"""The traits of everything that a session can show."""


def kind_name(step: Step | None) -> KindOrNone:
    """Return the kind of the step; `none` without a step."""
    return step.kind if step is not None else "none"


def scaffold_of(step: Step) -> str:
    """Return the initial text of the step's editor."""
    return step.scaffold.strip("\n") + "\n" if kind_of(step).has_task else step.scaffold


def row_of(step: Step) -> Kind:
    """Return the row of a step that was read from a lesson."""
    return next(kind for name, kind in KINDS.items() if name == step.kind)


def kind_of(step: Step | None) -> Traits:
    """Return the step's traits; all are False without a step."""
    return TRAITS[step.kind] if step is not None else NO_STEP
