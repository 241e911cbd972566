"""Looking back at a run: keys, mouse and replays move the step that all views show.

It changes nothing in the run, and shows no pane itself.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widget import Widget

from tutor.first_screen.layout import CHARTS
from tutor.session.events import ComparisonSwitched
from tutor.session.state import State
from tutor.ui.keys import LEADER, PANE_DIGITS
from tutor.ui.screens import late

if TYPE_CHECKING:
    from tutor.session.scrubbing import Scrubber
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.replay import Replayer
    from tutor.ui.screens.workspace import Workspace
    from tutor.ui.step_navigation import CurveRequested, MoveRequested, PlaceRequested


class LookBack(Vertical):
    """Container of the panes that handles their requests to look back at the newest run."""

    def __init__(self, lesson: LessonScreen, *children: Widget) -> None:
        super().__init__(*children, id="workspace-place")
        self._lesson = lesson
        self._left_step = 0
        """Step at which Esc has just ended a look back; 0 after another key."""

    @cached_property
    def replayer(self) -> Replayer:
        return late.replayer(self._lesson)

    @cached_property
    def _scrubber(self) -> Scrubber:
        return late.scrubber(self._lesson)

    def follow(self, old: State, new: State) -> None:
        """Consider an ended run for a replay; forget it when another run or step begins."""
        if new.step is not old.step or (new.activity is not None and old.activity is None):
            self.replayer.forget()
        if old.activity is not None and new.activity is None:
            if old.activity.kind != "experiment":
                self.replayer.consider(self._lesson.tutor.timeline.current)
            self._lesson.call_later(self._replay_if_seen)

    # Requests of panes

    def on_move_requested(self, message: MoveRequested) -> None:
        self.replayer.halt()
        self._scrubber.move(message.delta)

    def on_place_requested(self, message: PlaceRequested) -> None:
        self.replayer.halt()
        self._scrubber.point(message.share, message.width)

    def on_play_requested(self) -> None:
        if self.replayer.is_running:
            self.replayer.halt()
        else:
            cursor = self._lesson.session.cursor
            self.replayer.play(self._lesson.tutor.timeline.current, cursor.step if cursor else 0)

    def on_find_requested(self) -> None:
        if self._lesson.tutor.timeline.current.losses:
            self.replayer.halt()
            late.open_find_step(self._lesson, self._scrubber.find)

    def on_comparison_requested(self) -> None:
        self._lesson.tutor.dispatch(ComparisonSwitched())

    def on_curve_requested(self, message: CurveRequested) -> None:
        self._lesson.tutor.set(curve=message.curve)

    def on_workspace_views_shown(self, message: Workspace.ViewsShown) -> None:
        self._lesson.tutor.runs.watch(message.views)

    def _replay_if_seen(self) -> None:
        panes = self._lesson.workspace
        if panes is not None and self._lesson.session.activity is None:
            self.replayer.start_if_seen(
                chart_on_screen=panes.shows("loss"), map_on_screen=panes.shows("map")
            )

    on_workspace_pane_changed = _replay_if_seen

    # Keys

    def take_key(self, key: str) -> None:
        """End a replay because a key was pressed, unless the learner has started it.

        Any key shows the end of the run, but keys that move along the curve begin at the current
        step of the replay.
        """
        if key != LEADER and key not in PANE_DIGITS:  # a digit may still be queued for its pane
            self._left_step = 0
        plays = late.plays(key)
        if (plays or late.moves_cursor(key)) and self._is_chart_focused():
            if not plays:  # else the key's own action stops the replay
                self.replayer.halt()
        elif not self.replayer.is_asked:
            self.replayer.skip()

    def leave(self) -> bool:
        """Return to the run's end; return False without a focused look back."""
        cursor = self._lesson.session.cursor
        self._left_step = 0
        if cursor is None or not self._is_chart_focused():
            return False
        self.replayer.forget()
        self._scrubber.go_to(0)
        self._left_step = cursor.step
        return bool(cursor.step)

    def take_up_again(self) -> None:
        """Return to the step that Esc just left; do nothing after another key."""
        if self._left_step:
            self._scrubber.go_to(self._left_step)
            self._left_step = 0

    def _is_chart_focused(self) -> bool:
        panes = self._lesson.workspace
        return panes is not None and panes.has_focus_in(CHARTS)
