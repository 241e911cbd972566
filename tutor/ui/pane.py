"""The base class of panes: a name on screen, the session's state, and a focus target.

For `tutor.ui.panes`. A pane's content depends on the state alone, so it is right whenever the pane
is mounted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.worker import WorkType

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import UNICODE, Marks
from tutor.ui.stable_static import StableStatic

if TYPE_CHECKING:
    from tutor.ui.terminal.throttle import ThrottledDrawing
    from tutor.ui.widgets.code_view import CodeView
    from tutor.wire.events import RunEvent


class Pane(Vertical):
    """A part of the screen that shows the session's state; subclasses draw it in `draw`."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state, bound by the screen. Never compared as a whole, which would cost more than
    `draw` does: each pane compares the parts that it shows."""

    def __init__(self, name: str, timeline: Timeline, *, marks: Marks = UNICODE) -> None:
        super().__init__(id=name, classes="pane")
        self._timeline = timeline
        self.marks = marks
        self.givens: Sequence[CodeView] = ()
        """Given code in the pane, which a key shows whole."""
        self.border_title = name.capitalize()
        self._drawn: State | None = None
        self._fill_turn = asyncio.Lock()
        self._newest_fill = 0

    @property
    def pane_name(self) -> str:
        return self.id or ""

    def compose(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        """Draw the state that the pane was made with.

        A pane without another focus target is focusable itself.
        """
        self.can_focus = self.focus_target() is self
        self._redraw(self.session)

    def watch_session(self, new: State) -> None:
        """Draw the new state; before the pane is mounted, `on_mount` draws it."""
        if self.is_mounted:
            self._redraw(new)

    def draw(self, old: State | None, new: State) -> None:
        """Show the state `new`; `old` is the state on screen, None the first time."""

    def focus_target(self) -> Widget:
        return self

    def show_keys(self, line: StableStatic, keys: Sequence[str], *, width: int = 0) -> None:
        """Show the keys in the border and in `line`, which replaces a border that is not drawn.

        The last keys are left out if all need more than `width` cells; 0 means no limit.
        """
        shown = [*keys]
        while len(shown) > 1 and 0 < width < len("  ".join(shown)):
            shown.pop()
        words = "  ".join(shown)
        line.update_if_changed(Content(words))
        line.set_class(not words, "empty")
        self.border_subtitle = words.replace("[", r"\[")

    def fill_with(self, fill: Callable[[], Awaitable[None]], *, after_s: float = 0.0) -> None:
        """Run `fill`, which replaces widgets, after `after_s` seconds, one at a time.

        Of several waiting fills, only the newest runs. A running fill is never cancelled: during a
        removal, that would cancel the tasks of the removed widgets, and with them the app, which
        awaits those tasks. The app ended that way when texts followed each other too fast.
        """
        self._newest_fill += 1
        work: WorkType[None] = partial(self._fill_in_turn, fill, self._newest_fill)
        begin = partial(self.run_worker, work, group="fill")
        if after_s:
            self.set_timer(after_s, begin)
        else:
            begin()

    async def _fill_in_turn(self, fill: Callable[[], Awaitable[None]], number: int) -> None:
        async with self._fill_turn:
            if number == self._newest_fill:
                await fill()

    def _redraw(self, new: State) -> None:
        old, self._drawn = self._drawn, new
        self.draw(old, new)


def draw_events(
    drawing: ThrottledDrawing, old: State | None, new: State, kinds: tuple[type[RunEvent], ...]
) -> None:
    """Draw a run's events of these kinds if they or the selected step have changed.

    At once if nothing runs or the learner moves the cursor, else throttled.
    """
    changed = (
        old is None
        or old.version_of(*kinds) != new.version_of(*kinds)
        or old.cursor is not new.cursor
        or (old.compares, old.curve) != (new.compares, new.curve)
        or old.activity is not new.activity
        or old.queued is not new.queued
    )
    if not changed:
        return
    by_hand = new.cursor is not None and not new.cursor.playing
    if by_hand or (new.activity is None and new.cursor is None):
        drawing.now()
    else:
        drawing.soon()
