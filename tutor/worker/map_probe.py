"""Gets the data of the view Map: the decisions of a model of two inputs, or the curve of one.

The model is one that the program calls with such inputs; the maps of any other are drawn by its
calls of `show_map`. The kind of output follows from its last operation, from the loss that receives
it, or from the labels. If none of these shows that the model predicts classes, there is no map.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from tutor.wire.events import EARLY_STEPS, FromLearner
from tutor.wire.maps import (
    MAX_POINTS,
    DecisionMap,
    FittedCurve,
    NoMap,
)
from tutor.worker.asking_apart import MAX_SECONDS, Apart
from tutor.worker.guard import type_name
from tutor.worker.map_asking import (
    Data,
    MapSubject,
    TooSlowError,
    ask_all_over,
    bounds_of,
    joined,
)
from tutor.worker.mapped_model import loss_of, mapped_call, reason_for_none
from tutor.worker.naming import named_modules
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.program_data import find_data
from tutor.worker.program_tables import tables_of
from tutor.worker.seen_calls import SeenCall
from tutor.worker.tensor_numbers import plain_tensors, tensor_numel
from tutor.worker.torch_private import own_buffers, without_overrides
from tutor.worker.view_probes import ProgramNow

Result = TypeVar("Result")

MAX_KEPT = 150
"""Maximum number of steps whose buffers are kept."""
MAX_BUFFERS = 10_000
"""Maximum number of elements of all buffers together that are kept."""
MAX_FRAMES = 100
"""Earlier steps that are drawn when the program is over."""
FRAME_SECONDS = 0.3
"""CPU seconds for all of these frames together."""
COARSE = 4
"""Every fourth frame is drawn first, so that the frames cover the run even if time is short."""
PATIENCE = 3
"""Factor by which all time limits grow at the end of the run."""


class MapProbe:
    """The probe of one run that draws maps and curves."""

    def __init__(self) -> None:
        self._subject: MapSubject | None = None
        self._buffers: Sequence[Tensor] = ()
        """The buffers of the model."""
        self._kept: dict[int, list[Tensor]] = {}
        """Copies of the buffers at some of the steps, by the number of the step."""

    def look(self, program: ProgramNow) -> None:
        """Find the model and its data while the functions that hold them still run."""
        is_local = len(program.scopes()) > 1  # global objects exist later, too
        if is_local or any(_has_buffers(call.module) for call in program.calls):
            self._find(program)

    def take(self, program: ProgramNow) -> Iterable[FromLearner]:
        """Return the present map, or the reason why there is none."""
        self._find(program)
        yield self._shown(program)

    def keep(self, frames: Sequence[KeyFrame]) -> None:
        """Copy the buffers of the model, such as the means of a BatchNorm."""
        if not self._buffers:
            return
        with torch.no_grad(), without_overrides():
            copies = [each.clone() for each in plain_tensors(self._buffers)]
        self._kept[frames[-1].number] = copies
        if len(self._kept) > MAX_KEPT:
            known = {frame.number for frame in frames}
            self._kept = {number: kept for number, kept in self._kept.items() if number in known}

    def close(self, program: ProgramNow) -> Iterator[FromLearner]:
        """Yield the last map, then maps of earlier steps from the kept parameters."""
        self._find(program)
        last = self._shown(program, PATIENCE)
        yield last
        if not isinstance(last, NoMap) and self._subject is not None:
            yield from self._earlier(self._subject, program, last)

    def _find(self, program: ProgramNow) -> None:
        """Find the model among the last observed calls, and add its data."""
        call = mapped_call(program)
        if call is None:
            return
        loss, old = loss_of(call, program.calls), self._subject
        # during a step, before a loss receives the output, its kind is not known yet
        is_known = old is not None and (old.loss is not None or loss is None)
        is_same = old is not None and old.call.module is call.module
        if old is not None and is_known and is_same and old.data.is_whole:
            return
        data = _data_of(call, loss, program.scopes())
        if data is None:
            return
        if old is not None and is_same:
            data = data if data.is_whole else joined(old.data, data, MAX_POINTS)
            loss = loss or old.loss
        else:
            self._kept, self._buffers = {}, _buffers_of(call.module)
        self._subject = MapSubject(call, loss, data, bounds_of(data))

    def _shown(self, program: ProgramNow, patience: int = 1) -> DecisionMap | FittedCurve | NoMap:
        subject = self._subject
        if subject is None:
            return reason_for_none(program)
        failures: list[Exception] = []

        def question(apart: Apart) -> DecisionMap | FittedCurve | NoMap:
            try:
                return ask_all_over(apart.model, subject, program.step, patience)
            except Exception as error:
                failures.append(error)
                raise

        shown = program.apart.ask(subject.call.module, question, MAX_SECONDS * patience)
        if shown is not None:
            return shown
        if program.apart.refused:
            return NoMap("apart", program.apart.refused[:200])
        failed = [type_name(each) for each in failures if not isinstance(each, TooSlowError)]
        return NoMap("failed", failed[0]) if failed else NoMap("slow")

    def _earlier(
        self, subject: MapSubject, program: ProgramNow, last: FromLearner
    ) -> list[FromLearner]:
        """Return maps of steps with kept parameters, within `FRAME_SECONDS`."""
        frames = [each for each in program.key_frames if each.number + 1 < program.step]
        if self._buffers:
            frames = [each for each in frames if each.number in self._kept]
        if not frames or (_has_buffers(subject.call.module) and not self._buffers):
            return []
        chosen = _spread(frames)
        fine = (each for place, each in enumerate(chosen) if place % COARSE)
        drawn: list[FromLearner] = []

        def question(apart: Apart) -> None:
            started = time.thread_time()
            for frame in (*chosen[::COARSE], *fine):
                if time.thread_time() - started > FRAME_SECONDS:
                    return
                _put_back(frame, apart)
                for buffer, then in zip(
                    self._buffers, self._kept.get(frame.number, ()), strict=False
                ):
                    if (copied := apart.copy_of(buffer)) is not None:
                        copied.copy_(then)
                drawn.append(ask_all_over(apart.model, subject, frame.number + 1, PATIENCE))

        program.apart.ask(subject.call.module, question, MAX_SECONDS * PATIENCE)
        return drawn


def _data_of(
    call: SeenCall, loss: SeenCall | None, scopes: Sequence[Mapping[str, object]]
) -> Data | None:
    """Return the data of a call, which is a batch where a loader makes these."""
    found = find_data(call, loss, [*tables_of(scopes)], times=2)
    if found is None:
        return None
    is_batched = any(isinstance(obj, DataLoader) for scope in scopes for obj in scope.values())
    labels = found.labels.numpy() if found.labels is not None else None
    is_whole = bool(found.name) or not is_batched
    return Data(found.rows.double().numpy(), labels, is_whole)


def _has_buffers(model: nn.Module) -> bool:
    return any(own_buffers(part) for _, part in named_modules("", model))


def _buffers_of(model: nn.Module) -> list[Tensor]:
    """Return the buffers of the model and of all parts; none if they are large."""
    parts = named_modules("", model)
    found = [each for _, part in parts for each in own_buffers(part).values()]
    return found if sum(map(tensor_numel, found)) <= MAX_BUFFERS else []


def _spread(frames: Sequence[KeyFrame]) -> list[KeyFrame]:
    """Return at most `MAX_FRAMES` frames: all early ones and some later ones."""
    later = frames[EARLY_STEPS:]
    skip = -(-len(later) // (MAX_FRAMES - EARLY_STEPS)) or 1
    return [*frames[:EARLY_STEPS], *later[::skip]]


def _put_back(frame: KeyFrame, apart: Apart) -> None:
    """Restore the copy's parameters; raise LookupError if some are unknown."""
    layout, numbers = frame.snapshot.layout, frame.snapshot.numbers
    for index, tensor in enumerate(layout.tensors):
        copied = apart.copy_of(tensor)
        if copied is None:
            continue
        part = layout.slices[index]
        if numbers is None:
            raise LookupError
        copied.copy_(numbers[part].reshape(copied.shape))
