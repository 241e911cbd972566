"""The course as frozen data: the steps of each kind, then the lessons and the course.

`tutor.course.load` makes it; all rooms above read it, and nobody changes it. A field has the name
of its key in the TOML files; arrays of tables have their own, as `tutor.course.kinds` tells
(`[[check]]` becomes `checks`), and what is in them stands in `tutor.course.step_tables`. The string
under a field is the reference of its key for authors: `nntutor check --keys` prints these strings,
and CONTRIBUTING holds them in tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from msgspec import Struct, field

from tutor.course.step_tables import (
    Check,
    Decoy,
    Exemption,
    FamilyBinding,
    FreeConstant,
    KnownWrongAnswer,
    Misconception,
    Note,
    Option,
    ShownValue,
    Variation,
    WrongOrder,
)

if TYPE_CHECKING:
    from tutor.course.word_index import WordIndex

StepKind = Literal["read", "quiz", "predict", "code", "order"]
"""What the step asks for: nothing, an answer, a guess at what a program does, a program, or the
order of a program's lines. It decides which other keys the step has."""

AnyKind: TypeAlias = StepKind | Literal["try"]
"""`try` is the learner's own program, which stands in the place of a step; no lesson has it."""

VIEWS = ("loss", "map", "tensors", "model")
"""The views of a training that a step may have, each a pane beside its code."""

LATE_VIEWS = ("map",)
"""Those of them that a step which names no views has once a run has something for it."""

ASKING_VIEWS = (*LATE_VIEWS, "model")
"""Those that ask the running program for data, and are told more often while they are on screen."""

QuizMode = Literal["true-false", "one", "many", "number", "shape"]

TASK = "**Your task.**"
"""What the text of a step begins its task with."""


class Exercise(Struct, frozen=True):
    """The programs of a step by which it is known in a file of several exercises."""

    given: str
    """The given code, empty if the step has none."""
    answer: str = ""
    """The solution, or the program of a predict step; empty if the step has neither."""
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
    """The answer to it where the learner has none."""
    also_right: tuple[str, ...] = ()
    """Other right programs of it."""
    own: str = ""
    """The learner's own accepted program; empty where the solution stands for it."""
    is_withheld: bool = False
    """Whether the solution, where it stands for an answer, may run and not be shown."""

    @property
    def code(self) -> str:
        """The code that runs: what is given in the earlier step, then the answer to it."""
        parts = (self.given.strip("\n"), (self.own or self.solution).strip("\n"))
        return "\n".join(part for part in parts if part)


class StepHeader(Struct, frozen=True, kw_only=True):
    """What the outline shows of a step, and under which id progress is kept."""

    id: str
    """Lasting name of the step, of a-z, 0-9 and single hyphens. Its file is called
    `<number>-<id>.toml`, and progress is kept under it, so that it never changes."""
    title: str
    """Title in the outline and above the text."""
    lesson: str = ""
    """Id of the lesson, filled in by the loader."""
    section: str = ""
    """Number of the section in the book or notes that the step follows, such as `2.7`, or `2.2b`
    where several steps follow it. It is shown only."""
    concepts: tuple[str, ...] = ()
    """Terms that the step uses, each by the `name` of its `[[term]]`."""
    optional: bool = False
    """With true, the course counts as done without this step."""
    was: str = ""
    """Former id of the step. Progress that was kept under it counts for this step."""
    minutes: int | None = None
    """Minutes that a beginner needs to read, think and type, from 1 to 15. The outline shows
    them."""


class StepBase(StepHeader, frozen=True, kw_only=True):
    """Keys that a step of any kind has."""

    text: str
    """What the learner reads, in Markdown. The last paragraph of a question stands above its
    options."""
    figures: tuple[str, ...] = ()
    """Names of the figures that stand with the text, such as `sigmoid_function`."""
    after: str = ""
    """What the learner reads after a right answer, or after the run of a predict step, in
    Markdown."""
    spoken: dict[str, str] = field(default_factory=dict)
    """For each formula in the texts of the step, as it stands there, the words in which plain mode
    says it, such as `"eᶻ" = "e to the z"`. Where a fraction or power is long, they say its end."""
    file: Path = Path()
    """The file that the step was read from, filled in by the loader."""

    @property
    def kind(self) -> AnyKind:
        """The kind of step, as `kind` names it in the file."""
        return cast("AnyKind", self.__struct_config__.tag)

    # What follows are no keys: where a kind of step has no field of that name, these answer for it.

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
        """The wrong ideas that are told apart."""
        return ()

    @property
    def own_misconceptions(self) -> tuple[Misconception, ...]:
        """Those of them that stand in the step's file."""
        return ()

    @property
    def families(self) -> tuple[FamilyBinding, ...]:
        """The families from which it has the others."""
        return ()

    @property
    def has_wrong_programs(self) -> bool:
        """Whether there are wrong programs among the wrong ideas, as far as can be told at once."""
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
        """The code around lines that are only moved."""
        return ""

    @property
    def text_above_question(self) -> str:
        """The text as it stands where its question is on screen, too."""
        return self.text

    @property
    def task(self) -> str:
        """The end of the text that says what to write; "" if it does not say so."""
        return "".join(self.text.partition(TASK)[1:])

    @property
    def views(self) -> tuple[str, ...]:
        """The views that the step names. One with code that names none has all of them."""
        return ()

    @property
    def scaffold(self) -> str:
        """The code that the learner begins with."""
        return ""

    @property
    def solution(self) -> str:
        """The program that the learner's is compared with."""
        return ""

    @property
    def also_right(self) -> tuple[str, ...]:
        """The other programs that the author knows to be right."""
        return ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its data files."""
        return ()

    @property
    def data(self) -> tuple[tuple[str, bytes], ...]:
        """Name and content of each file that stands in the folder of a run."""
        return ()

    @property
    def exercise(self) -> Exercise:
        """The programs by which the step is known in a file of several exercises."""
        data = tuple(each for each in self.data if each[0] in self.files)
        return Exercise(self.given, self.solution or self.program, data)


class ReadStep(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="read"):
    """Text and figures; done when the learner goes on."""


class QuestionStep(StepBase, frozen=True, kw_only=True):
    """Keys of a question. It has options, or an `answer` that is typed."""

    mode: QuizMode
    """How the question is answered: by judging each option, by choosing one or some of them, or by
    typing a number or a shape."""
    options: tuple[Option, ...] = ()  # [[option]]
    """The statements to judge or answers to choose from, two or more. They are shuffled; a typed
    answer has none."""
    answer: str = ""
    """The right answer where it is typed, in the modes `number` and `shape`: in a quiz itself, in a
    predict step an expression for it."""
    tolerance: float = 0.0
    """How far a number may be off and still be right."""
    known_wrong: tuple[KnownWrongAnswer, ...] = ()  # [[wrong]]
    """Wrong numbers or shapes that people come to, each with a reason of its own."""
    hints: tuple[str, ...] = ()
    """Hints in Markdown, shown one by one, from vague to plain."""

    @property
    def text_above_question(self) -> str:
        """The text without its last paragraph, which is the question; all where it is the only."""
        return self.text.rstrip().rpartition("\n\n")[0] or self.text


class QuizStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="quiz"):
    """A question whose answer is judged at once."""


class PredictStep(QuestionStep, frozen=True, kw_only=True, tag_field="kind", tag="predict"):
    """Keys of a question about a program that has not run yet.

    The learner guesses, then the program runs, and the run says which guess is right.
    """

    program: str
    """The program that the question is about. It is shown, and runs after the guess."""
    prelude: str = ""
    """The prelude of the course, filled in by the loader."""
    given: str = ""
    """Code that is shown above the program and runs before it."""
    shown: tuple[ShownValue, ...] = ()  # [[show]]
    """Values that stand beside the guess after the run."""
    scaffold: str = ""
    """Code that the learner may edit and run after the guess, in place of the program and without a
    verdict. Empty: there is nothing to edit."""
    views: tuple[str, ...] = ()
    """Views of the training that stand beside the question after the run, of `loss`, `map`,
    `tensors` and `model`. Empty: none."""
    seed: int = 0
    """Seed of the random numbers, set before the given code runs."""
    limit_s: float = 10.0
    """Seconds that a run may take, at least three times what `nntutor check` measures."""
    limit_mb: int = 2048
    """Memory that a run may take, in MiB."""
    network: bool = False
    """With true, the program asks for the network. It gets it only where the learner's config
    allows that, too."""
    gpu: bool = False
    """With true, the program asks for a graphics card. It gets one only where there is one and the
    config allows it, and must come to the same result on the CPU."""
    files: tuple[str, ...] = ()
    """Names of data files in `data/` beside the lessons, which stand in the folder of each run."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each of these files, filled in by the loader."""


class CheckedStep(StepBase, frozen=True, kw_only=True):
    """Keys of a program that is checked after its run."""

    prelude: str = ""
    """The prelude of the course, filled in by the loader."""
    uses: tuple[str, ...] = ()
    """Ids of earlier steps whose answers run before the given code, each after what is given there:
    the learner's own accepted answer, and the solution where there is none."""
    used: tuple[UsedAnswer, ...] = ()
    """These answers and those that they use, filled in by the loader and for the learner."""
    given: str = ""
    """Locked code that is shown above the learner's and runs before it."""
    hints: tuple[str, ...] = ()
    """Hints in Markdown, two or more, shown one by one, from vague to plain."""
    hint_for: dict[str, int] = field(default_factory=dict)
    """For the slug of a verdict, such as the id of a misconception: the number of the hint, from 1,
    that comes first when one is asked for after that verdict."""
    seed: int = 0
    """Seed of the random numbers, set before the given code runs."""
    fixed: tuple[str, ...] = ()
    """Names of the given code, such as a model, that an answer may not bind to something else. What
    is in the object may change, and one with the same layers and settings may take its place."""
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
    """Views of the training that the step has, of `loss`, `map` and `tensors`. Empty: `loss`,
    `tensors`, and each other one that a run has something for. A `map` needs a model that is called
    with two numbers a row, or one."""
    files: tuple[str, ...] = ()
    """Names of data files in `data/` beside the lessons, which stand in the folder of each run."""
    data: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each of these files, filled in by the loader."""
    checks: tuple[Check, ...] = ()  # [[check]]
    """What must hold after the learner's program. At least one is needed."""
    variations: tuple[Variation, ...] = ()  # [[vary]]
    """Other givens and seeds, under which the answer is run and checked again."""
    points: float = 1.0
    """Points that a right answer makes where a class is marked: in `nntutor report --verdicts` and
    `nntutor grade --format`."""
    asks: tuple[str, ...] = ()
    """Names whose values the task asks for, `print()` for the output, `step()` for the steps of an
    optimizer. Empty: the names in the code of the task's `text` that the solution binds, and what
    the solution trains. By this `nntutor check` tells which mutants are right."""
    exemptions: tuple[Exemption, ...] = ()  # [[exempt]]
    """Mutants of the solution that may be judged otherwise than they should."""

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
    that runs and is wrong, for the learner to mend."""
    unchanged: str = ""
    """What is told of such a program that nobody has changed yet: what to look at when it runs.
    Empty: a sentence of the tutor's own."""
    solution: str
    """A right answer: what the checks evaluate is compared with its values, and a learner may have
    it shown bit by bit."""
    also_right: tuple[str, ...] = ()
    """Other right programs. `nntutor check` tries that each is accepted."""
    must_use: tuple[str, ...] = ()
    """Names, such as `nn.Softmax`, and keywords that the answer should use. A right one without
    them gets a remark."""
    must_not_use: tuple[str, ...] = ()
    """Names and keywords that the answer should do without. A right one with them gets a remark.
    `for` is also that of a comprehension."""
    strict: bool = False
    """With true, `must_use` and `must_not_use` refuse the answer in place of the remark."""
    free: tuple[FreeConstant, ...] = ()  # [[free]]
    """Numbers of the solution that the task leaves open: other ones must be accepted, too."""
    own_misconceptions: tuple[Misconception, ...] = ()  # [[misconception]]
    """Wrong ideas that are told apart, the first one that fits counting."""
    families: tuple[FamilyBinding, ...] = ()  # [[family]]
    """Families of wrong ideas that the step has as well, in the names of its task."""
    notes: tuple[Note, ...] = ()  # [[note]]
    """Remarks that an accepted answer may get."""

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The step's own wrong ideas and those of its families, in the order in which they count.

        The files of the families are read when this is asked for first.
        """
        from tutor.course.families import placed_misconceptions  # late, to spare the first frame

        return tuple(placed.item for placed in placed_misconceptions(self))

    @property
    def has_wrong_programs(self) -> bool:
        """Whether there are wrong programs among the wrong ideas, as far as can be told at once."""
        return bool(self.families) or any(item.wrong for item in self.own_misconceptions)


class OrderStep(CheckedStep, frozen=True, kw_only=True, tag_field="kind", tag="order"):
    """Keys of a program whose lines are to be put in order.

    The program that they make is run: every order that works is right.
    """

    lines: str
    """The lines in a right order. They are shown shuffled, always in the same way."""
    around: str = "{lines}"
    """Code around the lines, which stays where it is. `{lines}` has a line of its own, and its
    indentation is theirs."""
    decoys: tuple[Decoy, ...] = ()  # [[decoy]]
    """Lines that do not belong there. A learner takes them out."""
    wrong_orders: tuple[WrongOrder, ...] = ()  # [[misconception]]
    """Wrong ideas that are told apart, the first one that fits counting."""

    @property
    def scaffold(self) -> str:
        """The program with all lines and decoys, shuffled."""
        from tutor.course.line_order import shuffled_program  # it needs this module

        return shuffled_program(self)

    @property
    def solution(self) -> str:
        """The program with its lines in a right order."""
        from tutor.course.line_order import program_of  # it needs this module

        return program_of(self, range(1, len(self.lines.strip().splitlines()) + 1))

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The wrong ideas, with the programs that wrong orders make."""
        from tutor.course.line_order import program_of  # it needs this module

        return tuple(
            Misconception(
                id=item.id,
                say=item.say,
                wrong=program_of(self, item.order) if item.order else "",
                when=item.when,
                raises=item.raises,
                true_of_all=item.true_of_all,
            )
            for item in self.wrong_orders
        )


class OwnProgram(StepBase, frozen=True, kw_only=True, tag_field="kind", tag="try"):
    """A program of the learner's own: nothing is asked of it, judged or counted.

    `file` is where it is read from and written to; Path() if it has no file.
    """

    text: str = ""
    """Nothing: there is no task."""
    scaffold: str = ""
    """The text that the editor begins with, which is that of the file."""


LessonStep: TypeAlias = ReadStep | QuizStep | PredictStep | CodeStep | OrderStep
Step: TypeAlias = LessonStep | OwnProgram


class Term(Struct, frozen=True, kw_only=True):
    """A word of the field that the course explains, on the page of terms."""

    name: str
    """Name of the term, as it stands among the `concepts` of steps. It is defined once in a
    course."""
    say: str
    """What the term means, in one paragraph of Markdown."""
    title: str = ""
    """The term as readers see it. Empty: the name."""


class LessonOutline(Struct, frozen=True, kw_only=True):
    """A lesson as the outline shows it."""

    id: str
    """Name of the folder of the lesson."""
    title: str
    """Title from lesson.toml, or the name of the folder where that has none."""
    terms: tuple[Term, ...] = ()  # [[term]]
    """Terms that the lesson explains, for all lessons of the course."""
    needs: tuple[str, ...] = ()
    """Names of the folders of earlier lessons that this one builds on."""
    offer: str = ""
    """A question; who answers yes had better begin with this lesson. Empty if it is not offered."""
    outcomes: tuple[str, ...] = ()
    """What a learner can do after the lesson, each after the words `You can now`."""
    steps: tuple[StepHeader, ...] = ()
    """The steps, in the order of their file names."""

    @property
    def minutes(self) -> int | None:
        """Minutes that the steps together take, None while that of one is not known."""
        minutes = [step.minutes for step in self.steps if step.minutes is not None]
        return sum(minutes) if minutes and len(minutes) == len(self.steps) else None


class Lesson(LessonOutline, frozen=True, kw_only=True):
    """A lesson as it was read, with all of its steps."""

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
    """What the learner reads at the end of the course, in Markdown: what to do next."""
    words: WordIndex | None = None
    """The words in the texts of the steps, as far as the outline has been read; it grows with the
    reading. None where nothing is searched."""

    def steps(self) -> tuple[StepHeader, ...]:
        """Return all steps of all lessons, in order."""
        return tuple(step for lesson in self.lessons for step in lesson.steps)

    def find(self, step_id: str) -> StepHeader | None:
        """Return the step of that id, None if there is none. Ids are unique in a course."""
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
        """Return the step of that id, None if there is none. Ids are unique in a course."""
        return next((step for step in self.steps() if step.id == step_id), None)
