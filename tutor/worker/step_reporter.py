"""Reports the losses of a training to the app, and decides what they are counted by.

A run that nobody sees has no other reporter. It must not slow the training, nor block while the
program trains: what the app does not take is offered again.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from tutor.wire.events import FromLearner, Phase
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.loss_series import LossSeries
from tutor.worker.recorder import Recorder
from tutor.worker.shown_losses import UNDECIDED_BACKWARDS

LOSSES_EVERY = 0.05
"""Seconds."""
FIRST_LOSSES = 0.02
"""Seconds after the first loss until the next are sent: a short training has a curve sooner."""
MAX_UNDECIDED_SECONDS = 1.0
"""Seconds from the first backward after which the losses are decided, if there were several."""
SEVERAL_BACKWARDS = 8
"""Fewer of them may be one step, whose gradients add up."""


class StepReporter:
    """The reporter of one run. `finish` must be called at its end, and sends what is left.

    Calls in other threads than that of the program are ignored.
    """

    is_holding = False
    """True if `before` is called from the beginning; `Watch.hold` changes that later."""
    next_step = math.inf
    """The number of steps, or of backward passes without any, from which `after` is called whatever
    the time."""
    next_after = 0.0
    """The time, by `time.perf_counter`, before which `after` need not be called."""

    def __init__(
        self, channel: EventChannel, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._thread = threading.get_ident()
        self._started = clock()
        self._sent = 0
        """Number of losses that the app has."""
        self._undecided_since = math.inf

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Act on a phase that is about to begin; it begins when this returns."""

    def after(self, recorder: Recorder) -> None:
        """Offer what is due, after a step or a backward.

        Of a backward that a step has followed each time so far, it is not told before that step.
        """
        now = self._clock()
        if now >= self.next_after and threading.get_ident() == self._thread:
            self.next_after = now + self._losses_every
            self._offer_losses(recorder, now)

    def finish(self, recorder: Recorder) -> None:
        """Send what is left, when the program is over."""
        self._send_losses(self._decided(recorder) or recorder.shown.series, self._channel.send)

    def show_end(self, recorder: Recorder) -> None:
        """Send what is shown of the end, when all that is judged by has been sent."""

    @property
    def _losses_every(self) -> float:
        return LOSSES_EVERY if self._sent else FIRST_LOSSES

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
        """Offer the losses that were not taken yet; return their series once it is decided."""
        series = self._decided(recorder)
        if series is not None:
            for event in series.batches(self._sent, now - self._started):
                if not self._channel.offer(event):
                    break
                self._sent += len(event.losses)
        return series

    def _send_losses(self, series: LossSeries, send: Callable[[FromLearner], None]) -> None:
        """Hand over the rest of the losses to `send`, which blocks, up to the last one."""
        series.catch_up()
        for event in series.batches(self._sent, self._clock() - self._started):
            send(event)
            self._sent += len(event.losses)
