"""Sends only the cells that changed.

Textual repaints whole widgets; over SSH a key would cost 8 to 32 KB. `CellDiff` turns each update
of the compositor into the cells that differ from what the terminal shows. The parts of Textual that
this needs are tried once at the start; where they are not as expected, Textual's own repaint is
used. `NNTUTOR_FULL_REPAINT=1` asks for that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from textual import events
from textual.geometry import Size

from tutor.terminal_facts import FULL_REPAINT
from tutor.ui.terminal.textual_private import (
    Update,
    UpdateHook,
    has_known_display_hook,
    iter_strips,
    sample_updates,
    writes_waiting,
)
from tutor.ui.terminal.throttle import RedrawThrottle, rate_steps_for, should_ask_terminal

try:
    from tutor.ui.terminal.screen_mirror import AnsiWriter, ScreenMirror
except ImportError:  # another release of Rich: the trial finds nothing to work with
    pass

if TYPE_CHECKING:
    from tutor.ui.terminal.lending import Lender

CURSOR_REPORT_QUERY = "\x1b[6n"
"""Answered when the terminal has come to it; the answer arrives as a CursorPosition."""

MAX_WAITING_WRITES = 6
"""Pieces in the writer's queue beyond which the terminal is slow: a frame is up to three."""


class CellDiff(UpdateHook):
    """An app that sends what changed, or everything where that does not work."""

    def __init__(self) -> None:
        super().__init__()
        self._mirror = None if why_full_repaint() else ScreenMirror()
        self._reported_size: Size | None = None
        self.throttle = RedrawThrottle(
            is_slow=self.terminal_is_slow,
            on_change=self.link_changed,
            rate_steps=rate_steps_for(),
            asks=should_ask_terminal(),
        )
        """How often charts are drawn; every frame is charged to it."""

    @property
    def sends_changes(self) -> bool:
        """Whether only changed cells are sent."""
        return self._mirror is not None

    @cached_property
    def lender(self) -> Lender:
        """Lends the terminal to another program."""
        from tutor.ui.terminal.lending import Lender  # a first frame does without

        return Lender(self)

    def forget_terminal(self) -> None:
        """The terminal no longer shows what was sent: the next update sends all its cells."""
        if self._mirror is not None:
            self._mirror.forget()

    def action_redraw(self) -> None:
        """Sends the whole screen again."""
        self.forget_terminal()
        self.throttle.forget_question()
        self.refresh()

    def terminal_is_slow(self) -> bool:
        """Whether frames wait to be written. Textual stops altogether at thirty pieces."""
        return writes_waiting(self) > MAX_WAITING_WRITES

    def link_changed(self, slow: bool) -> None:
        """Charts are drawn less often than at first, or as often again."""

    def render_update(self, update: Update, console: Console) -> str:
        """The sequences that bring the terminal to what the update shows."""
        sequences = self._try_render_changes(update, console)
        if sequences is None:
            sequences = update.render_segments(console)
        self.throttle.charge(len(sequences.encode(errors="replace")))
        return sequences + CURSOR_REPORT_QUERY if self.throttle.should_ask() else sequences

    async def on_event(self, event: events.Event) -> None:
        """Forgets what the terminal shows when something else may have written on it."""
        if isinstance(event, events.AppFocus):
            self.forget_terminal()
        elif isinstance(event, events.Resize):
            self._note_size(event)
        elif isinstance(event, events.CursorPosition):
            self.throttle.answered()
        await super().on_event(event)

    def _note_size(self, event: events.Resize) -> None:
        """The same size once more means that the app has come back after Ctrl+Z or an editor,
        unless the terminal itself sent it, with a size in pixels."""
        is_same = event.size == self._reported_size
        self._reported_size = event.size
        if is_same and event.pixel_size is None:
            self.action_redraw()
        elif not is_same:
            self.forget_terminal()

    def _try_render_changes(self, update: Update, console: Console) -> str | None:
        if self._mirror is None:
            return None
        try:
            return render_changes(update, self._mirror, console)
        except Exception:
            # nothing was sent yet; a fault of this layer must cost bytes, never the app
            self._mirror = None
            return None


def render_changes(update: Update, mirror: ScreenMirror, console: Console) -> str:
    """The sequences for the cells that the update changes; the shadow has taken them in."""
    colors = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
    writer = AnsiWriter()
    for y, x, strip in iter_strips(update):
        mirror.change(writer, y, x, strip, colors)
    return writer.finish()


def why_full_repaint(environ: Mapping[str, str] = os.environ) -> str:
    """Why not only what changed is sent, as a part of a sentence; empty where that is done."""
    if environ.get(FULL_REPAINT, "") not in ("", "0"):
        return f"{FULL_REPAINT} asks for it"
    return _why_unsupported()


def _why_unsupported() -> str:
    """What of Textual's private parts is not as this file expects: two updates are drawn and
    told."""
    try:
        console = Console(file=StringIO(), force_terminal=True, color_system="truecolor")
        layout, chops = sample_updates()
        mirror = ScreenMirror()
        as_expected = (
            has_known_display_hook()
            and render_changes(layout, mirror, console) == layout.render_segments(console)
            and render_changes(chops, mirror, console) == chops.render_segments(console)
            and render_changes(layout, mirror, console) == ""
        )
    except (AttributeError, NameError, TypeError, ValueError, KeyError, IndexError) as error:
        return f"this release of textual draws otherwise ({type(error).__name__}: {error})"
    return "" if as_expected else "this release of textual draws otherwise"
