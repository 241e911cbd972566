"""What the screen shows, as frozen data. Buffers are named here by version numbers only.

Panes read it, `reduce` makes the next one. Anyone in ui may use it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.ladder import Help
from tutor.course.model import Asking, CodeStep, Step
from tutor.grading.verdict import CameOut, Verdict
from tutor.session.endings import Ending
from tutor.wire.commands import Limits
from tutor.wire.events import Paused, ResourcesUsed, WorkerStateChanged

ActivityKind = Literal["run", "check", "predict"]

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


class Versions(Struct, frozen=True):
    """How often each buffer has changed. Equal numbers mean equal content."""

    output: int = 0
    losses: int = 0
    inventory: int = 0


class Cursor(Struct, frozen=True):
    """The step of the run that is looked at, in place of its end."""

    step: int
    """From 1."""
    playing: bool = False
    """Whether it moves by itself: a short run is shown again, slowly."""


class State(Struct, frozen=True):
    """All that the panes draw, apart from the buffers' content."""

    step: Step | None = None
    worker: WorkerStateChanged = WorkerStateChanged("absent")
    worker_told: str = ""
    """A sentence about a worker that ended, until there is another and the learner has acted."""
    activity: Activity | None = None
    last_run: int = 0
    """The highest run_id given out; events of any but the activity's are stale."""
    versions: Versions = Versions()
    has_losses: bool = False
    """Whether the newest run reported losses, so that their chart is worth its room."""
    has_tensors: bool = False
    """Whether the newest run reported an inventory."""
    cursor: Cursor | None = None
    ending: Ending | None = None
    """How the last plain run of this step ended."""
    verdict: Verdict | None = None
    """Of the last check of this step, of the quiz or of the guess."""
    came_out: CameOut | None = None
    """What the run of a predict step said, once the guess was judged by it."""
    latest: Latest = "nothing"
    hints: int = 0
    """How many of the step's hints are on screen."""
    help: Help = Help()
    """How much of the step's solution is on screen."""
    done: frozenset[str] = frozenset()
    """Ids of the steps that count as done."""
    attempts: dict[str, int] = {}
    """By step, how many answers were accepted or rejected."""
    helped: frozenset[str] = frozenset()
    """Those that were answered rightly only with some of the solution on screen."""
    unsaved: bool = False
    save_problem: str = ""
    """A sentence when the draft or the journal could not be kept."""
    notice: str = ""
    """One sentence about the last key, until the next one acts."""
    slow_link: bool = False
    """Whether charts are drawn less often, because the terminal falls behind."""

    @property
    def hint_count(self) -> int:
        """How many hints the step has."""
        return len(self.step.hints) if isinstance(self.step, CodeStep | Asking) else 0

    @property
    def step_done(self) -> bool:
        """Whether the step on screen is done."""
        return self.step is not None and self.step.id in self.done

    @property
    def checks(self) -> int:
        """How many answers to the step on screen were judged."""
        return self.attempts.get(self.step.id, 0) if self.step is not None else 0

    @property
    def queued(self) -> bool:
        """Whether something was asked for that a worker has still to be made ready for."""
        begun = self.activity is None or self.activity.begun
        return not begun and self.worker.phase != "ready"
