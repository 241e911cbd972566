"""Records the training of a program: backward passes, optimizer steps and zero_grads.

`training_hooks` calls it from inside torch, several times in each step. It must not change what the
program computes, and what most steps need is done in as few calls as can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from tutor.wire.events import Phase
from tutor.worker.broken_loss import MAX_LOOKED_BACK, Before, broken_loss
from tutor.worker.checked_losses import CheckSeries
from tutor.worker.loss_series import LossSeries
from tutor.worker.optimizer_curves import OptimizerCurves
from tutor.worker.pending_losses import PendingLosses
from tutor.worker.shown_losses import MAX_OPTIMIZERS, ShownLosses
from tutor.worker.step_log import Moment, StepLog, parameters_of
from tutor.worker.tensor_numbers import size_in_bytes
from tutor.worker.torch_private import (
    Outputs,
    graph_leaves,
    is_function_mode_on,
    is_tensor,
    without_overrides,
)
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import ScopedName, ScopedNames, scoped_names_of
from tutor.worker.training_notes import TrainingNotes

MAX_EVENTS = 10_000
MAX_LEAF_BYTES = 16 * 1024 * 1024
"""Size of all parameters together up to which they are copied at each backward."""

MAX_LEFT_OUT = 1_000
"""Further ones that are known by sight, so that none is looked at again at each of its steps."""

_GRAPH_NODES = 2_000
"""Nodes of a graph that are searched for leaves."""


class TrainingListener(Protocol):
    """A listener that is called around the phases of the training, in the thread that trains.

    Most calls are left out: a training has thousands of phases a second.
    """

    is_holding: bool
    """Whether it wants to hear of each phase when the training begins; later it sets that of the
    recorder."""
    next_after: float
    """The time, by `time.perf_counter`, before which `after` need not be called."""
    next_step: float
    """The number of steps, or of backward passes without any, from which `after` is called whatever
    the time."""

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Act on a phase that is about to begin; it begins when this returns."""
        ...

    def after(self, recorder: Recorder) -> None:
        """Act on a step or a backward that has ended: there may be something to send.

        Of a backward that a step has followed each time so far, it is not told before that step.
        """
        ...


class Recorder:
    """The record of the training in one part of a program.

    The fields are counters and logs that `trace` is made from when the part has ended.
    """

    # Between two phases a training has used up the caches of the processor: each line of memory
    # that a hook reads takes it a good part of its time.
    __slots__ = (
        *("listener", "backwards", "steps", "zero_grads", "events", "by_step", "by_backward"),
        *("is_aside", "is_holding"),
        *("step_log", "last_backward", "_pending", "_outputs", "_leaves", "_optimizers"),
        *("_last_optimizer", "_trained", "_scoped_names", "_left_out", "leaves_of"),
        *("are_leaves_renewed", "curves", "shown", "notes", "checks"),
        *("_index", "_indices", "_rates", "_is_broken"),
    )

    def __init__(
        self, listener: TrainingListener | None = None, *, keeps_states: bool = True
    ) -> None:
        """Begin at zero; without `keeps_states` no tensor is copied, and there is no step log."""
        self.listener = listener
        self.is_holding = listener is not None and listener.is_holding
        """Whether the listener's `before` is called at each phase."""
        self.is_aside = False
        """Whether steps are none of the program's just now."""
        self.backwards = 0
        self.steps = 0
        self.zero_grads = 0
        self.events: list[str] = []
        self.by_step = LossSeries()
        """The loss that belongs to each step; its curve is the index of the optimizer."""
        self.by_backward = LossSeries()
        """The loss of each backward until an optimizer steps: then they count no more."""
        self.step_log = StepLog() if keeps_states else None
        self.last_backward: Moment | None = None
        """The leaves at the last backward, which a manual update may follow; None before the first.
        No longer renewed once an optimizer has stepped."""
        self._pending = PendingLosses()
        self.curves = OptimizerCurves()
        self.shown = ShownLosses(self.by_step, self.by_backward)
        """What the app is told; kept only for a listener."""
        self.notes = TrainingNotes(self.shown)
        self.checks = CheckSeries(self.count_shown)
        """Losses that are computed without training; kept only for a listener."""
        self._indices: dict[int, int] = {}
        """The index of each optimizer that counts, by its `id`."""
        self._is_broken = False
        """Whether a loss was no number."""
        self._index = 0
        """The index of the optimizer that stepped last."""
        self._rates: list[object] = [None] * (MAX_OPTIMIZERS + 1)
        """The learning rate of each optimizer at its last step."""
        self._outputs: Outputs = ()
        """What the backward that has just ended began at; empty at any other time."""
        self._leaves: tuple[Tensor, ...] = ()
        self._optimizers: list[torch.optim.Optimizer] = []
        self._last_optimizer: torch.optim.Optimizer | None = None
        self._trained: dict[int, Tensor] = {}
        self._scoped_names: dict[int, ScopedName] = {}
        self.leaves_of = 0
        """The number of the backward, from 1, at which the leaves were asked for last."""
        self.are_leaves_renewed = False
        """Whether each backward has others, since the program makes new tensors to update them."""
        self._left_out: set[int] = set()
        """The `id` of optimizers that were too many."""

    @property
    def scoped_names(self) -> ScopedNames:
        """What the program has called the trained tensors; only a listener needs to know."""
        return self._scoped_names

    @property
    def optimizers(self) -> Sequence[torch.optim.Optimizer]:
        """The optimizers that have stepped, as far as they are followed."""
        return self._optimizers

    @property
    def optimizer_count(self) -> int:
        """The number of optimizers that have stepped, as far as they are followed."""
        return len(self._optimizers)

    def count_shown(self) -> int:
        """Return how many losses the app is told of so far."""
        return self.shown.series.count

    def count_rounds(self) -> tuple[int, int]:
        """Return how many losses the app is told of, and the steps of one optimizer."""
        shown = self.shown
        return shown.series.count, shown.rounds(self.backwards)

    def losses(self) -> LossSeries:
        """Return the losses by step if an optimizer has ever stepped, else by backward."""
        return self.by_step if self.steps else self.by_backward

    def trained_tensors(self) -> tuple[Tensor, ...]:
        """Return the parameters of the optimizers, or without one the leaves of a backward.

        The leaves are those of the backward that has just ended, or of the last at which they were
        asked for: finding them takes longer than a small backward. They come in the order in which
        the program has them. It is empty before the first backward, and where the leaves are too
        large to be copied.
        """
        if self.steps:
            return tuple(self._trained.values())
        if self._outputs:
            leaves = _leaves_of(self._outputs)
            self.leaves_of = self.backwards
            if leaves and {*map(id, leaves)} != {*map(id, self._leaves)}:
                self.are_leaves_renewed = bool(self._leaves)
                self._scoped_names = dict(scoped_names_of(leaves))
                by_id = {id(leaf): leaf for leaf in leaves}
                found = [by_id.pop(number) for number in self._scoped_names]
                self._leaves = (*found, *by_id.values())
        return self._leaves

    def step_in_progress(self, phase: Phase) -> int:
        """Return the number of the step that the phase belongs to, from 1.

        Without an optimizer each backward pass is a step.
        """
        stepped = self.steps or phase == "step"
        return (self.steps if stepped else self.backwards) + 1

    def before_backward(self, outputs: Outputs) -> float | None:
        """Return the loss that the pass begins at, None if it is no single real number.

        It is noted what has broken the first that is not finite: that can be seen only before the
        pass, which frees what the graph has saved.
        """
        output = outputs[0] if len(outputs) == 1 else None
        loss = _number_of(output)
        if self.listener is not None:
            if self.checks.candidates:  # they are trained with
                self.checks.candidates.clear()
            if loss is not None and loss - loss != 0.0 and not self._is_broken:
                self._is_broken = True
                if is_tensor(output):
                    self.notes.broken = broken_loss(output, loss, self._known_before())
        return loss

    def after_backward(self, outputs: Outputs, accumulates: bool, loss: float | None) -> None:
        """Record a backward pass from these outputs that has ended, and its loss.

        `accumulates` is True if it added to `.grad`, False for `torch.autograd.grad`.
        """
        self.backwards += 1
        if len(self.events) < MAX_EVENTS:
            self.events.append("backward" if accumulates else "grad")
        if loss is not None:
            pending = self._pending
            if pending.is_quiet and pending.latest is None:
                pending.latest = loss
                return  # the listener hears of the step that follows
            self._add_backward(loss, outputs[0])
        if accumulates and not self.steps and self.step_log is not None:
            self._keep_leaves(outputs)
        listener = self.listener
        if listener is not None and (
            (self.steps or self.backwards) >= listener.next_step or _clock() >= listener.next_after
        ):
            self._outputs = outputs
            try:
                listener.after(self)
            finally:
                self._outputs = ()  # the graph is freed with the program's last reference

    def _add_backward(self, loss: float, output: object) -> None:
        """Add the loss of a backward pass that may be more than the only one before a step."""
        pending = self._pending
        before = pending.latest if pending.is_quiet else None
        if is_tensor(output):
            pending.add(loss, output)
        if not self.steps:
            self.by_backward.append(loss)
        elif self.listener is not None:
            if before is not None:
                self.shown.add_backward(before)
            self.shown.add_backward(loss)

    def _known_before(self) -> Before:
        """Return what is known of the training before the step that is in progress."""
        series = self.shown.series
        rate = self._rates[self._index]
        return Before(
            series.count + 1,
            tuple(series.kept[-MAX_LOOKED_BACK:]),
            self.trained_tensors(),
            self._scoped_names,
            float(rate) if type(rate) is float or isinstance(rate, int) else 0.0,
        )

    def before_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Copy the parameters of an optimizer that is about to step, if copies are kept."""
        if self.step_log is not None:
            self.step_log.before(optimizer)

    def after_step(self, optimizer: torch.optim.Optimizer, *_arguments: object) -> None:
        """Record the step that the optimizer has made, as a hook of torch's; it never raises."""
        if self.is_aside:
            return
        try:
            self.steps += 1
            if len(self.events) < MAX_EVENTS:
                self.events.append("step")
            if optimizer is not self._last_optimizer:
                self._note_optimizer(optimizer)
            index, pending, listener = self._index, self._pending, self.listener
            if is_quiet := pending.is_quiet:
                loss, pending.latest = pending.latest, None
            else:
                loss = pending.take(parameters_of(optimizer) if pending.are_apart else None)
            if loss is not None:
                self.by_step.append(loss, index)
            if self.step_log is not None:
                self.step_log.after(optimizer, index)
            if listener is None:
                return
            shown = self.shown
            if is_quiet and shown.is_plain:
                shown.counts[index] += 1
            else:
                shown.add_step(loss, index, with_backward=is_quiet)
            groups = optimizer.param_groups
            rate = groups[0].get("lr") if groups else None
            if rate is not self._rates[index]:
                self._note_rate(index, rate)
            if self.steps >= listener.next_step or _clock() >= listener.next_after:
                listener.after(self)
        except Exception:
            pass

    def _note_rate(self, index: int, rate: object) -> None:
        before, self._rates[index] = self._rates[index], rate
        if rate != before:
            self.notes.add_rate(index, rate)

    def _note_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        self._last_optimizer = optimizer
        index = self._indices.get(id(optimizer))
        if index is not None:
            self._index = index
            return
        parameters = parameters_of(optimizer)
        self._index = index = self.curves.index_of(optimizer, parameters)
        if id(optimizer) in self._left_out:
            return
        if self.listener is not None:
            if self.steps == 1:
                self.listener.next_step = 0  # until now backward passes were counted
            self.notes.add_optimizer(index, optimizer)
            self._note_names(parameters)
        if len(self._optimizers) < MAX_OPTIMIZERS:
            self._optimizers.append(optimizer)
            self._indices[id(optimizer)] = index
            self._trained |= {id(parameter): parameter for parameter in parameters}
        elif len(self._left_out) < MAX_LEFT_OUT:
            self._left_out.add(id(optimizer))

    def _note_names(self, parameters: Tensors) -> None:
        """Look these up by name, and forget the tensors that had their names before.

        A function that is called once for each learning rate makes another network each time.
        """
        new = tuple(each for each in parameters if id(each) not in self._trained)
        scoped_names = scoped_names_of(new) if new else {}
        taken = set(scoped_names.values())
        for tensor, name in list(self._scoped_names.items()):
            if name in taken and tensor not in scoped_names:
                del self._scoped_names[tensor]
                self._trained.pop(tensor, None)
        self._scoped_names |= scoped_names
        if taken:
            self._optimizers = [
                each
                for each in self._optimizers
                if any(id(parameter) in self._trained for parameter in parameters_of(each))
            ]
            self._indices = {id(each): self._indices[id(each)] for each in self._optimizers}

    def _keep_leaves(self, outputs: Outputs) -> None:
        leaves = _leaves_of(outputs)
        if not leaves:
            return
        if self.last_backward is None or not self.last_backward.holds(leaves):
            self.last_backward = Moment(leaves)
        self.last_backward.take_values()
        self.last_backward.take_gradients()


def _leaves_of(outputs: Outputs) -> tuple[Tensor, ...]:
    """Return the leaves below these outputs; none if they are too large to be copied."""
    leaves = tuple(graph_leaves(outputs, _GRAPH_NODES))
    return leaves if size_in_bytes(leaves) <= MAX_LEAF_BYTES else ()


def _number_of(output: object) -> float | None:
    """Return the loss that a backward begins at; None if it is no single real number."""
    if _type(output) is Tensor and not is_function_mode_on():
        number = _item(output) if _numel(output) == 1 else None
    elif is_tensor(output):
        with without_overrides():
            number = _item(output) if _numel(output) == 1 else None
    else:
        return None
    if _type(number) is float:
        return number
    # a complex number is no loss; `float | int` would be made anew at each backward
    return float(number) if isinstance(number, int) else None


_clock = time.perf_counter
_item: Callable[[Any], object] = Tensor.item
_numel: Callable[[Any], int] = Tensor.numel
_type = type
