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
MAP_SECONDS = 4.0
"""How long a replay takes that goes through all maps of a run."""
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
        self._steps: tuple[int, ...] = ()
        """The steps of the replay that runs."""
        self._place = 0
        """The frame that is shown of it."""
        self._run: RunRecord | None = None
        """The run to replay, if there is one."""
        self._is_curve_shown = False
        """Whether its curve was shown again, and only its maps are left to be."""
        self.is_asked = False
        """Whether the learner has asked for the replay, so that only a move ends it."""

    @property
    def is_running(self) -> bool:
        """Whether frames are being shown."""
        return self._timer is not None

    def forget(self) -> None:
        """Stop, and discard the run: another one or another step has begun."""
        self._end_timer()
        self._run = None
        self._is_curve_shown = self.is_asked = False

    def play(self, run: RunRecord, step: int) -> None:
        """Replay the run from after that step on, since the learner has asked for it."""
        self.forget()
        count = len(run.losses)
        if count >= MIN_LOSSES:
            self.is_asked = True
            steps = _evenly(count, min(count, ASKED_FRAMES))
            self._begin(tuple(each for each in steps if step >= count or each > step), FRAME_S)

    def consider(self, run: RunRecord) -> None:
        """Keep a run that just ended for a replay, if it was short and recorded a curve."""
        is_short = run.milliseconds is not None and run.milliseconds < SHORT_MS
        is_worth = is_short and len(run.losses) >= MIN_LOSSES and not self._reduced_motion
        self._run = run if is_worth else None

    def start_if_seen(self, *, chart_on_screen: bool, map_on_screen: bool) -> None:
        """Start the replay if there is one to show and the curve or the map can be seen.

        Of maps all are shown: most are of the first steps, in which the border bends. Where the
        curve was shown without the map, it follows once the map is looked at.
        """
        run = self._run
        if run is None or self.is_running:
            return
        maps = run.maps.steps if run.maps is not None else ()
        if map_on_screen and len(maps) >= MIN_LOSSES:
            self._run = None
            self._begin(maps, MAP_SECONDS / len(maps))
        elif (chart_on_screen or map_on_screen) and not self._is_curve_shown:
            self._is_curve_shown = True
            self._begin(_evenly(len(run.losses), FRAMES), FRAME_S)

    def skip(self) -> None:
        """End a replay and show the end of the run."""
        if self._timer is not None:
            self._end()

    def halt(self) -> None:
        """End a replay and stay at the step that it has come to."""
        if self._timer is not None:
            self._dispatch(CursorMoved(self._steps[self._place]))
            self.forget()

    def _begin(self, steps: tuple[int, ...], frame_s: float) -> None:
        self._steps, self._place = steps, -1
        self._timer = self._screen.set_interval(frame_s, self._next_frame)
        self._next_frame()

    def _next_frame(self) -> None:
        """Show the next frame; the last one is the end of the run itself."""
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
    """Return the steps of so many frames, evenly spread over that many steps."""
    return tuple(max(1, count * frame // frames) for frame in range(1, frames + 1))
