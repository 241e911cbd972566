"""Send the terminal only the cells that changed.

Textual repaints whole widgets: over SSH each key would cost 8 to 32 KB. `CellDiff` reduces every
update of the compositor to the cells that differ from what the terminal shows. The private parts of
Textual that this needs are tried once at the start. Where they do not behave as expected, Textual's
own repaint is used, as it is with `NNTUTOR_FULL_REPAINT=1`.
"""

from __future__ import annotations

import os
import shutil
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
except ImportError:  # another release of Rich: `_why_unsupported` notices the missing names
    pass

if TYPE_CHECKING:
    from textual.timer import Timer

    from tutor.first_screen.held_terminal import HeldTerminal
    from tutor.ui.terminal.lending import Lender

CURSOR_REPORT_QUERY = "\x1b[6n"
"""Device status report 6. The terminal answers once it has processed all output before it, and
Textual delivers the answer as a CursorPosition event."""

MAX_WAITING_WRITES = 6
"""Writes in the queue of Textual's writer thread beyond which the terminal counts as slow. A frame
is up to three writes; at thirty, Textual blocks."""


SIZE_CHECKED_AFTER_S = 0.3
"""Seconds from the last resize to a check of the terminal's size."""


class CellDiff(UpdateHook):
    """An app that sends only changed cells, or whole updates where that is not possible."""

    def __init__(self, held_terminal: HeldTerminal | None = None) -> None:
        """Make the app; `held_terminal` holds the keys that were typed before."""
        self.held_terminal = held_terminal
        super().__init__()
        self._mirror = None if why_full_repaint() else ScreenMirror()
        self._reported_size: Size | None = None
        self._size_check: Timer | None = None
        self.throttle = RedrawThrottle(
            is_slow=self.terminal_is_slow,
            on_change=self.link_changed,
            rate_steps=rate_steps_for(),
            asks=should_ask_terminal(),
        )
        """Limits the rate of charts; every frame is charged to it."""

    @property
    def sends_changes(self) -> bool:
        """True if only changed cells are sent; False for whole updates."""
        return self._mirror is not None

    @cached_property
    def lender(self) -> Lender:
        """Lends the terminal to other programs."""
        # imported late: the first frame does not need it
        from tutor.ui.terminal.lending import Lender

        return Lender(self)

    def key_came(self) -> None:
        """Delay due drawings, so that the key is handled first."""
        self.throttle.key_came()

    def forget_terminal(self) -> None:
        """Forget the terminal's known contents, so that whole updates are sent again."""
        if self._mirror is not None:
            self._mirror.forget()

    def action_redraw(self) -> None:
        self.forget_terminal()
        self.throttle.forget_question()
        self.refresh()

    def terminal_is_slow(self) -> bool:
        return writes_waiting(self) > MAX_WAITING_WRITES

    def terminal_size(self) -> Size:
        """Return the terminal's current size, whatever the last event reported."""
        return Size(*shutil.get_terminal_size())

    def link_changed(self, slow: bool) -> None:
        """Handle a change of the chart rate; apps override it.

        `slow` is True when charts are drawn less often than at first, False when they are drawn as
        often again.
        """

    def render_update(self, update: Update, console: Console) -> str:
        """Return the sequences that draw the update, and charge their bytes."""
        sequences = self._try_render_changes(update, console)
        if sequences is None:
            sequences = update.render_segments(console)
        self.throttle.charge(len(sequences.encode(errors="replace")))
        return sequences + CURSOR_REPORT_QUERY if self.throttle.should_ask() else sequences

    async def on_event(self, event: events.Event) -> None:
        """Forget the terminal's known contents if another program may have changed them."""
        if isinstance(event, events.AppFocus):
            self.forget_terminal()
        elif isinstance(event, events.Resize):
            self._note_size(event)
        elif isinstance(event, events.CursorPosition):
            self.throttle.answered()
        await super().on_event(event)

    def _note_size(self, event: events.Resize) -> None:
        """Redraw the screen after a resize that may mean that its contents are lost.

        Textual sends the current size again when the app returns from the background or from an
        editor: then the terminal shows the other program's output. A terminal that reports its own
        size, in pixels too, may also repeat one; nothing is lost then.
        """
        is_same = event.size == self._reported_size
        self._reported_size = event.size
        if is_same and event.pixel_size is None:
            self.action_redraw()
        elif not is_same:
            self.forget_terminal()
        if event.pixel_size is None and not self.is_headless:
            if self._size_check is not None:
                self._size_check.stop()
            self._size_check = self.set_timer(SIZE_CHECKED_AFTER_S, self._check_size)

    def _check_size(self) -> None:
        """Resize the app if the last event reported an outdated size.

        The size is read in a signal handler, and a second signal interrupts the first handler
        between reading and posting: the older size is then posted last. While a window was dragged
        on a busy machine, the app could stay at a size that the window no longer had.
        """
        size = self.terminal_size()
        if size != self._reported_size:
            self.post_message(events.Resize(size, size))

    def _try_render_changes(self, update: Update, console: Console) -> str | None:
        if self._mirror is None:
            return None
        try:
            return render_changes(update, self._mirror, console)
        except Exception:
            # nothing was sent yet, so send the whole update: a fault must never end the app
            self._mirror = None
            return None


def render_changes(update: Update, mirror: ScreenMirror, console: Console) -> str:
    """Return the sequences for the changed cells, and record those in `mirror`."""
    colors = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
    writer = AnsiWriter()
    for y, x, strip in iter_strips(update):
        mirror.change(writer, y, x, strip, colors)
    return writer.finish()


def why_full_repaint(environ: Mapping[str, str] = os.environ) -> str:
    """Return the reason for whole updates, as part of a sentence; "" without one."""
    if environ.get(FULL_REPAINT, "") not in ("", "0"):
        return f"{FULL_REPAINT} asks for it"
    return _why_unsupported()


def _why_unsupported() -> str:
    """Return why this release of Textual needs whole updates; "" if it does not.

    Two sample updates are rendered both ways. For an empty mirror, both ways must agree; a repeated
    update must give "".
    """
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
        return f"this version of textual draws differently ({type(error).__name__}: {error})"
    return "" if as_expected else "this version of textual draws differently"
