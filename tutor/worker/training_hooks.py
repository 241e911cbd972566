"""The hooks by which a training is recorded from inside torch.

They are set once, when torch is loaded, and do nothing unless a program runs. They must not change
what the program computes, nor raise in it.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from tutor.wire.events import Phase
from tutor.worker.checked_losses import LOOKOUT, watch_losses
from tutor.worker.recorder import MAX_EVENTS, Recorder
from tutor.worker.torch_private import Outputs, RunBackward, wrap_backward


class Watch:
    """Holds the recorder of the running code, for the hooks of this process."""

    __slots__ = ("_after_step", "_before_step", "recorder")

    def __init__(self) -> None:
        self.recorder: Recorder | None = None
        self._after_step: RemovableHandle | None = None
        self._before_step: RemovableHandle | None = None

    def follow(self, recorder: Recorder | None) -> None:
        """Let this recorder record from now on; None stops recording."""
        for handle in (self._after_step, self._before_step):
            if handle is not None:
                handle.remove()
        self._after_step = self._before_step = None
        self._set(recorder)
        if recorder is not None:
            self._after_step = _optimizers.register_optimizer_step_post_hook(recorder.after_step)
            self.hold(recorder.is_holding)

    def hold(self, on: bool) -> None:
        """Call the recorder's listener before each phase from now on, or no longer.

        If steps are logged, the log is called before each step in any case. Do not call this when a
        step is about to begin: torch is calling its hooks then.
        """
        recorder = self.recorder
        if recorder is None:
            return
        recorder.is_holding = on
        hears = on or recorder.step_log is not None
        if hears and self._before_step is None:
            self._before_step = _optimizers.register_optimizer_step_pre_hook(_on_before_step)
        elif not hears and self._before_step is not None:
            self._before_step.remove()
            self._before_step = None

    def set_aside(self, recorder: Recorder | None, on: bool) -> None:
        """Let the current recorder ignore everything for a while, or continue.

        The hooks stay: torch may be calling them just now.
        """
        self._set(None if on else recorder)
        if recorder is not None:
            recorder.is_aside = on

    def _set(self, recorder: Recorder | None) -> None:
        self.recorder = recorder
        is_heard = recorder is not None and recorder.listener is not None
        LOOKOUT.series = recorder.checks if recorder is not None and is_heard else None

    def stop(self) -> None:
        self.follow(None)


# torch.optim.optimizer as an attribute may be anything; the module is in sys.modules
_optimizers: Any = sys.modules["torch.optim.optimizer"]
WATCH = Watch()


def install_hooks() -> None:
    """Set the hooks that need a function of torch's to be replaced, once, when torch is loaded.

    This must come before the fingerprint is taken, which would count these functions as replaced by
    the program. A process that the program forks records nothing.
    """
    wrap_backward(_recorded)
    for owner in (torch.optim.Optimizer, nn.Module):
        _watch_zero_grad(owner)
    watch_losses()
    os.register_at_fork(after_in_child=WATCH.stop)


# The hooks suppress every error of a recorder, since a program may have unexpected kinds of
# tensors. They do not suppress an interrupt.


def _recorded(engine: RunBackward) -> RunBackward:
    @functools.wraps(engine)
    def run_backward(outputs: Outputs, *args: object, **kwargs: object) -> object:
        recorder, loss = WATCH.recorder, None
        if recorder is not None:
            if recorder.is_holding:
                before_phase("backward")
            try:
                loss = recorder.read_loss(outputs)
            except Exception:
                pass
        result = engine(outputs, *args, **kwargs)
        recorder = WATCH.recorder
        if recorder is not None:
            try:
                recorder.after_backward(outputs, kwargs.get("accumulate_grad") is True, loss)
            except Exception:
                pass
        return result

    return run_backward


def _watch_zero_grad(owner: Any) -> None:  # noqa: ANN401 # two classes that have nothing in common
    original: Callable[..., None] = owner.zero_grad

    @functools.wraps(original)
    def zero_grad(self: object, *args: object, **kwargs: object) -> None:
        recorder = WATCH.recorder
        if recorder is not None and recorder.is_holding:
            before_phase("zero_grad")
        original(self, *args, **kwargs)
        recorder = WATCH.recorder
        if recorder is not None:
            recorder.zero_grads += 1
            if len(recorder.events) < MAX_EVENTS:
                recorder.events.append("zero_grad")

    owner.zero_grad = zero_grad


def _on_before_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    recorder = WATCH.recorder
    if recorder is None:
        return
    if recorder.is_holding:
        before_phase("step")
    if recorder.step_log is not None:
        try:
            recorder.step_log.before(optimizer)
        except Exception:
            pass


def before_phase(phase: Phase) -> None:
    """Call the listener of the running code, if there is any, before a phase begins."""
    recorder = WATCH.recorder
    if recorder is not None and recorder.listener is not None:
        try:
            recorder.listener.before(phase, recorder)
        except Exception:
            pass
