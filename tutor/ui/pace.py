"""How often charts are drawn again while a program trains: as often as the terminal can take.

The app has one `Pace`; panes draw through a `PacedDrawing`. Keys and words are never held back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget


class Rung(NamedTuple):
    """Drawings and bytes in a second, at most."""

    drawings: float
    bytes: float


LADDER = (Rung(10, 25_000), Rung(5, 16_000), Rung(2, 8_000), Rung(1, 4_000))

REMOTE_RUNG = 1
"""Over SSH nothing says how much waits on the way: charts are drawn five times a second."""

CALM_S = 10.0
"""After that long without anything waiting, charts are drawn more often again."""

MOST_DEBT_S = 0.5
"""A large repaint puts off the next drawing by that long at most."""


def first_rung(environ: Mapping[str, str] = os.environ) -> int:
    """Where the ladder begins, which is also as high as it goes."""
    remote = environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")
    return REMOTE_RUNG if remote else 0


class Pace:
    """A ladder of rates, and a bucket of bytes that every frame takes from."""

    def __init__(
        self,
        *,
        is_slow: Callable[[], bool] = lambda: False,
        on_change: Callable[[bool], None] = lambda slow: None,
        first: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`is_slow` says whether frames wait for the terminal; `on_change` hears of `slow`."""
        self._is_slow = is_slow
        self._on_change = on_change
        self._first = self._at = first
        self._clock = clock
        self._filled = self._calm_since = clock()
        self._tokens = self.rung.bytes

    @property
    def rung(self) -> Rung:
        """The rate that holds now."""
        return LADDER[self._at]

    @property
    def slow(self) -> bool:
        """Whether charts are drawn less often than at first."""
        return self._at > self._first

    def charge(self, size: int) -> None:
        """A frame of `size` bytes was sent."""
        self._fill()
        self._tokens = max(self._tokens - size, -MOST_DEBT_S * self.rung.bytes)

    def wait(self) -> float:
        """Seconds until the next drawing."""
        self._fill()
        return max(1 / self.rung.drawings, -self._tokens / self.rung.bytes)

    def may_draw(self) -> bool:
        """Asked when a drawing is due. While frames wait it is put off, and the rate falls."""
        now = self._clock()
        if self._is_slow():
            self._calm_since = now
            self._go_to(min(self._at + 1, len(LADDER) - 1))
            return False
        if now - self._calm_since >= CALM_S:
            self._calm_since = now
            self._go_to(max(self._at - 1, self._first))
        return True

    def _go_to(self, at: int) -> None:
        was_slow = self.slow
        self._at = at
        if self.slow != was_slow:
            self._on_change(self.slow)

    def _fill(self) -> None:
        now = self._clock()
        gained = (now - self._filled) * self.rung.bytes
        self._tokens = min(self._tokens + gained, self.rung.bytes)
        self._filled = now


def pace_of(app: App[object]) -> Pace:
    """The app's own; at full rate where it has none."""
    pace = getattr(app, "pace", None)
    return pace if isinstance(pace, Pace) else Pace()


class PacedDrawing:
    """One thing that changes quickly, drawn at once or when its time has come."""

    def __init__(self, widget: Widget, draw: Callable[[], None]) -> None:
        self._widget = widget
        self._draw = draw
        self._due = False

    def now(self) -> None:
        """Draws."""
        self._draw()

    def soon(self) -> None:
        """Draws once within the time that the pace sets, however often it is asked."""
        if not self._due:
            self._due = True
            self._widget.set_timer(pace_of(self._widget.app).wait(), self._try)

    def _try(self) -> None:
        self._due = False
        if pace_of(self._widget.app).may_draw():
            self._draw()
        else:
            self.soon()
