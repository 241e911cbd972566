"""Snapshots of the parameters of a training at some of its steps, evenly spread.

`LiveReporter` sends them over the run's channel. A file would not do: the folder of a run may be a
file system of its own, into which the app cannot look, and what was sent is there even when the
program is killed. At first a snapshot is taken of each step, and as they become many, of each
second, fourth and so on, so that there are never more than 200, however long the training is.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterator, Mapping
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
from tutor.worker.torch_private import is_module, is_tensor, norms_of, without_overrides
from tutor.worker.trace import Tensors

MAX_KEYFRAMES = 200
"""Snapshots of one run."""
MAX_TENSORS = 100
"""Tensors in one snapshot."""
MAX_VALUES = 4_096
"""Elements of a tensor that is kept whole; of a larger one only statistics are kept."""

MAX_NUMBERS = 37_500
"""Elements in one snapshot: 300 kB when they are sent, 60 MB for 200 steps."""

FREE_SECONDS = 0.05
"""CPU time that snapshots may take in any case."""
MAX_OWN_SHARE = 0.02
"""Share of the thread's CPU time that they may take beyond `FREE_SECONDS`; if they take more, half
as many are taken."""

_cat = torch.cat
_reshape = Tensor.reshape
_double = Tensor.double


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
        for index, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            real = plain.layout is torch.strided and plain.dtype.is_floating_point
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count

    def copy(self) -> _Snapshot:
        """Return a snapshot of the tensors as they are now."""
        plain = plain_tensors(self.tensors)
        with torch.no_grad(), without_overrides():
            whole = [_reshape(plain[index], (-1,)) for index in self.slices]
            numbers = _double(_cat(whole)) if whole else None
            gradients = [(n, g) for n, g in enumerate(gradients_of(self.tensors)) if is_dense(g)]
            norms = norms_of([gradient for _, gradient in gradients])
        large = {
            index: tensor_statistics(tensor)
            for index, tensor in enumerate(plain)
            if index not in self.slices and tensor.layout is torch.strided
        }
        return _Snapshot(self, numbers, [index for index, _ in gradients], norms, large)


class _Snapshot(NamedTuple):
    """The state of some tensors at one step."""

    layout: _Layout
    numbers: Tensor | None
    """The flat float64 tensor of all tensors that are kept whole; None if none is."""
    with_gradient: list[int]
    """The indices of the tensors that had a gradient."""
    norms: list[Tensor]
    """The Euclidean norms of these gradients, each a tensor of one element."""
    statistics: Mapping[int, Statistics]
    """Those of the tensors that are not kept whole, by their index."""

    def entries(self, names: Mapping[int, str]) -> tuple[InventoryEntry, ...]:
        """Return an entry for each tensor, under its name in `names`, which has them by `id`."""
        layout = self.layout
        data = b"" if self.numbers is None else self.numbers.numpy().tobytes()
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


class ParameterHistory:
    """The snapshots of one run. Steps are numbered from 0, as losses are."""

    def __init__(
        self, namespace: Mapping[str, object], clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._namespace = namespace
        self._clock = clock
        self._started = clock()
        self._used_seconds = 0.0
        self._every = 1
        self._series: LossSeries | None = None
        self._seen_losses = 0
        self._steps: list[_Step] = []
        self._layout: _Layout | None = None

    def take(self, recorder: Recorder, series: LossSeries) -> None:
        """Take a snapshot if one is due, after a step or a backward.

        `series` holds the losses by which steps are counted. If it is another one than before, the
        backward passes were no steps, and their snapshots are dropped.
        """
        if series is not self._series:
            self._series, self._seen_losses = series, 0
            self._steps.clear()
        number = series.count - 1
        if series.count == self._seen_losses or number >= MAX_WHOLE:
            return
        self._seen_losses = series.count
        while number // self._every >= MAX_KEYFRAMES:
            self._thin_out()
        if number % self._every == 0:
            started = self._clock()
            self._add_snapshot(number, recorder.trained_tensors())
            self._account_time(started)

    def events(self, series: LossSeries) -> Iterator[StepRecorded]:
        """Yield the snapshots that were not sent yet, in order, if steps are counted by `series`.

        One counts as sent when the next is asked for. A caller that cannot send one must stop, and
        gets it again at the next call.
        """
        if series is not self._series or not self._steps:
            return
        names = _names_of(self._namespace)
        while self._steps:
            started = self._clock()
            step = self._steps[0]
            event = StepRecorded(step.number, step.snapshot.entries(names))
            self._account_time(started)
            yield event
            del self._steps[:1]

    def _thin_out(self) -> None:
        self._every *= 2
        self._steps = [step for step in self._steps if step.number % self._every == 0]

    def _add_snapshot(self, number: int, tensors: Tensors) -> None:
        tensors = tensors[:MAX_TENSORS]
        if not tensors:
            return
        try:
            if self._layout is None or not _are_same(self._layout.tensors, tensors):
                self._layout = _Layout(tensors)
            self._steps.append(_Step(number, self._layout.copy()))
        except Exception:
            pass  # tensors of a kind that cannot be read: the step is left out

    def _account_time(self, started: float) -> None:
        now = self._clock()
        self._used_seconds += now - started
        if self._used_seconds > FREE_SECONDS + MAX_OWN_SHARE * (now - self._started):
            self._used_seconds, self._started = 0.0, now
            self._every *= 2


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
