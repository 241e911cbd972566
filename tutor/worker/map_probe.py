"""Finds what the view Map shows: the answers of a model of two inputs, or the curve of one input.

The model is the one that the program was seen to call with such numbers. Its class is told by the
last operation of its output, by the loss that it went to, or by the labels; where none of them
says that it answers with a class, there is no map.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from msgspec import structs
from torch import nn

from tutor.wire.events import FromLearner
from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    MAX_POINTS,
    ROWS,
    SCALE,
    UNKNOWN,
    Bounds,
    DecisionMap,
    FittedCurve,
    NoMap,
)
from tutor.worker.asking_apart import MAX_SECONDS, Apart
from tutor.worker.guard import type_name
from tutor.worker.map_answers import kind_of_output, label_numbers, to_classes
from tutor.worker.map_points import Data, Numbers, find_data, joined
from tutor.worker.mapped_model import loss_of, mapped_call, reason_for_none
from tutor.worker.naming import named_modules
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.seen_calls import SeenCall
from tutor.worker.torch_private import own_buffers
from tutor.worker.view_probes import ProgramNow

MAX_FRAMES = 40
"""Earlier steps that are drawn when the program is over."""
FRAME_SECONDS = 0.08
"""CPU time for all of them together."""
MAX_ASKED = 5_000
"""Points of the data that the model is asked for."""
SLOW_SECONDS = 0.01
"""CPU time that a model may take for two points while the program runs; one that takes longer is
not asked for a whole map."""
PATIENCE = 3
"""How much longer all may take at the end of the run."""
MARGIN = 0.1
"""Share of the data's extent that is shown beyond it at each side."""


class _TooSlowError(Exception):
    """The model takes too long for a whole map."""


class _Subject(NamedTuple):
    """The model that is shown, and what it was given."""

    call: SeenCall
    loss: SeenCall | None
    data: Data
    bounds: Bounds

    @property
    def width(self) -> int:
        """How many numbers a row the model takes."""
        return int(self.data.points.shape[1])


class MapProbe:
    """The probe of one run."""

    def __init__(self) -> None:
        self._subject: _Subject | None = None

    def look(self, program: ProgramNow) -> None:
        """Find the model and its data while the functions that have them still run."""
        self._find(program)

    def take(self, program: ProgramNow) -> Iterable[FromLearner]:
        """Return the map of this moment, or why there is none."""
        self._find(program)
        yield self._shown(program)

    def close(self, program: ProgramNow) -> Iterator[FromLearner]:
        """Yield the last map, and then maps of earlier steps, by what the parameters were then."""
        self._find(program)
        last = self._shown(program, PATIENCE)
        yield last
        if not isinstance(last, NoMap) and self._subject is not None:
            yield from self._earlier(self._subject, program, last)

    def _find(self, program: ProgramNow) -> None:
        """Find the model among the calls seen last, and its data; keep what was found before."""
        call = mapped_call(program)
        if call is None:
            return
        old = self._subject
        if old is not None and old.call.module is call.module and old.data.is_whole:
            return
        loss = loss_of(call, program.calls)
        data = find_data(call, loss, program.scopes())
        if data is None:
            return
        if old is not None and old.call.module is call.module:
            data = data if data.is_whole else joined(old.data, data, MAX_POINTS)
            loss = loss or old.loss
        self._subject = _Subject(call, loss, data, _bounds(data))

    def _shown(self, program: ProgramNow, patience: int = 1) -> DecisionMap | FittedCurve | NoMap:
        subject = self._subject
        if subject is None:
            return reason_for_none(program)
        failures: list[Exception] = []

        def question(apart: Apart) -> DecisionMap | FittedCurve | NoMap:
            try:
                return _asked(apart.model, subject, program.step, patience)
            except Exception as error:
                failures.append(error)
                raise

        shown = program.apart.ask(subject.call.module, question, MAX_SECONDS * patience)
        if shown is not None:
            return shown
        if program.apart.refused:
            return NoMap("apart", program.apart.refused[:200])
        failed = [type_name(each) for each in failures if not isinstance(each, _TooSlowError)]
        return NoMap("failed", failed[0]) if failed else NoMap("slow")

    def _earlier(
        self, subject: _Subject, program: ProgramNow, last: FromLearner
    ) -> list[FromLearner]:
        """Return the maps of steps at which the parameters were kept, as many as take no time."""
        frames = [each for each in program.key_frames if each.number + 1 < program.step]
        model = subject.call.module
        if not frames or any(own_buffers(part) for _, part in named_modules("", model)):
            return []  # of buffers, only what they are at the end is known
        chosen = _spread(frames)
        drawn: list[FromLearner] = []

        def question(apart: Apart) -> None:
            started = time.thread_time()
            for frame in chosen:
                if time.thread_time() - started > FRAME_SECONDS:
                    return
                _put_back(frame, apart)
                drawn.append(_asked(apart.model, subject, frame.number + 1, PATIENCE))

        program.apart.ask(model, question, MAX_SECONDS)
        return drawn


def _bounds(data: Data) -> Bounds:
    """Return the extent of the data with a margin; of a curve, that of its values upright."""
    across = data.points[:, 0]
    upright = data.points[:, 1] if data.points.shape[1] == 2 else data.labels
    left, right = _extent(across)
    bottom, top = _extent(upright) if upright is not None else (-1.0, 1.0)
    return Bounds(left, right, bottom, top)


def _extent(numbers: Numbers) -> tuple[float, float]:
    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room


def _asked(
    model: nn.Module, subject: _Subject, step: int, patience: int
) -> DecisionMap | FittedCurve | NoMap:
    """Ask the model all over the picture, after a try with two points that shows how long it takes.

    Raises whatever the model raises.
    """
    dtype = subject.call.inputs[0].dtype
    bounds, points = subject.bounds, subject.data.points
    started = time.thread_time()
    two = torch.as_tensor(points[:1].repeat(2, axis=0), dtype=dtype)
    with torch.enable_grad():
        first = model(two.requires_grad_())
    if time.thread_time() - started > SLOW_SECONDS * patience:
        raise _TooSlowError
    across = np.linspace(bounds.left, bounds.right, COLUMNS)
    if subject.width == 1:
        return _curve(model, subject, dtype, step)
    answers = kind_of_output(first, subject.loss, subject.data.labels)
    if answers == "value":
        return NoMap("number")
    upright = np.linspace(bounds.top, bounds.bottom, ROWS)
    grid = np.stack([each.ravel() for each in np.meshgrid(across, upright)], axis=1)
    asked = points[:MAX_ASKED]
    output = model(torch.as_tensor(np.concatenate([grid, asked]), dtype=dtype))
    winners, sureness, classes = to_classes(output, answers, subject.data.labels)
    labels = label_numbers(subject.data.labels, len(asked))
    answered, known = winners[len(grid) :], labels != UNKNOWN
    return DecisionMap(
        step,
        bounds,
        classes,
        winners[: len(grid)].tobytes(),
        sureness[: len(grid)].tobytes(),
        _packed(asked, bounds, labels, answered),
        right=int((answered == labels)[known].sum()),
        known=int(known.sum()),
    )


def _curve(
    model: nn.Module, subject: _Subject, dtype: torch.dtype, step: int
) -> FittedCurve | NoMap:
    bounds, data = subject.bounds, subject.data
    places = np.linspace(bounds.left, bounds.right, CURVE_PLACES).reshape(-1, 1)
    output = model(torch.as_tensor(places, dtype=dtype))
    if output.numel() != CURVE_PLACES:
        return NoMap("number")
    values = output.detach().reshape(-1).float().numpy()
    points = b""
    if data.labels is not None:
        pairs = np.stack([data.points[:, 0], data.labels], axis=1)
        nothing = np.full(len(pairs), UNKNOWN, dtype=np.uint8)
        points = _packed(pairs, bounds, nothing, nothing)
    else:
        low, high = _extent(values.astype(np.float64))
        bounds = structs.replace(bounds, bottom=low, top=high)
    return FittedCurve(step, bounds, values.tobytes(), points)


def _packed(
    points: Numbers,
    bounds: Bounds,
    labels: npt.NDArray[np.uint8],
    answered: npt.NDArray[np.uint8],
) -> bytes:
    """Return some of the points, spread over all, as `DecisionMap.points` says."""
    chosen = np.linspace(0, len(points) - 1, min(len(points), MAX_POINTS)).round().astype(int)
    finite = np.isfinite(points[chosen]).all(axis=1)
    chosen = chosen[finite]
    size = np.array([bounds.right - bounds.left, bounds.top - bounds.bottom])
    placed = (points[chosen] - [bounds.left, bounds.bottom]) / size * SCALE
    packed = np.zeros(len(chosen), dtype=[("x", "<u2"), ("y", "<u2"), ("c", "u1"), ("a", "u1")])
    packed["x"], packed["y"] = np.clip(placed.round(), 0, SCALE).T
    packed["c"], packed["a"] = labels[chosen], answered[chosen]
    return packed.tobytes()


def _spread(frames: Sequence[KeyFrame]) -> list[KeyFrame]:
    """Return at most `MAX_FRAMES` of the frames, as evenly over the steps as they allow."""
    apart = (frames[-1].number - frames[0].number) / MAX_FRAMES
    chosen: list[KeyFrame] = []
    for frame in frames:
        if not chosen or frame.number - chosen[-1].number >= apart:
            chosen.append(frame)
    return chosen[:MAX_FRAMES]


def _put_back(frame: KeyFrame, apart: Apart) -> None:
    """Give the copy the parameters of that step; raise LookupError if they are not all known."""
    layout, numbers = frame.snapshot.layout, frame.snapshot.numbers
    for index, tensor in enumerate(layout.tensors):
        copied = apart.copy_of(tensor)
        if copied is None:
            continue
        part = layout.slices[index]
        if numbers is None:
            raise LookupError
        copied.copy_(numbers[part].reshape(copied.shape))
