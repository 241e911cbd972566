"""Pausing a run, letting it go on, stepping it phase by phase, and looking back at its steps.

Mixed into the lesson screen. Each wish to pause has a number of its own, so that the answer to an
older one is known as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.course.model import CodeStep
from tutor.session.events import (
    CursorMoved,
    MoreTimeGiven,
    NoticeGiven,
    PauseRequested,
    ResumeRequested,
)
from tutor.ui.screens.activity import NOTHING_RUNS

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.client.interface import RunHandle
    from tutor.session.buffers import Buffers
    from tutor.session.events import Event
    from tutor.session.state import Activity, ActivityKind, State
    from tutor.ui.looking_back import MoveAsked
    from tutor.ui.screens.activity import Activities
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.replay import Replayer

    Base = Screen[None]
else:
    Base = object

NOTHING_TO_PAUSE = "Nothing is running. Esc, . runs the code up to its first phase."
NO_MORE_TIME = "What is judged has its time and no more. A run of the code, F5, can be given more."
NOT_A_CHECK = "A check is not paused: F9 stops it. F5 runs the code, and that can be paused."


class RunControl(Base):
    """Only what was begun by Run can be paused: a check judges all its programs to their end."""

    activities: Activities
    buffers: Buffers
    desk: Desk | None
    replayer: Replayer
    _last_wish = 0

    if TYPE_CHECKING:

        @property
        def session(self) -> State:
            """What is shown."""

        def tell(self, event: Event) -> None:
            """Moves the session on."""

        def begin(self, kind: ActivityKind, hold: int = 0) -> None:
            """Runs the buffer; with `hold`, only up to its first phase."""

    def action_pause(self) -> None:
        """Pauses, or lets go on."""
        found = self._run_to_control()
        if found is None:
            return
        activity, run = found
        if activity.pause is None:
            self.tell(PauseRequested(self._new_wish()))
            run.pause(self._last_wish)
        else:
            self.tell(ResumeRequested())
            run.resume()

    def action_more_time(self) -> None:
        """Gives the run twice the time, as far as that goes."""
        activity, run = self.session.activity, self.activities.handle
        if activity is None:
            self.tell(NoticeGiven(NOTHING_RUNS))
        elif activity.kind != "run":
            self.tell(NoticeGiven(NO_MORE_TIME))
        elif not activity.stopping and run is not None:
            limits = activity.limits
            until = min(2 * limits.seconds, limits.longest)
            if until <= limits.seconds:
                self.tell(NoticeGiven(f"It has {until:g} s, and that is the most."))
            else:
                run.extend(until - limits.seconds)
                self.tell(MoreTimeGiven(until))

    def action_step_phase(self) -> None:
        """Goes on by one phase; pauses what runs, and begins what does not run yet."""
        if self.session.activity is None and isinstance(self.session.step, CodeStep):
            self.begin("run", self._new_wish())
            return
        found = self._run_to_control()
        if found is None:
            return
        activity, run = found
        if activity.pause is None:
            self.action_pause()
        elif activity.pause.at is not None:
            self.tell(PauseRequested(self._new_wish(), stepping=True))
            run.step_phase(self._last_wish)

    def on_move_asked(self, message: MoveAsked) -> None:
        """Looks at another step of the run; past the last one is its end."""
        count = len(self.buffers.losses)
        cursor = self.session.cursor
        here = min(cursor.step, count) if cursor is not None else count
        step = max(1, here + message.by)
        self.tell(CursorMoved(step if step < count else 0))

    def end_replay(self, key: str) -> None:
        """Any key shows the end of it; those that move along the curve go on from where it is."""
        from tutor.ui.looking_back import KEYS_TO_MOVE  # a first frame does without

        if key in KEYS_TO_MOVE and self._looks_back():
            self.replayer.halt()
        self.replayer.skip()

    def end_looking_back(self) -> bool:
        """Whether there was something to end, in the panes that show it."""
        ends = self.session.cursor is not None and self._looks_back()
        if ends:
            self.tell(CursorMoved(0))
        return ends

    def _looks_back(self) -> bool:
        """Whether the focus is in a pane that shows the step."""
        desk = self.desk
        return desk is not None and (desk.loss.has_focus_within or desk.tensors.has_focus_within)

    def _run_to_control(self) -> tuple[Activity, RunHandle] | None:
        activity, run = self.session.activity, self.activities.handle
        if activity is None:
            self.tell(NoticeGiven(NOTHING_TO_PAUSE))
        elif activity.kind != "run":
            self.tell(NoticeGiven(NOT_A_CHECK))
        elif not activity.stopping and run is not None:
            return activity, run
        return None

    def _new_wish(self) -> int:
        self._last_wish += 1
        return self._last_wish
