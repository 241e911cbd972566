"""The tables that stand in the file of a step, as frozen data: its checks, options, wrong ideas.

Which steps have which of them is said in `tutor.course.model`, which holds the steps. A field has
the name of its key in the TOML files, and the string under it is the reference of the key for
authors, as it is there.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class Check(Struct, frozen=True, kw_only=True):
    """One thing that must hold after the learner's program. It has either `same` or `true`."""

    same: str = ""
    """Expression that is evaluated after the learner's program and after the solution. Both values
    must be equal, unless `like` says otherwise."""
    like: str = ""
    """Expression whose value, after the learner's own program, `same` must equal. The value that
    the solution has does not count then."""
    true: str = ""
    """Expression that must be true after the learner's program."""
    name: str = ""
    """What messages call the check: a name of the program, or a few plain words. Needed where the
    expression could not stand in a learner's program."""
    say: str = ""
    """What a learner who misses the check is told, in place of the tutor's own sentence. `{EXPR}`
    stands for the value of an expression in the learner's program, `{'A' if EXPR else 'B'}` for one
    of two texts."""
    rtol: float = 1e-5
    """Relative tolerance of numbers. Whole numbers must be equal, unless another is given."""
    atol: float = 1e-8
    """Absolute tolerance of numbers. Whole numbers must be equal, unless another is given."""
    dtype: Literal["any", "kind", "strict"] = "kind"
    """How alike the dtypes must be: not at all, of the same kind (float32 and float64 are), or
    equal."""
    type: Literal["same", "any"] = "same"
    """With `any`, a tensor, an array and a number may stand for each other: the answer is accepted
    with a note."""
    shape: Literal["same", "any"] = "same"
    """With `any`, axes of length 1 may be missing or too many: the answer is accepted with a
    note."""
    base_only: bool = False
    """With true, the check is left out under the variations."""
    note: str = ""
    """Id of a `[[note]]` with which the answer is accepted if it misses only this check. Empty: the
    answer is refused."""


class Variation(Struct, frozen=True, kw_only=True):
    """Other givens, or another seed, under which the answer must hold. One of them is needed."""

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
    givens only those that an answer is like there: for programs that take their time."""


class Misconception(Struct, frozen=True, kw_only=True):
    """A wrong idea, and what to say to it. It is found by one of `wrong`, `when` and `raises`."""

    id: str
    """Slug of the verdict. Several may share one, if they are the same idea."""
    say: str
    """What the learner is told. `{EXPR}` stands for the value of an expression in the learner's
    program, `{'A' if EXPR else 'B'}` for one of two texts."""
    wrong: str = ""
    """A wrong program. An answer has this idea if it raises the same error, or has the same values
    in every check that this program misses."""
    when: str = ""
    """Expression that is true after a refused program with this idea."""
    raises: str = ""
    """Regular expression that is searched for in the error, as in `TypeError: message`."""
    example: str = ""
    """A wrong program that is told this, where the idea is found by `when` or `raises`.
    `nntutor check` tries it."""
    true_of_all: str = ""
    """Why `say` is true of whatever is taken for this idea, where that is told by fewer than two
    numbers. `nntutor check` says where it is needed."""


class FamilyBinding(Struct, frozen=True, kw_only=True):
    """A family of wrong ideas that the step has, told in the names of its task.

    They stand in `families/` beside the lessons and count like `[[misconception]]` tables of the
    step.
    """

    use: str
    """Name of the family: `softmax` for `families/softmax.toml`."""
    names: dict[str, str] = field(default_factory=dict)
    """What stands for each name of the family in this step, such as `result = "probabilities"`."""
    around: str = "{lines}"
    """Code around the lines of each program of the family, so that it binds all that is checked.
    `{lines}` has a line of its own, and its indentation is theirs."""
    say: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea of the family: what is told in this step, in place of the
    family's words."""
    without: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea that this step does not have: the reason, for whoever reads the
    file."""
    true_of_all: dict[str, str] = field(default_factory=dict)
    """For the name of a wrong idea: why its words are true of whatever is taken for it here, where
    that is told by fewer than two numbers."""
    before: str = ""
    """Id of the step's own `[[misconception]]` before which the family's come. Empty: they come
    after all of these."""


class Note(Struct, frozen=True, kw_only=True):
    """A remark on an accepted answer, found by `wrong` or by `when`.

    Without either it is said only where a check or a variation names it.
    """

    id: str
    """Slug of the verdict, and what the `note` of a check or variation names."""
    say: str
    """What the learner is told. `{EXPR}` stands for the value of an expression in the learner's
    program, `{'A' if EXPR else 'B'}` for one of two texts."""
    wrong: str = ""
    """A program that is accepted with this remark, as is an answer whose values equal its own."""
    when: str = ""
    """Expression that is true after an accepted program that deserves the remark."""


class FreeConstant(Struct, frozen=True, kw_only=True):
    """A number of the solution that the task leaves to the learner, such as a learning rate.

    `nntutor check` tries that others are accepted.
    """

    constant: str
    """The number as it stands in the solution, `20`, or with its name where only that one is meant:
    `lr=0.01`. Where it stands several times it is free if it is the same everywhere."""
    least: float
    """Smallest number that must be accepted in its place."""
    most: float
    """Largest number that must be accepted in its place."""


class Exemption(Struct, frozen=True, kw_only=True):
    """A mutant that is not judged as it should be, and may stay so. A step has three at most.

    A mutant is the solution with one small change, or in another order.
    """

    mutant: str
    """The mutant in the words of `nntutor check`, such as `line 3: 20 becomes 21 everywhere`, or
    `lines 2, 1, 3`."""
    reason: str
    """Why it may be judged as it is, for whoever reads the file."""


class Option(Struct, frozen=True, kw_only=True):
    """A statement that is judged, or one of the answers to choose from."""

    text: str
    """The statement or answer, in Markdown. No two may be the same."""
    why: str
    """Why it is right or wrong, told once the learner has answered. Of a right one that was not
    chosen it is kept back."""
    correct: bool = False
    """In a quiz: whether the option is right. In a predict step the run decides, by `when`."""
    when: str = ""
    """In a predict step, where it is needed: expression that is true after the run if the option is
    right."""
    misconception: str = ""
    """Slug of the verdict if the learner got this option wrong. Empty: `quiz-wrong`."""


class KnownWrongAnswer(Struct, frozen=True, kw_only=True):
    """A wrong number or shape that people come to, and why it is wrong."""

    answer: str
    """In a quiz the number or shape itself, in a predict step an expression for it."""
    why: str
    """What a learner who gives this answer is told."""
    tolerance: float | None = None
    """How far a number may be off and still be taken for this one. Left out: as far as its digits
    leave open, 0.005 for `0.70`."""
    misconception: str = ""
    """Slug of the verdict on this answer. Empty: `quiz-wrong`."""


class ShownValue(Struct, frozen=True, kw_only=True):
    """A value of the program that stands beside the guess after the run."""

    value: str
    """Expression that is evaluated after the run."""
    label: str = ""
    """Words in front of the value. Empty: the expression itself."""


class Decoy(Struct, frozen=True, kw_only=True):
    """A line that stands among the others and does not belong to the program."""

    line: str
    """The line of code."""
    why: str
    """What a learner is told who uses it: why it is wrong or not needed."""


class WrongOrder(Struct, frozen=True, kw_only=True):
    """A wrong idea, and what to say to it. It is found by one of `order`, `when` and `raises`."""

    id: str
    """Slug of the verdict. Several may share one, if they are the same idea."""
    say: str
    """What the learner is told. `{EXPR}` stands for the value of an expression in the learner's
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
    """Why `say` is true of whatever is taken for this idea, where that is told by fewer than two
    numbers. `nntutor check` says where it is needed."""
