"""What grows while a program runs: output, losses, inventory. Beside the state, never in it.

Owned by the screen, read by the panes when a version number in the state says that it changed.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Literal

from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    RunEvent,
    StepRecorded,
)

if TYPE_CHECKING:
    from tutor.session.recording import Recording

Piece = tuple[Literal["stdout", "stderr"], str]

PIECES_KEPT = 5_000
"""Pieces of output kept; older ones are dropped from the front."""

LOSSES_KEPT = 1_000_000
"""Losses kept of one run."""


class Buffers:
    """The content that belongs to the newest run."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        """One for each optimizer step; nan where a record was dropped on the way."""
        self.inventory: tuple[InventoryEntry, ...] = ()
        self.recording: Recording | None = None
        """None where no step came."""
        self._pieces: deque[Piece] = deque(maxlen=PIECES_KEPT)
        self._written = 0

    def clear(self) -> None:
        """Forgets the run before."""
        self.losses = []
        self.inventory = ()
        self.recording = None
        self._pieces.clear()
        self._written = 0

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Adds what a batch brought."""
        for event in events:
            if isinstance(event, OutputWritten):
                self._pieces.append((event.stream, event.text))
                self._written += 1
            elif isinstance(event, LossesRecorded):
                self._record(event)
            elif isinstance(event, InventoryTaken):
                self.inventory = event.entries
            elif isinstance(event, StepRecorded):
                self._keep_step(event)

    @property
    def has_output(self) -> bool:
        """Whether the run has printed anything."""
        return self._written > 0

    def output_since(self, number: int) -> tuple[list[Piece], int]:
        """The pieces from `number` on, as far as they are kept, and the number of the next."""
        first_kept = self._written - len(self._pieces)
        return list(islice(self._pieces, max(0, number - first_kept), None)), self._written

    def _keep_step(self, event: StepRecorded) -> None:
        from tutor.session.recording import Recording  # a first frame does without

        if self.recording is None:
            self.recording = Recording()
        self.recording.add(event)

    def _record(self, event: LossesRecorded) -> None:
        if event.first < 0 or event.first + len(event.losses) > LOSSES_KEPT:
            return
        missing = event.first - len(self.losses)
        self.losses.extend([math.nan] * missing)
        self.losses[event.first : event.first + len(event.losses)] = event.losses
