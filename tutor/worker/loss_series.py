"""The losses of a training, all of them up to a limit, and the events that send them.

The curve of a longer training keeps its first loss, its last loss and all extremes. Its memory
grows by little more than a hundredth of that of all losses.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tutor.wire.events import LossesRecorded

MAX_WHOLE = 200_000
"""Number of losses at the beginning of a training that are all kept."""

STRIDE = 100
"""Later, only the smallest and the largest loss of so many steps are kept for each curve, so that
an endless training does not fill the memory."""

MAX_BATCH = 50_000
"""Losses in one event."""


class _Loss(NamedTuple):
    loss: float
    step: int
    curve: int

    def rank(self) -> tuple[bool, float]:
        """Return a key by which nan counts as the largest loss."""
        return self.loss != self.loss, self.loss


class LossSeries:
    """Losses of consecutive steps, numbered from 0."""

    def __init__(self) -> None:
        self.count = 0
        """The number of all losses, also of those not kept."""
        self.kept = array("d")
        self.curves = bytearray()
        """The number of the curve that each kept loss belongs to; empty while all belong to 0."""
        self._late = array("Q")
        """The step of each kept loss after the first `MAX_WHOLE`."""
        self._recent: list[_Loss] = []
        """At most the last `STRIDE` losses, whose extremes are not kept yet."""

    def append(self, loss: float, curve: int = 0) -> None:
        if self.count < MAX_WHOLE:
            self._keep(loss, curve)
        else:
            if len(self._recent) >= STRIDE:
                self._keep_extremes()
            self._recent.append(_Loss(loss, self.count, curve))
        self.count += 1

    def _keep_extremes(self, *, with_last: bool = False) -> None:
        by_curve: dict[int, list[_Loss]] = {}
        for each in self._recent:
            by_curve.setdefault(each.curve, []).append(each)
        found: set[_Loss] = set()
        for own in by_curve.values():
            found |= {min(own, key=_Loss.rank), max(own, key=_Loss.rank)}
            found |= {own[-1]} if with_last else set()
        for loss, step, curve in sorted(found, key=lambda each: each.step):
            self._keep(loss, curve)
            self._late.append(step)
        self._recent.clear()

    def _keep(self, loss: float, curve: int) -> None:
        if curve and not self.curves:
            self.curves = bytearray(len(self.kept))
        self.kept.append(loss)
        if curve or self.curves:
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
