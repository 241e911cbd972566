"""The tensors, models and maps of a run at some of its steps, as the run's process reported them.

That process runs a learner's program, so nothing is taken on trust: otherwise one program could
crash the panes or fill the app's memory. What does not fit its shape or is too large is left out,
and the number of steps kept is bounded. A `RunRecord` of the timeline owns them.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from math import prod
from typing import TypeAlias

from tutor.wire.events import EARLY_STEPS, InventoryEntry, StepRecorded
from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    MAX_CLASSES,
    POINT_BYTES,
    ROWS,
    DecisionMap,
    FittedCurve,
    NoMap,
)
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.values import TensorValue

MAX_KEPT_STEPS = 200
"""Steps kept; when there are more, those are dropped that lie closest together."""

MAX_KEPT_MODELS = 200
"""Descriptions of models kept; of more, every second one is dropped, but not the newest and not
those of the first `EARLY_STEPS`."""

MAX_BYTES = 320_000
"""Bytes of the elements of one step, which makes 64 MB for all steps kept."""

MAX_ENTRIES = 400
MAX_NAME = 1_000
MAX_DTYPE = 20
MAX_AXES = 64
MAX_STEPS = 1_000_000
MAX_STATE = 100
"""Characters of the name of something that an optimizer keeps."""
_BYTES = 8
"""Bytes of one element: they come as float64, what an optimizer keeps as float32."""


class RecordedSteps:
    """The recorded steps of one run, numbered from 0, with their tensors."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._entries: dict[int, tuple[InventoryEntry, ...]] = {}
        self._apart = 1
        """The shortest distance between two steps that are kept."""

    def add(self, event: StepRecorded) -> None:
        at = bisect_left(self._steps, event.step)
        close = event.step >= EARLY_STEPS and any(
            abs(kept - event.step) < self._apart for kept in self._steps[max(0, at - 1) : at + 1]
        )
        if close or event.step in self._entries or not is_sound_step(event):
            return
        insort(self._steps, event.step)
        self._entries[event.step] = event.entries
        while len(self._steps) > MAX_KEPT_STEPS:
            self._apart *= 2
            kept: list[int] = []
            for step in self._steps:
                if step < EARLY_STEPS or not kept or step - kept[-1] >= self._apart:
                    kept.append(step)
            self._steps = kept
            self._entries = {step: self._entries[step] for step in kept}

    def nearest(self, step: int) -> tuple[int, tuple[InventoryEntry, ...]] | None:
        at = bisect_left(self._steps, step)
        around = self._steps[max(0, at - 1) : at + 1]
        if not around:
            return None
        nearest = min(around, key=lambda kept: abs(kept - step))
        return nearest, self._entries[nearest]

    def before(self, step: int | None) -> Iterator[tuple[int, tuple[InventoryEntry, ...]]]:
        """Yield the kept steps before this one, or all of them, and their tensors; latest first."""
        end = len(self._steps) if step is None else bisect_left(self._steps, step)
        for kept in reversed(self._steps[:end]):
            yield kept, self._entries[kept]

    def __len__(self) -> int:
        return len(self._steps)


class RecordedModels:
    """The descriptions of one run's models, in the order of their steps."""

    def __init__(self) -> None:
        self._kept: list[ModelsDescribed] = []
        self._answers: list[AnswersCounted] = []

    def __bool__(self) -> bool:
        return bool(self._kept or self._answers)

    def add(self, event: ModelsDescribed) -> None:
        if event.step < 0:
            return
        at = bisect_left(self._kept, event.step, key=lambda kept: kept.step)
        if at < len(self._kept) and self._kept[at].step == event.step:
            self._kept[at] = event
        else:
            self._kept.insert(at, event)
        if len(self._kept) > MAX_KEPT_MODELS:
            del self._kept[EARLY_STEPS + 1 : -1 : 2]

    def add_answers(self, event: AnswersCounted) -> None:
        if self._answers and self._answers[-1].step >= event.step:
            self._answers = [each for each in self._answers if each.step < event.step]
        self._answers.append(event)
        if len(self._answers) > MAX_KEPT_MODELS:
            self._answers = [*self._answers[:-1:2], self._answers[-1]]

    def answers(self, step: int | None) -> AnswersCounted | None:
        if step is None or not self._answers:
            return self._answers[-1] if self._answers else None
        return min(self._answers, key=lambda each: abs(each.step - step))

    @property
    def newest(self) -> ModelsDescribed:
        """The description of the latest step; empty before the first."""
        return self._kept[-1] if self._kept else ModelsDescribed()

    def nearest(self, step: int) -> ModelsDescribed:
        return min(self._kept, key=lambda kept: abs(kept.step - step), default=ModelsDescribed())


def is_sound_step(event: StepRecorded) -> bool:
    entries = event.entries
    if not 0 <= event.step < MAX_STEPS or not 0 < len(entries) <= MAX_ENTRIES:
        return False
    numbers = sum(
        len(e.value.data) + len(e.gradient) + len(e.states)
        for e in entries
        if isinstance(e.value, TensorValue)
    )
    return numbers <= MAX_BYTES and all(map(_entry_is_sound, entries))


def _entry_is_sound(entry: InventoryEntry) -> bool:
    value = entry.value
    if not isinstance(value, TensorValue) or value.kind != "float":
        return False
    if not entry.name.isprintable() or len(entry.name) > MAX_NAME:
        return False
    if not value.dtype.isidentifier() or len(value.dtype) > MAX_DTYPE:
        return False
    if not value.device.isprintable() or len(value.device) > MAX_DTYPE:
        return False
    if len(value.shape) > MAX_AXES or min(value.shape, default=0) < 0:
        return False
    if value.sampled:
        return not (value.data or entry.gradient or entry.states)
    size = _BYTES * prod(value.shape)
    if len(value.data) != size or len(entry.gradient) not in (0, size):
        return False
    names = entry.state_names
    return 2 * len(entry.states) == size * len(names) and all(
        each.isprintable() and len(each) <= MAX_STATE for each in names
    )


RunMap: TypeAlias = DecisionMap | FittedCurve

MAX_KEPT_MAPS = 200
"""Maps kept of one run, of 8 kB each at most; when there are more, every second one is dropped."""


class RecordedMaps:
    """The maps of one run, in the order of their steps, and why there is none."""

    def __init__(self) -> None:
        self.reason: NoMap | None = None
        self._steps: list[int] = []
        self._maps: list[RunMap] = []
        self._apart = 1
        """The shortest distance between two steps that are kept, but for the last."""

    def __bool__(self) -> bool:
        return bool(self._maps)

    @property
    def steps(self) -> tuple[int, ...]:
        return tuple(self._steps)

    @property
    def newest(self) -> RunMap | None:
        return self._maps[-1] if self._maps else None

    def add(self, event: RunMap | NoMap) -> None:
        """Keep the map, in place of another one of its step, or the reason why there is none."""
        if isinstance(event, NoMap):
            self.reason = event
            return
        if not is_sound_map(event):
            return
        at = bisect_left(self._steps, event.step)
        if at < len(self._steps) and self._steps[at] == event.step:
            self._maps[at] = event
            return
        steps = self._steps
        if at == len(steps):
            # the latest map is kept in any case, however close it is, until a newer one comes
            if at > 1 and steps[-1] > EARLY_STEPS and steps[-1] - steps[-2] < self._apart:
                del steps[-1], self._maps[-1]
        elif event.step > EARLY_STEPS and any(
            abs(kept - event.step) < self._apart for kept in steps[max(0, at - 1) : at + 1]
        ):
            return
        at = bisect_left(self._steps, event.step)
        self._steps.insert(at, event.step)
        self._maps.insert(at, event)
        if len(self._steps) > MAX_KEPT_MAPS:
            self._apart *= 2
            later = slice(bisect_right(self._steps, EARLY_STEPS) + 1, -1, 2)
            del self._steps[later], self._maps[later]

    def nearest(self, step: int) -> RunMap | None:
        at = bisect_left(self._steps, step)
        around = range(max(0, at - 1), min(at + 1, len(self._steps)))
        best = min(around, key=lambda place: abs(self._steps[place] - step), default=None)
        return self._maps[best] if best is not None else None


def is_sound_map(event: RunMap) -> bool:
    bounds = event.bounds
    sides = (bounds.right - bounds.left, bounds.top - bounds.bottom)
    if not 0 <= event.step <= MAX_STEPS or not all(0 < side < math.inf for side in sides):
        return False
    if len(event.points) % POINT_BYTES:
        return False
    if isinstance(event, FittedCurve):
        return len(event.values) == 4 * CURVE_PLACES
    if not 2 <= event.classes <= MAX_CLASSES or not 0 <= event.right <= event.known:
        return False
    places = COLUMNS * ROWS
    return len(event.winners) == len(event.sureness) == places and (
        max(event.winners) < event.classes
    )
