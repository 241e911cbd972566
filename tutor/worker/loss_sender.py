"""Sends the app the losses of a training, and decides what they are counted by.

A sender belongs to the listener of one run, which says when. It must not block while the program
trains: what the app does not take is offered again.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from tutor.wire.events import LossesRecorded
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.loss_series import LossSeries
from tutor.worker.recorder import Recorder
from tutor.worker.shown_losses import UNDECIDED_BACKWARDS

LOSSES_EVERY = 0.05
"""Seconds."""
FIRST_LOSSES = 0.02
"""Seconds after the first loss until the next are sent: a short training has a curve sooner."""

MAX_UNDECIDED_SECONDS = 1.0
"""Seconds from the first backward after which the same is decided, if there were several."""
SEVERAL_BACKWARDS = 8
"""Fewer of them may be one step, whose gradients add up."""


class LossSender:
    """The losses of one run that were not sent yet."""

    def __init__(self, channel: EventChannel, clock: Callable[[], float]) -> None:
        self._channel = channel
        self._clock = clock
        self._sent = 0
        self._undecided_since = math.inf

    @property
    def pause(self) -> float:
        """Seconds until more are to be offered."""
        return LOSSES_EVERY if self._sent else FIRST_LOSSES

    def decided(self, recorder: Recorder) -> LossSeries | None:
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

    def offer(self, series: LossSeries, seconds: float) -> None:
        """Offer what was not taken yet; `seconds` is how long the program has run."""
        for event in series.batches(self._sent, seconds):
            if not self._channel.offer(event):
                return
            self._sent += len(event.losses)

    def send(
        self, series: LossSeries, seconds: float, send: Callable[[LossesRecorded], None]
    ) -> None:
        """Hand over the rest of them to `send`, which blocks, up to the last one."""
        series.catch_up()
        for event in series.batches(self._sent, seconds):
            send(event)
            self._sent += len(event.losses)
