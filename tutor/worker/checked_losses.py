"""The losses that a program computes without training: under `no_grad`, or in evaluation mode.

They are recorded when torch's loss functions return. The results are not changed.
"""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from tutor.wire.events import CheckedLosses
from tutor.worker.guard import clean
from tutor.worker.source_names import Place, bound_name, place_of, program_frames, split_of
from tutor.worker.torch_private import is_tensor, operation_number, without_overrides

MAX_SERIES = 6
"""Places of the program with a series of their own; losses at further places are left out."""
MAX_POINTS = 20_000
"""Losses at one place; later losses are left out."""
MAX_CANDIDATES = 10_000
MAX_OPERATIONS = 8
"""Losses before a backward pass that may be scaled for it."""
MAX_NAME = 100

_LOSSES = (
    *("binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss"),
    *("cross_entropy", "ctc_loss", "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss"),
    *("kl_div", "l1_loss", "margin_ranking_loss", "mse_loss", "multi_margin_loss"),
    *("multilabel_margin_loss", "multilabel_soft_margin_loss", "nll_loss", "poisson_nll_loss"),
    *("smooth_l1_loss", "soft_margin_loss", "triplet_margin_loss"),
)
_grad_enabled = torch.is_grad_enabled


class _Candidate(NamedTuple):
    steps: int
    backwards: int
    loss: float
    rows: int
    place: Place
    split: str


class _Series:
    """The losses at one place: sums and counts between two steps."""

    def __init__(self) -> None:
        self.told = 0
        self.steps: list[int] = []
        self.sums: list[float] = []
        self.counts: list[int] = []

    def add(self, steps: int, loss: float, rows: int) -> None:
        if self.steps and self.steps[-1] == steps:
            self.sums[-1] += loss
            self.counts[-1] += rows
        elif len(self.steps) < MAX_POINTS:
            self.steps.append(steps)
            self.sums.append(loss)
            self.counts.append(rows)


class CheckSeries:
    """One run's losses without training, with a series for each place that computes them.

    If a function there computes those of several splits, such as "train" and "val", each has one.

    Several losses at one place between two steps, such as those of the batches, become their mean,
    and the sums over the rows of batches become the mean of all rows.
    """

    def __init__(self, count: Callable[[], tuple[int, int]]) -> None:
        """Begin empty; `count` returns the numbers of training losses and of backward passes."""
        self.is_evaluating = False
        """True after a model entered evaluation mode, until one returns to training mode."""
        self.candidates: list[_Candidate] = []
        """Losses in evaluation mode, until it ends. Those before a backward pass do not count,
        since the program may train with them."""
        self.operations: deque[int] = deque(maxlen=MAX_OPERATIONS)
        """The numbers of the operations that gave the latest losses with a graph."""
        self.trains_on_sums = False
        """True where training itself sums up the rows of a batch, so that the sums of other batches
        are shown as they are, on the scale of the training loss."""
        self._count = count
        self._series: dict[tuple[Place, str], _Series] = {}

    def add(self, loss: object, rows: int) -> None:
        """Add the result of a loss function, if it is a single number.

        `rows` is the number of rows that the loss is a sum of, 1 for a mean.
        """
        if not is_tensor(loss):
            return
        with without_overrides():
            number = loss.item() if loss.numel() == 1 else None
            is_candidate = loss.requires_grad
        if type(number) is not float:
            return
        frames = program_frames(sys._getframe(2))
        place, split = place_of(frames), split_of(frames)
        candidate = _Candidate(*self._count(), number, rows, place, split)
        if not is_candidate:
            self._keep(candidate)
            return
        if self.candidates and self.candidates[-1].backwards != candidate.backwards:
            self.candidates.clear()
        if len(self.candidates) < MAX_CANDIDATES:
            self.candidates.append(candidate)

    def keep_candidates(self) -> None:
        """Keep the candidates after the last backward pass: evaluation has ended."""
        _, backwards = self._count()
        for candidate in self.candidates:
            if candidate.backwards == backwards:
                self._keep(candidate)
        self.candidates.clear()

    def _keep(self, candidate: _Candidate) -> None:
        key = candidate.place, candidate.split
        if key not in self._series and len(self._series) < MAX_SERIES:
            self._series[key] = _Series()
        if key in self._series:
            self._series[key].add(candidate.steps, candidate.loss, candidate.rows)

    def untold(self, *, ended: bool) -> tuple[CheckedLosses, ...]:
        """Return the means that were not returned yet.

        Those of the present step may still change, and are returned only if the run has `ended`.
        """
        if ended:
            self.keep_candidates()
        told, (steps, _) = [], self._count()
        for number, (key, each) in enumerate(self._series.items()):
            is_open = not ended and each.steps[-1] == steps
            part = slice(each.told, len(each.steps) - is_open)
            each.told = part.stop
            pairs = zip(each.sums[part], each.counts[part], strict=True)
            means = tuple(total / max(count, 1) for total, count in pairs)
            if means:
                told.append(CheckedLosses(number, self._name(*key), tuple(each.steps[part]), means))
        return tuple(told)

    def _name(self, place: Place, split: str) -> str:
        """Return the split's name; but a training split needs another one in the same function.

        In a program called with `mode="train"` it says nothing about the rows.
        """
        splits = {other for (lines, other) in self._series if lines[:1] == place[:1]}
        is_named = len(splits) > 1 or not split.lower().startswith("tr")
        return clean((is_named and split) or bound_name(place), MAX_NAME)


class _Lookout:
    """The listeners to calls of loss functions; None without a listener."""

    see: Callable[[str, tuple[object, ...], dict[str, object]], None] | None = None
    """Called with the name of a loss function and its arguments, after each call."""
    series: CheckSeries | None = None
    """Records the losses without training of the code that runs."""


LOOKOUT = _Lookout()


def watch_losses() -> None:
    """Watch torch's loss functions and modes, once, when torch is loaded."""
    for name in _LOSSES:
        original = getattr(functional, name, None)
        if original is not None:
            setattr(functional, name, _watched(name, original))
    owner: Any = nn.Module
    original_train: Callable[..., nn.Module] = owner.train

    @functools.wraps(original_train)
    def train(self: nn.Module, mode: bool = True) -> nn.Module:
        series = LOOKOUT.series
        if series is not None:
            series.is_evaluating = mode is False
            if series.candidates:
                series.keep_candidates()
        return original_train(self, mode)

    owner.train = train


def _watched(name: str, original: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(original)
    def loss_function(*args: object, **kwargs: object) -> object:
        loss = original(*args, **kwargs)
        if LOOKOUT.see is not None:
            LOOKOUT.see(name, args, kwargs)
        series = LOOKOUT.series
        if series is not None:
            try:
                has_graph = _grad_enabled()
                if has_graph and (number := operation_number(loss)) is not None:
                    series.operations.append(number)
                rows = _summed_rows(args, kwargs)
                if series.is_evaluating or not has_graph:
                    series.add(loss, 1 if series.trains_on_sums else rows)
                elif rows > 1:
                    series.trains_on_sums = True
            except Exception:  # an error here must not stop the program
                pass
        return loss

    return loss_function


def _summed_rows(args: tuple[object, ...], kwargs: dict[str, object]) -> int:
    """Return how many rows the call of a loss function sums up; 1 if it takes their mean."""
    reduction = kwargs.get("reduction")
    if type(reduction) is not str or reduction != "sum":
        return 1
    target = args[1] if len(args) > 1 else kwargs.get("target")
    if not is_tensor(target):
        return 1
    with without_overrides():
        return len(target) if target.dim() else 1
