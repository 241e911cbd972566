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
        self, events: EventChannel, forward: Callable[[Phase], None], asked: int = 0
    ) -> None:
        """`forward` is called before each call of a model or a loss while one steps through."""
        self._events = events
        self._forward = forward
        self._asked = asked
        self._handle: RemovableHandle | None = None
        if asked:
            self._watch_calls()

    @property
    def asked(self) -> int:
        """What is asked now, after a look at the channel."""
        while self._events.is_waiting():
            self._take()
        return self._asked

    def wait(self) -> None:
        """Until something else is asked. An interrupt ends it, and with it what was asked."""
        reported = self._asked
        self._watch_calls()
        try:
            while self._asked == reported:
                self._take()
        except BaseException:
            self._asked = 0
            raise
        finally:
            if not self._asked:
                self.end()

    def end(self) -> None:
        """The program runs on by itself, or is over."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _take(self) -> None:
        command = self._events.receive()
        self._asked = command.number if isinstance(command, Hold | StepPhase) else 0

    def _watch_calls(self) -> None:
        if self._handle is None:
            self._handle = _register(self._before_call)

    def _before_call(self, module: nn.Module, arguments: object) -> None:
        if _is_outermost(sys._getframe()):
            self._forward(_phase_of(module))


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
