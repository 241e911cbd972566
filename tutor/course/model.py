"""The course as frozen data: the steps of each kind, then the lessons and the course.

`tutor.course.load` makes it; all rooms above read it, and nobody changes it. A field has the name
of its key in the TOML files; arrays of tables have other names, listed in `tutor.course.kinds`
(`[[check]]` becomes `checks`), and their elements are in `tutor.course.step_tables`. The string
under a field is the reference of its key for authors: `nntutor check --keys` prints these strings,
and docs/lesson-format.md lists them in tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from msgspec import Struct, field

from tutor.course import late
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
    from tutor.course.word_index import WordIndex

StepKind = Literal["read", "quiz", "predict", "code", "order", "lab"]
"""The step asks for nothing, an answer, a guess at a program's result, a program, the order of a
program's lines, or the values of its sliders. The kind decides which other keys the step has."""

AnyKind: TypeAlias = StepKind | Literal["try"]
"""`try` is the learner's own program in place of a step; no lesson has it."""

VIEWS = ("loss", "map", "tensors", "model", "pad", "graph", "surface")
"""The views of a training that a step may have, each a pane beside its code."""

LATE_VIEWS = ("map", "pad", "graph", "surface")
"""Views that a step which names no views gets once a run has data for them."""

ASKING_VIEWS = ("map", "model")
"""Views that ask the running program for data, more often while they are on screen."""

QuizMode = Literal["true-false", "one", "many", "number", "shape"]

TASK = "**Your task.**"
"""Heading of the task in a step's text."""


class Exercise(Struct, frozen=True):
    """The programs that identify a step in a file of several exercises."""

    given: str
    """Given code, "" if the step has none."""
    answer: str = ""
    """Solution, or the program of a predict step; "" without either."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each data file that the step names."""


class UsedAnswer(Struct, frozen=True, kw_only=True):
    """The answer to an earlier step, with which a later one begins."""

    step: str
    """Id of the earlier step."""
    lesson: str = ""
    """Id of its lesson."""
    was: str = ""
    """Its former id, "" if it has none."""
    title: str = ""
    """Its title in the outline."""
    given: str = ""
    """Its given code, which the answer may need."""
    solution: str = ""
    """Answer used if the learner has none of their own."""
    also_right: tuple[str, ...] = ()
    """Other right programs of that step."""
    own: str = ""
    """The learner's own accepted program; "" if the solution is used."""
    is_withheld: bool = False
    """True if a solution in place of an answer may run, but not be shown."""

    @property
    def code(self) -> str:
        """The code that runs: the earlier step's givens, then the answer to it."""
        parts = (self.given.strip("\n"), (self.own or self.solution).strip("\n"))
        return "\n".join(part for part in parts if part)


class StepHeader(Struct, frozen=True, kw_only=True):
    """The fields of a step that the outline needs, and the id under which progress is stored."""

    id: str
    """Lasting name of the step, of a-z, 0-9 and single hyphens. Its file is called
    `<number>-<id>.toml`, and progress is stored under it, so it never changes."""
    title: str
    """Title in the outline and above the text."""
    lesson: str = ""
    """Id of the lesson, filled in by the loader."""
    section: str = ""
    """Number of the section in the book or notes that the step follows, such as `2.7`, or `2.2b` if
    several steps follow it. It is not shown: imported notebooks are matched by it."""
    concepts: tuple[str, ...] = ()
    """Terms that the step uses, each by the `name` of its `[[term]]`."""
    optional: bool = False
    """With true, the course counts as done without this step."""
    was: str = ""
    """Former id of the step. Progress stored under it counts for this step."""
    minutes: int | None = None
    """Minutes that a beginner needs to read, think and type, from 1 to 15. The outline shows
    them."""


class StepBase(StepHeader, frozen=True, kw_only=True):
    """Keys that a step of any kind has."""

    text: str
    """Text to read, in Markdown. The last paragraph of a question is shown above its options."""
    figures: tuple[str, ...] = ()
    """Names of the figures that are shown with the text, such as `sigmoid_function`."""
    after: str = ""
    """Text after a right answer, or after the run of a predict step, in Markdown."""
    spoken: dict[str, str] = field(default_factory=dict)
    """For each formula in the texts of the step, exactly as written there, its words in plain mode,
    such as `"eᶻ" = "e to the z"`. For a long fraction or power, they also mark its end."""
    file: Path = Path()
    """The file that the step was read from, filled in by the loader."""

    @property
    def kind(self) -> AnyKind:
        """The kind of step, as `kind` names it in the file."""
        return cast("AnyKind", self.__struct_config__.tag)

    # The following are no keys: they are defaults for kinds of step without such a field.

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints, from vague to plain."""
        return ()

    @property
    def hint_for(self) -> Mapping[str, int]:
        """The number of the hint that comes first after a verdict, by its slug."""
        return {}

    @property
    def options(self) -> tuple[Option, ...]:
        """The statements to judge or answers to choose from."""
        return ()

    @property
    def known_wrong(self) -> tuple[KnownWrongAnswer, ...]:
        """The wrong answers that have a reason of their own."""
        return ()

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The wrong ideas that are distinguished."""
        return ()

    @property
    def own_misconceptions(self) -> tuple[Misconception, ...]:
        """The wrong ideas in the step's own file."""
        return ()

    @property
    def families(self) -> tuple[FamilyBinding, ...]:
        """The families from which the others come."""
        return ()

    @property
    def has_wrong_programs(self) -> bool:
        """Return True if a wrong idea has a wrong program."""
        return any(item.wrong for item in self.misconceptions)

    @property
    def given(self) -> str:
        """The locked code that runs before anything else of the step."""
        return ""

    @property
    def used(self) -> tuple[UsedAnswer, ...]:
        """The answers to earlier steps that run before the given code."""
        return ()

    @property
    def program(self) -> str:
        """The program that the question is about."""
        return ""

    @property
    def around(self) -> str:
        """The code around lines that can only be moved."""
        return ""

    @property
    def sliders(self) -> tuple[LabSlider, ...]:
        """The sliders whose values the program reads."""
        return ()

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals to reach by runs of the program."""
        return ()

    @property
    def guess(self) -> str:
        """The question for a number that is guessed before the first run."""
        return ""

    @property
    def text_above_question(self) -> str:
        """The text as it is shown if its question is on screen, too."""
        return self.text

    @property
    def task(self) -> str:
        """The end of the text that says what to write; "" if it does not say so."""
        return "".join(self.text.partition(TASK)[1:])

    @property
    def views(self) -> tuple[str, ...]:
        """The views that the step names. A step with code that names none has all of them."""
        return ()

    @property
    def scaffold(self) -> str:
        """The code that the learner begins with."""
        return ""

    @property
    def solution(self) -> str:
        """The program with which the learner's is compared."""
        return ""

    @property
    def also_right(self) -> tuple[str, ...]:
        """The other programs that the author declares right."""
        return ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its data files."""
        return ()

    @property
    def data(self) -> tuple[tuple[str, bytes], ...]:
        """Name and content of each file in the folder of a run."""
        return ()

    @property
    def exercise(self) -> Exercise:
        """The programs that identify the step in a file of several exercises."""
        data = tuple(each for each in self.data if each[0] in self.files)
        return Exercise(self.given, self.solution or self.program, data)


class ReadStep(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="read"):
    """Text and figures; done when the learner goes on."""


class QuestionStep(StepBase, frozen=True, kw_only=True):
    """Keys of a question. It has options, or an `answer` that is typed."""

    mode: QuizMode
    """Form of the answer: judging each option, choosing one or some of them, or typing a number or
    a shape."""
    options: tuple[Option, ...] = ()  # [[option]]
    """The statements to judge or answers to choose from, two or more. They are shuffled; a typed
    answer has none."""
    answer: str = ""
    """The right answer, if it is typed, in the modes `number` and `shape`: in a quiz the answer
    itself, in a predict step an expression for it."""
    tolerance: float = 0.0
    """Distance from the right number that still counts as right."""
    known_wrong: tuple[KnownWrongAnswer, ...] = ()  # [[wrong]]
    """Common wrong numbers or shapes, each with a reason of its own."""
    hints: tuple[str, ...] = ()
    """Hints in Markdown, shown one by one, from vague to plain."""

    @property
    def text_above_question(self) -> str:
        """The text without its last paragraph, which is the question; a single one stays."""
        return self.text.rstrip().rpartition("\n\n")[0] or self.text


class QuizStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="quiz"):
    """A question whose answer is judged at once."""


class PredictStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="predict"):
    """Keys of a question about a program that has not run yet.

    The learner guesses, then the program runs, and the run decides which guess is right.
    """

    program: str
    """The program that the question is about. It is shown, and runs after the guess."""
    prelude: str = ""
    """The prelude of the course, filled in by the loader."""
    given: str = ""
    """Code that is shown above the program and runs before it."""
    shown: tuple[ShownValue, ...] = ()  # [[show]]
    """Values that are shown beside the guess after the run."""
    scaffold: str = ""
    """Code that the learner may edit and run after the guess, in place of the program and without a
    verdict. Empty: there is nothing to edit."""
    views: tuple[str, ...] = ()
    """Views of the training that are shown beside the question after the run, of `loss`, `map`,
    `tensors`, `model`, `pad`, `graph` and `surface`. Empty: none."""
    seed: int = 0
    """Seed of the random numbers, set before the given code runs."""
    limit_s: float = 10.0
    """Seconds that a run may take, at least three times what `nntutor check` measures."""
    limit_mb: int = 2048
    """Memory that a run may take, in MiB."""
    network: bool = False
    """With true, the program asks for the network. It gets it only if the learner's config allows
    that, too."""
    gpu: bool = False
    """With true, the program asks for a graphics card. It gets one only if there is one and the
    config allows it, and must give the same result on the CPU."""
    files: tuple[str, ...] = ()
    """Names of data files in `data/` beside the lessons, which are copied to the folder of each
    run."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each of these files, filled in by the loader."""


class CheckedStep(StepBase, frozen=True, kw_only=True):
    """Keys of a program that is checked after its run."""

    prelude: str = ""
    """The prelude of the course, filled in by the loader."""
    uses: tuple[str, ...] = ()
    """Ids of earlier steps whose answers run before the given code, each after the givens of its
    step: the learner's own accepted answer, or else the solution."""
    used: tuple[UsedAnswer, ...] = ()
    """These answers and those that they use, filled in by the loader and for the learner."""
    given: str = ""
    """Locked code that is shown above the learner's and runs before it."""
    hints: tuple[str, ...] = ()
    """Hints in Markdown, two or more, shown one by one, from vague to plain."""
    hint_for: dict[str, int] = field(default_factory=dict)
    """For the slug of a verdict, such as the id of a misconception: the number, from 1, of the hint
    that comes first after that verdict."""
    seed: int = 0
    """Seed of the random numbers, set before the given code runs."""
    fixed: tuple[str, ...] = ()
    """Names of the given code, such as a model, that an answer may not rebind. The content of the
    object may change, and one with the same layers and settings may replace it."""
    limit_s: float = 10.0
    """Seconds that a run may take, at least three times what `nntutor check` measures."""
    limit_mb: int = 2048
    """Memory that a run may take, in MiB."""
    network: bool = False
    """With true, the program asks for the network. It gets it only if the learner's config allows
    that, too, and never in `nntutor grade`."""
    gpu: bool = False
    """With true, the program asks for a graphics card. It gets one only if there is one and the
    config allows it, and must give the same result on the CPU."""
    views: tuple[str, ...] = ()
    """Views of the training that the step has, of `loss`, `map`, `tensors`, `model`, `pad`, `graph`
    and `surface`. Empty: `loss`, `tensors`, and each other one but `graph` for which a run has
    data. A `map` needs a model that is called with two numbers a row, or one, or a call of
    `show_map`, a `pad` a call of `show_pad`, a `surface` calls of `show_surface`."""
    files: tuple[str, ...] = ()
    """Names of data files in `data/` beside the lessons, which are copied to the folder of each
    run."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each of these files, filled in by the loader."""
    checks: tuple[Check, ...] = ()  # [[check]]
    """Conditions that must hold after the learner's program. At least one is needed."""
    variations: tuple[Variation, ...] = ()  # [[vary]]
    """Other givens and seeds, under which the answer is run and checked again."""
    points: float = 1.0
    """Points for a right answer when a class is marked: in `nntutor report --verdicts` and `nntutor
    grade --format`."""
    asks: tuple[str, ...] = ()
    """Names whose values the task asks for, `print()` for the output, `step()` for the steps of an
    optimizer. Empty: the names in the code of the task's `text` that the solution binds, and what
    the solution trains. `nntutor check` uses it to decide which mutants are right."""
    exemptions: tuple[Exemption, ...] = ()  # [[exempt]]
    """Mutants of the solution that may get a wrong verdict."""

    @property
    def before(self) -> str:
        """The code that runs before the given code: the imports, then the used answers."""
        if not self.used:
            return self.prelude
        return "\n".join((self.prelude.strip("\n"), *(each.code for each in self.used)))


class CodeStep(CheckedStep, frozen=True, kw_only=True, dict=True, tag_field="kind", tag="code"):
    """Keys of a program to write."""

    scaffold: str
    """Code that the learner begins with. It must not count as an attempt. It may be a whole program
    that runs and is wrong, for the learner to fix."""
    unchanged: str = ""
    """Message about such a program before any change: what to look at when it runs. Empty: a
    sentence of the tutor's own."""
    solution: str
    """A right answer: the values that checks evaluate are compared with its values, and a learner
    may have it shown bit by bit."""
    also_right: tuple[str, ...] = ()
    """Other right programs. `nntutor check` verifies that each is accepted."""
    must_use: tuple[str, ...] = ()
    """Names, such as `nn.Softmax`, and keywords that the answer should use. A right one without
    them gets a remark."""
    must_not_use: tuple[str, ...] = ()
    """Names and keywords that the answer should avoid. A right one with them gets a remark. `for`
    includes comprehensions."""
    strict: bool = False
    """With true, `must_use` and `must_not_use` refuse the answer in place of the remark."""
    free: tuple[FreeConstant, ...] = ()  # [[free]]
    """Numbers of the solution that the task leaves open: other numbers must be accepted, too."""
    own_misconceptions: tuple[Misconception, ...] = ()  # [[misconception]]
    """Wrong ideas that are distinguished; the first match counts."""
    families: tuple[FamilyBinding, ...] = ()  # [[family]]
    """Families of wrong ideas that the step has as well, in the names of its task."""
    notes: tuple[Note, ...] = ()  # [[note]]
    """Remarks that an accepted answer may get."""

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The step's own wrong ideas and those of its families, in order of precedence.

        The files of the families are read on first use.
        """
        return late.misconceptions(self)

    @property
    def has_wrong_programs(self) -> bool:
        """Return True if there may be wrong programs, without reading the families' files."""
        return bool(self.families) or any(item.wrong for item in self.own_misconceptions)


class OrderStep(CheckedStep, frozen=True, kw_only=True, tag_field="kind", tag="order"):
    """Keys of a program whose lines are to be put in order.

    The program that they make is run: every order that works is right.
    """

    lines: str
    """The lines in a right order. They are shown shuffled, always in the same way."""
    around: str = "{lines}"
    """Code around the lines, which cannot be moved. `{lines}` has a line of its own, and its
    indentation is theirs."""
    decoys: tuple[Decoy, ...] = ()  # [[decoy]]
    """Lines that do not belong to the program. The learner takes them out."""
    wrong_orders: tuple[WrongOrder, ...] = ()  # [[misconception]]
    """Wrong ideas that are distinguished; the first match counts."""

    @property
    def scaffold(self) -> str:
        """The program with all lines and decoys, shuffled."""
        return late.shuffled_program(self)

    @property
    def solution(self) -> str:
        """The program with its lines in a right order."""
        return late.program_of(self, range(1, len(self.lines.strip().splitlines()) + 1))

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The wrong ideas, with the programs that wrong orders make."""
        return tuple(
            Misconception(
                id=item.id,
                say=item.say,
                wrong=late.program_of(self, item.order) if item.order else "",
                when=item.when,
                raises=item.raises,
                true_of_all=item.true_of_all,
            )
            for item in self.wrong_orders
        )


class LabStep(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="lab"):
    """Keys of a program whose sliders the learner moves.

    Each move is a new run, except that a live slider acts on a run under way. Without sliders, and
    with `pad` among its views, the learner draws in place of that, and each stroke is asked of the
    run. The step is done once every goal has been reached, by one run or by several.
    """

    program: str
    """The program, shown and locked. It reads the names of the sliders and runs after them."""
    prelude: str = ""
    """The prelude of the course, filled in by the loader."""
    given: str = ""
    """Locked code that runs before the sliders bind their names."""
    pace: float = 0.0
    """Training steps a second, at most, while a learner watches a run; 0: no limit. `nntutor check`
    and `nntutor grade` run the program without it."""
    sliders: tuple[LabSlider, ...] = ()  # [[slider]]
    """The sliders, each a name of the program. At least one is needed, or a `pad` in the views."""
    goals: tuple[Goal, ...] = ()  # [[goal]]
    """Conditions that the learner should reach. At least one is needed."""
    guess: str = ""
    """A question that is answered with a number before the first run, in Markdown. The guess is
    never judged: it stands beside the shown values. Empty: nothing is asked."""
    shown: tuple[ShownValue, ...] = ()  # [[show]]
    """Values of each run that stand beside the guess."""
    solution_runs: tuple[SolutionRun, ...] = ()  # [[solution]]
    """Runs that together reach every goal. At least one is needed."""
    hints: tuple[str, ...] = ()
    """Hints in Markdown, shown one by one, from vague to plain."""
    seed: int = 0
    """Seed of the random numbers, set before the given code runs."""
    limit_s: float = 10.0
    """Seconds that a run may take, at least three times what `nntutor check` measures."""
    limit_mb: int = 2048
    """Memory that a run may take, in MiB."""
    network: bool = False
    """With true, the program asks for the network. It gets it only where the learner's config
    allows that, too, and never in `nntutor grade`."""
    gpu: bool = False
    """With true, the program asks for a graphics card. It gets one only where there is one and the
    config allows it, and must come to the same result on the CPU."""
    views: tuple[str, ...] = ()
    """Views of the training that the step has, of `loss`, `map`, `tensors`, `model`, `pad`, `graph`
    and `surface`. Empty: `loss`, `tensors`, and each other one but `graph` for which a run has
    data."""
    files: tuple[str, ...] = ()
    """Names of data files in `data/` beside the lessons, which stand in the folder of each run."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each of these files, filled in by the loader."""

    @property
    def before(self) -> str:
        """The code that runs before the given code: the imports."""
        return self.prelude

    @property
    def scaffold(self) -> str:
        """The lines that bind every slider to its start, or an empty text to `drawing`."""
        return late.start_lines(self)

    @property
    def solved(self) -> str:
        """The lines of runs that together reach every goal, with an empty line between runs."""
        return late.solved_lines(self)


class OwnProgram(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="try"):
    """A program of the learner's own: it has no task, verdict or progress.

    `file` is where it is read from and written to; Path() if it has no file.
    """

    text: str = ""
    """Always empty: there is no task."""
    scaffold: str = ""
    """The initial text of the editor, which is the file's."""
    arguments: tuple[str, ...] = ()
    """Arguments of its command line."""


LessonStep: TypeAlias = ReadStep | QuizStep | PredictStep | CodeStep | OrderStep | LabStep
Step: TypeAlias = LessonStep | OwnProgram


class Term(Struct, frozen=True, kw_only=True):
    """A technical word that the course explains, on the page of terms."""

    name: str
    """Name of the term, as used in the `concepts` of steps. It is defined once in a course."""
    say: str
    """Meaning of the term, in one paragraph of Markdown."""
    title: str = ""
    """The term as readers see it. Empty: the name."""


class LessonOutline(Struct, frozen=True, kw_only=True):
    """A lesson as the outline shows it."""

    id: str
    """Name of the folder of the lesson."""
    title: str
    """Title from lesson.toml, or else the name of the folder."""
    terms: tuple[Term, ...] = ()  # [[term]]
    """Terms that the lesson explains, for all lessons of the course."""
    needs: tuple[str, ...] = ()
    """Names of the folders of earlier lessons that this one builds on."""
    offer: str = ""
    """A question; learners who answer yes should begin with this lesson. Empty: not offered."""
    outcomes: tuple[str, ...] = ()
    """Skills after the lesson, each after the words `You can now`."""
    steps: tuple[StepHeader, ...] = ()
    """The steps, in the order of their file names."""

    @property
    def minutes(self) -> int | None:
        """Minutes for all steps together; None if one of them is unknown."""
        minutes = [step.minutes for step in self.steps if step.minutes is not None]
        return sum(minutes) if minutes and len(minutes) == len(self.steps) else None


class Lesson(LessonOutline, frozen=True, kw_only=True):
    """A lesson as read from its files, with all of its steps."""

    summary: str = ""
    """Summary from lesson.toml, empty if there is none."""
    concepts: tuple[str, ...] = ()
    """Names of the terms that the lesson teaches."""
    steps: tuple[Step, ...] = ()
    """The steps that could be read."""
    file: Path = Path()
    """The lesson.toml that it was read from."""


class CourseOutline(Struct, frozen=True, kw_only=True):
    """The course as the outline shows it: its lessons in the order of course.toml."""

    title: str
    """Title from course.toml, empty while the course is not loaded."""
    lessons: tuple[LessonOutline, ...] = ()
    """The lessons that could be read."""
    after: str = ""
    """Text at the end of the course, in Markdown: what to do next."""
    words: WordIndex | None = None
    """The words in the texts of the steps read so far; it grows with the reading. None if there is
    no search."""

    def steps(self) -> tuple[StepHeader, ...]:
        """Return all steps of all lessons, in order."""
        return tuple(step for lesson in self.lessons for step in lesson.steps)

    def find(self, step_id: str) -> StepHeader | None:
        """Return the step with this id; None if there is none. Ids are unique in a course."""
        return next((step for step in self.steps() if step.id == step_id), None)


class Course(CourseOutline, frozen=True, kw_only=True):
    """The whole course, with all of its steps."""

    prelude: str = ""
    """Code that runs before the given code of each step."""
    lessons: tuple[Lesson, ...] = ()
    """The lessons that could be read."""

    def steps(self) -> tuple[Step, ...]:
        """Return all steps of all lessons, in order."""
        return tuple(step for lesson in self.lessons for step in lesson.steps)

    def find(self, step_id: str) -> Step | None:
        """Return the step with this id; None if there is none. Ids are unique in a course."""
        return next((step for step in self.steps() if step.id == step_id), None)
