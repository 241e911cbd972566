"""The losses of a training, all of them up to a limit, and the events that send them.

The curve of a longer training keeps its first loss, its last loss and all extremes. Its memory
grows by little more than a hundredth of that of all losses.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from tutor.wire.events import LossesRecorded

MAX_WHOLE = 200_000
"""Number of losses at the beginning of a training that are all kept."""

STRIDE = 100
"""Later, only the smallest and the largest loss of so many steps are kept for each curve, so that
an endless training does not fill the memory."""

MAX_BATCH = 50_000
"""Losses in one event."""


class _Stride:
    """The extremes of one curve since the last kept loss, each with its step."""

    __slots__ = ("high", "last", "low")

    def __init__(self, loss: float, step: int) -> None:
        self.low = self.high = self.last = (loss, step)

    def add(self, loss: float, step: int) -> None:
        """Add a loss; nan counts as the largest."""
        self.last = (loss, step)
        if loss < self.low[0] or self.low[0] != self.low[0]:  # nothing is less than nan
            self.low = (loss, step)
        elif loss > self.high[0] or (loss != loss and self.high[0] == self.high[0]):
            self.high = (loss, step)


class LossSeries:
    """Losses of consecutive steps, numbered from 0."""

    __slots__ = ("_late", "_stride_ends", "_strides", "count", "curves", "kept")

    def __init__(self) -> None:
        self.count = 0
        """The number of all losses, also of those not kept."""
        self.kept = array("d")
        self.curves = bytearray()
        """The number of the curve that each kept loss belongs to; empty while all belong to 0."""
        self._late = array("Q")
        """The step of each kept loss after the first `MAX_WHOLE`."""
        self._strides: dict[int, _Stride] = {}
        """The extremes of the last steps, by curve."""
        self._stride_ends = MAX_WHOLE + STRIDE

    def append(self, loss: float, curve: int = 0) -> None:
        if self.count < MAX_WHOLE:
            self.kept.append(loss)
            if curve or self.curves:
                self._keep_curve(curve)
        else:
            if self.count >= self._stride_ends:
                self._keep_extremes()
                self._stride_ends = self.count + STRIDE
            if curve in self._strides:
                self._strides[curve].add(loss, self.count)
            else:
                self._strides[curve] = _Stride(loss, self.count)
        self.count += 1

    def _keep_extremes(self, *, with_last: bool = False) -> None:
        found = set()
        for curve, stride in self._strides.items():
            for loss, step in (stride.low, stride.high, stride.last)[: 3 if with_last else 2]:
                found.add((step, loss, curve))
        for step, loss, curve in sorted(found):
            self.kept.append(loss)
            if curve or self.curves:
                self._keep_curve(curve)
            self._late.append(step)
        self._strides.clear()

    def _keep_curve(self, curve: int) -> None:
        if not self.curves:
            self.curves = bytearray(len(self.kept) - 1)
        self.curves.append(curve)

    def catch_up(self) -> None:
        """Keep the last loss, and the extremes before it, since it may be the final one."""
        self._keep_extremes(with_last=True)

    def give_last(self, curve: int) -> None:
        """Move the last loss to that curve."""
        self.catch_up()
        self.curves = self.curves or bytearray(len(self.kept))
        self.curves[-1] = curve

    def of_curves(self, is_wanted: Callable[[int], bool]) -> tuple[float, ...]:
        """Return the kept losses of the wanted curves, in order, up to the last."""
        self.catch_up()
        pairs = zip(self.kept, self.curves or bytes(len(self.kept)), strict=True)
        return tuple(loss for loss, curve in pairs if is_wanted(curve))

    def batches(self, start: int, seconds: float = 0.0) -> Iterator[LossesRecorded]:
        """Yield events with the losses kept from index `start` of `kept` on, in order.

        After the first `MAX_WHOLE`, each has an event of its own, since an event names only the
        first step and those after it follow one by one. `seconds` is told with each.
        """
        while start < len(self.kept):
            end = max(min(len(self.kept), MAX_WHOLE, start + MAX_BATCH), start + 1)
            step = start if start < MAX_WHOLE else self._late[start - MAX_WHOLE]
            losses, curves = tuple(self.kept[start:end]), bytes(self.curves[start:end])
            yield LossesRecorded(step, losses, curves, seconds)
            start = end
