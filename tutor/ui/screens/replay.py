"""Show a run step by step as it went: one that was too short to watch, or one that is asked for.

A replay moves the same cursor as the learner's keys do, so every pane that follows the cursor
takes part. The timer exists only while it runs. How often panes are drawn is not decided here: over
a slow line they leave steps out.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from tutor.session.events import CursorMoved
from tutor.session.timeline import RunRecord

SHORT_MS = 2_000.0
"""A run shorter than this is over before anyone can follow it."""

MIN_LOSSES = 2
"""Fewer make no curve."""

FRAMES = 25
FRAME_S = 0.1
"""Frames of a replay, and the seconds between them."""
ASKED_FRAMES = 100
"""Frames, at most, of a replay of a whole run that the learner has asked for."""


class Replayer:
    """Replays the newest run. Each frame is an event for the session."""

    def __init__(
        self, screen: Screen[None], dispatch: Callable[[CursorMoved], None], *, reduced_motion: bool
    ) -> None:
        self._screen = screen
        self._dispatch = dispatch
        self._reduced_motion = reduced_motion
        self._timer: Timer | None = None
        self._frame = 0
        self._frames = FRAMES
        self._loss_count = 0
        """Losses of the run to replay; 0 if there is none."""
        self.is_asked = False
        """Whether the learner has asked for the replay, so that only a move ends it."""

    @property
    def is_running(self) -> bool:
        """Whether frames are being shown."""
        return self._timer is not None

    def forget(self) -> None:
        """Stop, and discard the run: another one or another step has begun."""
        self._end_timer()
        self._loss_count = 0
        self.is_asked = False

    def play(self, run: RunRecord, step: int) -> None:
        """Replay the run from after that step on, since the learner has asked for it."""
        self.forget()
        count = len(run.losses)
        if count >= MIN_LOSSES:
            self.is_asked, self._loss_count = True, count
            self._frames = min(count, ASKED_FRAMES)
            self._begin(step * self._frames // count if step < count else 0)

    def consider(self, run: RunRecord) -> None:
        """Keep a run that just ended for a replay, if it was short and recorded a curve."""
        loss_count = len(run.losses)
        is_short = run.milliseconds is not None and run.milliseconds < SHORT_MS
        is_worth_replaying = is_short and loss_count >= MIN_LOSSES and not self._reduced_motion
        self._loss_count = loss_count if is_worth_replaying else 0

    def start_if_seen(self, *, chart_on_screen: bool) -> None:
        """Start the replay if there is one to show and the curve can be seen."""
        if chart_on_screen and self._loss_count and self._timer is None:
            self._frames = FRAMES
            self._begin(0)

    def skip(self) -> None:
        """End a replay and show the end of the run."""
        if self._timer is not None:
            self._end()

    def halt(self) -> None:
        """End a replay and stay at the step that it has come to."""
        if self._timer is not None:
            self._dispatch(CursorMoved(self._step))
            self.forget()

    def _begin(self, frame: int) -> None:
        self._frame = frame
        self._timer = self._screen.set_interval(FRAME_S, self._next_frame)
        self._next_frame()

    def _next_frame(self) -> None:
        self._frame += 1
        if self._frame >= self._frames:
            self._end()
        else:
            self._dispatch(CursorMoved(self._step, playing=True, asked=self.is_asked))

    @property
    def _step(self) -> int:
        return max(1, self._loss_count * self._frame // self._frames)

    def _end(self) -> None:
        self.forget()
        self._dispatch(CursorMoved(0))

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
