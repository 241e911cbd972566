"""The frame that the lesson and the start screen share: top line, problems, status and keys.

They have the same places on both screens, so that switching between these redraws, and sends, only
the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from tutor.course.kinds import KindOrNone
from tutor.session.state import State
from tutor.terminal_facts import MIN_SIZE, too_small
from tutor.ui.keys import UserKeys
from tutor.ui.marks import Marks
from tutor.ui.panes.action_bar import ActionBar
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.panes.status_line import StatusLine
from tutor.ui.panes.top_bar import ProblemsBar, TopBar

LEAVE_HINT = "{key:quit} leaves."

STRIP_S = 8.0
"""Seconds without a key until the strip closes: long enough to read it, and a later letter is meant
for code."""


class BottomBar(Vertical):
    """The bottom lines: status, keys, and the strip of letters that Esc opens above them.

    The strip covers the panes: if they made room, each Esc would redraw and resend all. It has the
    focus while it is shown, for a few seconds at most; then the previous widget gets it back.
    """

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state of the session."""

    def __init__(self, *, marks: Marks, user_keys: UserKeys) -> None:
        super().__init__(id="bottom")
        self.status = StatusLine(marks=marks)
        self._bar = ActionBar(user_keys)
        self.strip = LeaderStrip(self._run_chosen)
        self._kind: KindOrNone = "none"
        self._strip_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.status.data_bind(BottomBar.session)
        yield self._bar
        yield self.strip

    def show_commands(self, kind: KindOrNone) -> None:
        self._kind = kind
        self._bar.show_commands(kind, self.session)

    def watch_session(self, new: State) -> None:
        """Offer the keys that act now: some act only while a program runs."""
        self._bar.show_commands(self._kind, new)

    def toggle_strip(
        self, kind: KindOrNone, panes: Sequence[str], *, without: AbstractSet[str] = frozenset()
    ) -> None:
        """Show the strip with the kind's letters and the panes' names, or hide it.

        `without` names the commands that have no effect in this layout.
        """
        if self.strip.display:
            self._close_strip()
            return
        self.strip.lender = self.screen.focused
        self.strip.show_letters(kind, panes, self.session, without=without)
        self._show_strip(shown=True)
        # not after a refresh: the letter may already be in the queue, and would reach the editor
        self.screen.set_focus(self.strip)

    async def _run_chosen(self, action: str) -> None:
        self._close_strip()
        if action:
            await self.screen.run_action(action)

    @on(events.DescendantBlur)
    def _hide_strip_on_blur(self) -> None:
        # the message may be late, of a time before the strip was shown again; and when the window
        # loses the focus, the strip gets it back with the window
        if self.app.app_focus and self.screen.focused is not self.strip:
            self._show_strip(shown=False)

    def _close_strip(self) -> None:
        self._show_strip(shown=False)
        before = self.strip.lender
        self.screen.set_focus(before if before is not None and before.is_attached else None)

    def _show_strip(self, *, shown: bool) -> None:
        self.strip.display = shown
        if self._strip_timer is not None:
            self._strip_timer.stop()
        self._strip_timer = self.set_timer(STRIP_S, self._end_strip) if shown else None

    def _end_strip(self) -> None:
        """Close the strip, unless it lost the focus with the window."""
        if self.app.app_focus:
            self._close_strip()
        else:
            self._show_strip(shown=True)


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
        self.bottom.show_commands(kind)
        self.refresh_bindings()

    def show(self, old: State, new: State) -> None:
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
        return isinstance(self.focused, LeaderStrip) and self.focused.display

    def focus_for_keys(self, widget: Widget) -> None:
        """Focus the widget, or have it focused when the open strip closes.

        A letter for the strip may already be in the queue, and would be typed into the widget.
        """
        if self.is_strip_shown:
            self.bottom.strip.lender = widget
        else:
            self.set_focus(widget)
