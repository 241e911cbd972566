"""The frame that the lesson and the start screen share: top line, problems, status and keys.

They have the same places on both screens, so that switching between these redraws, and sends, only
the body.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tutor.course.kinds import KindOrNone
from tutor.session.state import State
from tutor.terminal_facts import MIN_SIZE, too_small
from tutor.ui.keys import UserKeys
from tutor.ui.marks import Marks
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.panes.problems_bar import ProblemsBar
from tutor.ui.panes.top_bar import TopBar
from tutor.ui.screens.bottom_bar import BottomBar

LEAVE_HINT = "{key:quit} leaves."


class FramedScreen(Screen[None]):
    """A screen with a frame around its body, or only a notice if the terminal is too small."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state of the session."""

    def __init__(self, state: State, marks: Marks, user_keys: UserKeys) -> None:
        super().__init__()
        self.marks = marks
        self._top_bar = TopBar(marks=marks)
        self._problems_bar = ProblemsBar(marks=marks)
        self.bottom = BottomBar(marks=marks, user_keys=user_keys)
        self._too_small = Static("", id="too-small", markup=False)
        self._top_bar.show_course(state.course, whole=state.is_whole)
        self.set_reactive(FramedScreen.session, state)

    def compose_framed(self, body: Widget) -> Iterable[Widget]:
        """Yield all widgets of the screen with `body` in the middle, from top to bottom."""
        self._problems_bar.show_problems(self.session.problems)
        yield self._top_bar.data_bind(FramedScreen.session)
        yield self._problems_bar
        yield body
        yield self.bottom.data_bind(FramedScreen.session)
        yield self._too_small

    def show_keys(self, kind: KindOrNone) -> None:
        """Show and enable the keys of the commands that are live on a step of the kind."""
        self.bottom.show_commands(kind)
        self.refresh_bindings()

    def show(self, old: State, new: State) -> None:
        """Show the new state, and its changes in the frame."""
        self.session = new
        if new.course is not old.course:
            self._top_bar.show_course(new.course, whole=new.is_whole)
            self._top_bar.watch_session(new)
        if new.problems != old.problems:
            self._problems_bar.show_problems(new.problems)

    def on_resize(self, event: events.Resize) -> None:
        """Show a notice instead of the screen if the terminal is smaller than `MIN_SIZE`."""
        width, height = event.size
        is_small = too_small(width, height)
        self.set_class(is_small, "too-small")
        if is_small:
            needed = "x".join(map(str, MIN_SIZE))
            words = f"nntutor needs {needed}, this is {width}x{height}."
            self._too_small.update(f"{words}\n{self.marks.fill(LEAVE_HINT)}")

    @property
    def is_strip_shown(self) -> bool:
        """True if the strip of letters is shown and takes the keys."""
        return isinstance(self.focused, LeaderStrip) and self.focused.display

    def focus_for_keys(self, widget: Widget) -> None:
        """Focus the widget, or have it focused when the open strip closes.

        A letter for the strip may already be in the queue, and would be typed into the widget.
        """
        if self.is_strip_shown:
            self.bottom.focus_after_strip(widget)
        else:
            self.set_focus(widget)
