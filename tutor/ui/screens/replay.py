"""Replay a run step by step: one that was too short to watch, or one that the learner asks for.

A replay moves the same cursor as the learner's keys do, so every pane that follows the cursor takes
part. The timer exists only while it runs. The panes decide how often they draw: over a slow line
they skip steps.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from tutor.session.events import CursorMoved
from tutor.session.timeline import RunRecord

SHORT_MS = 2_000.0
"""Duration of a run that is over before anyone can follow it."""

MIN_LOSSES = 2
"""Minimum losses of a curve."""

FRAMES = 25
FRAME_S = 0.1
"""Number of frames of a replay, and the seconds between two of them."""
MAP_SECONDS = 4.0
"""Seconds of a replay that shows all maps of a run."""
ASKED_FRAMES = 100
"""Maximum frames of a replay that the learner has started."""


class Replayer:
    """Replays the newest run; each frame is an event for the session."""

    def __init__(
        self, screen: Screen[None], dispatch: Callable[[CursorMoved], None], *, reduced_motion: bool
    ) -> None:
        self._screen = screen
        self._dispatch = dispatch
        self._reduced_motion = reduced_motion
        self._timer: Timer | None = None
        self._steps: tuple[int, ...] = ()
        """Steps of the current replay."""
        self._place = 0
        """Index of the frame on screen."""
        self._run: RunRecord | None = None
        """Run to replay; None without one."""
        self._is_curve_shown = False
        """True if the curve was replayed, and only the maps are left."""
        self.is_asked = False
        """True if the learner has started the replay, so that only a move ends it."""

    @property
    def is_running(self) -> bool:
        """True while frames are shown."""
        return self._timer is not None

    def forget(self) -> None:
        """Stop and discard the run, because another run or step has begun."""
        self._end_timer()
        self._run = None
        self._is_curve_shown = self.is_asked = False

    def play(self, run: RunRecord, step: int) -> None:
        """Replay the run from that step, because the learner asked for it."""
        self.forget()
        count = len(run.losses)
        if count >= MIN_LOSSES:
            self.is_asked = True
            steps = _evenly(count, min(count, ASKED_FRAMES))
            self._begin(tuple(each for each in steps if step >= count or each > step), FRAME_S)

    def consider(self, run: RunRecord) -> None:
        is_short = run.milliseconds is not None and run.milliseconds < SHORT_MS
        is_worth = is_short and len(run.losses) >= MIN_LOSSES and not self._reduced_motion
        self._run = run if is_worth else None

    def start_if_seen(self, *, chart_on_screen: bool, map_on_screen: bool) -> None:
        """Start a saved replay if the curve or the map is visible.

        All maps are shown: most belong to the first steps, in which the border bends. If the curve
        was replayed without the map, the map follows when it becomes visible.
        """
        run = self._run
        if run is None or self.is_running:
            return
        maps = run.maps.steps
        if map_on_screen and len(maps) >= MIN_LOSSES:
            self._run = None
            self._begin(maps, MAP_SECONDS / len(maps))
        elif (chart_on_screen or map_on_screen) and not self._is_curve_shown:
            self._is_curve_shown = True
            self._begin(_evenly(len(run.losses), FRAMES), FRAME_S)

    def skip(self) -> None:
        """End the replay and show the end of the run."""
        if self._timer is not None:
            self._end()

    def halt(self) -> None:
        """End the replay and stay at its current step."""
        if self._timer is not None:
            self._dispatch(CursorMoved(self._steps[self._place]))
            self.forget()

    def _begin(self, steps: tuple[int, ...], frame_s: float) -> None:
        self._steps, self._place = steps, -1
        self._timer = self._screen.set_interval(frame_s, self._next_frame)
        self._next_frame()

    def _next_frame(self) -> None:
        """Show the next frame; after the last, show the end of the run."""
        self._place += 1
        if self._place >= len(self._steps) - 1:
            self._end()
        else:
            step = self._steps[self._place]
            self._dispatch(CursorMoved(step, playing=True, asked=self.is_asked))

    def _end(self) -> None:
        self._end_timer()
        self.is_asked = False
        self._dispatch(CursorMoved(0))

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _evenly(count: int, frames: int) -> tuple[int, ...]:
    """Return `frames` steps, evenly spread over `count` steps."""
    return tuple(max(1, count * frame // frames) for frame in range(1, frames + 1))
