"""Holds drawing back after a key whose result follows at once.

Otherwise the screen is drawn twice: the result waits while the key alone is drawn.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from textual.widget import Widget

MOST_S = 0.05
"""Maximum seconds without drawing: less than a glance."""


class DrawingHold:
    """Hold on the drawing of a widget's screen."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._held: ExitStack | None = None

    def begin(self) -> None:
        """Draw nothing until `end`, or for `MOST_S`."""
        if self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self._widget.app.batch_update())
            asyncio.get_running_loop().call_later(MOST_S, self.end)

    def end(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.close()
            self._widget.screen.check_idle()
