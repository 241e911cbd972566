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

from tutor.session.loss_curves import LossCurves
from tutor.session.parameter_changes import have_moved
from tutor.session.recorded_maps import RecordedMaps
from tutor.session.recorded_steps import RecordedModels, RecordedSteps, is_sound
from tutor.session.training_facts import TrainingFacts
from tutor.wire.events import (
    ErrorFacts,
    FiguresKept,
    InventoryEntry,
    InventoryTaken,
    LineShape,
    LossesRecorded,
    Observation,
    OutputWritten,
    ParametersGiven,
    PlotsDrawn,
    RunEnded,
    RunEvent,
    StartRecorded,
    StepRecorded,
    TrainingNoted,
)
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap
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
        self.facts: TrainingFacts | None = None
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
        self.recording: RecordedSteps | None = None
        self.models: RecordedModels | None = None
        self.shapes: tuple[LineShape, ...] = ()
        """The shapes that the lines of the program have bound; empty until it has ended."""
        self.error: ErrorFacts | None = None
        self.maps: RecordedMaps | None = None
        self.milliseconds: float | None = None
        self.figures: tuple[PlotFigure, ...] = ()
        """The figures that the program has plotted, as they were last."""
        self.kept_figures: tuple[KeptFigure, ...] = ()
        """The same as Python keeps them, once the run is over."""
        self._pieces: deque[Piece] = deque(maxlen=MAX_PIECES)
        self._written = 0
        """The number of all pieces written, dropped ones included."""

    @property
    def losses(self) -> list[float]:
        """One loss for each optimizer step; `MISSING`, which is nan, where there is none."""
        return self.by_curve.losses

    def __bool__(self) -> bool:
        """Return True if the run has reported anything that can be shown."""
        shown = (self._written, self.losses, self.inventory, self.recording, self.maps)
        return any(map(bool, (*shown, self.figures)))

    def take(self, events: tuple[RunEvent, ...]) -> None:
        for event in events:
            if isinstance(event, OutputWritten):
                self._pieces.append((event.stream, event.text))
                self._written += 1
            elif isinstance(event, LossesRecorded):
                self._add_losses(event)
            elif isinstance(event, TrainingNoted):
                self.facts = self.facts or TrainingFacts()
                self.facts.take(event)
            elif isinstance(event, InventoryTaken):
                self._take_inventory(event)
            elif isinstance(event, ParametersGiven):
                self.given = event.entries
            elif isinstance(event, StepRecorded | StartRecorded):
                self._keep_step(event)
            elif isinstance(event, PlotsDrawn | FiguresKept):
                self._keep_figures(event)
            elif isinstance(event, DecisionMap | FittedCurve | NoMap):
                self._keep_map(event)
            elif isinstance(event, ModelsDescribed | AnswersCounted):
                self._keep_models(event)
            elif isinstance(event, RunEnded):
                self._take_end(event.observation)

    @property
    def has_output(self) -> bool:
        return self._written > 0

    def output_since(self, number: int) -> tuple[list[Piece], int]:
        """Return the pieces from `number` on that are still kept, and the next piece's number."""
        first_kept = self._written - len(self._pieces)
        return list(islice(self._pieces, max(0, number - first_kept), None)), self._written

    def _keep_figures(self, event: PlotsDrawn | FiguresKept) -> None:
        if isinstance(event, PlotsDrawn):
            self.figures = event.figures
        else:
            self.kept_figures = event.figures

    def _take_end(self, observation: Observation) -> None:
        self.milliseconds = observation.milliseconds
        if observation.executed is not None:
            self.shapes = observation.executed.shapes
            self.error = observation.executed.error

    def _take_inventory(self, event: InventoryTaken) -> None:
        if have_moved(self.inventory, event.entries):
            # the first backward counts as a step until an optimizer has made one
            self.earlier = min(self.inventory_step, max(0, event.step - 1)), self.inventory
        self.inventory, self.inventory_step = event.entries, event.step

    def _keep_step(self, event: StepRecorded | StartRecorded) -> None:
        if isinstance(event, StartRecorded):
            self.start = event.entries if is_sound(StepRecorded(0, event.entries)) else ()
            return
        if self.recording is None:
            self.recording = RecordedSteps()
        self.recording.add(event)

    def _keep_models(self, event: ModelsDescribed | AnswersCounted) -> None:
        if self.models is None:
            self.models = RecordedModels()
        if isinstance(event, AnswersCounted):
            self.models.add_answers(event)
        else:
            self.models.add(event)

    def _keep_map(self, event: DecisionMap | FittedCurve | NoMap) -> None:
        if self.maps is None:
            self.maps = RecordedMaps()
        self.maps.add(event)

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

    def begin(self) -> None:
        """Start a new record; the one before becomes `previous` unless it is empty."""
        self.previous = self.current or self.previous
        self.current = RunRecord()

    def take(self, events: tuple[RunEvent, ...]) -> None:
        self.current.take(events)

    def forget(self) -> None:
        self.current = RunRecord()
        self.previous = None
