"""Records the calls of models and losses, with their arguments, in one step of a training.

A hook on all calls of modules costs a third of a small forward pass. So it is set for one step at
a time, on request. The calls are dropped when the next step is recorded, so that their tensors are
not kept alive for long.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType
from typing import NamedTuple

from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook
from torch.utils.hooks import RemovableHandle

from tutor.worker.checked_losses import LOOKOUT
from tutor.worker.probes import is_loss, is_outermost
from tutor.worker.torch_private import is_module_call, is_tensor, without_overrides

MAX_CALLS = 32
"""Maximum number of calls of one step that are kept; then the hook is removed."""
MAX_NUMBERS = 1_000_000
"""Maximum size of a tensor that is kept, in elements."""

_register = register_module_forward_hook

_AS_MODULES: Mapping[str, nn.Module] = {
    "binary_cross_entropy": nn.BCELoss(),
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss(),
    "cross_entropy": nn.CrossEntropyLoss(),
    "huber_loss": nn.HuberLoss(),
    "l1_loss": nn.L1Loss(),
    "mse_loss": nn.MSELoss(),
    "multi_margin_loss": nn.MultiMarginLoss(),
    "nll_loss": nn.NLLLoss(),
    "smooth_l1_loss": nn.SmoothL1Loss(),
    "soft_margin_loss": nn.SoftMarginLoss(),
}
"""The equivalent module of each loss function that compares a prediction with a target."""


class SeenCall(NamedTuple):
    """One call of a whole model or of a loss, not of a layer in it."""

    module: nn.Module
    inputs: tuple[Tensor, ...]
    """The tensors among its arguments, without those that are too large."""
    output: Tensor | None
    """The detached output; None if it was no tensor."""
    is_tracked: bool = False
    """True if the output required gradients."""

    @property
    def is_loss(self) -> bool:
        """True if the module computes a loss of a prediction and a target."""
        return is_loss(self.module)


class SeenCalls:
    """The calls of the last recorded step."""

    def __init__(self) -> None:
        self.calls: list[SeenCall] = []
        """The calls in the order of the program; empty until it has called a module."""
        self._handle: RemovableHandle | None = None
        self._is_new = False

    def look(self) -> None:
        """Record the calls from now until `close`, in place of the earlier ones."""
        self._is_new = True
        if self._handle is None:
            self._handle = _register(self._after_call, with_kwargs=True)
            LOOKOUT.see = self._after_loss

    @property
    def is_looking(self) -> bool:
        """True while the hook on module calls is set."""
        return self._handle is not None

    def close(self) -> None:
        """Stop recording, and keep the recorded calls."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = LOOKOUT.see = None

    def _after_loss(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> None:
        """Record a loss function's call by the program, not by a module of torch."""
        try:
            module = _AS_MODULES.get(name)
            if module is not None and not _is_in_module(sys._getframe()):
                given = [keywords[key] for key in ("input", "target") if key in keywords]
                self._see(module, (*arguments, *given)[:2], None)
        except Exception:
            pass

    def _after_call(
        self,
        module: nn.Module,
        arguments: tuple[object, ...],
        keywords: Mapping[str, object],
        output: object,
    ) -> None:
        # a hook's result or exception would reach the program
        try:
            if is_outermost(sys._getframe()):
                self._see(module, (*arguments, *keywords.values()), output)
        except Exception:
            pass

    def _see(self, module: nn.Module, arguments: tuple[object, ...], output: object) -> None:
        if self._is_new:
            self.calls, self._is_new = [], False
        with without_overrides():
            inputs = tuple(each for each in arguments if _is_small(each) and is_tensor(each))
            given = output.detach() if is_tensor(output) and _is_small(output) else None
            is_tracked = is_tensor(output) and output.requires_grad
        self.calls.append(SeenCall(module, inputs, given, is_tracked))
        if len(self.calls) >= MAX_CALLS:
            self.close()


def _is_small(obj: object) -> bool:
    return is_tensor(obj) and obj.numel() <= MAX_NUMBERS


def _is_in_module(frame: FrameType | None) -> bool:
    while frame is not None:
        if is_module_call(frame):
            return True
        frame = frame.f_back
    return False
