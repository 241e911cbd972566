"""Pausing one live run: before a phase of its training, or anywhere if it comes to none.

The learner process is asked to wait before the next phase and says that it does; then its warden
stops the whole tree and the clock. So nothing runs while no time passes, whatever the program
claims. A program that does not say so within a while is stopped where it stands. What is asked has
a number, so that an answer that comes too late is known as such.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from tutor.client.alarm import Alarm
from tutor.client.exit_reason import line_in_trace
from tutor.wire.commands import Hold, Resume, RunControl, StepPhase
from tutor.wire.control import Freeze, Frozen, Thaw
from tutor.wire.events import Paused

PATIENCE = 0.5
"""Seconds in which a training comes to its next phase, if there is one."""


class PausableProcess(Protocol):
    """The process that runs the program, as far as pausing goes."""

    def send(self, command: RunControl) -> None:
        """To the learner process."""

    def send_to_warden(self, message: Freeze | Thaw) -> None:
        """To its warden."""


class RunPause:
    """Of one run."""

    def __init__(self, deadline: Alarm, on_paused: Callable[[Paused], None]) -> None:
        """`deadline` stands still while the program does; `on_paused` is told of each pause."""
        self._deadline = deadline
        self._on_paused = on_paused
        self._loop = asyncio.get_running_loop()
        self._patience = Alarm(self._freeze_anywhere)
        self._process: PausableProcess | None = None
        self._number = 0
        """Of what is asked for; 0 if the program is to run."""
        self._reached = False
        """Whether the program has said that it waits."""
        self._has_phases = False
        self._frozen_at: float | None = None
        self._frozen_for = 0.0

    @property
    def seconds(self) -> float:
        """For how long the program has stood still in all."""
        now = 0.0 if self._frozen_at is None else self._loop.time() - self._frozen_at
        return self._frozen_for + now

    def begin(self, process: PausableProcess, held: int) -> None:
        """The program begins there; `held` is what its command asks for."""
        self._process = process
        if held and not self._number:
            self._number, self._reached = held, False
        elif self._number:
            self.hold(self._number)

    def hold(self, number: int) -> None:
        """Asks it to pause. One that has not begun is asked as soon as it has."""
        if self._frozen_at is not None:
            return
        self._number, self._reached = number, False
        if self._process is not None:
            self._process.send(Hold(number))
            self._patience.set(PATIENCE)

    def step_phase(self, number: int) -> None:
        """Lets it go on to its next phase. How long that takes, nobody knows."""
        if self._process is None:
            return
        self._number, self._reached = number, False
        self._thaw()
        self._process.send(StepPhase(number))
        if not self._has_phases:
            self._patience.set(PATIENCE)

    def resume(self) -> None:
        """Lets it go on for good. Nothing happens if it was not asked to pause."""
        if self._number and self._process is not None:
            self._thaw()
            self._process.send(Resume())
        self._number = 0

    def forget(self) -> None:
        """The program is ending: its warden lets it go on for that."""
        self._number = 0
        self._note_thawed()

    def on_event(self, paused: Paused) -> None:
        """The learner process says that it waits; it may be lying."""
        if not self._number or paused.number != self._number or self._reached:
            return
        self._reached = self._has_phases = True
        self._freeze(Freeze())
        self._on_paused(paused)

    def on_frozen(self, frozen: Frozen) -> None:
        """Its warden says that all is stopped."""
        if self._number and self._frozen_at is not None and not self._reached:
            self._on_paused(Paused(self._number, line=line_in_trace(frozen.trace)))

    def _freeze_anywhere(self) -> None:
        self._freeze(Freeze(tell=True))

    def _freeze(self, freeze: Freeze) -> None:
        self._patience.clear()
        if self._frozen_at is None and self._process is not None:
            self._frozen_at = self._loop.time()
            self._deadline.pause()
            self._process.send_to_warden(freeze)

    def _thaw(self) -> None:
        if self._frozen_at is not None and self._process is not None:
            self._process.send_to_warden(Thaw())
            self._deadline.resume()
        self._note_thawed()

    def _note_thawed(self) -> None:
        self._patience.clear()
        self._frozen_for = self.seconds
        self._frozen_at = None
