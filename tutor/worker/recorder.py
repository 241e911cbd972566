"""Records the training of a program: backward passes, optimizer steps and zero_grads.

`training_hooks` calls it from inside torch, several times in each step. It must not change what the
program computes, and most steps must need few calls: a training has used up the caches of the
processor, and each frame of ours costs it several times what it takes in a loop of its own. So in
an ordinary training loop the hook of a backward pass only sets `latest`, and the next step takes
it.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import torch

from tutor.wire.events import Phase
from tutor.worker.broken_loss import MAX_LOOKED_BACK, Before, broken_loss
from tutor.worker.checked_losses import CheckSeries
from tutor.worker.loss_series import MAX_WHOLE, LossSeries
from tutor.worker.pending_losses import PendingLosses
from tutor.worker.shown_losses import MAX_OPTIMIZERS, ShownLosses
from tutor.worker.step_log import Moment, StepLog, moment_of, parameters_of
from tutor.worker.torch_private import Outputs, is_tensor, without_overrides
from tutor.worker.trace import Tensors
from tutor.worker.trained import Trained, leaves_of
from tutor.worker.training_notes import TrainingNotes

if TYPE_CHECKING:
    from tutor.worker.step_reporter import StepReporter

MAX_EVENTS = 10_000


class Recorder:
    """The record of the training in one part of a program, of which `trace` is made."""

    def __init__(self, listener: StepReporter | None = None, *, keeps_states: bool = True) -> None:
        """Begin at zero; without `keeps_states` no tensor is copied, and no event recorded."""
        self.listener = listener
        self.is_holding = listener is not None and listener.is_holding
        self.is_aside = False
        """True while the tutor calls a model: steps made then are not the program's."""
        self.is_plain = False
        """True while a backward pass sets `latest` without a call, and the next step takes it."""
        self.latest: float | None = None
        """The loss of the last backward pass, None once a step has taken it."""
        self.backwards = 0
        self.steps = 0
        self.zero_grads = 0
        self.events: list[str] = []
        self.by_step = LossSeries()
        """The loss that belongs to each step; its curve is the index of the optimizer."""
        self.by_backward = LossSeries()
        """The loss of each backward pass until an optimizer steps; they do not count after that."""
        self.step_log = StepLog() if keeps_states else None
        self.last_backward: Moment | None = None
        """The leaves at the last backward, which a manual update may follow; None before the first.
        No longer renewed once an optimizer has stepped."""
        self.trained = Trained()
        # used only with a listener
        self.shown = ShownLosses(self.by_step, self.by_backward)
        self.notes = TrainingNotes(self.shown)
        self.checks = CheckSeries(lambda: (self.shown.series.count, self.backwards))
        self._pending = PendingLosses()
        self._last_optimizer: torch.optim.Optimizer | None = None
        self._index = 0  # of the last optimizer's curve
        self._rates: list[object] = [None] * (MAX_OPTIMIZERS + 1)
        self._outputs: Outputs = ()
        """The outputs of the backward that has just ended; empty at any other time."""

    def count_rounds(self) -> tuple[int, int]:
        """Return the number of losses for the app, and the steps of the busiest optimizer."""
        return self.shown.series.count, self.shown.rounds(self.backwards)

    @property
    def count(self) -> int:
        """The number of steps; without an optimizer, of backward passes."""
        return self.steps or self.backwards

    def losses(self) -> LossSeries:
        """Return the losses by step if an optimizer has ever stepped, else by backward."""
        return self.by_step if self.steps else self.by_backward

    def trained_tensors(self) -> Tensors:
        """Return the parameters of the optimizers, without one a backward pass's leaves.

        The leaves are those of the backward pass that has just ended, or of the last one for which
        they were looked up: finding them takes longer than a small backward pass.
        """
        if self._outputs and not self.steps:
            self.trained.look_up_leaves(self._outputs, self.backwards)
        return self.trained.tensors()

    def step_in_progress(self, phase: Phase) -> int:
        """Return the number of the step that the phase belongs to, from 1.

        Without an optimizer each backward pass is a step.
        """
        return (self.steps if self.steps or phase == "step" else self.backwards) + 1

    def examine(self, output: object, number: object) -> float | None:
        """Return the loss of a pass that is about to begin, None if it is no real number.

        `number` is None for a tensor of a class that may override how it is read. The cause of the
        first nan or infinite loss is noted here, since the pass frees the tensors that the graph
        has saved.
        """
        if number is None and is_tensor(output):
            with without_overrides():
                number = output.item() if output.numel() == 1 else None
        # a complex number is no loss
        loss = float(number) if isinstance(number, float | int) else None
        is_first = self.listener is not None and not self.notes.is_broken
        if is_first and loss is not None and not math.isfinite(loss) and is_tensor(output):
            self.notes.is_broken = True
            self.notes.broken = broken_loss(output, loss, self._known_before())
        return loss

    def _known_before(self) -> Before:
        series, rate = self.shown.series, self._rates[self._index]
        return Before(
            series.count + 1,
            tuple(series.kept[-MAX_LOOKED_BACK:]),
            self.trained_tensors(),
            self.trained.names,
            float(rate) if isinstance(rate, float | int) else 0.0,
        )

    def after_backward(self, outputs: Outputs, accumulates: bool, loss: float | None) -> None:
        """Record a backward pass from these outputs that has ended, and its loss.

        `accumulates` is True if it added to `.grad`, False for `torch.autograd.grad`.
        """
        self.backwards += 1
        self.add_event("backward" if accumulates else "grad")
        if loss is not None:
            self._add_backward(loss, outputs[0])
        is_logged = accumulates and not self.steps and self.step_log is not None
        if is_logged and (leaves := leaves_of(outputs)):
            self.last_backward = moment_of(leaves)
        listener = self.listener
        if listener is None or (self.count < listener.next_step and _clock() < listener.next_after):
            return
        self._outputs = outputs
        try:
            listener.after(self)
        finally:
            self._outputs = ()  # the graph is freed with the program's last reference

    def add_own_step(self, loss: float) -> None:
        """Record a step of an engine of the program's own; with an optimizer it does not count."""
        if self.steps:
            return
        self.backwards += 1
        self.by_backward.append(loss)
        if self.listener is not None:
            self.listener.after(self)

    def add_event(self, event: str) -> None:
        if self.step_log is not None and len(self.events) < MAX_EVENTS:
            self.events.append(event)

    def _add_backward(self, loss: float, output: Any) -> None:  # noqa: ANN401 # the tensor with the loss
        """Add the loss of a pass that may be one of several before a step."""
        if self.latest is not None and self.steps:
            self._pending.looks = 2  # examine both of the next two passes
        self._pending.add(loss, output)
        if self.steps:
            if self.is_plain and self.latest is not None:
                self.shown.add_backward(self.latest)  # no step followed the pass before
            self.shown.add_backward(loss)
        else:
            self.by_backward.append(loss)
        self.latest, self.is_plain = loss, False

    def after_step(
        self, optimizer: torch.optim.Optimizer, _args: object = None, _kwargs: object = None
    ) -> None:
        """Record the step that the optimizer has made, as a hook of torch's; it never raises."""
        if self.is_aside:
            return
        try:
            self.steps += 1
            if optimizer is not self._last_optimizer:
                self._turn_to(optimizer)
            index, listener, loss = self._index, self.listener, self.latest
            if self.is_plain:
                self.shown.counts[index] += 1
                if loss is not None:
                    self.latest = None
                    series = self.by_step
                    if index or series.curves or series.count >= MAX_WHOLE:
                        series.append(loss, index)
                    else:  # `append` inlined: a call costs time
                        series.kept.append(loss)
                        series.count += 1
            else:
                self._add_step(optimizer, index)
            if listener is None:
                return
            groups = optimizer.param_groups
            rate = groups[0].get("lr") if groups else None
            if rate is not self._rates[index]:
                self._note_rate(index, rate)
            if self.steps >= listener.next_step or _clock() >= listener.next_after:
                listener.after(self)
        except Exception:
            pass

    def _add_step(self, optimizer: torch.optim.Optimizer, index: int) -> None:
        """Add a step whose loss may differ from the last one."""
        pending = self._pending
        if self.steps == 1:
            pending.looks = 0
        parameters = parameters_of(optimizer) if pending.are_apart else ()
        loss, self.latest = pending.take(self.latest, parameters), None
        if loss is not None:
            self.by_step.append(loss, index)
        self.shown.add_step(loss, index)
        if self.step_log is None:
            self.is_plain = pending.is_quiet and self.shown.is_plain
        else:
            self.add_event("step")
            self.step_log.after(optimizer, index)

    def _note_rate(self, index: int, rate: object) -> None:
        before, self._rates[index] = self._rates[index], rate
        if rate != before:
            self.notes.add_rate(index, rate)

    def _turn_to(self, optimizer: torch.optim.Optimizer) -> None:
        """Make this optimizer the current one if it differs from the last step's."""
        self._last_optimizer = optimizer
        is_named = self.listener is not None
        self._index = self.trained.index_of(optimizer, self.steps, is_named=is_named)
        if self.listener is not None:
            if self.steps == 1:
                self.listener.next_step = 0  # it counted backward passes until now
            self.notes.add_optimizer(self._index, optimizer)


_clock = time.perf_counter
