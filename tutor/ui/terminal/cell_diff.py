"""Sends only the cells that changed. The one file that reaches into Textual's private parts.

Textual repaints whole widgets; over SSH a key would cost 8 to 32 KB. `CellDiff` turns each update
of the compositor into the cells that differ from what the terminal shows. The private parts are
tried once at the start; where they are not as expected, Textual's own repaint is used.
`NNTUTOR_FULL_REPAINT=1` asks for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App
from textual.geometry import Region, Size
from textual.strip import Strip

from tutor.terminal_facts import FULL_REPAINT
from tutor.ui.terminal.pace import Pace, asks_terminal, ladder_for

try:
    from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

    from tutor.ui.terminal.shadow import Pen, Shadow
except ImportError:  # another release of Textual or Rich: the trial finds nothing to work with
    ChopsUpdate = CompositorUpdate = LayoutUpdate = object  # type: ignore[assignment,misc]

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

    from tutor.ui.terminal.lending import Lender

    Base = App[None]
else:
    Base = object

Update: TypeAlias = LayoutUpdate | ChopsUpdate

WHERE_IS_THE_CURSOR = "\x1b[6n"
"""Answered when the terminal has come to it; the answer arrives as a CursorPosition."""

WAITING = 6
"""Pieces in the writer's queue beyond which the terminal is slow: a frame is up to three."""


class ToldUpdate(CompositorUpdate):
    """An update of the compositor, put into sequences by the app."""

    def __init__(self, update: Update, app: CellDiff) -> None:
        self._update = update
        self._app = app

    def render_segments(self, console: Console) -> str:
        """The sequences, which are sent as they are."""
        return self._app.tell_terminal(self._update, console)


class CellDiff(Base):
    """Mixed in before `App`: sends what changed, or everything where that does not work."""

    def __init__(self) -> None:
        super().__init__()
        self._shadow = None if why_all_is_sent() else Shadow()
        self._size_told: Size | None = None
        self.is_lent = False
        """Whether another program has the terminal."""
        self.pace = Pace(
            is_slow=self.terminal_is_slow,
            on_change=self.link_changed,
            ladder=ladder_for(),
            asks=asks_terminal(),
        )
        """How often charts are drawn; every frame is charged to it."""

    @property
    def sends_changes(self) -> bool:
        """Whether only changed cells are sent."""
        return self._shadow is not None

    @cached_property
    def lender(self) -> Lender:
        """Lends the terminal to another program."""
        from tutor.ui.terminal.lending import Lender  # a first frame does without

        return Lender(self)

    def forget_terminal(self) -> None:
        """The terminal no longer shows what was sent: the next update sends all its cells."""
        if self._shadow is not None:
            self._shadow.forget()

    def action_redraw(self) -> None:
        """Sends the whole screen again."""
        self.forget_terminal()
        self.pace.forget_question()
        self.refresh()

    def terminal_is_slow(self) -> bool:
        """Whether frames wait to be written. Textual stops altogether at thirty pieces."""
        try:
            waiting = self._driver._writer_thread._queue.qsize()  # type: ignore[union-attr]
        except AttributeError:  # no such driver, or not started
            return False
        return bool(waiting > WAITING)

    def link_changed(self, slow: bool) -> None:
        """Charts are drawn less often than at first, or as often again."""

    def tell_terminal(self, update: Update, console: Console) -> str:
        """The sequences that bring the terminal to what the update shows."""
        sequences = self._changes(update, console)
        if sequences is None:
            sequences = update.render_segments(console)
        self.pace.charge(len(sequences.encode(errors="replace")))
        return sequences + WHERE_IS_THE_CURSOR if self.pace.takes_question() else sequences

    async def on_event(self, event: events.Event) -> None:
        """Forgets what the terminal shows when something else may have written on it."""
        if isinstance(event, events.AppFocus):
            self.forget_terminal()
        elif isinstance(event, events.Resize):
            self._heard_size(event)
        elif isinstance(event, events.CursorPosition):
            self.pace.answered()
        await super().on_event(event)

    def _heard_size(self, event: events.Resize) -> None:
        """The same size once more means that the app has come back after Ctrl+Z or an editor,
        unless the terminal itself sent it, with a size in pixels."""
        same = event.size == self._size_told
        self._size_told = event.size
        if same and event.pixel_size is None:
            self.action_redraw()
        elif not same:
            self.forget_terminal()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self.is_lent:
            return
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            # Textual's own updates are no Rich renderables by their types either
            renderable = ToldUpdate(renderable, self)  # type: ignore[assignment]
        super()._display(screen, renderable)

    def _changes(self, update: Update, console: Console) -> str | None:
        if self._shadow is None:
            return None
        try:
            return changes(update, self._shadow, console)
        except Exception:
            # nothing was sent yet; a fault of this layer must cost bytes, never the app
            self._shadow = None
            return None


def changes(update: Update, shadow: Shadow, console: Console) -> str:
    """The sequences for the cells that the update changes; the shadow has taken them in."""
    colors = console._color_system or ColorSystem.TRUECOLOR
    pen = Pen()
    for y, x, strip in _pieces(update):
        shadow.change(pen, y, x, strip, colors)
    return pen.finish()


def _pieces(update: Update) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and content of each piece, as the update's own rendering has them."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, maybe) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if maybe is None or x > right or end <= left:
                continue
            whole = left <= x < right and end <= right
            yield y, x, maybe if whole else maybe.crop(0, min(end, right) - x)


def why_all_is_sent(environ: Mapping[str, str] = os.environ) -> str:
    """Why not only what changed is sent, as a part of a sentence; empty where that is done."""
    if environ.get(FULL_REPAINT, "") not in ("", "0"):
        return f"{FULL_REPAINT} asks for it"
    return _missing()


def _missing() -> str:
    """What of Textual's private parts is not as this file expects: two updates are drawn and
    told."""
    strip = Strip([Segment("abc", Style(color="#102030", bgcolor="#405060"))])
    try:
        _display = App._display.__code__
        console = Console(file=StringIO(), force_terminal=True, color_system="truecolor")
        layout = LayoutUpdate([[strip]], Region(1, 2, 3, 1))
        chops = ChopsUpdate([{0: strip, 3: strip}], [(0, 4, 5)], [[3, 6]])
        shadow = Shadow()
        as_expected = (
            _display.co_varnames[: _display.co_argcount] == ("self", "screen", "renderable")
            and changes(layout, shadow, console) == layout.render_segments(console)
            and changes(chops, shadow, console) == chops.render_segments(console)
            and changes(layout, shadow, console) == ""
        )
    except (AttributeError, NameError, TypeError, ValueError, KeyError, IndexError) as error:
        return f"this release of textual draws otherwise ({type(error).__name__}: {error})"
    return "" if as_expected else "this release of textual draws otherwise"
