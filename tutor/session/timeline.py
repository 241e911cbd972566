"""The timeline: what grows while a program runs, kept beside the state and never in it.

It holds a record for each of the last two runs, with output, losses and tensors. Panes read it when
a version number in the state says that it has changed. The records are bounded, however much a
program prints or trains. The state's cursor says which step of a run is looked at; the front end
replays a run by itself, since only it knows whether anybody looks.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Literal

from tutor.session.losses import LossCurves, TrainingFacts
from tutor.session.recorded import RecordedMaps, RecordedModels, RecordedSteps, is_sound_step
from tutor.wire.events import (
    ErrorFacts,
    FiguresKept,
    InventoryEntry,
    InventoryTaken,
    LineShape,
    LossesRecorded,
    OutputWritten,
    ParametersGiven,
    PlotsDrawn,
    RunEnded,
    RunEvent,
    StartRecorded,
    StepRecorded,
    TrainingNoted,
)
from tutor.wire.graphs import GraphDescribed
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap, SurfaceDrawn, is_surface_sound
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.plotted import KeptFigure, PlotFigure

Piece = tuple[Literal["stdout", "stderr"], str]

MAX_PIECES = 5_000
"""Pieces of output kept of one run; the oldest ones are dropped."""

MAX_PACES = 40
"""Times of a run that are kept to tell its pace: those of the last two seconds."""

MAX_LOSSES = 1_000_000
"""Losses kept of one run; later ones are dropped."""


class RunRecord:
    """The output, losses, tensors and recorded steps of one run."""

    def __init__(self) -> None:
        self.by_curve = LossCurves()
        self.facts = TrainingFacts()
        self.pace: deque[tuple[float, int]] = deque(maxlen=MAX_PACES)
        """Seconds of the run, and the losses that were recorded by then."""
        self.inventory: tuple[InventoryEntry, ...] = ()
        self.inventory_step = 0
        """The number of steps that were made when the inventory was taken."""
        self.earlier: tuple[int, tuple[InventoryEntry, ...]] | None = None
        """The latest inventory, with its step, in which trained tensors were different."""
        self.given: tuple[InventoryEntry, ...] = ()
        """The parameters of the given code before the learner's part."""
        self.start: tuple[InventoryEntry, ...] = ()
        """The trained tensors before the first step; empty until the run has ended."""
        self.recording = RecordedSteps()
        self.models = RecordedModels()
        self.shapes: tuple[LineShape, ...] = ()
        """The shapes that the lines of the program have bound; empty until it has ended."""
        self.error: ErrorFacts | None = None
        self.maps = RecordedMaps()
        self.graph: GraphDescribed | None = None
        self.surface: SurfaceDrawn | None = None
        self.milliseconds: float | None = None
        self.figures: tuple[PlotFigure, ...] = ()
        """The figures that the program has plotted, as they were last."""
        self.kept_figures: tuple[KeptFigure, ...] = ()
        """The figures as Python keeps them, once the run is over."""
        self._pieces: deque[Piece] = deque(maxlen=MAX_PIECES)
        self._written = 0
        """The number of all pieces written, dropped ones included."""

    @property
    def losses(self) -> list[float]:
        """One loss for each optimizer step; `MISSING`, which is nan, where there is none."""
        return self.by_curve.losses

    def __bool__(self) -> bool:
        shown = (self.losses, self.inventory, self.recording, self.maps, self.figures)
        return self._written > 0 or any(map(bool, shown))

    def take(self, events: tuple[RunEvent, ...]) -> None:
        for event in events:
            match event:
                case OutputWritten():
                    self._pieces.append((event.stream, event.text))
                    self._written += 1
                case LossesRecorded():
                    self._add_losses(event)
                case InventoryTaken():
                    self._take_inventory(event)
                case ParametersGiven():
                    self.given = event.entries
                case StartRecorded(entries=entries):
                    self.start = entries if is_sound_step(StepRecorded(0, entries)) else ()
                case RunEnded(observation=observation):
                    self.milliseconds = observation.milliseconds
                    if observation.executed is not None:
                        self.shapes = observation.executed.shapes
                        self.error = observation.executed.error
                case _:
                    self._keep(event)

    @property
    def has_output(self) -> bool:
        return self._written > 0

    def output_since(self, number: int) -> tuple[list[Piece], int]:
        """Return the pieces from `number` on that are still kept, and the next piece's number."""
        first_kept = self._written - len(self._pieces)
        return list(islice(self._pieces, max(0, number - first_kept), None)), self._written

    def _keep(self, event: RunEvent) -> None:
        match event:
            case TrainingNoted():
                self.facts.take(event)
            case StepRecorded():
                self.recording.add(event)
            case DecisionMap() | FittedCurve() | NoMap():
                self.maps.add(event)
            case ModelsDescribed():
                self.models.add(event)
            case AnswersCounted():
                self.models.add_answers(event)
            case GraphDescribed():
                self.graph = event
            case SurfaceDrawn() if is_surface_sound(event):
                self.surface = event
            case PlotsDrawn():
                self.figures = event.figures
            case FiguresKept():
                self.kept_figures = event.figures

    def _take_inventory(self, event: InventoryTaken) -> None:
        before = {entry.name: entry.value for entry in self.inventory}
        if any(e.trained and before.get(e.name, e.value) != e.value for e in event.entries):
            # the first backward counts as a step until an optimizer has made one
            self.earlier = min(self.inventory_step, max(0, event.step - 1)), self.inventory
        self.inventory, self.inventory_step = event.entries, event.step

    def _add_losses(self, event: LossesRecorded) -> None:
        if event.first < 0 or event.first + len(event.losses) > MAX_LOSSES:
            return
        self.by_curve.put(event.first, event.losses, event.curves)
        if event.seconds > (self.pace[-1][0] if self.pace else 0.0):
            self.pace.append((event.seconds, len(self.losses)))


class Timeline:
    """The records of the step's newest run, and of the run before, to compare with."""

    def __init__(self) -> None:
        self.current = RunRecord()
        self.previous: RunRecord | None = None

        self._before: tuple[RunRecord, RunRecord | None] = self.current, None

    def begin(self) -> None:
        self._before = self.current, self.previous
        self.previous = self.current or self.previous
        self.current = RunRecord()

    def undo_begin(self) -> None:
        """Return to the run before: the one that was begun ran nothing."""
        self.current, self.previous = self._before

    def take(self, events: tuple[RunEvent, ...]) -> None:
        self.current.take(events)

    def forget(self) -> None:
        self.current = RunRecord()
        self.previous = None
