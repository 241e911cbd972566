"""The losses of a training, all of them up to a limit, and the events that send them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from tutor.wire.events import LossesRecorded

MAX_WHOLE = 200_000
"""Losses at the beginning of a training, of which each is kept."""

STRIDE = 100
"""After them only each hundredth is kept, so that an endless training does not fill the memory."""

MAX_BATCH = 50_000
"""Losses in one event."""


class LossSeries:
    """Losses of consecutive steps, numbered from 0."""

    __slots__ = ("count", "kept")

    def __init__(self) -> None:
        self.count = 0
        """The number of all losses, also of those not kept."""
        self.kept = array("d")

    def append(self, loss: float) -> None:
        """Add the loss of the next step."""
        if self.count < MAX_WHOLE or (self.count - MAX_WHOLE) % STRIDE == 0:
            self.kept.append(loss)
        self.count += 1

    def batches(self, start: int) -> Iterator[LossesRecorded]:
        """Yield events with the losses kept from index `start` of `kept` on, in order.

        After the first `MAX_WHOLE`, each has an event of its own, since an event names only the
        first step and those after it follow one by one.
        """
        while start < len(self.kept):
            whole = min(len(self.kept), MAX_WHOLE, start + MAX_BATCH)
            end = max(whole, start + 1)
            yield LossesRecorded(_step_number(start), tuple(self.kept[start:end]))
            start = end


def _step_number(index: int) -> int:
    """Return the step that the loss kept at that index belongs to."""
    return index if index < MAX_WHOLE else MAX_WHOLE + (index - MAX_WHOLE) * STRIDE
