"""Reports the losses of a training to the app, and decides if steps or backward passes count.

A run that the learner does not watch has no other reporter. It must not slow down or block the
training: events that the app does not take are offered again.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from tutor.wire.events import FromLearner, Phase
from tutor.worker.allowance import Allowance
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.loss_series import LossSeries
from tutor.worker.recorder import Recorder
from tutor.worker.shown_losses import UNDECIDED_BACKWARDS

LOSSES_EVERY = 0.05
"""Seconds."""
FIRST_LOSSES = 0.02
"""Seconds from the first loss to the next event, so that a short training has a curve sooner."""
LOSSES_SHARE = 0.0025
FREE_SECONDS = 0.0025
"""The share of the training's time that losses may take while it runs, and the seconds that they
may always take: an event takes 0.1 ms."""
MAX_UNDECIDED_SECONDS = 1.0
"""Seconds from the first backward pass after which several passes suffice for a decision."""
SEVERAL_BACKWARDS = 8
"""Fewer backward passes may belong to one step that accumulates gradients."""


class StepReporter:
    """The reporter of one run. `finish` must be called at its end, and sends the rest.

    Calls in other threads than the program's are ignored.
    """

    is_holding = False
    """True if `before` is called from the beginning; `Watch.hold` changes that later."""
    next_step = math.inf
    """The number of steps, or without any of backward passes, from which `after` is called at any
    time."""
    next_after = 0.0
    """The time, by `time.perf_counter`, before which `after` need not be called."""

    def __init__(
        self, channel: EventChannel, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._thread = threading.get_ident()
        self._for_losses = Allowance(LOSSES_SHARE, FREE_SECONDS, elapsed=clock)
        self._started = clock()
        self._sent = 0
        """Number of losses that the app has."""
        self._undecided_since = math.inf

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Act on a phase that is about to begin; it begins when this returns."""

    def after(self, recorder: Recorder) -> None:
        """Offer all due events, after a step or a backward.

        If a step has followed each backward pass so far, this is called only after the step.
        """
        self.next_step = math.inf
        now = self._clock()
        if now >= self.next_after and threading.get_ident() == self._thread:
            self._offer_losses(recorder, now)
            self.next_after = now + self._losses_every

    def finish(self, recorder: Recorder) -> None:
        """Send the remaining events when the program is over."""
        self._send_losses(self._decided(recorder) or recorder.shown.series, self._channel.send)

    def show_end(self, recorder: Recorder) -> None:
        """Send the final data of the views, after everything that the check needs."""

    @property
    def _losses_every(self) -> float:
        return max(LOSSES_EVERY if self._sent else FIRST_LOSSES, self._for_losses.wait())

    def _decided(self, recorder: Recorder) -> LossSeries | None:
        """Return the losses to report, None while that is undecided.

        The first backward passes do not show whether an optimizer will step: if it does, losses
        are counted by its steps, and otherwise by backward passes.
        """
        shown = recorder.shown
        if shown.changed_from is not None:
            self._sent = min(self._sent, shown.changed_from)
            shown.changed_from = None
        if not shown.is_decided:
            now = self._clock()
            self._undecided_since = min(self._undecided_since, now)
            is_long = now - self._undecided_since >= MAX_UNDECIDED_SECONDS
            least = SEVERAL_BACKWARDS if is_long else UNDECIDED_BACKWARDS
            shown.is_decided = recorder.backwards >= least
        return shown.series if shown.is_decided else None

    def _offer_losses(self, recorder: Recorder, now: float) -> LossSeries | None:
        """Offer the losses that the app has not taken; return their series once decided."""
        started, series = self._for_losses.now(), self._decided(recorder)
        if series is not None:
            for event in series.batches(self._sent, now - self._started):
                if not self._channel.offer(event):
                    break
                self._sent += len(event.losses)
        self._for_losses.spend(started)
        return series

    def _send_losses(self, series: LossSeries, send: Callable[[FromLearner], None]) -> None:
        """Send the rest of the losses, up to the last one, by `send`, which blocks."""
        series.catch_up()
        for event in series.batches(self._sent, self._clock() - self._started):
            send(event)
            self._sent += len(event.losses)
