"""Remembers what the parameters of a training were at some of its steps, evenly spread.

For `Live`, which sends them. They go over the run's channel like all else, not through a file: the
folder of a run is a file system of its own that nobody outside can look into, and what was sent is
there even when the program is killed. At first each step is remembered; as they become many each
second, each fourth …, so that there are never more than 200, however long it trains.
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
MAX_TENSORS = 100
MAX_VALUES = 4_096
"""Elements of one tensor; of a larger one the statistics are remembered."""

MAX_NUMBERS = 37_500
"""Of one step, in all tensors: 300 kB as they are sent, 60 MB in 200 steps."""

FREE_SECONDS = 0.05
MAX_OWN_SHARE = 0.02
"""Of the time that the thread has worked, above `OWN_SECONDS`; if it takes more, fewer steps are
remembered."""

_cat = torch.cat
_reshape = Tensor.reshape
_double = Tensor.double


class _Layout:
    """How the numbers of some tensors lie behind one another."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.shapes = [tensor_shape(tensor) for tensor in tensors]
        self.dtypes = [tensor_dtype(tensor) for tensor in tensors]
        self.slices: dict[int, slice] = {}
        """For each tensor that is kept whole, where its numbers are."""
        self.total = 0
        for index, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            real = plain.layout is torch.strided and plain.dtype.is_floating_point
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count

    def copy(self) -> _Snapshot:
        """All that is remembered of the tensors as they are now."""
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
    """Some tensors at one step."""

    layout: _Layout
    numbers: Tensor | None
    """float64, those of all tensors that are kept whole."""
    with_gradient: list[int]
    norms: list[Tensor]
    """Of these gradients, each a tensor of one element."""
    statistics: Mapping[int, Statistics]

    def entries(self, names: Mapping[int, str]) -> tuple[InventoryEntry, ...]:
        """One for each tensor. `names` are theirs by identity."""
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
    """Of one run. Steps are numbered from 0, as losses are."""

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
        """After a step or a backward; `series` is that of the losses which count the steps."""
        if series is not self._series:
            self._series, self._seen_losses = series, 0
            self._steps.clear()  # they were no steps after all
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
        """What was not sent yet of the steps that are counted so, in order. Each counts as sent
        when the next is asked for."""
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
    """As the learner would write them; the first name of each."""
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
