"""The timeline: what grows while a program runs, kept beside the state and never in it.

It holds a record for each of the last two runs, with output, losses and tensors. Panes read it when
a version number in the state says that it has changed. The records are bounded, however much a
program prints or trains. The state's cursor says which step of a run is looked at; the front end
replays a run by itself, since only it knows whether anybody looks.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Literal

from tutor.session.events import CursorMoved
from tutor.wire.events import (
    ErrorFacts,
    InventoryEntry,
    InventoryTaken,
    LineShape,
    LossesRecorded,
    Observation,
    OutputWritten,
    ParametersGiven,
    RunEnded,
    RunEvent,
    StepRecorded,
)
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap
from tutor.wire.models import ModelsDescribed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.session.recorded_maps import RecordedMaps
    from tutor.session.recorded_models import RecordedModels
    from tutor.session.recorded_steps import RecordedSteps
    from tutor.session.state import State

Piece = tuple[Literal["stdout", "stderr"], str]
"""A piece of output, with the stream that it was written to."""

MAX_PIECES = 5_000
"""Pieces of output kept of one run; the oldest ones are dropped."""

MAX_LOSSES = 1_000_000
"""Losses kept of one run; later ones are dropped."""


class RunRecord:
    """The output, losses, tensors and recorded steps of one run."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        """One loss for each optimizer step; nan where its event was lost on the way."""
        self.inventory: tuple[InventoryEntry, ...] = ()
        self.inventory_step = 0
        """The number of steps that were made when the inventory was taken."""
        self.earlier: tuple[int, tuple[InventoryEntry, ...]] | None = None
        """The latest inventory, with its step, in which trained tensors were different."""
        self.given: tuple[InventoryEntry, ...] = ()
        """The parameters of the given code before the learner's part."""
        self.recording: RecordedSteps | None = None
        """None until a step was recorded."""
        self.models: RecordedModels | None = None
        """None until a model was described."""
        self.shapes: tuple[LineShape, ...] = ()
        """The shapes that the lines of the program have bound; empty until it has ended."""
        self.error: ErrorFacts | None = None
        """The exception that ended the program."""
        self.maps: RecordedMaps | None = None
        """None until a map was sent, or why there is none."""
        self.milliseconds: float | None = None
        """The duration of the run; None until it has ended."""
        self._pieces: deque[Piece] = deque(maxlen=MAX_PIECES)
        self._written = 0
        """The number of all pieces written, dropped ones included."""

    def __bool__(self) -> bool:
        """Return True if the run has reported anything that can be shown."""
        return bool(self._written or self.losses or self.inventory or self.recording or self.maps)

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Add the events of a batch."""
        for event in events:
            if isinstance(event, OutputWritten):
                self._pieces.append((event.stream, event.text))
                self._written += 1
            elif isinstance(event, LossesRecorded):
                self._add_losses(event)
            elif isinstance(event, InventoryTaken):
                self._take_inventory(event)
            elif isinstance(event, ParametersGiven):
                self.given = event.entries
            elif isinstance(event, StepRecorded):
                self._keep_step(event)
            elif isinstance(event, DecisionMap | FittedCurve | NoMap):
                self._keep_map(event)
            elif isinstance(event, ModelsDescribed):
                self._keep_models(event)
            elif isinstance(event, RunEnded):
                self._take_end(event.observation)

    @property
    def has_output(self) -> bool:
        """Whether the run has printed anything."""
        return self._written > 0

    def output_since(self, number: int) -> tuple[list[Piece], int]:
        """Return the pieces from `number` on that are still kept, and the next piece's number."""
        first_kept = self._written - len(self._pieces)
        return list(islice(self._pieces, max(0, number - first_kept), None)), self._written

    def _take_end(self, observation: Observation) -> None:
        self.milliseconds = observation.milliseconds
        if observation.executed is not None:
            self.shapes = observation.executed.shapes
            self.error = observation.executed.error

    def _take_inventory(self, event: InventoryTaken) -> None:
        from tutor.session.parameter_changes import have_moved  # not needed for the first frame

        if have_moved(self.inventory, event.entries):
            self.earlier = self.inventory_step, self.inventory
        self.inventory, self.inventory_step = event.entries, event.step

    def _keep_step(self, event: StepRecorded) -> None:
        from tutor.session.recorded_steps import RecordedSteps  # not needed for the first frame

        if self.recording is None:
            self.recording = RecordedSteps()
        self.recording.add(event)

    def _keep_models(self, event: ModelsDescribed) -> None:
        from tutor.session.recorded_models import RecordedModels  # not needed for the first frame

        if self.models is None:
            self.models = RecordedModels()
        self.models.add(event)

    def _keep_map(self, event: DecisionMap | FittedCurve | NoMap) -> None:
        from tutor.session.recorded_maps import RecordedMaps  # not needed for the first frame

        if self.maps is None:
            self.maps = RecordedMaps()
        self.maps.add(event)

    def _add_losses(self, event: LossesRecorded) -> None:
        if event.first < 0 or event.first + len(event.losses) > MAX_LOSSES:
            return
        missing = event.first - len(self.losses)
        self.losses.extend([math.nan] * missing)
        self.losses[event.first : event.first + len(event.losses)] = event.losses


class Timeline:
    """The records of the step's newest run, and of the run before, to compare with."""

    def __init__(self, state: Callable[[], State], dispatch: Callable[[CursorMoved], None]) -> None:
        self._state = state
        self._dispatch = dispatch
        self.current = RunRecord()
        self.previous: RunRecord | None = None

    def begin(self) -> None:
        """Start a new record; the one before becomes `previous` unless it is empty."""
        self.previous = self.current or self.previous
        self.current = RunRecord()

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Add a batch of events to the newest record."""
        self.current.take(events)

    def forget(self) -> None:
        """Drop both records, since another step is on screen."""
        self.current = RunRecord()
        self.previous = None

    def move(self, delta: int) -> None:
        """Move the cursor by `delta` optimizer steps; from the last step on it is at the end."""
        count = len(self.current.losses)
        cursor = self._state().cursor
        current = min(cursor.step, count) if cursor is not None else count
        step = max(1, current + delta)
        self._dispatch(CursorMoved(step if step < count else 0))
