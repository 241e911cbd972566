"""The facts about a program's training beside its losses, gathered until the app takes them.

The recorder's hooks add to them in the thread that trains, seldom and each fact once.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import torch

from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    LossBroken,
    NumbersKept,
    RateChanged,
    TrainingNoted,
)
from tutor.worker.guard import clean, type_name
from tutor.worker.shown_losses import MAX_OPTIMIZERS, ShownLosses
from tutor.worker.source_names import backward_name, program_frames
from tutor.worker.trained_names import scoped_name_of

MAX_RATES = 4_000
"""Maximum number of learning rate changes that are sent; a schedule may make one at each step."""
MAX_NAME = 100
BY_HAND_NAME = "by hand"


class _Named(NamedTuple):
    loss: str
    optimizer: str
    type_name: str


class TrainingNotes:
    """The notes on one run."""

    def __init__(self, shown: ShownLosses) -> None:
        self.is_broken = False
        """True once a loss was nan or infinite."""
        self.broken: LossBroken | None = None
        """The facts about the first such loss, until they are sent."""
        self._shown = shown
        self._names: dict[int, _Named] = {}
        """The names of each optimizer, by its index."""
        self._told: tuple[int, int | None] = 0, None
        """The number of names that were sent, and the curve of updates by hand."""
        self._rates: list[RateChanged] = []
        self._rates_told = 0
        self._first_rates: dict[int, float] = {}
        """The first learning rate of each optimizer."""

    def add_optimizer(self, index: int, optimizer: torch.optim.Optimizer) -> None:
        """Find the learner's names of an optimizer that has just made its first step."""
        if index in self._names or index >= MAX_OPTIMIZERS:
            return
        frames = program_frames(sys._getframe(1), 1)
        loss = backward_name(frames[0]) if frames else ""
        self._names[index] = _Named(loss, scoped_name_of(optimizer), type_name(optimizer))

    def add_rate(self, index: int, rate: object) -> None:
        """Add the learning rate with which the optimizer has just stepped.

        The step's loss is recorded already, so the rate counts from that step on.
        """
        if len(self._rates) + self._rates_told >= MAX_RATES:
            return
        number = float(rate)  # type: ignore[arg-type] # whatever has no number raises
        self._first_rates.setdefault(index, number)
        steps = max(self._shown.series.count - 1, 0)
        self._rates.append(RateChanged(self._shown.curve_of(index), steps, number))

    def untold(
        self,
        epochs: tuple[int, ...],
        checked: tuple[CheckedLosses, ...],
        kept: tuple[NumbersKept, ...],
    ) -> TrainingNoted | None:
        """Return these facts and all that were not returned yet, None if there are none."""
        told, self._told = self._told, (len(self._names), self._shown.hand_curve)
        names = () if self._told == told else tuple(self._curve_names())
        rates, broken = tuple(self._rates), self.broken
        self._rates_told += len(rates)
        self._rates.clear()
        self.broken = None
        if not (names or rates or epochs or checked or kept or broken):
            return None
        return TrainingNoted(names, rates, epochs, checked, broken, kept)

    def _curve_names(self) -> list[CurveNamed]:
        """Return the curves' names: those of losses if they differ, else of optimizers.

        A single curve is named "loss" if the program has no name for its loss.
        Optimizers of the same name get their rates in the name if these differ, else a number.
        """
        named = self._names
        losses = [each.loss for each in named.values()]
        use_losses = all(losses) and len(set(losses)) == len(losses)
        names = [e.loss if use_losses else e.optimizer or e.type_name for e in named.values()]
        if len(names) == 1:
            names = [names[0] if use_losses else "loss"]
        rates = [self._first_rates.get(index) for index in named]
        use_rates = len(set(rates)) == len(rates) and None not in rates
        curves = []
        for place, (index, each) in enumerate(named.items()):
            name, before = names[place], names[:place].count(names[place])
            if names.count(name) > 1:
                name = f"{name} lr {rates[place]:.4g}" if use_rates else f"{name} {before + 1}"
            curve = self._shown.curve_of(index)
            curves.append(CurveNamed(curve, clean(name, MAX_NAME), each.type_name))
        hand = self._shown.hand_curve
        return curves if hand is None else [*curves, CurveNamed(hand, BY_HAND_NAME)]
