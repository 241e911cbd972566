"""Waits before a phase of a training when the app asks for it. For the engine.

The recorder's hooks call `before` at each phase boundary. Unless something was asked, that costs a
look at the channel, half a microsecond. Where a model is called can be seen only by hooks that make
each call slower, so these are set while the program is stepped through, and only then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.utils.hooks import RemovableHandle

from tutor.wire.commands import Hold, StepPhase
from tutor.wire.events import Phase
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.torch_private import is_module_call

_register = register_module_forward_pre_hook
_LOSSES = "torch.nn.modules.loss"


class Probes:
    """Of one run. What is asked has a number; 0 stands for nothing."""

    def __init__(
        self, channel: EventChannel, before_call: Callable[[Phase], None], requested: int = 0
    ) -> None:
        """`forward` is called before each call of a model or a loss while one steps through."""
        self._channel = channel
        self._report_call = before_call
        self._requested = requested
        self._handle: RemovableHandle | None = None
        if requested:
            self._watch_calls()

    @property
    def requested(self) -> int:
        """What is asked now, after a look at the channel."""
        while self._channel.is_waiting():
            self._receive_command()
        return self._requested

    def wait(self) -> None:
        """Until something else is asked. An interrupt ends it, and with it what was asked."""
        reported = self._requested
        self._watch_calls()
        try:
            while self._requested == reported:
                self._receive_command()
        except BaseException:
            self._requested = 0
            raise
        finally:
            if not self._requested:
                self.end()

    def end(self) -> None:
        """The program runs on by itself, or is over."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _receive_command(self) -> None:
        command = self._channel.receive()
        self._requested = command.number if isinstance(command, Hold | StepPhase) else 0

    def _watch_calls(self) -> None:
        if self._handle is None:
            self._handle = _register(self._before_call)

    def _before_call(self, module: nn.Module, arguments: object) -> None:
        if _is_outermost(sys._getframe()):
            self._report_call(_phase_of(module))


def _is_outermost(frame: FrameType | None) -> bool:
    """Whether only one module is being called on the stack from there."""
    calls = 0
    while frame is not None and calls < 2:
        calls += is_module_call(frame)
        frame = frame.f_back
    return calls < 2


def _phase_of(module: nn.Module) -> Phase:
    is_loss = any(base.__module__ == _LOSSES for base in type(module).__mro__)
    return "loss" if is_loss else "forward"
