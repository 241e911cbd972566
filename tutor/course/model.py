"""What is taught, as frozen data. Made by `tutor.course.load`; read by grading, authoring and ui.

Field names are the keys of the TOML files; README "Writing lessons" and CONTRIBUTING explain them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, cast

from msgspec import Struct, field

StepKind = Literal["read", "quiz", "predict", "code"]
"""What a step of each kind has and does stands in the `kinds.py` of each room."""

QuizMode = Literal["true-false", "one", "many", "number", "shape"]


class Check(Struct, frozen=True, kw_only=True):
    """One thing that must hold. Exactly one of: `same`, `same` with `like`, `true`."""

    same: str = ""
    like: str = ""
    true: str = ""
    name: str = ""
    say: str = ""
    rtol: float = 1e-5
    atol: float = 1e-8
    dtype: Literal["any", "kind", "strict"] = "kind"
    type: Literal["same", "any"] = "same"
    shape: Literal["same", "any"] = "same"
    base_only: bool = False
    note: str = ""


class Variation(Struct, frozen=True, kw_only=True):
    """Other givens, or another seed, under which the same answer must hold."""

    given: dict[str, str] = field(default_factory=dict)
    seed: int | None = None
    note: str = ""


class Misconception(Struct, frozen=True, kw_only=True):
    """A wrong idea and what to say. Matched by one of: `wrong` (a program), `when`, `raises`."""

    id: str
    say: str
    wrong: str = ""
    when: str = ""
    raises: str = ""


class Note(Struct, frozen=True, kw_only=True):
    """A remark on an accepted answer. Matched by `wrong` or `when`; without either it is only
    reached by a check or a variation that names it."""

    id: str
    say: str
    wrong: str = ""
    when: str = ""


class Option(Struct, frozen=True, kw_only=True):
    """One statement of a quiz or of a predict step."""

    text: str
    why: str
    correct: bool = False
    """In a quiz. In a predict step the run decides, by `when`."""
    when: str = ""
    """In a predict step: the statement is right if this holds after the run."""
    misconception: str = ""


class KnownWrongAnswer(Struct, frozen=True, kw_only=True):
    """A wrong number or shape that people come to, and why it is wrong."""

    answer: str
    """In a predict step an expression, else the number or shape itself."""
    why: str
    tolerance: float | None = None
    """How far a number may be off to be taken for this one; None: as its last digit allows."""
    misconception: str = ""


class ShownValue(Struct, frozen=True, kw_only=True):
    """A value of the program that stands beside the guess after the run."""

    value: str
    """An expression."""
    label: str = ""
    """Empty: the expression itself."""


class StepBase(Struct, frozen=True, kw_only=True):
    """What every step has. The properties are no keys of its file: they say that a kind of step has
    no such thing, where it does not have a field of that name."""

    id: str
    title: str
    text: str
    lesson: str = ""
    """Id of the lesson; filled in by the loader."""
    section: str = ""
    concepts: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    optional: bool = False
    after: str = ""
    was: str = ""
    file: Path = Path()
    """Where it was read from."""

    @property
    def kind(self) -> StepKind:
        """Return its kind, as it stands in its file."""
        return cast("StepKind", self.__struct_config__.tag)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return its hints, from vague to plain."""
        return ()

    @property
    def options(self) -> tuple[Option, ...]:
        """Return the statements that are judged or chosen."""
        return ()

    @property
    def known_wrong(self) -> tuple[KnownWrongAnswer, ...]:
        """Return the wrong answers that have a reason of their own."""
        return ()

    @property
    def given(self) -> str:
        """Return the locked code that runs before anything else of the step."""
        return ""

    @property
    def program(self) -> str:
        """Return the program that is asked about."""
        return ""

    @property
    def scaffold(self) -> str:
        """Return what the learner's program begins with."""
        return ""

    @property
    def solution(self) -> str:
        """Return the program that the learner's is compared with."""
        return ""


class ReadStep(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="read"):
    """Text and figures; done when the learner goes on."""


class QuestionStep(StepBase, frozen=True, kw_only=True):
    """What steps with a question have. The modes `number` and `shape` have an `answer` in place of
    options."""

    mode: QuizMode
    options: tuple[Option, ...] = ()
    """The TOML key is `[[option]]`."""
    answer: str = ""
    """In a predict step an expression, else the number or shape itself."""
    tolerance: float = 0.0
    """How far a number may be off."""
    known_wrong: tuple[KnownWrongAnswer, ...] = ()
    """The TOML key is `[[wrong]]`."""
    hints: tuple[str, ...] = ()


class QuizStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="quiz"):
    """A question that is answered and then judged."""


class PredictStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="predict"):
    """A program and a question about it: the learner guesses, then it is run, and the run says
    which guess was right."""

    program: str
    prelude: str = ""
    """The course's imports; filled in by the loader."""
    given: str = ""
    """Runs before the program, as in a code step."""
    shown: tuple[ShownValue, ...] = ()
    """The TOML key is `[[show]]`."""
    scaffold: str = ""
    """What may be edited and run in place of the program once the guess was judged; may be empty.
    It is never judged."""
    seed: int = 0
    limit_s: float = 10.0
    limit_mb: int = 2048
    network: bool = False
    """Whether the program needs the network. It has one only if the learner's config allows it."""


class CodeStep(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="code"):
    """A program to write."""

    scaffold: str
    solution: str
    prelude: str = ""
    """The course's imports; filled in by the loader."""
    given: str = ""
    also_right: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    seed: int = 0
    fixed: tuple[str, ...] = ()
    limit_s: float = 10.0
    limit_mb: int = 2048
    network: bool = False
    """As in a predict step."""
    must_use: tuple[str, ...] = ()
    must_not_use: tuple[str, ...] = ()
    strict: bool = False
    checks: tuple[Check, ...] = ()
    """The TOML key is `[[check]]`."""
    variations: tuple[Variation, ...] = ()
    """The TOML key is `[[vary]]`."""
    misconceptions: tuple[Misconception, ...] = ()
    """The TOML key is `[[misconception]]`."""
    notes: tuple[Note, ...] = ()
    """The TOML key is `[[note]]`."""


Step: TypeAlias = ReadStep | QuizStep | PredictStep | CodeStep


class Term(Struct, frozen=True, kw_only=True):
    """A word of the field and what it means."""

    name: str
    """As it stands among the `concepts` of steps."""
    say: str
    """Markdown of one paragraph."""
    title: str = ""
    """As readers see it; empty: the name."""


class Lesson(Struct, frozen=True, kw_only=True):
    """A lesson: its steps in file-name order."""

    id: str
    title: str
    summary: str = ""
    concepts: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    """The TOML key is `[[term]]`."""
    steps: tuple[Step, ...] = ()
    file: Path = Path()
    """Its lesson.toml."""


class Course(Struct, frozen=True, kw_only=True):
    """The whole course, in order."""

    title: str
    prelude: str = ""
    lessons: tuple[Lesson, ...] = ()

    def steps(self) -> tuple[Step, ...]:
        """All steps of all lessons, in order."""
        return tuple(step for lesson in self.lessons for step in lesson.steps)

    def find(self, step_id: str) -> Step | None:
        """The step of that id, or None. Step ids are unique in a course."""
        return next((step for step in self.steps() if step.id == step_id), None)
