"""What grows while a program runs: output, losses, tensors. Beside the state, never in it.

The timeline has one record a run; panes read it when a version number in the state says that it
changed. Records hold at most what is named here, however much a program tells. Moving along a run
goes through the state's cursor; to play it again by itself is the front end's business, since only
that knows whether anybody looks.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Literal

from tutor.session.events import CursorMoved
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    RunEnded,
    RunEvent,
    StepRecorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.session.recorded_steps import RecordedSteps
    from tutor.session.state import State

Piece = tuple[Literal["stdout", "stderr"], str]

MAX_PIECES = 5_000
"""Pieces of output kept; older ones are dropped from the front."""

MAX_LOSSES = 1_000_000
"""Losses kept of one run."""


class RunRecord:
    """What one run has told."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        """One for each optimizer step; nan where a record was dropped on the way."""
        self.inventory: tuple[InventoryEntry, ...] = ()
        self.recording: RecordedSteps | None = None
        """None where no step came."""
        self.milliseconds: float | None = None
        """How long it took, once it has ended."""
        self._pieces: deque[Piece] = deque(maxlen=MAX_PIECES)
        self._written = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self._written or self.losses or self.inventory or self.recording)

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Adds what a batch brought."""
        for event in events:
            if isinstance(event, OutputWritten):
                self._pieces.append((event.stream, event.text))
                self._written += 1
            elif isinstance(event, LossesRecorded):
                self._add_losses(event)
            elif isinstance(event, InventoryTaken):
                self.inventory = event.entries
            elif isinstance(event, StepRecorded):
                self._keep_step(event)
            elif isinstance(event, RunEnded):
                self.milliseconds = event.observation.milliseconds

    @property
    def has_output(self) -> bool:
        """Whether the run has printed anything."""
        return self._written > 0

    def output_since(self, number: int) -> tuple[list[Piece], int]:
        """The pieces from `number` on, as far as they are kept, and the number of the next."""
        first_kept = self._written - len(self._pieces)
        return list(islice(self._pieces, max(0, number - first_kept), None)), self._written

    def _keep_step(self, event: StepRecorded) -> None:
        from tutor.session.recorded_steps import RecordedSteps  # not needed for the first frame

        if self.recording is None:
            self.recording = RecordedSteps()
        self.recording.add(event)

    def _add_losses(self, event: LossesRecorded) -> None:
        if event.first < 0 or event.first + len(event.losses) > MAX_LOSSES:
            return
        missing = event.first - len(self.losses)
        self.losses.extend([math.nan] * missing)
        self.losses[event.first : event.first + len(event.losses)] = event.losses


class Timeline:
    """The newest run of the step, and the one before it to compare with."""

    def __init__(self, state: Callable[[], State], dispatch: Callable[[CursorMoved], None]) -> None:
        self._state = state
        self._dispatch = dispatch
        self.current = RunRecord()
        self.previous: RunRecord | None = None

    def begin(self) -> None:
        """Start the record of a run. An empty one before it is not worth comparing with."""
        self.previous = self.current or self.previous
        self.current = RunRecord()

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Add what the run under way has told."""
        self.current.take(events)

    def forget(self) -> None:
        """Let go of all: another step is on screen."""
        self.current = RunRecord()
        self.previous = None

    def move(self, delta: int) -> None:
        """Look at the step of the run so many further on; past the last one is its end."""
        count = len(self.current.losses)
        cursor = self._state().cursor
        current = min(cursor.step, count) if cursor is not None else count
        step = max(1, current + delta)
        self._dispatch(CursorMoved(step if step < count else 0))

    def look_at_end(self) -> None:
        """Look at the end of the run again."""
        self._dispatch(CursorMoved(0))
