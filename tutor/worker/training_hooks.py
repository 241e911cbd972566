"""The hooks by which a training is recorded from inside torch.

They are set once, when torch is loaded, and do nothing unless a program runs. They must not change
what the program computes, nor raise in it. The wrapper of backward passes is written out in one
function: each further call in it takes two percent of a small training step.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from tutor.wire.events import Phase
from tutor.worker.checked_losses import LOOKOUT, watch_losses
from tutor.worker.recorder import Recorder
from tutor.worker.torch_private import (
    SCALINGS,
    Outputs,
    RunBackward,
    is_function_mode_on,
    scale_of,
    wrap_backward,
)


class Watch:
    """Holds the recorder of the running code, for the hooks of this process."""

    def __init__(self) -> None:
        self.recorder: Recorder | None = None
        self._after_step: RemovableHandle | None = None
        self._before_step: RemovableHandle | None = None

    def follow(self, recorder: Recorder | None) -> None:
        """Let this recorder record from now on; None stops recording."""
        if self._after_step is not None:
            self._after_step.remove()
            self._after_step = None
        self._hear_all(False)
        self._set(recorder)
        if recorder is not None:
            self._after_step = _optimizers.register_optimizer_step_post_hook(recorder.after_step)
            self.hold(recorder.is_holding)

    def hold(self, on: bool) -> None:
        """Call the recorder's listener before each phase from now on, or no longer.

        If steps are logged, the log is called before each step in any case. Do not call this when a
        step is about to begin: torch is calling its hooks then.
        """
        if self.recorder is not None:
            self.recorder.is_holding = on
            self._hear_all(on or self.recorder.step_log is not None)

    def _hear_all(self, on: bool) -> None:
        """Set or remove the hooks before a step and around zero_grad."""
        if on and self._before_step is None:
            self._before_step = _optimizers.register_optimizer_step_pre_hook(_on_before_step)
        elif not on and self._before_step is not None:
            self._before_step.remove()
            self._before_step = None
        for owner, original, watched in _ZERO_GRADS:
            before, after = (original, watched) if on else (watched, original)
            if owner.zero_grad is before:  # else the program has replaced it
                owner.zero_grad = after

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
    wrap_backward(recorded)
    watch_losses()
    os.register_at_fork(after_in_child=WATCH.stop)


# The hooks suppress every error of a recorder, since a program may have unexpected kinds of
# tensors. They do not suppress an interrupt.


def recorded(engine: RunBackward) -> RunBackward:
    """Return the engine's function, with each of its passes recorded."""

    @functools.wraps(engine)
    def run_backward(outputs: Outputs, *args: object, **kwargs: object) -> object:
        recorder = WATCH.recorder
        if recorder is None:
            return engine(outputs, *args, **kwargs)
        if recorder.is_holding:
            before_phase("backward")
        output, loss = outputs[0] if len(outputs) == 1 else None, None
        try:
            if _type(output) is Tensor and not is_function_mode_on():
                loss = _item(output) if _numel(output) == 1 else None
                if loss is not None and _type(output.grad_fn).__name__ in SCALINGS:
                    loss /= scale_of(output, recorder.checks.operations)
            if _type(loss) is not float or loss - loss != 0.0:  # nan or infinite
                loss = recorder.examine(output, loss)
        except Exception:
            pass
        result = engine(outputs, *args, **kwargs)
        if recorder.is_plain and recorder.latest is None and loss is not None:
            recorder.latest = loss  # the listener is called after the step that follows
            recorder.backwards += 1
        elif WATCH.recorder is not None:
            with suppress(Exception):
                recorder.after_backward(outputs, kwargs.get("accumulate_grad") is True, loss)
        return result

    return run_backward


def _watched_zero_grad(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def zero_grad(self: object, *args: object, **kwargs: object) -> None:
        before_phase("zero_grad")
        original(self, *args, **kwargs)
        recorder = WATCH.recorder
        if recorder is not None:
            recorder.zero_grads += 1
            recorder.add_event("zero_grad")

    return zero_grad


def _on_before_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    before_phase("step")
    recorder = WATCH.recorder
    if recorder is not None and recorder.step_log is not None:
        with suppress(Exception):
            recorder.step_log.before(optimizer)


def before_phase(phase: Phase) -> None:
    """Call the listener of the running code, if it holds the program, before a phase begins."""
    recorder = WATCH.recorder
    if recorder is not None and recorder.is_holding and recorder.listener is not None:
        with suppress(Exception):
            recorder.listener.before(phase, recorder)


_OWNERS: tuple[Any, ...] = (torch.optim.Optimizer, nn.Module)
_ZERO_GRADS = [(each, each.zero_grad, _watched_zero_grad(each.zero_grad)) for each in _OWNERS]
"""The classes with a zero_grad, each with the original function and the one that is recorded."""
_item: Callable[[Any], Any] = Tensor.item
_numel: Callable[[Any], int] = Tensor.numel
_type = type
