"""The state of a session as frozen data: what the learner sees and has done.

Front ends draw it and nothing else, except for what grows while a program runs: that is in the
timeline, and the state only holds its version numbers. `advance` makes the next state. Nothing here
may be changed in place: a front end compares two states to find what it has to redraw.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tutor.course.help_levels import Help
from tutor.course.kinds import kind_of
from tutor.course.model import CourseOutline, Step
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress.fold import Place, Progress, in_order
from tutor.wire.commands import Limits, StepLength
from tutor.wire.events import Paused, Phase, ResourcesUsed, RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.session.reviewing import Review
    from tutor.session.run_summary import RunSummary  # its module is not for the first frame

ActivityKind = Literal["run", "check", "guess", "experiment"]
"""`experiment` is the run of a wrong program that the learner guessed about."""

Latest = Literal["nothing", "output", "verdict", "hints"]
"""The pane below the code that has the newest content."""


class Pause(Struct, frozen=True):
    """A pause of the program that the learner has asked for."""

    number: int
    """The number of the request; the worker's answer to it carries the same one."""
    length: StepLength | None = None
    """Distance that the program may run before it pauses; None if it was running."""
    at: Paused | None = None
    done: Phase = "none"
    """The one phase that has run since the pause before; `none` if there were others, too."""


class PartRun(Struct, frozen=True):
    """Some lines of the learner's program that run alone, each with its number in the whole."""

    whole: str
    """The learner's whole text, of which the others do not run."""
    first: int
    """The first line of those that run, from 1."""
    last: int


class Activity(Struct, frozen=True):
    """The run, check, guess or experiment that is under way; there is at most one."""

    run_id: int
    kind: ActivityKind
    begun: bool = False
    stopping: bool = False
    seconds: int = 0
    """Whole seconds for which it has run, pauses not counted."""
    limits: Limits = Limits()
    source: str = ""
    check_seconds: float = 0.0
    """Seconds that a check of this program would allow; 0 if it cannot be checked."""
    part: PartRun | None = None
    pause: Pause | None = None
    used: ResourcesUsed | None = None
    progress: str = ""
    """Lines that the program may still overwrite, such as a progress bar."""

    @property
    def elapsed(self) -> str:
        return f" {self.seconds} s, at most {self.limits.seconds:.0f} s" if self.seconds else ""

    @property
    def could_have_more_time(self) -> bool:
        """True once half of the time of a run is over, unless it has the longest time already."""
        return (
            self.kind == "run"
            and not self.stopping
            and self.limits.max_seconds > self.limits.seconds
            and self.seconds * 2 >= self.limits.seconds
        )


class Cursor(Struct, frozen=True):
    """The optimizer step of the run that the learner looks at, in place of its end."""

    step: int
    """Counted from 1."""
    playing: bool = False
    """True if it moves by itself: a short run is replayed slowly."""
    asked: bool = False
    """True if the learner has asked for that, and not only a short run is replayed."""


class QuestionState(Struct, frozen=True):
    """The question of a quiz or predict step as it is on screen."""

    order: tuple[int, ...]
    """For each place on screen, the index of the option in the step's file."""


class OpenExperiment(Struct, frozen=True):
    """The wrong program that the learner guesses about. Nothing of it is kept or counted."""

    number: int
    """Its place among the experiments of the step, from 0."""
    guess: int | None = None
    result: ExperimentResult | None = None


class Watched(Struct, frozen=True):
    """The file in which the step's code is edited with another editor; it runs when it is saved."""

    path: Path
    runs: int = 0
    """Number of runs of the file's content."""
    changed: str = ""
    """The lines of the newest code that differ from the code before it, in words."""
    problem: str = ""


WhyReplaced = Literal["opened", "reset", "solution", "earlier", "edited", "watched"]
"""`opened` loads the buffer of a step; all others can be undone."""


class PadView(Struct, frozen=True):
    """The pad: what the learner has drawn, and what the model makes of it."""

    start: str
    """The image with which the program has shown the pad."""
    cells: str
    shares: tuple[float, ...] = ()
    """Probability of each digit according to the model; empty if unknown."""
    words: str = ""
    """A sentence about why there is no answer."""


class ReplacedBuffer(Struct, frozen=True):
    """Text that a front end must put into its editor.

    A front end takes the text when the state holds another object than before. So each replacement
    is a new object, even if its text is the same.
    """

    step: str
    """Id of the step that the text belongs to."""
    text: str
    why: WhyReplaced


class State(Struct, frozen=True):
    """Everything that front ends draw, apart from the timeline's content."""

    course: CourseOutline = CourseOutline(title="")
    """The outline of the course as far as it has been read."""
    is_whole: bool = False
    """True if `course` is complete. Until then, the other steps of the lesson have no title."""
    problems: tuple[str, ...] = ()
    """Sentences about what is wrong with the config, the lessons and the journals."""
    is_exam: bool = False
    """True if no hint and no solution is shown, not even one that was shown before."""
    progress: Progress = Progress()
    """The folded journal; only journal entries change it."""
    step: Step | None = None
    way_back: tuple[Place, ...] = ()
    """The places from which outline or terms led to another step, the newest last."""
    is_entered: bool = False
    """True if the learner has come to the step; False while a start screen hides it."""
    question: QuestionState | None = None
    is_asked_again: bool = False
    """True if the learner has taken the answer back to give it once more."""
    missed: frozenset[str] = frozenset()
    """Ids of quizzes answered wrongly since they were last asked: they come back reshuffled."""
    replaced: ReplacedBuffer | None = None
    watched: Watched | None = None
    """The file that stands in for the editor, which can only be read meanwhile."""
    worker: WorkerStateChanged = WorkerStateChanged("absent")
    worker_message: str = ""
    """A sentence about a worker that ended; empty once a new one is ready and the learner acts."""
    activity: Activity | None = None
    last_run: int = 0
    """The highest run id given out. Events of a run other than the activity's are stale."""
    versions: Mapping[type[RunEvent], int] = {}
    """For each type of event, how often the timeline's content of that type has changed."""
    reported: frozenset[type[RunEvent]] = frozenset()
    """Types of events in which the newest run has reported something, which a view can show."""
    inventory: int = 0
    """A checksum of the newest inventory on this step, by which the same one is told again."""
    trouble_in_model: bool = False
    """True if the models of the newest run have layers that fail to learn."""
    told: Mapping[type[RunEvent], int] = {}
    """Checksums of the output and the losses of the newest run, by type of event."""
    told_before: Mapping[type[RunEvent], int] = {}
    """Those of the run before it on this step."""
    cursor: Cursor | None = None
    """The moment of the run that all views show; None is now, or the end of the run."""
    compares: bool = False
    """True if views show how far that moment is from the end."""
    curve: int | None = None
    """The curve of losses that the learner has picked; None: the one to be looked at first."""
    ending: RunSummary | None = None
    verdict: Verdict | None = None
    judged: str = ""
    """The program that the verdict is about; empty without one."""
    prediction_result: PredictionResult | None = None
    """The result of a predict step's run, once the guess was judged by it."""
    goals: Mapping[int, str] = {}
    """The goals of a lab that were reached since it was opened, by index, with the slider lines of
    the first run that reached each."""
    guess: str | None = None
    """The guess at a lab before its first run; "" if the learner made none, None before."""
    pad: PadView | None = None
    """The pad; None until a run on this step has shown one."""
    experiments: tuple[Experiment, ...] | None = None
    """The wrong programs of the step that are worth a guess; None until they are looked for."""
    experiment: OpenExperiment | None = None
    review: Review | None = None
    latest: Latest = "nothing"
    unsaved: bool = False
    unwritten: bool = False
    """True if a program of the learner's own has changes that its file has not."""
    save_problem: str = ""
    """A sentence about why the draft or the journal could not be saved; empty when all is well."""
    notice: str = ""
    """A sentence about the last action, which the next one removes."""
    notice_of_run: bool = False
    """True if the sentence is true only while the program runs."""
    slow_link: bool = False
    """True if charts are drawn less often, because the terminal falls behind."""
    failure: Exception | None = None
    """The unexpected error of a background task, for the front end to raise."""

    def version_of(self, *kinds: type[RunEvent]) -> int:
        """Return a number that changes whenever the timeline's content of these types does."""
        return sum(self.versions.get(kind, 0) for kind in kinds)

    @property
    def step_id(self) -> str:
        return self.step.id if self.step is not None else ""

    @property
    def hint_count(self) -> int:
        return len(self.step.hints) if self.step is not None and not self.is_exam else 0

    @property
    def hints(self) -> int:
        return min(self.progress.hints.get(self.step_id, 0), self.hint_count)

    @property
    def hint_numbers(self) -> tuple[int, ...]:
        """The numbers of these hints, from 1, in the order in which they were asked for."""
        shown = self.progress.hint_numbers.get(self.step_id, ())
        there = tuple(number for number in shown if 0 < number <= self.hint_count)
        return in_order(there, self.hints)

    @property
    def next_hint(self) -> int:
        """The number of the hint that is shown when one is asked for; 0 if all are shown.

        It is the one that the step has for the last verdict, else the first of those not shown.
        """
        left = [n for n in range(1, self.hint_count + 1) if n not in self.hint_numbers]
        slug = self.verdict.slug if self.verdict is not None else None
        fitting = self.step.hint_for.get(slug or "", 0) if self.step is not None else 0
        return fitting if fitting in left else next(iter(left), 0)

    @property
    def help(self) -> Help:
        return Help() if self.is_exam else self.progress.solutions.get(self.step_id, Help())

    @property
    def has_open_help(self) -> bool:
        """True if all hints and the solution can be read: the step is done, and not begun again."""
        has_help = bool(self.hint_count) or kind_of(self.step).has_solution
        return has_help and not self.is_exam and self.step_done and not self.is_asked_again

    @property
    def reference(self) -> str:
        """One way to write a right answer, once there is one; "" as long as it is not shown."""
        right = self.verdict is not None and self.verdict.accepted
        if self.step is None or not right or self.is_exam:
            return ""
        return self.step.solution.strip("\n")

    @property
    def done(self) -> frozenset[str]:
        return self.progress.done

    @property
    def helped(self) -> frozenset[str]:
        return self.progress.helped

    @property
    def step_done(self) -> bool:
        return self.step_id in self.done

    @property
    def wants_guess(self) -> bool:
        """True before the first run of a lab that asks for a guess."""
        has_run = self.activity is not None or self.ending is not None
        asks = self.step is not None and bool(self.step.guess) and not self.step_done
        return asks and self.guess is None and not has_run

    @property
    def can_experiment(self) -> bool:
        """True if the step is done and has wrong programs to guess about, as far as is known."""
        if self.step is None or not self.step_done:
            return False
        if self.experiments is not None:
            return bool(self.experiments)
        return self.step.has_wrong_programs

    @property
    def checks(self) -> int:
        return self.progress.attempts.get(self.step_id, 0)

    @property
    def paused(self) -> Paused | None:
        """The place at which the run waits; None while it goes on or if there is none."""
        pause = self.activity.pause if self.activity is not None else None
        return pause.at if pause is not None else None

    @property
    def next_versions(self) -> dict[type[RunEvent], int]:
        """The version numbers that say that all content of the timeline has changed."""
        return {kind: version + 1 for kind, version in self.versions.items()}

    @property
    def message_after_action(self) -> str:
        """The message about an ended worker, which stays only until there is a new one."""
        return self.worker_message if self.worker.phase == "restarting" else ""

    @property
    def queued(self) -> bool:
        begun = self.activity is None or self.activity.begun
        return not begun and self.worker.phase != "ready"
