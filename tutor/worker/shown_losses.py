"""The series of a training's losses that the app shows.

Losses are counted by the steps of optimizers or, where none steps, by backward passes. A program
may do both one after another: updates by hand are then a curve of their own.
"""

from __future__ import annotations

from tutor.worker.loss_series import LossSeries

MAX_OPTIMIZERS = 8
"""Maximum number of optimizers with a curve of their own; all others share a curve."""
BY_HAND = MAX_OPTIMIZERS + 1
"""The number of the curve of updates by hand that came after an optimizer."""
UNDECIDED_BACKWARDS = 64
"""Backward passes without a step after which each counts as a step itself."""


class ShownLosses:
    """The series for the app: losses of steps, of backward passes, or of both."""

    def __init__(self, by_step: LossSeries, by_backward: LossSeries) -> None:
        self._by_step = by_step
        self.series = by_backward
        self.is_decided = False
        """True once losses are counted either by steps or by backward passes."""
        self.hand_curve: int | None = None
        """The curve of updates by hand, if an optimizer has stepped, too."""
        self.changed_from: int | None = None
        """The index of a kept loss that was moved to another curve and must be sent again."""
        self.counts = [0] * (MAX_OPTIMIZERS + 1)  # the steps of each optimizer
        self.is_plain = False
        """True if a step after a single backward pass needs only an addition to `counts`."""
        self._waiting: list[float] = []  # since the last step
        self._most_waiting = UNDECIDED_BACKWARDS

    def add_backward(self, loss: float) -> None:
        """Add the loss of a backward pass that comes after an optimizer's step.

        Many passes without a step count as updates by hand.
        """
        self._waiting.append(loss)
        if len(self._waiting) > self._most_waiting:
            self.hand_curve = BY_HAND if self.series is self._by_step else 0
            for each in self._waiting:
                self.series.append(each, self.hand_curve)
            self._waiting.clear()
            self._most_waiting = 0
            self.is_plain = False

    def add_step(self, loss: float | None, index: int) -> None:
        """Add the step of the optimizer of that index, with its loss, which `by_step` has too."""
        if self._waiting:
            self._most_waiting = max(UNDECIDED_BACKWARDS, 2 * len(self._waiting))
            self._waiting.clear()
        elif not self._most_waiting:
            self._most_waiting = UNDECIDED_BACKWARDS
        self.counts[index] += 1
        if not self.is_decided:
            # a quick program may have trained by hand before `is_decided` was set
            self.is_decided = True
            if self.series.count <= UNDECIDED_BACKWARDS:
                self.series = self._by_step
        self.is_plain = self.series is self._by_step and self._most_waiting == UNDECIDED_BACKWARDS
        if loss is None or self.series is self._by_step:
            return
        if self.hand_curve is None:
            # the backward pass of the first step was counted as an update by hand
            self.hand_curve = 0
            self.series.give_last(index + 1)
            self.changed_from = len(self.series.kept) - 1
        else:
            self.series.append(loss, index + 1)

    def rounds(self, backwards: int) -> int:
        """Return the steps of the busiest optimizer; without one, the backward passes."""
        return max(self.counts) or backwards

    def curve_of(self, index: int) -> int:
        return index if self.series is self._by_step else index + 1
