"""Counts the model's predictions by class over all the data, for the view Model.

The rows come from the table that the program's batches were taken from. A copy of the model in
evaluation mode predicts them. If time is short, only an evenly spread sample is predicted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.wire.events import FromLearner
from tutor.wire.models import MAX_CLASSES, AnswersCounted
from tutor.worker.asking_apart import MAX_SECONDS, Apart
from tutor.worker.confusion import counted_answers
from tutor.worker.guard import clean
from tutor.worker.map_answers import kind_of_output, to_classes
from tutor.worker.mapped_model import loss_of
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.program_data import ProgramData, find_data
from tutor.worker.program_tables import NumberTable, tables_of
from tutor.worker.seen_calls import SeenCall
from tutor.worker.view_probes import ProgramNow

CHUNK = 128
"""Rows per call of the model."""
SECONDS = 0.02
"""CPU seconds that calls of the model may take while the program runs."""
SECONDS_AT_END = 0.06
MAX_ROWS = 20_000


class CountedModel(NamedTuple):
    """A model, its loss, and the data whose predicted classes are counted."""

    call: SeenCall
    loss: SeenCall | None
    data: ProgramData
    classes: Tensor
    """(rows,): the labels as whole numbers."""


class ClassProbe:
    """The probe of one run that counts predicted classes."""

    def __init__(self) -> None:
        self._subject: CountedModel | None = None
        self._tables: Sequence[NumberTable] = ()
        self._looked_at: SeenCall | None = None
        """The last call for which `_find` searched the data."""
        self._goes_on = False
        """True if that search came after the first training step."""

    def look(self, program: ProgramNow) -> None:
        """Note the tables that functions have, while they still run."""
        self._tables = [*tables_of(program.scopes())]

    def take(self, program: ProgramNow) -> Iterable[FromLearner]:
        """Return the present predictions; none if data or classes are unknown."""
        return self._counted(program, SECONDS)

    def keep(self, frames: Sequence[KeyFrame]) -> None:
        """Keep nothing: only the present model is evaluated."""

    def close(self, program: ProgramNow) -> Iterator[FromLearner]:
        """Yield the predictions at the end."""
        yield from self._counted(program, SECONDS_AT_END)

    def _counted(self, program: ProgramNow, seconds: float) -> list[AnswersCounted]:
        self._find(program)
        subject = self._subject
        if subject is None:
            return []

        def question(apart: Apart) -> AnswersCounted | None:
            return count_answers(apart.model, subject, program.step, seconds)

        counted = program.apart.ask(subject.call.module, question, MAX_SECONDS)
        return [counted] if counted is not None else []

    def _find(self, program: ProgramNow) -> None:
        """Find the trained model among the last observed calls, and all of its data."""
        call = _call_of(program.calls)
        known, goes_on = self._subject, program.step > 1
        if call is None or (call is self._looked_at and goes_on is self._goes_on):
            return
        self._looked_at, self._goes_on = call, goes_on
        if known is not None and known.call.module is call.module:
            return  # its data is all there already
        now = [*tables_of(program.scopes())]
        steady = {id(each.numbers) for each in now} & {id(each.numbers) for each in self._tables}
        loss = loss_of(call, program.calls)
        tables = [*self._tables, *now]
        counted = steady if goes_on else ()
        found = find_data(call, loss, tables, times=1, steady=counted, only_named=True)
        if found is None or not found.name or found.labels is None:
            return
        if bool(((found.labels >= 0) & (found.labels == found.labels.floor())).all()):
            self._subject = CountedModel(call, loss, found, found.labels.long())


def _call_of(calls: Sequence[SeenCall]) -> SeenCall | None:
    """Return the last call, preferring those that a loss received, then tracked ones."""
    fitting = [
        call
        for call in calls
        if not call.is_loss
        and len(call.inputs) == 1
        and call.output is not None
        and call.output.dim() in (1, 2)
    ]
    fitting.sort(key=lambda call: (loss_of(call, calls) is not None, call.is_tracked))
    return fitting[-1] if fitting else None


def count_answers(
    model: Callable[[Tensor], Tensor], subject: CountedModel, step: int, seconds: float
) -> AnswersCounted | None:
    """Count predicted classes, after a trial that shows the kind of output."""
    call, loss, data, right = subject
    shape = call.inputs[0].shape[1:]
    labels = right.double().numpy()
    two = data.rows[:1].repeat(2, 1).reshape(2, *shape)
    with torch.enable_grad():
        first = model(two.requires_grad_() if two.is_floating_point() else two)
    answers = kind_of_output(first, loss, labels)
    if answers == "value":
        return None
    places = torch.arange(min(CHUNK, len(data.rows)))
    started = time.thread_time()
    outputs = [model(data.rows[places].reshape(-1, *shape))]
    taken = max(time.thread_time() - started, 1e-9)
    count = min(len(data.rows), MAX_ROWS, int(len(places) * seconds / taken))
    if count > len(places):
        places = torch.arange(count) * len(data.rows) // count
        parts = [places[start : start + CHUNK] for start in range(0, count, CHUNK)]
        outputs = [model(data.rows[part].reshape(-1, *shape)) for part in parts]
    elif len(data.rows) > len(places):
        places = places * len(data.rows) // len(places)
        outputs = [model(data.rows[places].reshape(-1, *shape))]
    winners, _, classes = to_classes(torch.cat(outputs), answers, labels)
    if classes > MAX_CLASSES:
        return None
    return _answers_counted(torch.from_numpy(winners).long(), places, classes, subject, step)


def _answers_counted(
    given: Tensor, places: Tensor, classes: int, subject: CountedModel, step: int
) -> AnswersCounted | None:
    data = subject.data
    confusion = counted_answers(given, subject.classes[places], classes, data.rows[places])
    if confusion is None:
        return None
    return AnswersCounted(step, confusion, clean(data.name, 100), len(data.rows))
