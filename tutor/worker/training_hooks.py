"""The hooks by which a training is recorded from inside torch.

They are set once, when torch is loaded, and do nothing unless a program runs. They must not change
what the program computes, nor raise in it.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from tutor.wire.events import Phase
from tutor.worker.checked_losses import CheckSeries, watch_losses
from tutor.worker.recorder import MAX_EVENTS, Recorder
from tutor.worker.torch_private import Outputs, watch_backward

_clock = time.perf_counter


class Watch:
    """The place where the hooks of this process find the recorder of the code that is running.

    The hooks belong to the whole process, and are set before there is a program or a recorder.
    """

    __slots__ = ("recorder",)

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
    watch_losses(_checks)
    os.register_at_fork(after_in_child=WATCH.stop)


def _watch_zero_grad(owner: Any) -> None:  # noqa: ANN401 # two classes that have nothing in common
    original: Callable[..., None] = owner.zero_grad

    @functools.wraps(original)
    def zero_grad(self: object, *args: object, **kwargs: object) -> None:
        recorder = WATCH.recorder
        listener = recorder.listener if recorder is not None else None
        if listener is not None and _clock() >= listener.next_before:
            before_phase("zero_grad")
        original(self, *args, **kwargs)
        recorder = WATCH.recorder
        if recorder is not None:
            recorder.zero_grads += 1
            if len(recorder.events) < MAX_EVENTS:
                recorder.events.append("zero_grad")

    owner.zero_grad = zero_grad


# Each of these is called at every step of a training, and does as little as it can. Whatever a
# recorder raises, the program goes on: it may have tensors of a kind that nobody expects. An
# interrupt is raised nevertheless.


def before_phase(phase: Phase) -> None:
    """Tell the listener of the running code, if there is any, that a phase is about to begin."""
    recorder = WATCH.recorder
    listener = recorder.listener if recorder is not None else None
    if recorder is not None and listener is not None and _clock() >= listener.next_before:
        try:
            listener.before(phase, recorder)
        except Exception:
            pass


def _on_before_backward(outputs: Outputs) -> None:
    recorder = WATCH.recorder
    listener = recorder.listener if recorder is not None else None
    if recorder is not None and listener is not None:
        if _clock() >= listener.next_before:
            before_phase("backward")
        try:
            recorder.before_backward(outputs)
        except Exception:
            pass


def _checks() -> CheckSeries | None:
    """Return where losses without training are noted, None if nobody wants them."""
    recorder = WATCH.recorder
    return recorder.checks if recorder is not None and recorder.listener is not None else None


def _on_backward(outputs: Outputs, accumulates: bool) -> None:
    recorder = WATCH.recorder
    if recorder is not None:
        try:
            recorder.after_backward(outputs, accumulates)
        except Exception:
            pass


def _on_before_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    recorder = WATCH.recorder
    if recorder is None:
        return
    listener = recorder.listener
    if listener is not None and _clock() >= listener.next_before:
        before_phase("step")
    if recorder.step_log is not None:
        try:
            recorder.before_step(optimizer)
        except Exception:
            pass


def _on_after_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    recorder = WATCH.recorder
    if recorder is not None:
        try:
            recorder.after_step(optimizer)
        except Exception:
            pass
