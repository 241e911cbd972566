"""What a call of a module is: of a whole model or of a layer in it, or of a loss.

For hooks that hear all calls. Nothing of the module is called.
"""

from __future__ import annotations

from types import FrameType

from torch import nn

from tutor.worker.torch_private import is_module_call

_LOSSES = "torch.nn.modules.loss"


def is_outermost_call(frame: FrameType | None) -> bool:
    """Return True if the stack of the frame contains no second call of a module.

    So the call is that of a whole model, not of one of its layers.
    """
    calls = 0
    while frame is not None and calls < 2:
        calls += is_module_call(frame)
        frame = frame.f_back
    return calls < 2


def is_loss(module: nn.Module) -> bool:
    """Return True if the module is one of torch's losses, or a subclass of one."""
    return any(base.__module__ == _LOSSES for base in type(module).__mro__)
