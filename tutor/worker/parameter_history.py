"""Snapshots of the parameters of a training at some of its steps, spread over all of it.

`LiveReporter` sends them over the run's channel. A file would not do: the folder of a run may be a
file system of its own, into which the app cannot look, and what was sent is there even when the
program is killed. Of a small model each early step is there, whatever it takes, and later ones ever
further apart: that the border of two classes bends is what one came for. Beyond that, taking,
encoding and sending them have one budget of CPU time, which grows with the steps. Of a long
training there are fewer and fewer, since the app keeps little more than 200 in all.
"""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from tutor.wire.events import EARLY_STEPS, StartRecorded, StepRecorded
from tutor.worker.loss_series import LossSeries
from tutor.worker.recorder import Recorder
from tutor.worker.snapshots import MAX_TENSORS, Layout, Snapshot
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import names_of_trained

MAX_KEYFRAMES = 200
"""Snapshots that the app keeps of one run: after so many steps, fewer of the later ones are taken,
and no more wait to be sent."""

MAX_KEPT = 128
"""Snapshots that the worker itself keeps of one run, the early ones among them."""

FREE_SECONDS = 0.0022
"""CPU time that snapshots may take in any case. A training loses twice that by it: what they push
out of the processor's caches, it has to fetch again, which is in no measured time of theirs."""
EARLY_STEPS_OF_SMALL = 60
SMALL = 4_096
"""Early steps of a model with so few numbers, whose snapshots cost nearly nothing."""
GROWTH = 1.1
"""Of such a model there is another snapshot at the latest when the steps are so many times what
they were at the last one: 76 of 300 steps, 100 of 3,000."""
FIRST_STEPS = 200
EAGER_STEPS = 200
"""What is free is granted bit by bit over the first steps, so that snapshots come from all of them;
at the first step already as much as would come in so many."""
FIRST_STEP_SECONDS = 0.7e-6
"""CPU time that they may take of each of the first `FIRST_STEPS` beyond that."""
OWN_SHARE = 0.005
"""Share of the thread's CPU time that they may take of later steps."""
ENCODING_FACTOR = 0.75
"""How long sending a snapshot takes by how long taking it took, until it has been measured."""


class KeyFrame(NamedTuple):
    """What the trained tensors were after one step."""

    number: int
    snapshot: Snapshot


class _Budget:
    """The CPU time that snapshots may take, and what they have taken."""

    def __init__(self) -> None:
        self._started: float | None = None
        """The time of the first step; what came before it says nothing of the pace."""
        self._since = 0.0
        """The time at which the later steps began."""
        self._granted = FREE_SECONDS
        """The CPU time that may be used besides what each step adds."""
        self._in_first_steps = True
        self._copying, self._copied = 0.0, 0
        self._encoding, self._encoded = 0.0, 0

    def seconds_short(self, now: float, step: int, unsent: int) -> float:
        """Return the CPU time by which too much is used at that step; at most 0: none.

        What it will take to send the `unsent` snapshots counts as used.
        """
        if self._started is None:
            self._started = now
        used = self._copying + self._encoding + unsent * self._seconds_to_encode()
        if step < FIRST_STEPS:
            return used - self._granted * _share_by(step) - FIRST_STEP_SECONDS * step
        if self._in_first_steps:  # what is left of the first steps is not for later ones
            self._in_first_steps, self._since = False, now
            self._granted = min(self._granted + FIRST_STEP_SECONDS * FIRST_STEPS, used)
        return used - self._granted - OWN_SHARE * (now - self._since)

    def seconds_until(self, short: float, now: float, step: int) -> float:
        """Return in how many seconds so much CPU time will be granted at the present pace."""
        if short <= 0:
            return 0.0
        if step >= FIRST_STEPS:
            return short / OWN_SHARE
        by_step = FIRST_STEP_SECONDS + self._granted / (FIRST_STEPS + EAGER_STEPS)
        steps = min(short / by_step, FIRST_STEPS - step)
        return steps * (now - (self._started or 0.0)) / (step + 1)

    def _seconds_to_encode(self) -> float:
        if self._encoded:
            return self._encoding / self._encoded
        return ENCODING_FACTOR * self._copying / max(self._copied, 1)

    def account_copy(self, seconds: float) -> None:
        """Count a snapshot that took so long to take."""
        self._copying += seconds
        self._copied += 1

    def account_encoding(self, seconds: float, count: int) -> None:
        """Count so many snapshots that took so long to send."""
        self._encoding += seconds
        self._encoded += count


def _share_by(step: int) -> float:
    """Return the share of what is free that is granted by that one of the first steps."""
    return (step + EAGER_STEPS) / (FIRST_STEPS + EAGER_STEPS)


class ParameterHistory:
    """The snapshots of one run. Steps are numbered from 0, as losses are."""

    def __init__(
        self, namespace: Mapping[str, object], clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._namespace = namespace
        self._clock = clock
        self._budget = _Budget()
        self._next = 0
        """The first step of which another snapshot is wanted."""
        self._series: LossSeries | None = None
        self._steps: list[KeyFrame] = []
        """The snapshots that were not sent yet."""
        self.kept: list[KeyFrame] = []
        """Some of all that were taken, spread over the training, for views that need them at its
        end."""
        self.last: tuple[KeyFrame, ...] = ()
        """The last two of all."""
        self.on_kept: Callable[[], None] = lambda: None
        """Called when there is one more of them."""
        self._kept_apart = 1
        self._last_number = 0
        """The step of the last snapshot."""
        self._layout: Layout | None = None
        self._start: Snapshot | None = None
        """What the first backward left: nothing has moved the parameters by then."""

    def take(self, recorder: Recorder, series: LossSeries) -> float:
        """Take a snapshot if one is due, after a step or a backward.

        `series` holds the losses by which steps are counted. If it is another one than before, the
        backward passes were no steps, and their snapshots are dropped. Returns the seconds in which
        no other will be due.
        """
        if series is not self._series:
            self._series, self._next, self._last_number = series, 0, 0
            self._steps.clear()
        number = series.count - 1
        if number < self._next:
            return 0.0
        budget, now = self._budget, self._clock()
        short = budget.seconds_short(now, number, len(self._steps))
        if self._is_small and number < FIRST_STEPS:
            short = math.inf  # those that are kept always are enough
        if short <= 0 or self._is_kept_always(number):
            self._next = number + 1 + number // MAX_KEYFRAMES
            started = now
            self._add_snapshot(number, recorder)
            if not number and not recorder.steps and recorder.backwards == 1 and self._steps:
                self._start = self._steps[0].snapshot
            now = self._clock()
            budget.account_copy(now - started)
            short = budget.seconds_short(now, number, len(self._steps))
        if not number or (number < EARLY_STEPS_OF_SMALL and self._is_kept_always(number + 1)):
            return 0.0
        return budget.seconds_until(short, now, number)

    def steps_until_due(self, series: LossSeries) -> float:
        """Return after how many steps there is another snapshot whatever it takes; inf if never."""
        if not self._is_small:
            return math.inf
        return max(1, math.ceil(GROWTH * self._last_number) - (series.count - 1))

    @property
    def _is_small(self) -> bool:
        layout = self._layout
        return layout is not None and layout.is_plain and layout.total <= SMALL

    def send(self, series: LossSeries, send_all: Callable[[Iterable[StepRecorded]], int]) -> None:
        """Hand over the snapshots that were not sent yet, in order, if `series` counts the steps.

        `send_all` returns how many it has sent; the others are handed over at the next call. Where
        it raises, those that it was given are not handed over again.
        """
        if series is not self._series or not self._steps:
            return
        started, count = self._clock(), 0

        def unsent() -> Iterator[StepRecorded]:
            nonlocal count
            layout: Layout | None = None
            names: list[str] = []
            for step in self._steps:
                count += 1
                if step.snapshot.layout is not layout:
                    layout = step.snapshot.layout
                    names = names_of_trained(layout.tensors, layout.scoped_names, self._namespace)
                yield StepRecorded(step.number, step.snapshot.entries(names))

        try:
            count = send_all(unsent())
        finally:
            del self._steps[:count]
            self._budget.account_encoding(self._clock() - started, count)

    def start(self) -> StartRecorded | None:
        """Return the parameters before the first step; None if they are not known."""
        if self._start is None:
            return None
        layout = self._start.layout
        names = names_of_trained(layout.tensors, layout.scoped_names, self._namespace)
        return StartRecorded(self._start.entries(names))

    def _is_kept_always(self, number: int) -> bool:
        """Return True if there is a snapshot of that step whatever it takes.

        So there is of the first one: it may come when the backward before it, which was taken for
        a step until then, has used up the budget.
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
        if len(self._steps) >= MAX_KEYFRAMES:
            del self._steps[EARLY_STEPS + 1 :: 2]
        try:
            if self._layout is None or not _are_same(self._layout.tensors, tensors):
                self._layout = Layout(tensors, recorder.scoped_names)
            frame = KeyFrame(number, self._layout.copy(recorder.optimizers))
            self._steps.append(frame)
            self._last_number = number
            self.last = (*self.last[-1:], frame)
            self._keep(frame)
        except Exception:
            self._layout = None  # tensors of a kind that cannot be read: the step is left out

    def _keep(self, frame: KeyFrame) -> None:
        """Keep an early frame, and one that is far enough from the last: not too many of them."""
        if self.kept and frame.number < self.kept[-1].number:
            self.kept.clear()  # the steps are counted otherwise
        is_early = frame.number < EARLY_STEPS
        if not is_early and self.kept and frame.number - self.kept[-1].number < self._kept_apart:
            return
        self.kept.append(frame)
        if len(self.kept) > MAX_KEPT:
            self._kept_apart *= 2
            del self.kept[EARLY_STEPS + 1 :: 2]
        if self.kept[-1] is frame:
            self.on_kept()


def _are_same(tensors: Tensors, others: Tensors) -> bool:
    return len(tensors) == len(others) and all(map(operator.is_, tensors, others))
