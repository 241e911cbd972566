"""What the learner sees and has done, as frozen data: the one thing that front ends draw.

What grows while a program runs stands in the timeline; here are only the numbers of its versions.
`reduce` makes the next state. Nothing here may be changed in place: a front end compares states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from tutor.course.help_levels import Help
from tutor.course.model import Course, Step
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress.fold import Progress
from tutor.session.run_summary import RunSummary
from tutor.wire.commands import Limits
from tutor.wire.events import Paused, ResourcesUsed, RunEvent, WorkerStateChanged

ActivityKind = Literal["run", "check", "guess"]

Latest = Literal["nothing", "output", "verdict", "hints"]
"""Which of the panes below the code has the newest to say."""


class Pause(Struct, frozen=True):
    """The learner has asked for the program to wait, under this number."""

    number: int
    stepping: bool = False
    """Whether it was asked to go on to its next phase."""
    at: Paused | None = None
    """Where it waits, once it does."""


class Activity(Struct, frozen=True):
    """The run or check that is under way; there is at most one."""

    run_id: int
    kind: ActivityKind
    begun: bool = False
    """Whether the worker has told anything of it yet."""
    stopping: bool = False
    seconds: int = 0
    """For how long it has been running, as far as whole seconds were told."""
    limits: Limits = Limits()
    source: str = ""
    """What runs."""
    check_seconds: float = 0.0
    """For how long a check would let it run; 0 if it is none that is checked."""
    pause: Pause | None = None
    used: ResourcesUsed | None = None
    """In the last second, once the first of them has been told."""


class Cursor(Struct, frozen=True):
    """The step of the run that is looked at, in place of its end."""

    step: int
    """From 1."""
    playing: bool = False
    """Whether it moves by itself: a short run is shown again, slowly."""


class QuestionState(Struct, frozen=True):
    """How a quiz or a question about a program is asked."""

    order: tuple[int, ...]
    """For each place on screen, the number of the option in the file."""
    attempt: int = 0
    """How often the options were shuffled anew."""


class ReplacedBuffer(Struct, frozen=True):
    """Text that is to stand in the editor in place of what stands there. Each is another object,
    also with the same text: a front end takes it in when it sees a new one."""

    step: str
    text: str
    why: Literal["opened", "reset", "solution", "edited"]
    """`opened` loads the buffer of a step; all others can be undone."""


class State(Struct, frozen=True):
    """All that front ends draw, apart from the timeline's content."""

    course: Course = Course(title="")
    """As much as has been read."""
    is_whole: bool = False
    """Whether that is all of it. Before, the other steps of the lesson have no title."""
    problems: tuple[str, ...] = ()
    """What is wrong with settings, lessons and kept files, as sentences."""
    progress: Progress = Progress()
    """What the journal says, folded: moved by its entries and by nothing else."""
    step: Step | None = None
    is_entered: bool = False
    """Whether the learner is at the step. Behind a start screen nobody is anywhere yet."""
    question: QuestionState | None = None
    """Of a step that asks."""
    is_asked_again: bool = False
    """Whether the question has been asked once more, though the step may be done."""
    missed: frozenset[str] = frozenset()
    """Quizzes answered wrongly since they were asked last: they come back shuffled."""
    replaced: ReplacedBuffer | None = None
    """The last text that the editor was given."""
    worker: WorkerStateChanged = WorkerStateChanged("absent")
    worker_message: str = ""
    """A sentence about a worker that ended, until there is another and the learner has acted."""
    activity: Activity | None = None
    last_run: int = 0
    """The highest run_id given out; events of any but the activity's are stale."""
    versions: Mapping[type[RunEvent], int] = {}
    """By kind of event, how often what the timeline has of it changed; 0 for those not in it."""
    reported: frozenset[type[RunEvent]] = frozenset()
    """Kinds of events with which the newest run has told anything, so that a view of it is worth
    its room."""
    cursor: Cursor | None = None
    ending: RunSummary | None = None
    """How the last plain run of this step ended."""
    verdict: Verdict | None = None
    """Of the last check of this step, of the quiz or of the guess."""
    prediction_result: PredictionResult | None = None
    """What the run of a predict step said, once the guess was judged by it."""
    latest: Latest = "nothing"
    unsaved: bool = False
    save_problem: str = ""
    """A sentence when the draft or the journal could not be kept."""
    notice: str = ""
    """One sentence about the last key, until the next one acts."""
    slow_link: bool = False
    """Whether charts are drawn less often, because the terminal falls behind."""
    failure: Exception | None = None
    """What a background task ended with, though it should not have: for the front end to raise."""

    def version_of(self, *kinds: type[RunEvent]) -> int:
        """A number that is another one as soon as the timeline has more of these kinds, or less."""
        return sum(self.versions.get(kind, 0) for kind in kinds)

    @property
    def hint_count(self) -> int:
        """How many hints the step has."""
        return len(self.step.hints) if self.step is not None else 0

    @property
    def hints(self) -> int:
        """How many of the step's hints are on screen."""
        shown = self.progress.hints.get(self.step.id, 0) if self.step is not None else 0
        return min(shown, self.hint_count)

    @property
    def help(self) -> Help:
        """How much of the step's solution is on screen."""
        solutions = self.progress.solutions
        return solutions.get(self.step.id, Help()) if self.step is not None else Help()

    @property
    def done(self) -> frozenset[str]:
        """Ids of the steps that count as done."""
        return self.progress.done

    @property
    def helped(self) -> frozenset[str]:
        """Those that were answered rightly only with some of the solution on screen."""
        return self.progress.helped

    @property
    def step_done(self) -> bool:
        """Whether the step on screen is done."""
        return self.step is not None and self.step.id in self.done

    @property
    def checks(self) -> int:
        """How many answers to the step on screen were judged."""
        return self.progress.attempts.get(self.step.id, 0) if self.step is not None else 0

    @property
    def queued(self) -> bool:
        """Whether something was asked for that a worker has still to be made ready for."""
        begun = self.activity is None or self.activity.begun
        return not begun and self.worker.phase != "ready"
