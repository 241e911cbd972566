"""Looking back at a run: keys, pointer and replays move the one step that all views show.

Part of the lesson screen, which hands it what the panes ask for. It changes nothing of the run, and
shows no pane itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from textual.screen import Screen

from tutor.session.events import Event
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.keys import LEADER, PANE_DIGITS
from tutor.ui.screens.replay import Replayer

if TYPE_CHECKING:
    from tutor.session.scrubbing import Scrubber
    from tutor.ui.screens.workspace import Workspace


class LookBack:
    """The moment of the newest run at which the learner looks."""

    def __init__(
        self,
        screen: Screen[None],
        state: Callable[[], State],
        dispatch: Callable[[Event], None],
        timeline: Timeline,
        *,
        workspace: Callable[[], Workspace | None],
        reduced_motion: bool,
    ) -> None:
        self._screen = screen
        self._state = state
        self._dispatch = dispatch
        self._timeline = timeline
        self._workspace = workspace
        self.replayer = Replayer(screen, dispatch, reduced_motion=reduced_motion)
        """What shows a short run once more, slowly."""
        self._left_step = 0
        """The step at which Esc has just ended a look back; 0 once another key was pressed."""

    @cached_property
    def _scrubber(self) -> Scrubber:
        from tutor.session.scrubbing import Scrubber  # there is no run to look back at before

        return Scrubber(self._state, self._dispatch, self._timeline)

    def move(self, delta: int) -> None:
        """Move the cursor along the run."""
        self.replayer.halt()
        self._scrubber.move(delta)

    def point(self, share: float, width: float) -> None:
        """Move the cursor to where the learner points."""
        self.replayer.halt()
        self._scrubber.point(share, width)

    def play(self) -> None:
        """Let the cursor move by itself, from where it is or from the first step; or stop it."""
        if self.replayer.is_running:
            self.replayer.halt()
        else:
            cursor = self._state().cursor
            self.replayer.play(self._timeline.current, cursor.step if cursor else 0)

    def find(self) -> None:
        """Ask which step to go to."""
        if self._timeline.current.losses:
            from tutor.ui.screens.find_step import FindStepScreen  # rarely needed

            self.replayer.halt()
            self._screen.app.push_screen(FindStepScreen(self._scrubber.find))

    def switch_comparison(self) -> None:
        """Have the views show how far the step is from the end, or no longer."""
        self._scrubber.switch_comparison()

    def pick_curve(self, curve: int) -> None:
        """Look at another curve of losses."""
        self._scrubber.pick_curve(curve)

    def take_key(self, key: str) -> None:
        """End a replay because `key` was pressed, unless the learner has asked for it.

        Any key shows the end of the run, except that keys that move along the curve stay at the
        step that the replay has come to.
        """
        if key != LEADER and key not in PANE_DIGITS:  # a digit may still be on its way to its pane
            self._left_step = 0
        # imported late: the first frame does not need it
        from tutor.ui.step_navigation import KEYS_TO_MOVE, PLAY_KEY

        if key in (*KEYS_TO_MOVE, PLAY_KEY) and self._is_chart_focused():
            if key != PLAY_KEY:  # else the replay is halted by what the key does
                self.replayer.halt()
        elif not self.replayer.is_asked:
            self.replayer.skip()

    def leave(self) -> bool:
        """Return to the end of the run; return False if the focused pane does not look back."""
        cursor = self._state().cursor
        self._left_step = 0
        if cursor is None or not self._is_chart_focused():
            return False
        self.replayer.forget()
        self._scrubber.go_to(0)
        self._left_step = cursor.step
        return bool(cursor.step)

    def take_up_again(self) -> None:
        """Go to the step that was left just now; do nothing if another key was pressed since."""
        if self._left_step:
            self._scrubber.go_to(self._left_step)
            self._left_step = 0

    def replay_if_seen(self) -> None:
        """Start the replay of a short run if its chart can be seen now."""
        workspace = self._workspace()
        if workspace is not None and self._state().activity is None:
            self.replayer.start_if_seen(
                chart_on_screen=workspace.shows("loss"), map_on_screen=workspace.shows("map")
            )

    def _is_chart_focused(self) -> bool:
        # imported late: the first frame does not need it
        from tutor.first_screen.layout import CHARTS

        workspace = self._workspace()
        return workspace is not None and any(
            workspace.panes[name].has_focus_within for name in CHARTS if workspace.shows(name)
        )
