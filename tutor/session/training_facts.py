"""The training of a run beside its losses: names, rates, epochs, checks, breaks.

It comes from the process that runs a learner's program: nothing is taken on trust, and all of it is
bounded. A `RunRecord` of the timeline owns it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tutor.session.loss_curves import MAX_CURVES
from tutor.text import printable
from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    LossBroken,
    NumbersKept,
    RateChanged,
    TrainingNoted,
)

MAX_NAME = 40
"""Characters of a name that are shown."""
MAX_RATES = 5_000
MAX_EPOCHS = 100_000
MAX_SERIES = 6
MAX_POINTS = 25_000
MAX_LISTS = 4
MAX_NUMBERS = 25_000
MAX_STEP = 1_000_000


class CheckedCurve:
    """The losses that one place of the program has computed without training."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps: list[int] = []
        """For each, how many losses of the training were recorded before, in order."""
        self.losses: list[float] = []


class TrainingFacts:
    """The facts of one run, as far as it has told them."""

    def __init__(self) -> None:
        self.names: dict[int, CurveNamed] = {}
        self.rates: list[RateChanged] = []
        self.epochs: list[int] = []
        """Losses that were recorded before each epoch, in order, none twice."""
        self.checked: dict[int, CheckedCurve] = {}
        self.broken: LossBroken | None = None
        self.kept: tuple[NumbersKept, ...] = ()

    def take(self, event: TrainingNoted) -> None:
        """Add what is new; what cannot be true is left out."""
        for curve in event.curves:
            if 0 <= curve.curve < MAX_CURVES:
                self.names[curve.curve] = curve
        rates = (each for each in event.rates if _is_step(each.steps))
        self.rates += list(rates)[: MAX_RATES - len(self.rates)]
        for epoch in event.epochs:
            is_next = _is_step(epoch) and (not self.epochs or epoch > self.epochs[-1])
            if is_next and len(self.epochs) < MAX_EPOCHS:
                self.epochs.append(epoch)
        for checked in event.checked:
            self._add_checked(checked)
        if self.broken is None and event.broken is not None and event.broken.step > 0:
            self.broken = event.broken
        if event.kept and not self.kept:
            lists = event.kept[:MAX_LISTS]
            self.kept = tuple(each for each in lists if 0 < len(each.numbers) <= MAX_NUMBERS)

    def _add_checked(self, checked: CheckedLosses) -> None:
        if not 0 <= checked.series < MAX_SERIES or len(checked.steps) != len(checked.losses):
            return
        curve = self.checked.setdefault(checked.series, CheckedCurve(shown_name(checked.name)))
        for step, loss in zip(checked.steps, checked.losses, strict=True):
            is_next = _is_step(step) and (not curve.steps or step >= curve.steps[-1])
            if is_next and len(curve.steps) < MAX_POINTS:
                curve.steps.append(step)
                curve.losses.append(loss)

    def name_of(self, curve: int) -> str:
        named = self.names.get(curve)
        return shown_name(named.name) if named is not None and named.name else "loss"

    def validation(self) -> CheckedCurve | None:
        """Return the checked losses to show beside the curve, None if there are none.

        Those whose name says that they are of the training rows come last.
        """
        return min(
            self.checked.values(), key=lambda each: "train" in each.name.lower(), default=None
        )

    @property
    def learning_rates(self) -> Iterator[float]:
        return (each.rate for each in self.rates)

    def rates_of(self, curve: int) -> Sequence[RateChanged]:
        return [each for each in self.rates if each.curve == curve and math.isfinite(each.rate)]


def shown_name(name: str) -> str:
    return printable(name)[:MAX_NAME]


def _is_step(steps: int) -> bool:
    return 0 <= steps <= MAX_STEP
