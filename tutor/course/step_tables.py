"""The tables in a step's file, as frozen data: its checks, options, wrong ideas.

`tutor.course.model` has the steps, and decides which of them have which tables. A field has the
name of its key in the TOML files, and the string under it is the reference of the key for authors,
as in that module.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class Check(Struct, frozen=True, kw_only=True):
    """A condition that must hold after the learner's program. It has either `same` or `true`."""

    same: str = ""
    """Expression that is evaluated after the learner's program and after the solution. Both values
    must be equal, unless `like` overrides this."""
    like: str = ""
    """Expression whose value, after the learner's own program, `same` must equal. The solution's
    value then does not count."""
    true: str = ""
    """Expression that must be true after the learner's program."""
    name: str = ""
    """Name of the check in messages: a name of the program, or a few plain words. Needed if the
    expression could not occur in a learner's program."""
    say: str = ""
    """Message to a learner who misses the check, in place of the tutor's own sentence. `{EXPR}` is
    replaced by the value of an expression in the learner's program, `{'A' if EXPR else 'B'}` by one
    of two texts."""
    rtol: float = 1e-5
    """Relative tolerance of numbers. Whole numbers must be equal, unless a tolerance is given."""
    atol: float = 1e-8
    """Absolute tolerance of numbers. Whole numbers must be equal, unless a tolerance is given."""
    dtype: Literal["any", "kind", "strict"] = "kind"
    """Required match of the dtypes: none, the same kind (as float32 and float64), or equal."""
    type: Literal["same", "any"] = "same"
    """With `any`, a tensor, an array and a number are interchangeable: the answer is accepted with
    a note."""
    shape: Literal["same", "any"] = "same"
    """With `any`, axes of length 1 may be missing or additional: the answer is accepted with a
    note."""
    base_only: bool = False
    """With true, the check does not apply under the variations."""
    note: str = ""
    """Id of a `[[note]]` with which the answer is accepted if it misses only this check. Empty: the
    answer is refused."""


class Variation(Struct, frozen=True, kw_only=True):
    """Other givens, or another seed, under which the answer must hold. At least one is needed."""

    given: dict[str, str] = field(default_factory=dict)
    """For each name that the given code binds once, by a plain `name = value`, the expression that
    it is bound to instead."""
    seed: int | None = None
    """Seed of the random numbers, in place of the step's own."""
    note: str = ""
    """Id of a `[[note]]` with which the answer is accepted if it fails only under this variation.
    Empty: the answer is refused."""
    first: bool = False
    """With true, the wrong programs are tried under this variation first, and under the other
    givens only those that match an answer there: for slow programs."""


class Misconception(Struct, frozen=True, kw_only=True):
    """A wrong idea, with the message for it. It is found by one of `wrong`, `when` and `raises`."""

    id: str
    """Slug of the verdict. Several may share one, if they are the same idea."""
    say: str
    """Message to the learner. `{EXPR}` is replaced by the value of an expression in the learner's
    program, `{'A' if EXPR else 'B'}` by one of two texts."""
    wrong: str = ""
    """A wrong program. An answer has this idea if it raises the same error, or has the same values
    in every check that this program misses."""
    when: str = ""
    """Expression that is true after a refused program with this idea."""
    raises: str = ""
    """Regular expression that is searched for in the error, as in `TypeError: message`."""
    example: str = ""
    """A wrong program that gets this message, if the idea is found by `when` or `raises`. `nntutor
    check` tries it."""
    true_of_all: str = ""
    """Why `say` is true of every answer that is matched to this idea, if fewer than two numbers
    decide that. `nntutor check` reports if it is needed."""


class FamilyBinding(Struct, frozen=True, kw_only=True):
    """A family of wrong ideas that the step has, worded in the names of its task.

    Families are in `families/` beside the lessons and count like `[[misconception]]` tables of the
    step.
    """

    use: str
    """Name of the family: `softmax` for `families/softmax.toml`."""
    names: dict[str, str] = field(default_factory=dict)
    """Replacement for each name of the family in this step, such as `result = "probabilities"`."""
    around: str = "{lines}"
    """Code around the lines of each program of the family, so that it binds all that is checked.
    `{lines}` has a line of its own, and its indentation is theirs."""
    say: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea of the family: its message in this step, in place of the
    family's."""
    without: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea that this step does not have: the reason, for readers of the
    file."""
    true_of_all: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea: why its message is true of every answer that is matched to it
    here, if fewer than two numbers decide that."""
    before: str = ""
    """Id of the step's own `[[misconception]]` before which the family's come. Empty: they come
    after all of these."""


class Note(Struct, frozen=True, kw_only=True):
    """A remark on an accepted answer, found by `wrong` or by `when`.

    Without either it is shown only if a check or a variation names it.
    """

    id: str
    """Slug of the verdict, to which the `note` of a check or variation refers."""
    say: str
    """Message to the learner. `{EXPR}` is replaced by the value of an expression in the learner's
    program, `{'A' if EXPR else 'B'}` by one of two texts."""
    wrong: str = ""
    """A program that is accepted with this remark, as is an answer with the same values."""
    when: str = ""
    """Expression that is true after an accepted program that deserves the remark."""


class FreeConstant(Struct, frozen=True, kw_only=True):
    """A number of the solution that the task leaves to the learner, such as a learning rate.

    `nntutor check` verifies that others are accepted.
    """

    constant: str
    """The number as written in the solution, `20`, or with its name if only that one is meant:
    `lr=0.01`. If it occurs several times, all of them must change together."""
    least: float
    """Smallest number that must be accepted in its place."""
    most: float
    """Largest number that must be accepted in its place."""


class Exemption(Struct, frozen=True, kw_only=True):
    """A mutant that gets a wrong verdict, and may keep it. A step has three at most.

    A mutant is the solution with one small change, or in another order.
    """

    mutant: str
    """The mutant in the words of `nntutor check`, such as `line 3: 20 becomes 21 everywhere`, or
    `lines 2, 1, 3`. With `*` no mutant is tried: for a task that any program does which reaches
    a mark."""
    reason: str
    """Reason for accepting this verdict, for readers of the file."""


class Option(Struct, frozen=True, kw_only=True):
    """A statement to judge, or one of the answers to choose from."""

    text: str
    """The statement or answer, in Markdown. No two may be the same."""
    why: str
    """Why it is right or wrong, shown after the answer. For a right option that was not chosen it
    is withheld."""
    correct: bool = False
    """In a quiz: true if the option is right. In a predict step the run decides, by `when`."""
    when: str = ""
    """In a predict step, where it is needed: expression that is true after the run if the option is
    right."""
    misconception: str = ""
    """Slug of the verdict if the learner got this option wrong. Empty: `quiz-wrong`."""


class KnownWrongAnswer(Struct, frozen=True, kw_only=True):
    """A common wrong number or shape, with the reason why it is wrong."""

    answer: str
    """In a quiz the number or shape itself, in a predict step an expression for it."""
    why: str
    """Message to a learner who gives this answer."""
    tolerance: float | None = None
    """Distance from this number within which a number is matched to it. Left out: half a unit of
    its last digit, 0.005 for `0.70`."""
    misconception: str = ""
    """Slug of the verdict on this answer. Empty: `quiz-wrong`."""


class ShownValue(Struct, frozen=True, kw_only=True):
    """A value of the program that is shown beside the guess after the run."""

    value: str
    """Expression that is evaluated after the run."""
    label: str = ""
    """Words in front of the value. Empty: the expression itself."""


class Decoy(Struct, frozen=True, kw_only=True):
    """A line among the others that does not belong to the program."""

    line: str
    """The line of code."""
    why: str
    """Message to a learner who uses it: why it is wrong or not needed."""


class WrongOrder(Struct, frozen=True, kw_only=True):
    """A wrong idea, with the message for it. It is found by one of `order`, `when` and `raises`."""

    id: str
    """Slug of the verdict. Several may share one, if they are the same idea."""
    say: str
    """Message to the learner. `{EXPR}` is replaced by the value of an expression in the learner's
    program."""
    order: tuple[int, ...] = ()
    """A wrong program, as the numbers of its lines, from 1: those of `lines`, then the decoys. An
    answer has this idea if it raises the same error, or has the same values in every check that
    this program misses."""
    when: str = ""
    """Expression that is true after a refused program with this idea."""
    raises: str = ""
    """Regular expression that is searched for in the error, as in `TypeError: message`."""
    true_of_all: str = ""
    """Why `say` is true of every answer that is matched to this idea, if fewer than two numbers
    decide that. `nntutor check` reports if it is needed."""


class LabSlider(Struct, frozen=True, kw_only=True):
    """A name of a lab's program that the learner binds to one of a few numbers."""

    name: str
    """The name that the program reads."""
    values: tuple[int | float, ...]
    """The numbers, from left to right. Two or more, all different."""
    start: int | float
    """The one of them at which the slider stands at first."""
    label: str = ""
    """Words in front of the slider. Empty: the name."""
    live: bool = False
    """With true, a move during a run binds the name between two training steps, and the run goes
    on. It needs `pace`, and a program that reads the name in its loop."""


class Goal(Struct, frozen=True, kw_only=True):
    """Something to reach by a run of a lab."""

    true: str
    """Expression that is true after a run that reaches the goal."""
    say: str
    """The goal in words, in Markdown. It is shown from the start."""


class SolutionRun(Struct, frozen=True, kw_only=True):
    """The values of a lab's sliders in one run of the solution, or the drawing."""

    set: dict[str, int | float] = {}
    """For each slider, the number to which it is moved, as in `set.hidden = 16`."""
    draw: str = ""
    """In a lab without sliders, the drawing: eight lines of eight digits, from 0 for an empty cell
    to 9 for the darkest."""

    @property
    def values(self) -> dict[str, int | float | str]:
        """The numbers by slider, or the drawing by the name `drawing`."""
        return {"drawing": self.draw} if self.draw else {**self.set}
