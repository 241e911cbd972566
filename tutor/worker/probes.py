"""Pauses before a phase of a training when the app requests it.

The reporter polls the channel for requests at some of the phase boundaries. Detecting calls of a
model needs hooks that slow down each call, so these are set only while the program is stepped
through.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.utils.hooks import RemovableHandle

from tutor.wire.commands import Bind, Hold, StepLength, StepPhase, WatchViews
from tutor.wire.events import Phase
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.torch_private import is_module_call

_register = register_module_forward_pre_hook
_LOSSES = "torch.nn.modules.loss"


class Probes:
    """The app's requests to pause one run. Each has a number, and 0 means that there is none."""

    def __init__(
        self,
        channel: EventChannel,
        before_call: Callable[[Phase], None],
        requested: int = 0,
        *,
        watch: Callable[[tuple[str, ...]], None] = lambda _: None,
        bind: Callable[[dict[str, int | float]], None] = lambda _: None,
    ) -> None:
        """Begin with a request that came before the program did, or with 0.

        `before_call` is called before each call of a model or a loss while the app steps through
        the program, `watch` with the views that the learner watches, `bind` with names to bind and
        their numbers.
        """
        self._channel = channel
        self._report_call = before_call
        self._watch = watch
        self._bind = bind
        self._requested = requested
        self.length: StepLength = "phase"
        """The distance that the program runs before its next pause."""
        self._handle: RemovableHandle | None = None
        if requested:
            self._watch_calls()

    @property
    def requested(self) -> int:
        """The number of the latest request, 0 if there is none or the program may run on."""
        while self._channel.is_waiting():
            self._receive_command()
        return self._requested

    def wait(self) -> None:
        """Block until there is another request or the program may run on.

        An interrupt ends the wait, and the request with it.
        """
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
        """Remove the hooks: the program runs on by itself, or is over."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _receive_command(self) -> None:
        command = self._channel.receive()
        if isinstance(command, WatchViews):
            self._watch(command.views)
            return
        if isinstance(command, Bind):
            self._bind(command.numbers)
            return
        self._requested = command.number if isinstance(command, Hold | StepPhase) else 0
        self.length = command.length if isinstance(command, StepPhase) else "phase"

    def _watch_calls(self) -> None:
        if self._handle is None:
            self._handle = _register(self._before_call)

    def _before_call(self, module: nn.Module, arguments: object) -> None:
        if is_outermost(sys._getframe()):
            self._report_call(_phase_of(module))


def is_outermost(frame: FrameType | None) -> bool:
    """Return True if the stack of the frame contains no second call of a module.

    Only the call of the whole model is a phase, not those of its layers.
    """
    calls = 0
    while frame is not None and calls < 2:
        calls += is_module_call(frame)
        frame = frame.f_back
    return calls < 2


def _phase_of(module: nn.Module) -> Phase:
    return "loss" if is_loss(module) else "forward"


def is_loss(module: nn.Module) -> bool:
    """Return True if the module computes one of torch's losses."""
    return any(base.__module__ == _LOSSES for base in type(module).__mro__)
