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
from tutor.worker.torch_private import is_module, is_tensor, lengths, without_overrides
from tutor.worker.trace import Tensors

KEYFRAMES = 200
MAX_TENSORS = 100
MAX_VALUES = 4_096
"""Elements of one tensor; of a larger one the statistics are remembered."""

MAX_NUMBERS = 37_500
"""Of one step, in all tensors: 300 kB as they are sent, 60 MB in 200 steps."""

OWN_SECONDS = 0.05
OWN_SHARE = 0.02
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
        self.places: dict[int, slice] = {}
        """For each tensor that is kept whole, where its numbers are."""
        self.total = 0
        for place, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            real = plain.layout is torch.strided and plain.dtype.is_floating_point
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.places[place] = slice(self.total, self.total + count)
                self.total += count

    def copy(self) -> _Copied:
        """All that is remembered of the tensors as they are now."""
        plain = plain_tensors(self.tensors)
        with torch.no_grad(), without_overrides():
            whole = [_reshape(plain[place], (-1,)) for place in self.places]
            numbers = _double(_cat(whole)) if whole else None
            found = [(n, g) for n, g in enumerate(gradients_of(self.tensors)) if is_dense(g)]
            norms = lengths([gradient for _, gradient in found])
        large = {
            place: tensor_statistics(tensor)
            for place, tensor in enumerate(plain)
            if place not in self.places and tensor.layout is torch.strided
        }
        return _Copied(self, numbers, [place for place, _ in found], norms, large)


class _Copied(NamedTuple):
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
        for place, tensor in enumerate(layout.tensors):
            part = layout.places.get(place)
            entry = InventoryEntry(
                names.get(id(tensor), f"parameter {place + 1}"),
                TensorValue(
                    layout.dtypes[place],
                    "float",
                    layout.shapes[place],
                    data[8 * part.start : 8 * part.stop] if part else b"",
                    sampled=part is None,
                ),
                gradient_norm=norms.get(place),
                statistics=self.statistics.get(place),
            )
            entries.append(entry)
        return tuple(entries)


class _Step(NamedTuple):
    number: int
    copied: _Copied


class ParameterHistory:
    """Of one run. Steps are numbered from 0, as losses are."""

    def __init__(
        self, namespace: Mapping[str, object], clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._namespace = namespace
        self._clock = clock
        self._began = clock()
        self._used = 0.0
        self._every = 1
        self._series: LossSeries | None = None
        self._seen = 0
        self._steps: list[_Step] = []
        self._layout: _Layout | None = None

    def take(self, recorder: Recorder, series: LossSeries) -> None:
        """After a step or a backward; `series` is that of the losses which count the steps."""
        if series is not self._series:
            self._series, self._seen = series, 0
            self._steps.clear()  # they were no steps after all
        number = series.count - 1
        if series.count == self._seen or number >= MAX_WHOLE:
            return
        self._seen = series.count
        while number // self._every >= KEYFRAMES:
            self._thin_out()
        if number % self._every == 0:
            began = self._clock()
            self._remember(number, recorder.trained())
            self._spend(began)

    def events(self, series: LossSeries) -> Iterator[StepRecorded]:
        """What was not sent yet of the steps that are counted so, in order. Each counts as sent
        when the next is asked for."""
        if series is not self._series or not self._steps:
            return
        names = _names_of(self._namespace)
        while self._steps:
            began = self._clock()
            step = self._steps[0]
            event = StepRecorded(step.number, step.copied.entries(names))
            self._spend(began)
            yield event
            del self._steps[:1]

    def _thin_out(self) -> None:
        self._every *= 2
        self._steps = [step for step in self._steps if step.number % self._every == 0]

    def _remember(self, number: int, tensors: Tensors) -> None:
        tensors = tensors[:MAX_TENSORS]
        if not tensors:
            return
        try:
            if self._layout is None or not _same(self._layout.tensors, tensors):
                self._layout = _Layout(tensors)
            self._steps.append(_Step(number, self._layout.copy()))
        except Exception:
            pass  # tensors of a kind that cannot be read: the step is left out

    def _spend(self, began: float) -> None:
        now = self._clock()
        self._used += now - began
        if self._used > OWN_SECONDS + OWN_SHARE * (now - self._began):
            self._used, self._began = 0.0, now
            self._every *= 2


def _names_of(namespace: Mapping[str, object]) -> dict[int, str]:
    """As the learner would write them; the first name of each."""
    names: dict[int, str] = {}
    for name, thing in own_names(namespace):
        if is_tensor(thing):
            names.setdefault(id(thing), name)
        elif is_module(thing):
            for path, parameter in named_parameters(name, thing):
                names.setdefault(id(parameter), path)
    return names


def _same(tensors: Tensors, others: Tensors) -> bool:
    return len(tensors) == len(others) and all(map(operator.is_, tensors, others))
