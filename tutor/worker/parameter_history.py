"""Snapshots of the parameters of a training at some of its steps, spread over all of it.

`LiveReporter` sends them over the run's channel. A file would not do: the folder of a run may be a
file system of its own, into which the app cannot look, and what was sent is there even when the
program is killed. Taking, encoding and sending them have one budget of CPU time: at first a
snapshot is taken of each step, and once that is spent, as often as the budget grows. Of a long
training there are fewer and fewer, since the app keeps no more than 200 in all.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.wire.events import InventoryEntry, StepRecorded
from tutor.wire.values import Statistics, TensorValue
from tutor.worker.loss_series import MAX_WHOLE, LossSeries
from tutor.worker.naming import named_parameters, own_names
from tutor.worker.recorder import Recorder
from tutor.worker.step_log import is_dense
from tutor.worker.tensor_numbers import (
    gradients_of,
    plain_tensors,
    tensor_dtype,
    tensor_numel,
    tensor_shape,
    tensor_statistics,
)
from tutor.worker.torch_private import (
    flat_copy,
    is_module,
    is_tensor,
    norms_of,
    without_overrides,
)
from tutor.worker.trace import Tensors

MAX_KEYFRAMES = 200
"""Snapshots that the app keeps of one run: after so many steps, fewer of the later ones are taken,
and no more wait to be sent."""
MAX_TENSORS = 100
"""Tensors in one snapshot."""
MAX_VALUES = 4_096
"""Elements of a tensor that is kept whole; of a larger one only statistics are kept."""

MAX_NUMBERS = 37_500
"""Elements in one snapshot: 300 kB when they are sent, 60 MB for 200 steps."""

FREE_SECONDS = 0.005
"""CPU time that snapshots may take in any case."""
FIRST_STEPS = 200
FIRST_STEP_SECONDS = 1e-6
"""CPU time that they may take of each of the first `FIRST_STEPS` beyond that."""
OWN_SHARE = 0.006
"""Share of the thread's CPU time that they may take of later steps."""
ENCODING_FACTOR = 0.75
"""How long sending a snapshot takes by how long taking it took, until it has been measured."""


class _Layout:
    """The arrangement of several tensors' numbers in one flat tensor."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.shapes = [tensor_shape(tensor) for tensor in tensors]
        self.dtypes = [tensor_dtype(tensor) for tensor in tensors]
        self.slices: dict[int, slice] = {}
        """The slice with the numbers of each tensor that is kept whole, by the tensor's index."""
        self.total = 0
        """The number of elements in the flat tensor."""
        self._large: list[int] = []
        """The indices of the dense tensors that are not kept whole."""
        for index, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            dense = plain.layout is torch.strided
            real = dense and plain.dtype.is_floating_point
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count
            elif dense:
                self._large.append(index)
        self._whole = [tensors[index] for index in self.slices]

    def copy(self) -> _Snapshot:
        """Return a snapshot of the tensors as they are now.

        Raises ValueError if one has another size by now: `w.data = …` can give it any.
        """
        with torch.no_grad(), without_overrides():
            numbers = flat_copy(self._whole) if self._whole else None
            if numbers is not None and numbers.numel() != self.total:
                raise ValueError("a parameter has changed its size")
            gradients = [(n, g) for n, g in enumerate(gradients_of(self.tensors)) if is_dense(g)]
            norms = norms_of([gradient for _, gradient in gradients])
            large = {
                index: tensor_statistics(plain_tensors([self.tensors[index]])[0])
                for index in self._large
            }
        return _Snapshot(self, numbers, [index for index, _ in gradients], norms, large)


class _Snapshot(NamedTuple):
    """The state of some tensors at one step."""

    layout: _Layout
    numbers: Tensor | None
    """The flat tensor of all tensors that are kept whole; None if none is."""
    with_gradient: list[int]
    """The indices of the tensors that had a gradient."""
    norms: list[Tensor]
    """The Euclidean norms of these gradients, each a tensor of one element."""
    statistics: Mapping[int, Statistics]
    """Those of the tensors that are not kept whole, by their index."""

    def entries(self, names: Mapping[int, str]) -> tuple[InventoryEntry, ...]:
        """Return an entry for each tensor, under its name in `names`, which has them by `id`."""
        layout = self.layout
        data = b"" if self.numbers is None else self.numbers.double().numpy().tobytes()
        norms = dict(zip(self.with_gradient, map(float, self.norms), strict=True))
        entries = []
        for index, tensor in enumerate(layout.tensors):
            part = layout.slices.get(index)
            entry = InventoryEntry(
                names.get(id(tensor), f"parameter {index + 1}"),
                TensorValue(
                    layout.dtypes[index],
                    "float",
                    layout.shapes[index],
                    data[8 * part.start : 8 * part.stop] if part else b"",
                    sampled=part is None,
                ),
                gradient_norm=norms.get(index),
                statistics=self.statistics.get(index),
            )
            entries.append(entry)
        return tuple(entries)


class _Step(NamedTuple):
    number: int
    snapshot: _Snapshot


class _Budget:
    """The CPU time that snapshots may take, and what they have taken."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._since = 0.0
        """The time at which the later steps began."""
        self._granted = FREE_SECONDS
        """The CPU time that may be used besides what each step adds."""
        self._in_first_steps = True
        self._copying, self._copied = 0.0, 0
        self._encoding, self._encoded = 0.0, 0

    def seconds_short(self, now: float, step: int, unsent: int) -> float:
        """Return the CPU time by which too much is used at that step; at most 0: none.

        What it will take to send the `unsent` snapshots counts as used.
        """
        used = self._copying + self._encoding + unsent * self._seconds_to_encode()
        if step < FIRST_STEPS:
            return used - self._granted - FIRST_STEP_SECONDS * step
        if self._in_first_steps:  # what is left of the first steps is not for later ones
            self._in_first_steps, self._since = False, now
            self._granted = min(self._granted + FIRST_STEP_SECONDS * FIRST_STEPS, used)
        return used - self._granted - OWN_SHARE * (now - self._since)

    def seconds_until(self, short: float, now: float, step: int) -> float:
        """Return in how many seconds so much CPU time will be granted at the present pace."""
        if short <= 0:
            return 0.0
        if step >= FIRST_STEPS:
            return short / OWN_SHARE
        steps = min(short / FIRST_STEP_SECONDS, FIRST_STEPS - step)
        return steps * (now - self._started) / (step + 1)

    def _seconds_to_encode(self) -> float:
        if self._encoded:
            return self._encoding / self._encoded
        return ENCODING_FACTOR * self._copying / max(self._copied, 1)

    def account_copy(self, seconds: float) -> None:
        """Count a snapshot that took so long to take."""
        self._copying += seconds
        self._copied += 1

    def account_encoding(self, seconds: float, count: int) -> None:
        """Count so many snapshots that took so long to send."""
        self._encoding += seconds
        self._encoded += count


class ParameterHistory:
    """The snapshots of one run. Steps are numbered from 0, as losses are."""

    def __init__(
        self, namespace: Mapping[str, object], clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._namespace = namespace
        self._clock = clock
        self._budget = _Budget(clock())
        self._next = 0
        """The first step of which another snapshot is wanted."""
        self._series: LossSeries | None = None
        self._steps: list[_Step] = []
        """The snapshots that were not sent yet."""
        self._layout: _Layout | None = None

    def take(self, recorder: Recorder, series: LossSeries) -> float:
        """Take a snapshot if one is due, after a step or a backward.

        `series` holds the losses by which steps are counted. If it is another one than before, the
        backward passes were no steps, and their snapshots are dropped. Returns the seconds in which
        no other will be due.
        """
        if series is not self._series:
            self._series, self._next = series, 0
            self._steps.clear()
        number = series.count - 1
        if not self._next <= number < MAX_WHOLE:
            return 0.0
        budget, now = self._budget, self._clock()
        short = budget.seconds_short(now, number, len(self._steps))
        if short <= 0:
            self._next = number + 1 + number // MAX_KEYFRAMES
            started = now
            self._add_snapshot(number, recorder.trained_tensors())
            now = self._clock()
            budget.account_copy(now - started)
            short = budget.seconds_short(now, number, len(self._steps))
        return budget.seconds_until(short, now, number)

    def send(self, series: LossSeries, send_all: Callable[[Iterable[StepRecorded]], int]) -> None:
        """Hand over the snapshots that were not sent yet, in order, if `series` counts the steps.

        `send_all` returns how many it has sent; the others are handed over at the next call. Where
        it raises, those that it was given are not handed over again.
        """
        if series is not self._series or not self._steps:
            return
        started, count = self._clock(), 0
        names = _names_of(self._namespace)

        def unsent() -> Iterator[StepRecorded]:
            nonlocal count
            for step in self._steps:
                count += 1
                yield StepRecorded(step.number, step.snapshot.entries(names))

        try:
            count = send_all(unsent())
        finally:
            del self._steps[:count]
            self._budget.account_encoding(self._clock() - started, count)

    def _add_snapshot(self, number: int, tensors: Tensors) -> None:
        tensors = tensors[:MAX_TENSORS]
        if not tensors:
            return
        if len(self._steps) >= MAX_KEYFRAMES:
            del self._steps[1::2]
        try:
            if self._layout is None or not _are_same(self._layout.tensors, tensors):
                self._layout = _Layout(tensors)
            self._steps.append(_Step(number, self._layout.copy()))
        except Exception:
            self._layout = None  # tensors of a kind that cannot be read: the step is left out


def _names_of(namespace: Mapping[str, object]) -> dict[int, str]:
    """Return the first name of each tensor, as the learner would write it, by the tensor's `id`."""
    names: dict[int, str] = {}
    for name, obj in own_names(namespace):
        if is_tensor(obj):
            names.setdefault(id(obj), name)
        elif is_module(obj):
            for path, parameter in named_parameters(name, obj):
                names.setdefault(id(parameter), path)
    return names


def _are_same(tensors: Tensors, others: Tensors) -> bool:
    return len(tensors) == len(others) and all(map(operator.is_, tensors, others))
