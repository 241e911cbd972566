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

    __slots__ = ("count", "curves", "kept")

    def __init__(self) -> None:
        self.count = 0
        """The number of all losses, also of those not kept."""
        self.kept = array("d")
        self.curves = bytearray()
        """The number of the curve that each kept loss belongs to; empty while all belong to 0."""

    def append(self, loss: float, curve: int = 0) -> None:
        """Add the loss of the next step, which belongs to that curve."""
        if self.count < MAX_WHOLE or (self.count - MAX_WHOLE) % STRIDE == 0:
            if curve and not self.curves:
                self.curves = bytearray(len(self.kept))
            self.kept.append(loss)
            if self.curves or curve:
                self.curves.append(curve)
        self.count += 1

    def give_last(self, curve: int) -> None:
        """Let the last kept loss belong to that curve."""
        self.curves = self.curves or bytearray(len(self.kept))
        self.curves[-1] = curve

    def of_curve(self, curve: int) -> tuple[float, ...]:
        """Return the kept losses of one curve."""
        if not self.curves:
            return tuple(self.kept) if curve == 0 else ()
        pairs = zip(self.kept, self.curves, strict=True)
        return tuple(loss for loss, own in pairs if own == curve)

    def without_curve(self, curve: int) -> tuple[float, ...]:
        """Return the kept losses of all other curves, in order."""
        if not self.curves:
            return tuple(self.kept)
        pairs = zip(self.kept, self.curves, strict=True)
        return tuple(loss for loss, own in pairs if own != curve)

    def batches(self, start: int, seconds: float = 0.0) -> Iterator[LossesRecorded]:
        """Yield events with the losses kept from index `start` of `kept` on, in order.

        After the first `MAX_WHOLE`, each has an event of its own, since an event names only the
        first step and those after it follow one by one. `seconds` is told with each.
        """
        while start < len(self.kept):
            whole = min(len(self.kept), MAX_WHOLE, start + MAX_BATCH)
            end = max(whole, start + 1)
            losses, curves = tuple(self.kept[start:end]), bytes(self.curves[start:end])
            yield LossesRecorded(_step_number(start), losses, curves, seconds)
            start = end


def _step_number(index: int) -> int:
    """Return the step that the loss kept at that index belongs to."""
    return index if index < MAX_WHOLE else MAX_WHOLE + (index - MAX_WHOLE) * STRIDE
