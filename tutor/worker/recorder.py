"""Records training from inside torch: backward passes, optimizer steps and zero_grads.

The hooks are set once, when torch is loaded, and do nothing unless a program runs. They must not
change what the program computes, nor raise in it.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tutor.wire.events import Phase
from tutor.worker.loss_series import LossSeries
from tutor.worker.step_log import Moment, StepLog, parameters_of
from tutor.worker.tensor_numbers import size_in_bytes
from tutor.worker.torch_private import (
    Outputs,
    graph_leaves,
    is_tensor,
    watch_backward,
    without_overrides,
)

MAX_EVENTS = 10_000
MAX_LEAF_BYTES = 16 * 1024 * 1024
"""Size of all parameters together up to which they are copied at each backward."""

MAX_OPTIMIZERS = 8
"""Optimizers whose parameters count as trained."""

_GRAPH_NODES = 2_000
"""Nodes of a graph that are searched for leaves."""


class TrainingListener(Protocol):
    """A listener that is called around the phases of the training, in the thread that trains."""

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Act on a phase that is about to begin; it begins when this returns."""
        ...

    def after(self, recorder: Recorder) -> None:
        """Act on a step or a backward that has ended: there may be something to send."""
        ...


class Recorder:
    """The record of the training in one part of a program.

    The fields are counters and logs that `trace` is made from when the part has ended.
    """

    def __init__(self, listener: TrainingListener | None = None) -> None:
        self.backwards = 0
        self.steps = 0
        self.zero_grads = 0
        self.events: list[str] = []
        self.by_step = LossSeries()
        """The loss of the last backward before each step."""
        self.by_backward = LossSeries()
        """The loss of each backward."""
        self.step_log = StepLog()
        self.last_backward: Moment | None = None
        """The leaves at the last backward, which a manual update may follow; None before the first.
        No longer renewed once an optimizer has stepped."""
        self._listener = listener
        self._pending_loss: float | None = None
        """The loss of a backward that no step has followed yet."""
        self._optimizers: list[torch.optim.Optimizer] = []
        self._trained: dict[int, Tensor] = {}

    def losses(self) -> LossSeries:
        """Return the losses by step if an optimizer has ever stepped, else by backward."""
        return self.by_step if self.steps else self.by_backward

    def trained_tensors(self) -> tuple[Tensor, ...]:
        """Return the parameters of the optimizers, or without one the leaves of the last backward.

        It is empty before the first backward, and where the leaves are too large to be copied.
        """
        if self.steps:
            return tuple(self._trained.values())
        return self.last_backward.tensors if self.last_backward is not None else ()

    def before(self, phase: Phase) -> None:
        """Tell the listener that a phase of the training is about to begin."""
        if self._listener is not None:
            self._listener.before(phase, self)

    def step_in_progress(self, phase: Phase) -> int:
        """Return the number of the step that the phase belongs to, from 1.

        Without an optimizer each backward pass is a step.
        """
        stepped = self.steps or phase == "step"
        return (self.steps if stepped else self.backwards) + 1

    def after_backward(self, outputs: Outputs, accumulates: bool) -> None:
        """Record a backward pass from these outputs that has ended.

        `accumulates` is True if it added to `.grad`, False for `torch.autograd.grad`.
        """
        self.backwards += 1
        self._note_event("backward" if accumulates else "grad")
        loss = _scalar(outputs)
        if loss is not None:
            self._pending_loss = loss
            self.by_backward.append(loss)
        if accumulates and not self.steps:
            self._keep_leaves(outputs)
        self._notify_listener()

    def after_zero_grad(self) -> None:
        """Record that the gradients of an optimizer or a module were cleared."""
        self.zero_grads += 1
        self._note_event("zero_grad")

    def before_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Copy the parameters of an optimizer that is about to step."""
        self.step_log.before(optimizer)

    def after_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Record the step that the optimizer has made."""
        self.steps += 1
        self._note_event("step")
        if self._pending_loss is not None:
            self.by_step.append(self._pending_loss)
            self._pending_loss = None
        self.step_log.after(optimizer)
        self._note_optimizer(optimizer)
        self._notify_listener()

    def _note_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        known = any(optimizer is each for each in self._optimizers)
        if not known and len(self._optimizers) < MAX_OPTIMIZERS:
            self._optimizers.append(optimizer)
            self._trained |= {id(parameter): parameter for parameter in parameters_of(optimizer)}

    def _note_event(self, event: str) -> None:
        if len(self.events) < MAX_EVENTS:
            self.events.append(event)

    def _notify_listener(self) -> None:
        if self._listener is not None:
            self._listener.after(self)

    def _keep_leaves(self, outputs: Outputs) -> None:
        leaves = tuple(graph_leaves(outputs, _GRAPH_NODES))
        if not leaves or size_in_bytes(leaves) > MAX_LEAF_BYTES:
            return
        if self.last_backward is None or not self.last_backward.holds(leaves):
            self.last_backward = Moment(leaves)
        self.last_backward.take_values()
        self.last_backward.take_gradients()


_item = Tensor.item
_numel = Tensor.numel


def _scalar(outputs: Outputs) -> float | None:
    """Return the number that a backward started from, None unless it was one real number."""
    if len(outputs) != 1 or not is_tensor(outputs[0]):
        return None
    output = outputs[0]
    with without_overrides():
        if _numel(output) != 1:
            return None
        number: object = _item(output)
    return float(number) if isinstance(number, float | int) else None


class Watch:
    """The place where the hooks of this process find the recorder of the code that is running.

    The hooks belong to the whole process, and are set before there is a program or a recorder.
    """

    def __init__(self) -> None:
        self.recorder: Recorder | None = None

    def stop(self) -> None:
        """Record nothing from now on."""
        self.recorder = None


WATCH = Watch()


def install_hooks() -> None:
    """Set the hooks, once, when torch is loaded.

    This must come before the fingerprint is taken, which would count the hooked functions as
    replaced by the program. A process that the program forks records nothing.
    """
    watch_backward(_on_before_backward, _on_backward)
    # torch.optim.optimizer as an attribute may be anything; the module is in sys.modules
    optimizer_module: Any = sys.modules["torch.optim.optimizer"]
    optimizer_module.register_optimizer_step_pre_hook(_on_before_step)
    optimizer_module.register_optimizer_step_post_hook(_on_after_step)
    for owner in (torch.optim.Optimizer, nn.Module):
        _watch_zero_grad(owner)
    os.register_at_fork(after_in_child=WATCH.stop)


def _watch_zero_grad(owner: Any) -> None:  # noqa: ANN401 # two classes that have nothing in common
    original: Callable[..., None] = owner.zero_grad

    @functools.wraps(original)
    def zero_grad(self: object, *args: object, **kwargs: object) -> None:
        before_phase("zero_grad")
        original(self, *args, **kwargs)
        recorder = WATCH.recorder
        if recorder is not None:
            recorder.after_zero_grad()

    owner.zero_grad = zero_grad


def before_phase(phase: Phase) -> None:
    """Tell the recorder of the running code, if there is any, that a phase is about to begin."""
    recorder = WATCH.recorder
    if recorder is not None:
        _call_quietly(recorder.before, phase)


def _on_before_backward() -> None:
    before_phase("backward")


def _on_backward(outputs: Outputs, accumulates: bool) -> None:
    recorder = WATCH.recorder
    if recorder is not None:
        _call_quietly(recorder.after_backward, outputs, accumulates)


def _on_before_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    before_phase("step")
    recorder = WATCH.recorder
    if recorder is not None:
        _call_quietly(recorder.before_step, optimizer)


def _on_after_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    recorder = WATCH.recorder
    if recorder is not None:
        _call_quietly(recorder.after_step, optimizer)


def _call_quietly(hook: Callable[..., None], *arguments: object) -> None:
    """Call the hook; if it raises, record nothing, and let the program go on.

    A program may have tensors of a kind that the recorder does not expect. An interrupt is raised
    nevertheless.
    """
    try:
        hook(*arguments)
    except Exception:
        pass
