"""The losses that a program computes without training: under `no_grad`, or in evaluation mode.

They are seen where torch's loss functions return. Nothing is changed of what they return.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from tutor.wire.events import CheckedLosses
from tutor.worker.guard import clean
from tutor.worker.source_names import Place, bound_name, place_of
from tutor.worker.torch_private import is_tensor, without_overrides

MAX_SERIES = 6
"""Places of the program that are told apart; losses at further ones are left out."""
MAX_POINTS = 20_000
"""Losses of one place; later ones are left out."""
MAX_CANDIDATES = 10_000
MAX_NAME = 100

_LOSSES = (
    *("binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss"),
    *("cross_entropy", "ctc_loss", "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss"),
    *("kl_div", "l1_loss", "margin_ranking_loss", "mse_loss", "multi_margin_loss"),
    *("multilabel_margin_loss", "multilabel_soft_margin_loss", "nll_loss", "poisson_nll_loss"),
    *("smooth_l1_loss", "soft_margin_loss", "triplet_margin_loss"),
)
_grad_enabled = torch.is_grad_enabled


SeeLoss = Callable[[str, tuple[object, ...], dict[str, object]], None]
"""Takes the name of a loss function that was called, and its arguments."""


class _Candidate(NamedTuple):
    steps: int
    loss: float
    place: Place


class CheckSeries:
    """The losses without training of one run, a series for each place that computes them.

    Several at one place between two steps, such as those of the batches, make one: their mean.
    """

    __slots__ = ("_series", "_steps", "candidates", "is_evaluating")

    def __init__(self, steps: Callable[[], int]) -> None:
        """Begin without any; `steps` returns how many losses of the training were recorded."""
        self.is_evaluating = False
        """Whether a model was put into evaluation mode, and none back since."""
        self._steps = steps
        self.candidates: list[_Candidate] = []
        """Losses in evaluation mode: whoever begins a backward pass clears them, since they may be
        those that are trained with."""
        self._series: dict[Place, _Series] = {}

    def add(self, loss: object) -> None:
        """Add what a loss function has returned, if it is a single number."""
        if not is_tensor(loss):
            return
        with without_overrides():
            number = loss.item() if loss.numel() == 1 else None
            is_candidate = loss.requires_grad
        if type(number) is not float:
            return
        candidate = _Candidate(self._steps(), number, place_of(sys._getframe(2)))
        if not is_candidate:
            self._keep(candidate)
        elif len(self.candidates) < MAX_CANDIDATES:
            self.candidates.append(candidate)

    def keep_candidates(self) -> None:
        """Keep them: evaluation is over, and no backward pass has begun at one."""
        for candidate in self.candidates:
            self._keep(candidate)
        self.candidates.clear()

    def untold(self, *, ended: bool) -> list[CheckedLosses]:
        """Return what was not told yet, with the means still to be added to if all has `ended`."""
        if ended:
            self.keep_candidates()
        steps = None if ended else self._steps()
        told = (each.untold(number, steps) for number, each in enumerate(self._series.values()))
        return [each for each in told if each.steps]

    def told(self, events: tuple[CheckedLosses, ...]) -> None:
        """Take note that the app has taken these."""
        series = list(self._series.values())
        for event in events:
            series[event.series].told += len(event.steps)

    def _keep(self, candidate: _Candidate) -> None:
        series = self._series.get(candidate.place)
        if series is None:
            if len(self._series) >= MAX_SERIES:
                return
            name = clean(bound_name(candidate.place), MAX_NAME)
            series = self._series[candidate.place] = _Series(name)
        series.add(candidate.steps, candidate.loss)


class _Series:
    """The losses at one place: sums and counts between two steps."""

    __slots__ = ("_counts", "_steps", "_sums", "name", "told")

    def __init__(self, name: str) -> None:
        self.name = name
        self.told = 0
        self._steps: list[int] = []
        self._sums: list[float] = []
        self._counts: list[int] = []

    def add(self, steps: int, loss: float) -> None:
        if self._steps and self._steps[-1] == steps:
            self._sums[-1] += loss
            self._counts[-1] += 1
        elif len(self._steps) < MAX_POINTS:
            self._steps.append(steps)
            self._sums.append(loss)
            self._counts.append(1)

    def untold(self, number: int, steps: int | None) -> CheckedLosses:
        """Return the means that are not told yet, without one that more may be added to."""
        end = len(self._steps)
        if steps is not None and end and self._steps[-1] == steps:
            end -= 1
        part = slice(self.told, end)
        means = (
            total / count for total, count in zip(self._sums[part], self._counts[part], strict=True)
        )
        return CheckedLosses(number, self.name, tuple(self._steps[part]), tuple(means))


class _Lookout:
    """Where it stands who wants to see the calls of loss functions just now."""

    see: SeeLoss | None = None
    series: CheckSeries | None = None
    """Where losses without training are noted of the code that runs; None if nobody wants them."""


LOOKOUT = _Lookout()


def watch_losses() -> None:
    """Watch torch's loss functions and modes, once, when torch is loaded."""
    for name in _LOSSES:
        original = getattr(functional, name, None)
        if original is not None:
            setattr(functional, name, _watched(name, original))
    _watch_mode()


def _watched(name: str, original: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(original)
    def loss_function(*args: object, **kwargs: object) -> object:
        loss = original(*args, **kwargs)
        if LOOKOUT.see is not None:
            LOOKOUT.see(name, args, kwargs)
        series = LOOKOUT.series
        if series is not None and (series.is_evaluating or not _grad_enabled()):
            try:
                series.add(loss)
            except Exception:  # the program goes on, whatever its tensors are
                pass
        return loss

    return loss_function


def _watch_mode() -> None:
    owner: Any = nn.Module
    original: Callable[..., nn.Module] = owner.train

    @functools.wraps(original)
    def train(self: nn.Module, mode: bool = True) -> nn.Module:
        series = LOOKOUT.series
        if series is not None:
            series.is_evaluating = mode is False
            if series.candidates:
                series.keep_candidates()
        return original(self, mode)

    owner.train = train
