"""The maps of a run at some of its steps, as the run's process reported them.

That process runs a learner's program, so that a map whose data does not fit together is left out,
and there are never more than `MAX_KEPT_MAPS`. A `RunRecord` of the timeline owns it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TypeAlias

from tutor.wire.events import EARLY_STEPS
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

RunMap: TypeAlias = DecisionMap | FittedCurve

MAX_KEPT_MAPS = 200
"""Maps kept of one run, of 8 kB each at most; when there are more, every second one is dropped."""
MAX_STEPS = 1_000_000


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
        if not is_sound(event):
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


def is_sound(event: RunMap) -> bool:
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
