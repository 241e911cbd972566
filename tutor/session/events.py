"""What happened to the session. Past tense, frozen; `reduce` folds them into the state.

`WorkerStateChanged` of the wire is one of them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from tutor.course.help_levels import Help
from tutor.course.model import Course, Step
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress.fold import Place, Progress
from tutor.session.state import ActivityKind, ReplacedBuffer
from tutor.wire.commands import Limits
from tutor.wire.events import RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.grading.quiz import QuizAnswer


class CourseRequested(Struct, frozen=True):
    """All steps are needed now: whoever dispatches it finds them in the state afterwards."""


class CourseRead(Struct, frozen=True):
    """So much of the course is known."""

    course: Course
    problems: tuple[str, ...] = ()
    is_whole: bool = False


class ProgressRead(Struct, frozen=True):
    """What the journals say, those of this sitting included."""

    progress: Progress


class StepShown(Struct, frozen=True):
    """Another step is on screen; None if there is none to show."""

    step: Step | None


class StepEntered(Struct, frozen=True):
    """The learner is at the step that is on screen."""


class BufferReplaced(Struct, frozen=True):
    """Another text is to stand in the editor."""

    replaced: ReplacedBuffer


class ActivityRequested(Struct, frozen=True):
    """Run or Check was asked for and got a number."""

    run_id: int
    kind: ActivityKind
    limits: Limits = Limits()
    hold: int = 0
    """If not 0: it is to be paused under this number before it first trains."""
    source: str = ""
    """What runs."""
    check_seconds: float = 0.0
    """For how long a check would let it run; 0 if it is none that is checked."""


class BatchArrived(Struct, frozen=True):
    """What the worker told of a run since the batch before."""

    run_id: int
    events: tuple[RunEvent, ...]


class VerdictReached(Struct, frozen=True):
    """An answer was judged. `run_id` is None for one that needs no run; `came_out` is what a guess
    was judged by; `answer` is what was said to a question, None if that is not to be kept."""

    verdict: Verdict
    run_id: int | None = None
    prediction_result: PredictionResult | None = None
    answer: QuizAnswer | None = None


class SecondPassed(Struct, frozen=True):
    """The run or check is under way for one more second."""

    run_id: int


class MoreTimeGiven(Struct, frozen=True):
    """The run may last so many seconds in all."""

    seconds: float


class StopRequested(Struct, frozen=True):
    """The learner wants the run to end."""


class PauseRequested(Struct, frozen=True):
    """The learner wants the run to wait; if `stepping`, before the next phase of its training."""

    number: int
    stepping: bool = False


class ResumeRequested(Struct, frozen=True):
    """The learner wants the run to go on."""


class RunCancelled(Struct, frozen=True):
    """A run was given up before it began."""

    run_id: int


class StepBegunAgain(Struct, frozen=True):
    """The learner put the answer away, to give it once more."""


class HintShown(Struct, frozen=True):
    """One more hint is on screen."""


class SolutionShown(Struct, frozen=True):
    """So much of the step's solution is on screen; nothing of it any more, after a clean start."""

    help: Help


class StepRead(Struct, frozen=True):
    """The learner goes on from the step that is on screen."""


class PlaceChanged(Struct, frozen=True):
    """The learner is at another place of the step."""

    place: Place


class AnswerChanged(Struct, frozen=True):
    """The learner typed."""


class DraftKept(Struct, frozen=True):
    """The draft is on the disk; `problem` is a sentence when it is not."""

    problem: str = ""


class CursorMoved(Struct, frozen=True):
    """Another step of the run is looked at."""

    step: int
    """From 1; 0 is its end."""
    playing: bool = False
    """Whether it goes on by itself."""


class LinkChanged(Struct, frozen=True):
    """The terminal falls behind what is sent to it, or keeps up again."""

    slow: bool


class NoticeGiven(Struct, frozen=True):
    """A sentence for the status line; empty takes it away."""

    text: str
    """`{key:NAME}` is filled when it is shown; of text that others wrote, `guard` keeps it."""


class TaskFailed(Struct, frozen=True):
    """A background task ended with an error that nobody foresaw."""

    error: Exception


Event: TypeAlias = (
    WorkerStateChanged
    | CourseRequested
    | CourseRead
    | ProgressRead
    | StepShown
    | StepEntered
    | BufferReplaced
    | ActivityRequested
    | BatchArrived
    | VerdictReached
    | SecondPassed
    | MoreTimeGiven
    | StopRequested
    | PauseRequested
    | ResumeRequested
    | RunCancelled
    | StepBegunAgain
    | HintShown
    | SolutionShown
    | StepRead
    | PlaceChanged
    | AnswerChanged
    | DraftKept
    | CursorMoved
    | LinkChanged
    | NoticeGiven
    | TaskFailed
)
