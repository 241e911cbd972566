"""What every pane has: a name on screen, the session, and something that takes the focus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widget import Widget
from textual.worker import WorkType

from tutor.session.state import State
from tutor.ui.marks import UNICODE, Marks


class Pane(Vertical):
    """Bound to the session by the screen; draws in `draw`, which panes override."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state. Handed down without being compared: a pane looks at its own slice."""

    def __init__(self, name: str, *, marks: Marks = UNICODE) -> None:
        super().__init__(id=name, classes="pane")
        self.marks = marks
        self.border_title = name.capitalize()
        self._drawn: State | None = None
        self._fill_turn = asyncio.Lock()
        self._newest_fill = 0

    @property
    def pane_name(self) -> str:
        """Its name, as in the tab strip and in the journal."""
        return self.id or ""

    def compose(self) -> ComposeResult:
        """What it holds."""
        yield from ()

    def on_mount(self) -> None:
        """Draws the state it was born with."""
        self._redraw(self.session)

    def watch_session(self, new: State) -> None:
        """Draws what is new, once its parts are there."""
        if self.is_mounted:
            self._redraw(new)

    def draw(self, old: State | None, new: State) -> None:
        """Shows `new`; `old` is what stands on screen, or None at first."""

    def focus_target(self) -> Widget:
        """The widget that the focus goes to when the pane is chosen."""
        return self

    def fill_with(self, fill: Callable[[], Awaitable[None]], *, after_s: float = 0.0) -> None:
        """Replaces widgets of the pane, after the fills before it; of those that wait, only the
        newest is made. None is cancelled: amid a removal that would cancel the removed widgets'
        tasks, and with them what else waits for these, which is the app itself."""
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
