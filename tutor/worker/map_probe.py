"""Finds what the view Map shows: the answers of a model of two inputs, or the curve of one input.

The model is the one that the program was seen to call with such numbers. Its class is told by the
last operation of its output, by the loss that it went to, or by the labels; where none of them
says that it answers with a class, there is no map.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from msgspec import structs
from torch import Tensor, nn

from tutor.wire.events import FromLearner
from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    MAX_CLASSES,
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
from tutor.worker.map_points import Data, find_data, joined
from tutor.worker.naming import named_modules, named_parameters
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.seen_calls import SeenCall
from tutor.worker.torch_private import own_buffers
from tutor.worker.view_probes import ProgramNow

MAX_FRAMES = 40
"""Earlier steps that are drawn when the program is over."""
FRAME_SECONDS = 0.08
"""Seconds for all of them together."""
MAX_ASKED = 5_000
"""Points of the data that the model is asked for."""
SLOW_SECONDS = 0.01
"""CPU time that a model may take for two points while the program runs; one that takes longer is
not asked for a whole map."""
PATIENCE = 3
"""How much longer all may take at the end of the run."""
MARGIN = 0.1
"""Share of the data's extent that is shown beyond it at each side."""

Answers: TypeAlias = Literal["probability", "score", "probabilities", "log", "scores", "value"]
"""What an output is: of a single number or of one for each class; `value` is no class at all."""
Numbers: TypeAlias = npt.NDArray[np.float64]

_PASSED_ON = ("Squeeze", "Unsqueeze", "View", "Unsafe", "Reshape", "Alias", "Select", "Clone")
"""Beginnings of the names of operations that leave the numbers as they are."""
_PROBABILITY_LOSSES = (nn.BCELoss,)
_SCORE_LOSSES = (nn.BCEWithLogitsLoss, nn.SoftMarginLoss)
_SCORES_LOSSES = (nn.CrossEntropyLoss, nn.MultiMarginLoss)


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
        call = _mapped_call(program)
        if call is None:
            return
        old = self._subject
        if old is not None and old.call.module is call.module and old.data.is_whole:
            return
        loss = _loss_of(call, program.calls)
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
            return _reason(program)
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
            for frame in chosen:
                _put_back(frame, apart)
                drawn.append(_asked(apart.model, subject, frame.number + 1, PATIENCE))

        program.apart.ask(model, question, FRAME_SECONDS)
        return drawn


def _mapped_call(program: ProgramNow) -> SeenCall | None:
    """Return the call whose model can be shown; one that is trained, if there is such."""
    trained = {*map(id, program.recorder.trained_tensors())}
    fitting = [call for call in program.calls if not call.is_loss and _width_of(call) in (1, 2)]
    learning = [
        call
        for call in fitting
        if not trained or any(id(each) in trained for _, each in named_parameters("", call.module))
    ]
    return max(learning or fitting, key=_width_of, default=None)


def _width_of(call: SeenCall) -> int:
    """Return how many numbers a row the model was called with; 0 if that is not to be said."""
    if len(call.inputs) != 1 or call.output is None:
        return 0
    given = call.inputs[0]
    if not given.is_floating_point() or given.dim() not in (1, 2) or call.output.dim() > 2:
        return 0
    return given.size(dim=-1)


def _loss_of(call: SeenCall, calls: Sequence[SeenCall]) -> SeenCall | None:
    """Return the call of a loss that got what the model gave."""
    for other in calls:
        if not other.is_loss or not other.inputs or call.output is None:
            continue
        predicted = other.inputs[0].detach().reshape(-1)
        if torch.equal(predicted, call.output.reshape(-1)):
            return other
    return None


def _reason(program: ProgramNow) -> NoMap:
    widths = {_width_of(call) for call in program.calls if not call.is_loss}
    known = sorted(width for width in widths if width > 2)
    return NoMap("width", str(known[0])) if known else NoMap("no-model")


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
    answers = _kind_of(first, subject)
    if answers == "value":
        return NoMap("number")
    upright = np.linspace(bounds.top, bounds.bottom, ROWS)
    grid = np.stack([each.ravel() for each in np.meshgrid(across, upright)], axis=1)
    asked = points[:MAX_ASKED]
    output = model(torch.as_tensor(np.concatenate([grid, asked]), dtype=dtype))
    winners, sureness, classes = _classes(output, answers, subject.data.labels)
    labels = _label_numbers(subject.data.labels, len(asked))
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


def _kind_of(output: Tensor, subject: _Subject) -> Answers:
    """Return what the output is, by its last operation, its loss and the labels."""
    many = output.dim() == 2 and output.shape[1] > 1
    operation, loss = _last_operation(output), subject.loss.module if subject.loss else None
    labels = subject.data.labels
    if many:
        if output.shape[1] > MAX_CLASSES:
            return "value"
        if operation.startswith("LogSoftmax"):
            return "log"
        if operation.startswith(("Softmax", "Sigmoid")):
            return "probabilities"
        is_known = isinstance(loss, _SCORES_LOSSES) or _are_classes(labels, output.shape[1])
        return "scores" if is_known else "value"
    if operation.startswith("Sigmoid") or isinstance(loss, _PROBABILITY_LOSSES):
        return "probability"
    if isinstance(loss, _SCORE_LOSSES):
        return "score"
    if not _are_classes(labels, 2):
        return "value"
    return "probability" if isinstance(loss, nn.MSELoss | nn.L1Loss) else "score"


def _are_classes(labels: Numbers | None, count: int) -> bool:
    """Return True if the labels are whole numbers from 0, or -1 and 1, and of several classes."""
    if labels is None:
        return False
    found = set(np.unique(labels[:MAX_ASKED]).tolist())
    return len(found) > 1 and (found <= {*map(float, range(count))} or found == {-1.0, 1.0})


def _last_operation(output: Tensor) -> str:
    """Return the name of what made the numbers of the output; "" if there is no graph."""
    node = output.grad_fn
    while node is not None and node.name().startswith(_PASSED_ON):
        following = node.next_functions
        node = following[0][0] if following else None
    return node.name() if node is not None else ""


def _classes(
    output: Tensor, answers: Answers, labels: Numbers | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], int]:
    """Return for each row the class that wins, its probability as a byte, and how many exist."""
    numbers = output.detach().double()
    if answers in ("probability", "score"):
        of_second = numbers.reshape(-1)
        is_signed = labels is not None and bool((labels < 0).any())
        if answers == "score":
            of_second = torch.sigmoid(of_second)
        elif is_signed:
            of_second = (of_second + 1) / 2
        table = torch.stack([1 - of_second, of_second], dim=1)
    elif answers == "scores":
        table = torch.softmax(numbers, dim=1)
    else:
        table = numbers.exp() if answers == "log" else numbers
    sure, winners = table.nan_to_num(0.0).max(dim=1)
    in_bytes = (sure.clamp(0, 1) * 255).round().numpy().astype(np.uint8)
    return winners.numpy().astype(np.uint8), in_bytes, int(table.shape[1])


def _label_numbers(labels: Numbers | None, count: int) -> npt.NDArray[np.uint8]:
    if labels is None:
        return np.full(count, UNKNOWN, dtype=np.uint8)
    shown = np.maximum(labels[:count], 0)  # classes -1 and 1 are the first and the second
    known = np.isfinite(shown) & (shown < MAX_CLASSES) & (shown == np.floor(shown))
    return np.where(known, shown, UNKNOWN).astype(np.uint8)


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
