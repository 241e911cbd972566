"""Snapshots of the parameters of a training at some of its steps, spread over all of it.

`LiveReporter` sends them over the run's channel: the app cannot read the folder of a run. A small
model has a snapshot of each early step at any cost, and of later steps at growing distances, so
that the learner can see how a border between classes bends. All other snapshots share one budget of
processor time, which grows with the steps.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from torch import Tensor

from tutor.wire.events import EARLY_STEPS, ParametersGiven, StartRecorded, StepRecorded
from tutor.worker.allowance import Allowance
from tutor.worker.loss_series import LossSeries
from tutor.worker.recorder import Recorder
from tutor.worker.snapshots import MAX_TENSORS, Layout, Snapshot
from tutor.worker.torch_private import without_overrides
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import global_tensors, names_by_id, names_of_trained

MAX_KEYFRAMES = 200
"""Maximum number of snapshots of one run that the app keeps, and that wait to be sent. After so
many steps, fewer are taken."""

MAX_KEPT = 128
"""Maximum number of snapshots of one run that the worker keeps, including the early ones."""

FREE_SECONDS = 0.00126
SHARE = 0.0023
"""Processor seconds that taking snapshots may always need, and its share of the training's seconds.
Sending them needs three quarters of that again."""
EARLY_STEPS_OF_SMALL = 60
SMALL = 4_096
"""Early steps that all get a snapshot if the model has at most `SMALL` numbers: these are cheap."""
GROWTH = 1.1
"""Largest ratio between the steps of two snapshots of such a model: 76 snapshots of 300 steps, 100
of 3,000."""
FIRST_STEPS = 200
"""Half of `FREE_SECONDS` is granted at once, the rest evenly over so many steps."""


class KeyFrame(NamedTuple):
    """The trained tensors after one step."""

    number: int
    snapshot: Snapshot


class ParameterHistory:
    """The snapshots of one run. Steps are numbered from 0, as losses are."""

    def __init__(self, namespace: Mapping[str, object], allowance: Allowance | None = None) -> None:
        self.kept: list[KeyFrame] = []
        """Snapshots spread over the training, for views that need them at its end."""
        self.on_kept: Callable[[], None] = lambda: None
        """Called after each addition to `kept`."""
        self._namespace = namespace
        self._allowance = allowance or Allowance(SHARE, FREE_SECONDS)
        self._next = 0
        """The first step at which another snapshot may be due."""
        self._last_number = 0
        self._series: LossSeries | None = None
        self._unsent: list[KeyFrame] = []
        self._kept_apart = 1
        self._layout: Layout | None = None
        self._start: Snapshot | None = None
        """The parameters at the first backward pass, before any update."""

    def take(self, recorder: Recorder, series: LossSeries) -> None:
        """Take a snapshot if one is due, after a step or a backward.

        `series` holds the losses by which steps are counted. If it differs from the last one, the
        backward passes were not steps, and their snapshots are dropped.
        """
        if series is not self._series:
            self._series, self._next, self._last_number = series, 0, 0
            self._unsent.clear()
        number = series.count - 1
        if number < self._next:
            return
        if not self._is_kept_always(number) and self._wait(number):
            return
        started = self._allowance.now()
        self._add_snapshot(number, recorder)
        self._next = number + 1 + number // MAX_KEYFRAMES
        if not number and not recorder.steps and recorder.backwards == 1 and self._unsent:
            self._start = self._unsent[0].snapshot
        self._allowance.spend(started)

    def due(self, series: LossSeries) -> tuple[float, float]:
        """Return the steps and the seconds after which another snapshot may be due.

        The earlier one counts; inf means never.
        """
        number = series.count - 1
        if number < 1:
            return 1, 0.0  # a step of an optimizer may follow, with another count
        wait, always = self._wait(number), self.until_always(series)
        if always == 1 or not wait:
            return max(1, self._next - number), math.inf
        if self._is_small:
            return always, wait
        granted = FREE_SECONDS / 2 / FIRST_STEPS
        steps = math.ceil(wait * SHARE / granted) if number < FIRST_STEPS else math.inf
        return steps, wait

    def until_always(self, series: LossSeries) -> float:
        """Return the steps until the next snapshot that is taken whatever it costs; inf: never."""
        number = series.count - 1
        if self._is_kept_always(number + 1):
            return 1
        return math.ceil(GROWTH * self._last_number) - number if self._is_small else math.inf

    def _wait(self, number: int) -> float:
        """Return the seconds until the budget allows a snapshot at an ordinary step."""
        if self._is_small and number < FIRST_STEPS:
            return math.inf  # the snapshots that are always kept are enough
        self._allowance.free = FREE_SECONDS / 2 * (1 + min(number / FIRST_STEPS, 1))
        return self._allowance.wait()

    @property
    def _is_small(self) -> bool:
        layout = self._layout
        return layout is not None and layout.is_plain and layout.total <= SMALL

    def _is_kept_always(self, number: int) -> bool:
        """Return True if that step gets a snapshot whatever it costs.

        The first step does: the backward pass before it, which counted as a step until then, may
        have used up the budget.
        """
        layout = self._layout
        if not number or layout is None or not layout.is_plain:
            return not number
        if not self._is_small:
            return number < EARLY_STEPS
        return number < EARLY_STEPS_OF_SMALL or number >= GROWTH * self._last_number

    def _add_snapshot(self, number: int, recorder: Recorder) -> None:
        tensors = recorder.trained_tensors()[:MAX_TENSORS]
        if not tensors:
            return
        if len(self._unsent) >= MAX_KEYFRAMES:
            del self._unsent[EARLY_STEPS + 1 :: 2]
        try:
            if self._layout is None or not _are_same(self._layout.tensors, tensors):
                self._layout = Layout(tensors, recorder.trained.names)
            frame = KeyFrame(number, self._layout.copy(recorder.trained.optimizers))
            self._unsent.append(frame)
            self._last_number = number
            self._keep(frame)
        except Exception:
            self._layout = None  # tensors that cannot be read: the step is left out

    def _keep(self, frame: KeyFrame) -> None:
        """Keep early frames, and later ones that are far enough from the last kept frame."""
        if self.kept and frame.number < self.kept[-1].number:
            self.kept.clear()  # the steps are counted by another series now
        is_early = frame.number < EARLY_STEPS
        if not is_early and self.kept and frame.number - self.kept[-1].number < self._kept_apart:
            return
        self.kept.append(frame)
        if len(self.kept) > MAX_KEPT:
            self._kept_apart *= 2
            del self.kept[EARLY_STEPS + 1 :: 2]
        if self.kept[-1] is frame:
            self.on_kept()

    def send(self, series: LossSeries, send_all: Callable[[Iterable[StepRecorded]], int]) -> None:
        """Send the snapshots that were not sent yet, if `series` counts the steps.

        `send_all` returns the number that it has sent; the next call sends the others. If it
        raises, those that it has taken are not sent again.
        """
        if series is not self._series or not self._unsent:
            return
        count = 0

        def events() -> Iterator[StepRecorded]:
            nonlocal count
            layout: Layout | None = None
            names: list[str] = []
            for step in self._unsent:
                count += 1
                if step.snapshot.layout is not layout:
                    layout = step.snapshot.layout
                    names = self._names(layout)
                yield StepRecorded(step.number, step.snapshot.entries(names))

        try:
            count = send_all(events())
        finally:
            del self._unsent[:count]

    def start(self) -> StartRecorded | None:
        """Return the parameters before the first step; None if they are not known."""
        if self._start is None:
            return None
        return StartRecorded(self._start.entries(self._names(self._start.layout)))

    def _names(self, layout: Layout) -> list[str]:
        return names_of_trained(layout.tensors, layout.scoped_names, self._namespace)


class GivenParameters:
    """The parameters that the given code has made, as they are before the learner's part."""

    def __init__(self, namespace: Mapping[str, object]) -> None:
        self._namespace = namespace
        own = global_tensors(namespace)
        names = names_by_id({name: each for name, each in own.items() if _learns(each)})
        self._names = list(names.values())[:MAX_TENSORS]
        self._snapshot: Snapshot | None = None
        if self._names:
            try:
                self._snapshot = Layout(tuple(own[name] for name in self._names), {}).copy()
            except Exception:
                pass  # tensors that cannot be read

    def event(self) -> ParametersGiven | None:
        """Return the parameters that still have their names, once; then None."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is None:
            return None
        own = global_tensors(self._namespace)
        places = zip(
            self._names, snapshot.layout.tensors, snapshot.entries(self._names), strict=True
        )
        return ParametersGiven(
            tuple(entry for name, each, entry in places if own.get(name) is each)
        )


def _are_same(tensors: Tensors, others: Tensors) -> bool:
    return len(tensors) == len(others) and all(map(operator.is_, tensors, others))


def _learns(tensor: Tensor) -> bool:
    """Return True if a backward may fill the gradient of this tensor."""
    with without_overrides():
        return tensor.requires_grad and tensor.is_leaf
