"""How often charts are drawn again while a program trains: as often as the terminal can take.

An app has one `RedrawThrottle`; what changes quickly is drawn through a `ThrottledDrawing`. Keys
and words are never held back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from tutor.terminal_facts import CHART_RATE, REMOTE_CHART_RATE, chart_rate, is_remote

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget


class RateStep(NamedTuple):
    """Drawings and bytes in a second, at most."""

    drawings: float
    bytes: float


RATE_STEPS = (
    RateStep(CHART_RATE, 25_000),
    RateStep(REMOTE_CHART_RATE, 16_000),
    RateStep(2, 8_000),
    RateStep(1, 4_000),
)

CALM_S = 10.0
"""After that long without anything waiting, charts are drawn more often again."""

MAX_DEBT_S = 0.5
"""A large repaint puts off the next drawing by that long at most."""

LATE_S = 0.3
"""An answer of the terminal that takes so much longer than the quickest one had bytes before it
on the way."""


def should_ask_terminal(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a question reaches the far end of a line on which bytes may wait unseen. On this
    machine the writer's queue tells; tmux answers without asking anybody."""
    return is_remote(environ) and not environ.get("TMUX")


def rate_steps_for(environ: Mapping[str, str] = os.environ) -> tuple[RateStep, ...]:
    """The rates from the one that charts begin with, which is also the highest, downwards."""
    try:
        rate = chart_rate(environ)
    except ValueError:
        rate = None
    if rate is None:
        return RATE_STEPS[1:] if is_remote(environ) else RATE_STEPS
    return (
        _rate_step_of(rate),
        *(rate_step for rate_step in RATE_STEPS if rate_step.drawings < rate),
    )


def _rate_step_of(rate: float) -> RateStep:
    above = [rate_step.bytes for rate_step in RATE_STEPS if rate_step.drawings >= rate]
    fastest = RATE_STEPS[0]
    return RateStep(rate, min(above, default=fastest.bytes / fastest.drawings * rate))


class RoundTrip:
    """How late the terminal's answers are, compared with its quickest one.

    A line that takes long either way is not slow; one on which bytes wait is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: float | None = None
        self._quickest: float | None = None
        self._late = False

    def ask(self) -> bool:
        """Whether to ask now: one answer is awaited at a time, so a mute terminal is asked once."""
        if self._asked is not None:
            return False
        self._asked = self._clock()
        return True

    def answered(self) -> None:
        """The terminal has taken in all that was sent before it was asked."""
        if self._asked is None:
            return
        took = self._clock() - self._asked
        self._asked = None
        self._quickest = min(took, self._quickest or took)
        self._late = took - self._quickest > LATE_S

    def forget(self) -> None:
        """An answer may have gone to another program."""
        self._asked = None

    def is_late(self) -> bool:
        """Whether an answer is overdue; or, once, whether the last one was late."""
        late, self._late = self._late, False
        if self._asked is None or self._quickest is None:
            return late
        return late or self._clock() - self._asked - self._quickest > LATE_S


class RedrawThrottle:
    """A ladder of rates, and a bucket of bytes that every frame takes from."""

    def __init__(
        self,
        *,
        is_slow: Callable[[], bool] = lambda: False,
        on_change: Callable[[bool], None] = lambda slow: None,
        rate_steps: tuple[RateStep, ...] = RATE_STEPS,
        asks: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`is_slow` says whether frames wait for the terminal; `on_change` hears of `slow`. With
        `asks` the terminal is asked now and then whether it has come to what was sent."""
        self._frames_wait = is_slow
        self._round_trip = RoundTrip(clock) if asks else None
        self._has_drawn = False
        self._on_change = on_change
        self._rate_steps = rate_steps
        self._index = 0
        self._clock = clock
        self._refilled_at = self._calm_since = clock()
        self._tokens = self.rate_step.bytes

    @property
    def rate_step(self) -> RateStep:
        """The rate that holds now."""
        return self._rate_steps[self._index]

    @property
    def is_slowed(self) -> bool:
        """Whether charts are drawn less often than at first."""
        return self._index > 0

    def charge(self, size: int) -> None:
        """A frame of `size` bytes was sent."""
        self._refill()
        self._tokens = max(self._tokens - size, -MAX_DEBT_S * self.rate_step.bytes)

    def delay(self) -> float:
        """Seconds until the next drawing."""
        self._refill()
        return max(1 / self.rate_step.drawings, -self._tokens / self.rate_step.bytes)

    def may_draw(self) -> bool:
        """Asked when a drawing is due. While frames wait it is put off, and the rate falls."""
        now = self._clock()
        if self._is_lagging():
            self._calm_since = now
            self._set_rate_step(min(self._index + 1, len(self._rate_steps) - 1))
            return False
        if now - self._calm_since >= CALM_S:
            self._calm_since = now
            self._set_rate_step(max(self._index - 1, 0))
        self._has_drawn = True
        return True

    def should_ask(self) -> bool:
        """Whether the frame that is sent now is to end in a question to the terminal."""
        drew, self._has_drawn = self._has_drawn, False
        return drew and self._round_trip is not None and self._round_trip.ask()

    def answered(self) -> None:
        """The terminal has answered it."""
        if self._round_trip is not None:
            self._round_trip.answered()

    def forget_question(self) -> None:
        """The answer may have gone to another program."""
        if self._round_trip is not None:
            self._round_trip.forget()

    def _is_lagging(self) -> bool:
        late = self._round_trip is not None and self._round_trip.is_late()
        return late or self._frames_wait()

    def _set_rate_step(self, index: int) -> None:
        was_slowed = self.is_slowed
        self._index = index
        if self.is_slowed != was_slowed:
            self._on_change(self.is_slowed)

    def _refill(self) -> None:
        now = self._clock()
        gained = (now - self._refilled_at) * self.rate_step.bytes
        self._tokens = min(self._tokens + gained, self.rate_step.bytes)
        self._refilled_at = now


def throttle_of(app: App[object]) -> RedrawThrottle:
    """The app's own; at full rate where it has none."""
    throttle = getattr(app, "pace", None)
    return throttle if isinstance(throttle, RedrawThrottle) else RedrawThrottle()


class ThrottledDrawing:
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
            self._widget.set_timer(throttle_of(self._widget.app).delay(), self._draw_if_due)

    def _draw_if_due(self) -> None:
        self._due = False
        if throttle_of(self._widget.app).may_draw():
            self._draw()
        else:
            self.soon()
