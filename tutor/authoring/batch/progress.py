"""Progress of judging many answers: count, rate, and remaining time."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable

from tutor.authoring.progress_line import ProgressLine

_EVERY_S = 1.0
"""Seconds between two updates of the line on a terminal."""
_EVERY_ELSEWHERE_S = 30.0
"""Seconds between two lines in a log."""
_RATE_OVER = 30
"""Updates over which the rate is measured: an old rate predicts little."""


class BatchProgress:
    """The progress on standard error: a line that is overwritten, or one now and then.

    Nothing is written without a terminal, unless it is `asked` for.
    """

    def __init__(
        self, total: int | None, *, asked: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing judged; `total` is None if unknown."""
        self._line = ProgressLine(quiet=False)
        self._on_terminal = sys.stderr.isatty()
        self._shown = self._on_terminal or asked
        self._every = _EVERY_S if self._on_terminal else _EVERY_ELSEWHERE_S
        self._total = total
        self._clock = clock
        self._begun = clock()
        self._next = self._begun + self._every
        self._states: deque[tuple[float, int]] = deque([(self._begun, 0)], maxlen=_RATE_OVER)
        self._done = 0
        self._before = 0
        self._accepted = 0
        self._known = 0

    def resume(self, count: int) -> None:
        """Begin after that many answers judged earlier."""
        self._done = self._before = count
        self._states[0] = (self._begun, count)

    def add(self, *, accepted: bool, anew: bool) -> None:
        """Count an answer, and update the line if it is time."""
        self._done += 1
        self._accepted += accepted
        self._known += not anew
        now = self._clock()
        if self._shown and now >= self._next:
            self._next = now + self._every
            self._states.append((now, self._done))
            self._show(now)

    def end(self) -> None:
        """Print the result in place of the line."""
        self._line.clear()
        judged = self._done - self._before
        if not self._shown or not judged:
            return
        took = _in_words(self._clock() - self._begun)
        words = f"{judged:,} judged in {took}: {self._accepted:,} accepted."
        if self._known:
            words += f" {self._known:,} of them needed no run."
        if self._before:
            words += f" {self._before:,} were in the file before."
        sys.stderr.write(f"{words}\n")

    def _show(self, now: float) -> None:
        (since, before), done = self._states[0], self._done
        rate = (done - before) / (now - since) if now > since else 0.0
        words = f"{rate:.1f} a second" if rate else "…"
        if self._total is not None and rate:
            words += f", {_in_words(max(0, self._total - done) / rate)} left"
        if not self._on_terminal:
            of = f"/{self._total:,}" if self._total is not None else ""
            sys.stderr.write(f"{done:,}{of} {words}\n")
            sys.stderr.flush()
        elif self._total is not None:
            self._line.show(done, self._total, words)
        else:
            self._line.show_count(done, words)


def _in_words(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
