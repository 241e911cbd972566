"""The losses of a run, a curve for each optimizer, and which of them is looked at first."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

MISSING = float("nan")
"""Stands for a loss that was not kept, or whose event was lost; known by its identity."""


MAX_CURVES = 10
_KNOWN = bytes(min(number, MAX_CURVES - 1) for number in range(256))
"""Each number of a curve, or the last one for what cannot be one."""


class LossCurve:
    """The losses of one curve. Its own steps are counted from 1, in its own order."""

    __slots__ = ("losses", "number", "steps")

    def __init__(self, number: int, losses: list[float], steps: array[int] | None = None) -> None:
        self.number = number
        self.losses = losses
        self.steps = steps
        """For each loss, its number among the losses of all curves, from 1; None if that is its
        place."""

    def place_of(self, step: int) -> int:
        if self.steps is None:
            return min(step, len(self.losses))
        return bisect_right(self.steps, step)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last of its losses, counted among those of all curves."""
        return (self.steps[0], self.steps[-1]) if self.steps else (1, len(self.losses))


class LossCurves:
    """The losses of all curves of one run, in the order in which they were recorded."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        """One for each step; `MISSING` where there is none."""
        self._numbers = bytearray()
        """The curve of each loss; empty while all are of curve 0."""
        self._split: dict[int, LossCurve] = {}
        self._done = 0
        """Losses that were given to their curves."""

    def put(self, first: int, losses: Sequence[float], numbers: bytes) -> None:
        own = self.losses
        gap = max(0, first - len(own))
        own.extend([MISSING] * gap)
        if first < len(own):
            self._split, self._done = {}, 0
        own[first : first + len(losses)] = losses
        if numbers or self._numbers:
            known = numbers.translate(_KNOWN)
            whole = known if len(known) == len(losses) else bytes(len(losses))
            self._numbers.extend(bytes(max(0, first - len(self._numbers))))
            self._numbers[first : first + len(losses)] = whole

    def curves(self) -> list[LossCurve]:
        """Return the curves that have losses, in the order of their first ones."""
        if not self._numbers:
            return [LossCurve(0, self.losses)] if self.losses else []
        for place in range(self._done, len(self.losses)):
            loss = self.losses[place]
            if loss is not MISSING:
                number = self._numbers[place]
                curve = self._split.get(number)
                if curve is None:
                    curve = self._split[number] = LossCurve(number, [], array("l"))
                curve.losses.append(loss)
                assert curve.steps is not None
                curve.steps.append(place + 1)
        self._done = len(self.losses)
        return list(self._split.values())


def shown_curve(curves: Sequence[LossCurve], picked: int | None) -> LossCurve | None:
    """Return the picked curve, else the first of those that train now together.

    A curve that ended before another began is one of the past.
    """
    curve = next((each for each in curves if each.number == picked), None)
    if curve is not None or not curves:
        return curve
    newest = max(curves, key=lambda each: each.span[1])
    together = [each for each in curves if each.span[1] >= newest.span[0]]
    return min(together, key=lambda each: each.span[0])


def first_below(losses: Sequence[float], level: float) -> int:
    """Return the first step with a loss below this one, counted from 1; 0 if there is none."""
    return next((step for step, loss in enumerate(losses, 1) if loss < level), 0)
