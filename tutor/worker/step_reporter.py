"""Tells the app how many steps a training has made, and nothing else: for runs that nobody sees.

The steps are counted by the losses that are told. It must not slow the training.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from tutor.wire.events import Phase
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.loss_sender import LossSender
from tutor.worker.recorder import Recorder


class StepReporter:
    """The reporter of one run. `finish` must be called at its end, and sends what is left."""

    is_holding = False
    """A run that nobody sees is not paused."""
    next_step = math.inf

    def __init__(
        self, channel: EventChannel, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._losses = LossSender(channel, clock)
        self._thread = threading.get_ident()
        self._started = clock()
        self.next_after = 0.0
        """The time at which there may be something to send."""

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Do nothing: the program goes on."""

    def after(self, recorder: Recorder) -> None:
        """Offer the app the losses that are due; calls from other threads are ignored."""
        now = self._clock()
        if now < self.next_after or threading.get_ident() != self._thread:
            return
        self.next_after = now + self._losses.pause
        series = self._losses.decided(recorder)
        if series is not None:
            self._losses.offer(series, now - self._started)

    def finish(self, recorder: Recorder) -> None:
        """Send the rest of the losses, when the program is over."""
        series = self._losses.decided(recorder) or recorder.shown.series
        self._losses.send(series, self._clock() - self._started, self._channel.send)

    def show_end(self, recorder: Recorder) -> None:
        """Send nothing: nobody looks at the end."""
