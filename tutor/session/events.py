"""The events that change a session's state: frozen data, named in the past tense.

`advance` folds them into the state. `WorkerStateChanged` of the wire is one of them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from msgspec import Struct

from tutor.course.help_levels import Help
from tutor.course.model import CourseOutline, Step
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress.fold import Place, Progress
from tutor.session.state import ActivityKind, PartRun, ReplacedBuffer, Watched
from tutor.wire.commands import Limits, StepLength
from tutor.wire.events import RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.grading.quiz import QuizAnswer
    from tutor.progress.entries import Entry
    from tutor.session.review_state import Review


class Settable(TypedDict, total=False):
    """The fields of the state that may be set to a value whatever the state is."""

    course: CourseOutline
    is_whole: bool
    problems: tuple[str, ...]
    progress: Progress
    replaced: ReplacedBuffer
    watched: Watched | None
    review: Review | None
    way_back: tuple[Place, ...]
    unsaved: bool
    save_problem: str
    unwritten: bool
    guess: str
    experiments: tuple[Experiment, ...]
    curve: int
    slow_link: bool
    notice: str
    notice_of_run: bool
    failure: Exception


class FieldsSet(Struct, frozen=True):
    """Fields of the state have got values that do not depend on the state."""

    fields: Settable


class EntryMade(Struct, frozen=True):
    """The learner did something that only the journal keeps."""

    entry: Entry


class StepShown(Struct, frozen=True):
    """Another step is on screen."""

    step: Step | None


class StepEntered(Struct, frozen=True):
    """The learner has come to the step that is on screen."""


class ActivityRequested(Struct, frozen=True):
    """A run, check, guess or experiment was asked for."""

    run_id: int
    """Greater than that of every run before it."""
    kind: ActivityKind
    limits: Limits = Limits()
    hold: int = 0
    """The number of the pause to make before the first training phase; 0 for no pause."""
    source: str = ""
    check_seconds: float = 0.0
    part: PartRun | None = None


class BatchArrived(Struct, frozen=True):
    """The worker has reported events of a run."""

    run_id: int
    events: tuple[RunEvent, ...]


class VerdictReached(Struct, frozen=True):
    """An answer was judged."""

    verdict: Verdict
    run_id: int | None = None
    prediction_result: PredictionResult | None = None
    answer: QuizAnswer | None = None
    """The answer to a question; None for a program, or if the journal is not to keep it."""


class GoalsReached(Struct, frozen=True):
    """A run of a lab was judged."""

    step: str
    goals: Mapping[int, str]
    """All goals reached since the lab was opened, as the state keeps them."""
    verdict: Verdict | None = None
    """The verdict if this run reached the last goal."""


class DrawingChanged(Struct, frozen=True):
    """The learner has drawn on the pad."""

    cells: str


class PadAnswered(Struct, frozen=True):
    """The model of the last run was asked about the drawing."""

    shares: tuple[float, ...] = ()
    words: str = ""
    """A sentence about why there are no shares."""


class ExperimentShown(Struct, frozen=True):
    """A wrong program is on screen, to be guessed about."""

    number: int
    """Its place among the experiments of the step, from 0."""


class ExperimentEnded(Struct, frozen=True):
    """The run of a wrong program has ended."""

    run_id: int
    number: int
    guess: int
    result: ExperimentResult | None
    """None if nothing came out of it, since it was stopped or could not be run."""


class SecondPassed(Struct, frozen=True):
    """The run has been under way for another second."""

    run_id: int


class MoreTimeGiven(Struct, frozen=True):
    """The run was given more time."""

    seconds: float


class StopRequested(Struct, frozen=True):
    """The learner wants the run to end."""


class PauseRequested(Struct, frozen=True):
    """The learner wants the run to pause."""

    number: int
    length: StepLength | None = None


class ResumeRequested(Struct, frozen=True):
    """The learner wants the paused run to go on."""


class RunCancelled(Struct, frozen=True):
    """An activity was given up before the worker began it."""

    run_id: int


class StepBegunAgain(Struct, frozen=True):
    """The learner took the answer back, to give it once more."""


class HintShown(Struct, frozen=True):
    """One more hint is on screen."""


class SolutionShown(Struct, frozen=True):
    """Another part of the step's solution is on screen."""

    help: Help
    """The part on screen; its level is empty after a clean start, which hides the solution."""


class AnswerChanged(Struct, frozen=True):
    """The learner edited the answer."""


class CursorMoved(Struct, frozen=True):
    """The learner looks at another optimizer step of the run."""

    step: int
    """Counted from 1; 0 stands for the end of the run."""
    playing: bool = False
    asked: bool = False


class ComparisonSwitched(Struct, frozen=True):
    """Views are to show how far the step looked at is from the end, or no longer."""


Event: TypeAlias = (
    WorkerStateChanged
    | FieldsSet
    | EntryMade
    | StepShown
    | StepEntered
    | ActivityRequested
    | BatchArrived
    | VerdictReached
    | GoalsReached
    | DrawingChanged
    | PadAnswered
    | ExperimentShown
    | ExperimentEnded
    | SecondPassed
    | MoreTimeGiven
    | StopRequested
    | PauseRequested
    | ResumeRequested
    | RunCancelled
    | StepBegunAgain
    | HintShown
    | SolutionShown
    | AnswerChanged
    | CursorMoved
    | ComparisonSwitched
)
