"""`show_surface`: draws a loss over two numbers in the view Surface, with the trail of the steps.

Every program finds it among the builtins, and calls it at each step. The loss is a function of the
two numbers alone, since a program's own loss depends on its parameters in ways unknown here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from inspect import signature
from typing import Any

from msgspec.structs import replace

from tutor.wire.maps import (
    MAX_NAME,
    MAX_TRAIL_POINTS,
    MAX_TRAILS,
    MIN_SIDE,
    SIDE,
    Bounds,
    SurfaceDrawn,
    SurfacePoint,
    Trail,
)
from tutor.worker.asking_apart import unseen
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.show_map import number_of
from tutor.worker.show_pad import described
from tutor.worker.training_hooks import WATCH

NO_FUNCTION = "show_surface needs a loss(w, b) first, as in show_surface(loss, w, b); got {}"
WRONG_NUMBER = "show_surface needs two numbers after the function; one of them is {}"
WRONG_LOSS = "show_surface needs a function that returns one number; it returned {}"
WRONG_AREA = (
    "show_surface needs four numbers as area: left, right, bottom, top, each pair ascending"
)

GRID_SECONDS = 0.2
"""CPU seconds of a grid; where a loss takes longer, the grid has fewer places."""
SEND_EVERY = 0.1
"""Minimum seconds between two surfaces while the program runs."""
PATIENCE = 10
"""A program runs at least so many times as long as drawing takes."""
EARLY = MAX_TRAIL_POINTS // 2
"""Points of a trail that are all kept; of the later ones every second is dropped, if needed."""
MARGIN = 0.15
"""Share of the trails' extent that is shown beyond them at each side."""
FAR = 4.0
"""A point is beyond the picture if its loss is higher than the first one by this factor."""
_clock = time.monotonic

Loss = Callable[[float, float], Any]


class _Steps:
    """The points of one trail, few of them if they are many."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._apart = 1
        self.points: list[SurfacePoint] = []

    def begins_again(self, x: float, y: float) -> bool:
        """Return True if a point is exactly the first one, and there were others since."""
        first, last = self.points[0], self.points[-1]
        return (x, y) == (first.x, first.y) != (last.x, last.y)

    def add(self, count: int, x: float, y: float) -> None:
        """Add the point after `count` counted steps; a call without a new step counts as one."""
        points = self.points
        step = max(count - self._start, points[-1].step + 1 if points else 0)
        if len(points) > EARLY and points[-1].step - points[-2].step < self._apart:
            points.pop()  # the newest point is kept in any case until there is a newer one
        points.append(SurfacePoint(step, x, y, math.nan))
        if len(points) > MAX_TRAIL_POINTS:
            del points[EARLY:-1:2]
            self._apart *= 2

    def trail(self, name: str, loss: Loss) -> Trail:
        """Return the trail of all points that have a loss, computed where it is not known yet."""
        self.points = [
            point if math.isfinite(point.loss) else _with_loss(point, loss) for point in self.points
        ]
        return Trail(name, tuple(each for each in self.points if math.isfinite(each.loss)))


class _Surface:
    """The surface of the program, and when it was sent last."""

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, channel: EventChannel | None) -> None:
        """Draw the surface of a program from now on; without a channel none is drawn."""
        self._channel = channel
        self._trails: dict[str, _Steps] = {}
        self._draw: Callable[[], SurfaceDrawn | None] = lambda: None
        self._next = 0.0
        self.took: float | None = None
        """CPU seconds that the loss took once; None before."""

    def add(
        self, name: str, place: tuple[float, float], draw: Callable[[], SurfaceDrawn | None]
    ) -> None:
        recorder = WATCH.recorder
        if self._channel is None or recorder is None or not all(map(math.isfinite, place)):
            return
        count = recorder.shown.series.count
        if name in self._trails and self._trails[name].begins_again(*place):
            del self._trails[name]  # the training was started anew
        if name not in self._trails and len(self._trails) == MAX_TRAILS:
            del self._trails[next(iter(self._trails))]
        self._trails.setdefault(name, _Steps(count)).add(count, *place)
        self._draw = draw
        now = _clock()
        if now >= self._next:
            self._send(self._channel.offer)
            self._next = _clock() + max(SEND_EVERY, PATIENCE * (_clock() - now))

    def finish(self) -> None:
        """Send the whole surface, when the program is over."""
        if self._channel is not None:
            with suppress(Exception):
                self._send(self._channel.send)
        self.begin(None)

    def _send(self, send: Callable[[SurfaceDrawn], object]) -> None:
        shown = self._draw()
        if shown is not None:
            send(shown)

    def trails(self, loss: Loss) -> tuple[Trail, ...]:
        trails = (each.trail(name, loss) for name, each in self._trails.items())
        return tuple(trail for trail in trails if trail.points)


SURFACE = _Surface()


def show_surface(
    loss: Loss,
    w: object,
    b: object,
    name: str = "",
    area: Sequence[float] | None = None,
) -> None:
    """Draw a loss over two numbers in the pane Surface, with the trail of the steps through it.

    Call it at each step: `loss` takes two floats and gives their loss, `w` and `b` are the numbers
    now. Each `name` has a trail, which begins anew at a call with its first numbers. `area` is
    left, right, bottom and top of the picture; without it, the picture has all steps. Raises
    TypeError or ValueError if one of them cannot be used.
    """
    if not callable(loss):
        raise TypeError(NO_FUNCTION.format(described(loss)))
    bounds = None if area is None else _area(area)
    place = number_of(w, WRONG_NUMBER), number_of(b, WRONG_NUMBER)
    if SURFACE.took is None:
        SURFACE.took = _seconds_of(loss, *place)
    SURFACE.add(_fitting(str(name)), place, lambda: _drawn(loss, bounds))


def _seconds_of(loss: Loss, x: float, y: float) -> float:
    with unseen():
        number_of(loss(x, y), WRONG_LOSS)
        started = time.thread_time()
        loss(x, y)  # a second call: the first one of an operation takes longer
        return time.thread_time() - started


def _drawn(loss: Loss, area: Bounds | None) -> SurfaceDrawn | None:
    side = int((GRID_SECONDS / max(SURFACE.took or 0.0, 1e-9)) ** 0.5)
    side = min(SIDE, max(MIN_SIDE, side))
    places = [place / (side - 1) for place in range(side)]
    with unseen():
        trails = SURFACE.trails(loss)
        if not trails:
            return None
        bounds = area or _bounds_of(trails)
        across, upright = bounds.right - bounds.left, bounds.top - bounds.bottom
        losses = tuple(
            _loss_at(loss, bounds.left + x * across, bounds.bottom + y * upright)
            for y in places
            for x in places
        )
    return SurfaceDrawn(*_names(loss), bounds, side, losses, trails)


def _with_loss(point: SurfacePoint, loss: Loss) -> SurfacePoint:
    return replace(point, loss=_loss_at(loss, point.x, point.y))


def _loss_at(loss: Loss, x: float, y: float) -> float:
    try:
        return number_of(loss(x, y), WRONG_LOSS)
    except (ArithmeticError, ValueError):
        return math.nan  # such as a logarithm of a number below 0, where no step has been


def _bounds_of(trails: tuple[Trail, ...]) -> Bounds:
    near = [
        point
        for trail in trails
        for point in trail.points
        if point is trail.points[0] or point.loss <= FAR * abs(trail.points[0].loss)
    ]
    return Bounds(*_extent([each.x for each in near]), *_extent([each.y for each in near]))


def _extent(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room


def _area(area: Sequence[float]) -> Bounds:
    sides = [number_of(side, WRONG_AREA) for side in area]
    if len(sides) != 4 or not -math.inf < sides[0] < sides[1] < math.inf:
        raise ValueError(WRONG_AREA)
    if not -math.inf < sides[2] < sides[3] < math.inf:
        raise ValueError(WRONG_AREA)
    return Bounds(*sides)


def _names(loss: Loss) -> tuple[str, str]:
    """Return the names that the function has for the two numbers."""
    try:
        first, second, *_ = signature(loss).parameters
    except (TypeError, ValueError):
        return "x", "y"
    return _fitting(first), _fitting(second)


def _fitting(name: str) -> str:
    return "".join(filter(str.isprintable, name))[:MAX_NAME]
