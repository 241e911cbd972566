"""The surface of a loss in words: where the trails go, and where the loss is lowest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.wire.maps import SurfaceDrawn, SurfacePoint, Trail

EMPTY = (
    "No surface yet. A program that calls show_surface(loss, w, b) at each step draws here the "
    "loss over its two numbers, and the trail of the steps."
)
BUSY = "No surface yet: it comes with the first call of show_surface."
NONE = "The run did not call show_surface, so there is no surface."
BEFORE = "the run before"
"""Name of the trail of another run."""
LETTERS = "abcdefg"
"""Ends of the trails, if there are several."""


def no_surface_words(state: State) -> str:
    if state.activity is not None:
        return BUSY
    return NONE if state.ending is not None else EMPTY


def surface_words(shown: SurfaceDrawn, now: Trail, dot: str = " · ") -> str:
    """Say in one line which step the newest trail is at, and the loss there."""
    point, last = now.points[-1], shown.trails[-1].points[-1]
    return f"step {point.step} of {last.step}{dot}loss {point.loss:.4g}{dot}{_place(shown, point)}"


def look_words(shown: SurfaceDrawn, trails: Sequence[Trail], *, coloured: bool = True) -> str:
    """Say what the picture shows, and which letter is which trail."""
    words = "Dark: low loss." if coloured else "Dots: contours."
    words += f" Lowest seen: {_lowest(shown)}."
    if len(trails) > 1:
        named = [f"{letter}: {_name(each)}" for letter, each in zip(LETTERS, trails, strict=False)]
        words = f"{', '.join(named)}. {words}"
    return words


def told_lines(shown: SurfaceDrawn) -> Iterator[str]:
    """Describe the surface and each trail in sentences."""
    bounds = shown.bounds
    yield (
        f"The loss over {shown.x_name} from {bounds.left:.3g} to {bounds.right:.3g} and "
        f"{shown.y_name} from {bounds.bottom:.3g} to {bounds.top:.3g}. "
        f"Lowest seen: {_lowest(shown)}."
    )
    for trail in shown.trails:
        first, last = trail.points[0], trail.points[-1]
        turns = [
            f"{name} turns round {counted(count, 'time')}"
            for name, count in zip((shown.x_name, shown.y_name), _turns(trail), strict=True)
        ]
        yield (
            f"{_name(trail).capitalize()}: {counted(last.step, 'step')}, "
            f"from {_place(shown, first)}, loss {first.loss:.4g} "
            f"to {_place(shown, last)}, loss {last.loss:.4g}. On the way {' and '.join(turns)}."
        )


def _name(trail: Trail) -> str:
    return trail.name or "this run"


def _place(shown: SurfaceDrawn, point: SurfacePoint) -> str:
    return f"{shown.x_name} {point.x:.3g}, {shown.y_name} {point.y:.3g}"


def _lowest(shown: SurfaceDrawn) -> str:
    """Describe the lowest of the losses on the grid and along the trails."""
    side, bounds = shown.side, shown.bounds
    places = [each / (side - 1) for each in range(side)]
    xs = [bounds.left + each * (bounds.right - bounds.left) for each in places]
    ys = [bounds.bottom + each * (bounds.top - bounds.bottom) for each in places]
    grid = zip(((x, y) for y in ys for x in xs), shown.losses, strict=True)
    seen = [(loss, x, y) for (x, y), loss in grid]
    seen += [(each.loss, each.x, each.y) for trail in shown.trails for each in trail.points]
    loss, x, y = min(each for each in seen if math.isfinite(each[0]))
    return f"{loss:.4g} at {shown.x_name} {x:.3g}, {shown.y_name} {y:.3g}"


def _turns(trail: Trail) -> tuple[int, int]:
    """Return how often each of the two numbers changes its direction."""
    counts = []
    for numbers in ([each.x for each in trail.points], [each.y for each in trail.points]):
        moves = [after - before for before, after in pairwise(numbers) if after != before]
        counts.append(sum(1 for one, other in pairwise(moves) if one * other < 0))
    return counts[0], counts[1]
