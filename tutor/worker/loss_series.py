"""The losses of a training, all of them up to a limit, and as events. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from tutor.wire.events import LossesRecorded

MAX_WHOLE = 200_000
"""Losses that are all kept; after them …"""

STRIDE = 100
"""… each hundredth is, so that an endless training does not fill the memory."""

MAX_BATCH = 50_000


class LossSeries:
    """Losses of consecutive steps, numbered from 0."""

    def __init__(self) -> None:
        self.count = 0
        """Of all losses, also those not kept."""
        self.kept = array("d")

    def append(self, loss: float) -> None:
        """The loss of the next step."""
        if self.count < MAX_WHOLE or (self.count - MAX_WHOLE) % STRIDE == 0:
            self.kept.append(loss)
        self.count += 1

    def batches(self, start: int) -> Iterator[LossesRecorded]:
        """Events with what was kept from the `start`-th kept on, in order."""
        while start < len(self.kept):
            whole = min(len(self.kept), MAX_WHOLE, start + MAX_BATCH)
            end = max(whole, start + 1)
            yield LossesRecorded(_step_number(start), tuple(self.kept[start:end]))
            start = end


def _step_number(index: int) -> int:
    """Which step the loss kept at that index belongs to."""
    return index if index < MAX_WHOLE else MAX_WHOLE + (index - MAX_WHOLE) * STRIDE
