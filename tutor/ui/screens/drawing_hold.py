"""Holds drawing back from a key until what it leads to, where that comes at once.

Else the screen is drawn twice: for the key alone, and while that is done, the outcome waits.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from textual.widget import Widget

MOST_S = 0.05
"""Seconds after which the screen is drawn in any case: less than a glance."""


class DrawingHold:
    """The hold on the drawing of the screen that a widget is on."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._held: ExitStack | None = None

    def begin(self) -> None:
        """Draw nothing until `end`, or for a moment."""
        if self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self._widget.app.batch_update())
            asyncio.get_running_loop().call_later(MOST_S, self.end)

    def end(self) -> None:
        """Draw all that has changed; do nothing if nothing is held."""
        if self._held is not None:
            held, self._held = self._held, None
            held.close()
            self._widget.screen.check_idle()
