"""Pausing a watched run: before a phase of its training, or anywhere if there is none.

The learner process is asked to wait before the next phase, and confirms it; then its warden freezes
all processes of the run, and the clock. So nothing runs while no time passes, whatever the program
claims. A program that does not confirm within `PATIENCE` is frozen wherever it is. Each request has
a number, which identifies a late answer to an older one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from tutor.client.alarm import Alarm
from tutor.client.exit_reason import line_in_trace
from tutor.wire.commands import Hold, Resume, RunControl, StepLength, StepPhase
from tutor.wire.control import Freeze, Frozen, Thaw
from tutor.wire.events import Paused

PATIENCE = 0.5
"""Seconds within which a training comes to its next phase, if there is one."""


class PausableProcess(Protocol):
    """The program's process, as far as pausing needs it."""

    def send(self, command: RunControl) -> None:
        """Send a command to the learner process."""

    def send_to_warden(self, message: Freeze | Thaw) -> None:
        """Send a message to the warden of the process."""


class RunPause:
    """The pausing of one run: the pending request, and the program's state."""

    def __init__(self, deadline: Alarm, on_paused: Callable[[Paused], None]) -> None:
        """Suspend `deadline` during each pause, and call `on_paused` at its beginning."""
        self._deadline = deadline
        self._on_paused = on_paused
        self._loop = asyncio.get_running_loop()
        self._patience = Alarm(self._freeze_anywhere)
        self._process: PausableProcess | None = None
        self._number = 0
        """Number of the pending request; 0 if the program is to run."""
        self._reached = False
        """True once the program has confirmed that it waits."""
        self._has_phases = False
        """True if it has ever confirmed to wait before a phase."""
        self._frozen_at: float | None = None
        """Loop time of the freeze; None while the program runs."""
        self._frozen_for = 0.0

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def seconds(self) -> float:
        """Total seconds for which the program has been frozen."""
        now = 0.0 if self._frozen_at is None else self._loop.time() - self._frozen_at
        return self._frozen_for + now

    def begin(self, process: PausableProcess, held: int) -> None:
        """Begin with this process; `held` is the command's `hold`."""
        self._process = process
        if held and not self._number:
            self._number, self._reached = held, False
        elif self._number:
            self.hold(self._number)

    def hold(self, number: int) -> None:
        """Ask the program to pause, as soon as it begins if it has not."""
        if self._frozen_at is not None:
            return
        self._number, self._reached = number, False
        if self._process is not None:
            self._process.send(Hold(number))
            self._patience.set(PATIENCE)

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Let the program continue to its next phase, step or epoch, however long that takes.

        Only a program that has not come to any phase so far is frozen after `PATIENCE`.
        """
        if self._process is None:
            return
        self._number, self._reached = number, False
        self._thaw()
        self._process.send(StepPhase(number, length))
        if not self._has_phases:
            self._patience.set(PATIENCE)

    def resume(self) -> None:
        """Let the program continue for good; do nothing if it was not asked to pause."""
        if self._number and self._process is not None:
            self._thaw()
            self._process.send(Resume())
        self._number = 0

    def forget(self) -> None:
        """Drop the request, since the program is ending: its warden lets it continue for that."""
        self._number = 0
        self._note_thawed()

    def on_event(self, paused: Paused) -> None:
        """Freeze the program, which reports that it waits; it may be lying, and run on."""
        if not self._number or paused.number != self._number or self._reached:
            return
        self._reached = self._has_phases = True
        self._freeze(Freeze())
        self._on_paused(paused)

    def on_frozen(self, frozen: Frozen) -> None:
        """Report a pause that the program did not confirm, now that its warden has frozen it."""
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
