"""Limit the rate of redraws of charts and output to the capacity of the terminal.

An app has one `RedrawThrottle`; widgets that change quickly draw through a `ThrottledDrawing`. Keys
and text are never held back. Without the limit, frames would queue up on a slow line, and the echo
of each key would wait behind them. Drawing takes time as well, so charts give way to keys.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from tutor.terminal_facts import CHART_RATE, REMOTE_CHART_RATE, chart_rate, is_remote

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget


class RateStep(NamedTuple):
    """A pair of limits: drawings and bytes per second."""

    drawings: float
    bytes: float


RATE_STEPS = (
    RateStep(CHART_RATE, 25_000),
    RateStep(REMOTE_CHART_RATE, 16_000),
    RateStep(2, 8_000),
    RateStep(1, 4_000),
)
"""Steps from the fastest to the slowest. Lag moves one step down, calm one step up."""

CALM_S = 10.0
"""Seconds without lag before the rate goes up by one step."""

MAX_DEBT_S = 0.5
"""Maximum seconds by which a large repaint, such as another pane's, delays a drawing."""
MAX_DRAWING_DEBT = 40_000
"""Maximum bytes of a drawing that are made up for by waiting; more than any drawing at 80x24."""

LATE_S = 0.3
"""Seconds beyond the quickest answer of the terminal that make an answer late.

A late answer was held up by the bytes sent before it.
"""


KEYS_FIRST_S = 0.15
"""Seconds after a key without a new drawing: while typing, the next key comes within them."""
MOST_HELD_S = 0.6
"""Maximum seconds for which drawings give way to keys."""
ALL_DRAWN_S = 0.2
"""Seconds after that in which all drawings may run before they give way again."""
APART_S = 0.03
"""Seconds between two drawings, in which a key can be handled."""
ECHO_S = 0.025
"""Seconds after any key without a new drawing; a held key repeats every 33 ms."""


def should_ask_terminal(environ: Mapping[str, str] = os.environ) -> bool:
    """Return True if querying the terminal reveals lag that the queue hides.

    That is so over SSH, where bytes may wait on the line. A local terminal fills the queue itself,
    and tmux answers on its own, without asking the terminal at the far end.
    """
    return is_remote(environ) and not environ.get("TMUX")


def rate_steps_for(environ: Mapping[str, str] = os.environ) -> tuple[RateStep, ...]:
    """Return the rate steps downwards from the first one, which is the highest.

    That is the learner's own rate if the environment names a valid one, else a slower one over SSH.
    """
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
    """Measures the delay of the terminal's answers beyond its quickest answer.

    A line with a long round trip is not slow; a line on which bytes pile up is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: float | None = None
        self._quickest: float | None = None
        self._late = False

    def ask(self) -> bool:
        """Start timing a query; return False if an answer is still pending.

        So a terminal that never answers is asked once.
        """
        if self._asked is not None:
            return False
        self._asked = self._clock()
        return True

    def answered(self) -> None:
        if self._asked is None:
            return
        took = self._clock() - self._asked
        self._asked = None
        self._quickest = min(took, self._quickest or took)
        self._late = took - self._quickest > LATE_S

    def forget(self) -> None:
        """Stop waiting for an answer, which another program may have read."""
        self._asked = None

    def is_late(self) -> bool:
        """Return True if an answer is overdue, or, once, if the last answer was late."""
        late, self._late = self._late, False
        if self._asked is None or self._quickest is None:
            return late
        return late or self._clock() - self._asked - self._quickest > LATE_S


class RedrawThrottle:
    """Decides when charts may be drawn, by rate steps and a token bucket of bytes.

    Every frame takes its bytes from the bucket, not only charts.
    """

    def __init__(
        self,
        *,
        is_slow: Callable[[], bool] = lambda: False,
        on_change: Callable[[bool], None] = lambda slow: None,
        rate_steps: tuple[RateStep, ...] = RATE_STEPS,
        asks: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start at the first of `rate_steps`.

        `is_slow` returns True while frames wait to be written. `on_change` is called with
        `is_slowed` when that changes. With `asks`, frames may end in a query to the terminal, whose
        late answers count as lag too.
        """
        self._frames_wait = is_slow
        self._round_trip = RoundTrip(clock) if asks else None
        self._has_drawn = False
        self._on_change = on_change
        self._rate_steps = rate_steps
        self._index = 0
        self._clock = clock
        self._refilled_at = self._calm_since = clock()
        self._key_at = self._drawn_at = -math.inf
        self._held_since = -math.inf
        self._tokens = self.rate_step.bytes

    @property
    def rate_step(self) -> RateStep:
        return self._rate_steps[self._index]

    @property
    def is_slowed(self) -> bool:
        return self._index > 0

    def charge(self, size: int) -> None:
        """Take the bytes of a sent frame from the bucket.

        Drawings repeat, so each is paid in full before the next; a repaint only in part.
        """
        self._refill()
        most = MAX_DRAWING_DEBT if self._has_drawn else MAX_DEBT_S * self.rate_step.bytes
        self._tokens = max(self._tokens - size, min(self._tokens, -most))

    def delay(self, since: float = 0.0) -> float:
        """Return the seconds until the next drawing, `since` seconds after the last."""
        self._refill()
        return max(1 / self.rate_step.drawings - since, -self._tokens / self.rate_step.bytes)

    def key_came(self) -> None:
        self._key_at = self._clock()

    def held_for(self) -> float:
        """Return the seconds that a due drawing waits for keys; 0 if it may begin.

        Between two drawings there is always time for a key.
        """
        now = self._clock()
        apart = self._drawn_at + APART_S - now
        typing = self._key_at + KEYS_FIRST_S - now
        if typing <= 0:
            self._held_since = -math.inf
        elif now > self._held_since + MOST_HELD_S + ALL_DRAWN_S:
            self._held_since = now
        echo = self._key_at + ECHO_S - now
        return max(0.0, apart, echo, min(typing, self._held_since + MOST_HELD_S - now))

    def may_draw(self) -> bool:
        """Return True if a due drawing may be made; slow down if the terminal lags."""
        now = self._clock()
        if self._is_lagging():
            self._calm_since = now
            self._set_rate_step(min(self._index + 1, len(self._rate_steps) - 1))
            return False
        if now - self._calm_since >= CALM_S:
            self._calm_since = now
            self._set_rate_step(max(self._index - 1, 0))
        self._has_drawn = True
        self._drawn_at = now
        return True

    def should_ask(self) -> bool:
        """Return True if the frame sent now must end in a query to the terminal.

        Only a frame after a drawing does, and only if no answer is pending.
        """
        drew, self._has_drawn = self._has_drawn, False
        return drew and self._round_trip is not None and self._round_trip.ask()

    def answered(self) -> None:
        if self._round_trip is not None:
            self._round_trip.answered()

    def forget_question(self) -> None:
        """Stop waiting for the answer, which another program may have read."""
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


@runtime_checkable
class Throttled(Protocol):
    """An app with a throttle; test apps that hold a single widget have none."""

    throttle: RedrawThrottle


def throttle_of(app: App[None] | App[object]) -> RedrawThrottle:
    """Return the app's throttle, or a new one at full rate."""
    return app.throttle if isinstance(app, Throttled) else RedrawThrottle()


class ThrottledDrawing:
    """A drawing of a widget that changes quickly, made at once or at the throttle's rate."""

    def __init__(
        self,
        widget: Widget,
        draw: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._widget = widget
        self._draw = draw
        self._clock = clock
        self._due = False
        self._drawn_at = -math.inf

    def now(self) -> None:
        self._drawn_at = self._clock()
        self._draw()

    def promptly(self) -> None:
        """Draw at once if the last drawing is old enough, else as `soon` does.

        The key that triggered it does not delay it.
        """
        if self._due:
            return
        throttle = throttle_of(self._widget.app)
        wait = throttle.delay(self._clock() - self._drawn_at)
        if wait > 0:
            self._wait(wait)
        elif throttle.may_draw():
            self.now()
        else:
            self.soon()

    def soon(self) -> None:
        """Draw once when the throttle allows it; calls until then are coalesced."""
        if not self._due:
            self._wait(throttle_of(self._widget.app).delay())

    def _wait(self, seconds: float) -> None:
        self._due = True
        self._widget.set_timer(seconds, self._draw_if_due)

    def _draw_if_due(self) -> None:
        self._due = False
        throttle = throttle_of(self._widget.app)
        held = throttle.held_for()
        if held > 0:
            self._wait(held)
        elif throttle.may_draw():
            self.now()
        else:
            self.soon()
