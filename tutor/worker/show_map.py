"""`show_map`: draws in the view Map what a function of the program predicts.

Every program finds it among the builtins. A model that is a module has a map without it. This is
for any other, such as an engine of plain numbers, whose steps no hook of torch hears.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from numbers import Real
from typing import Any

import torch
from torch import Tensor, nn

from tutor.wire.maps import DecisionMap, FittedCurve
from tutor.worker.asking_apart import unseen
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.map_asking import Data, MapSubject, ask_all_over, bounds_of
from tutor.worker.mapped_model import INPUTS
from tutor.worker.seen_calls import SeenCall
from tutor.worker.show_pad import described
from tutor.worker.training_hooks import WATCH, before_phase
from tutor.worker.workflow import evaluation_mode

NO_FUNCTION = "show_map needs a function of the points first, as in show_map(predict, x, y); got {}"
WRONG_POINTS = "show_map needs points of two numbers, shape (n, 2), or of one; this has shape {}"
WRONG_LABELS = "show_map needs one class for each point: {} labels for {} points"
WRONG_ANSWER = (
    "show_map needs a function that gives one score, or a score for each class, for each point; "
    "for {} points it gave {}"
)
NO_CLASSES = "show_map needs labels that are classes, such as 0 and 1, or -1 and 1"
WRONG_LOSS = "show_map needs the loss as a number; this is {}"

ALL_DRAWN = 100
"""Number of calls that are all drawn. Of the next hundred every second one is, then every fourth:
a map takes a millisecond, and a run keeps 200."""
PATIENT = 10_000
"""Factor of the time limits for a model that the tutor asks by itself."""


class _Maps:
    """The maps that the program has shown."""

    def __init__(self) -> None:
        self._channel: EventChannel | None = None
        self._calls = 0
        self._unsent: list[DecisionMap | FittedCurve] = []
        self._last: Callable[[], object] = bool
        """Draws the map of the last call, if that was not drawn."""

    def begin(self, channel: EventChannel | None) -> None:
        """Draw the maps of a program from now on; without a channel none is drawn."""
        self._channel, self._calls, self._last = channel, 0, bool
        self._unsent.clear()

    def show(self, draw: Callable[[], DecisionMap | FittedCurve]) -> None:
        if self._channel is None:
            return
        self._calls += 1
        if self._calls % (1 << (self._calls // ALL_DRAWN).bit_length()):
            self._last = lambda: self._unsent.append(draw())
            return
        self._last = bool
        self._unsent.append(draw())
        del self._unsent[: self._channel.offer_all(self._unsent)]

    def finish(self) -> None:
        """Send the rest, when the program is over."""
        with suppress(Exception):
            self._last()
        if self._channel is not None:
            self._channel.send_all(self._unsent)
        self.begin(None)


MAPS = _Maps()


def show_map(
    predict: Callable[[Tensor], Any], points: object, labels: object, loss: object = None
) -> None:
    """Draw the predictions of a model in the pane Map, with the data points.

    `predict` takes points, shape (n, 2) or (n, 1), and gives one score for each, above 0 for class
    1, or a score for each class. A `loss` counts as a training step: give it where no optimizer or
    backward pass of PyTorch does. Raises TypeError or ValueError if one of them cannot be used.
    """
    if not callable(predict):
        raise TypeError(NO_FUNCTION.format(described(predict)))
    subject = _subject(points, labels)
    _check_answer(predict, subject)
    recorder = WATCH.recorder
    if recorder is None:
        return
    if loss is not None:
        before_phase("backward")  # the phase whose steps are counted without an optimizer
        recorder.add_own_step(number_of(loss, WRONG_LOSS))
    MAPS.show(partial(_map, predict, subject, recorder.shown.series.count))


def _subject(points: object, labels: object) -> MapSubject:
    rows = torch.as_tensor(points).detach().cpu()
    rows = rows if rows.is_floating_point() else rows.float()
    table = rows[:, None] if rows.dim() == 1 else rows
    if table.dim() != 2 or table.shape[1] not in INPUTS or not len(table):
        raise ValueError(WRONG_POINTS.format(tuple(rows.shape)))
    classes = torch.as_tensor(labels).detach().cpu().double().reshape(-1)
    if len(classes) != len(table):
        raise ValueError(WRONG_LABELS.format(len(classes), len(table)))
    data = Data(table.double().numpy(), classes.numpy(), is_whole=True)
    return MapSubject(SeenCall(nn.Identity(), (table,), None), None, data, bounds_of(data))


def _check_answer(predict: Callable[[Tensor], Any], subject: MapSubject) -> None:
    two = subject.call.inputs[0][:2]
    with unseen():
        answer = _answer(predict, two)
    if answer.dim() not in (1, 2) or len(answer) != len(two):
        raise ValueError(WRONG_ANSWER.format(len(two), described(answer)))


def _answer(predict: Callable[[Tensor], Any], points: Tensor) -> Tensor:
    with evaluation_mode(predict):
        return torch.as_tensor(predict(points))


def _map(
    predict: Callable[[Tensor], Any], subject: MapSubject, step: int
) -> DecisionMap | FittedCurve:
    with unseen():
        shown = ask_all_over(partial(_answer, predict), subject, step, PATIENT)
    if not isinstance(shown, DecisionMap | FittedCurve):
        raise ValueError(NO_CLASSES)
    return shown


def number_of(value: object, message: str) -> float:
    """Return a number that a program has given; raise TypeError with the message if it is none."""
    number = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
    if not isinstance(number, Real):
        raise TypeError(message.format(described(value)))
    return float(number)
