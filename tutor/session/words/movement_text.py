"""The distance that a tensor moved, in one line, and its ratio to the gradient if there is one.

The rate is measured from the numbers themselves, so that the line is true of whatever moved the
tensor: an optimizer, an update by hand, or a slip in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tutor.session.parameter_changes import Change
from tutor.session.words.inventory_text import entry_gradient, entry_numbers
from tutor.wire.events import InventoryEntry
from tutor.wire.values import FloatValue

TOLERANCE = 2e-3
"""The part of the largest move by which others may miss the rule."""
ROUNDING = 1.2e-7
"""The part of a number that float32 loses at each step; a move is known no better."""
MEASURABLE = 20
"""Minimum multiple of that for a move whose line gives more than its distance."""
LIKE_A_RATE = 0.01
"""The part of it by which a measured rate may miss the learning rate that it is."""


def moved_words(
    entry: InventoryEntry, change: Change | None, rates: Iterable[float] = (), steps: int = 0
) -> str:
    """Say how far the entry has moved, and by what rate times its gradient; "" if not known.

    `rates` are learning rates of the run: a rate that is one of them is called `lr`, and where
    there is only one, a move by another rule is held against it. `steps` of the training led to the
    entry: a gradient is told of only where it is that of the whole move.
    """
    values, gradient = entry_numbers(entry), entry_gradient(entry)
    if change is None or values is None or gradient is None:
        return ""
    steepest, farthest = _largest(gradient), _largest(change.numbers)
    if not steepest < float("inf") or not farthest < float("inf") or not steepest:
        return ""
    if not farthest:
        return f"unchanged, though its largest gradient is {steepest:.3g}"
    moved = f"largest change {farthest:.3g}"
    lost = ROUNDING * _largest(values[0])
    if steps > change.since + 1:
        start = f"step {change.since}" if change.since else "the start"
        return f"largest change since {start}: {farthest:.3g}"
    if farthest < MEASURABLE * lost:
        return moved
    rate = _rate(change.numbers, gradient, TOLERANCE * farthest + lost)
    known = {*rates}
    if rate is None:
        expected = min(known) * steepest if len(known) == 1 else 0.0
        if expected > 0 and not _is_alike(farthest, expected):
            return f"{moved}; lr × gradient is {expected:.3g}"
        return f"{moved}, not a multiple of .grad"
    own = next((f"lr {each:.3g}" for each in known if _is_alike(abs(rate), each)), "")
    uphill = ", uphill" if rate > 0 else ""
    return f"{moved} = {own or f'{abs(rate):.3g}'} × gradient {steepest:.3g}{uphill}"


def learning_rates(entries: Iterable[InventoryEntry]) -> Iterator[float]:
    for entry in entries:
        if entry.name in ("lr", "learning_rate") and isinstance(entry.value, FloatValue):
            yield entry.value.value


def _largest(numbers: Iterable[float]) -> float:
    """Return the largest size; nan if any number is nan."""
    sizes = [abs(number) for number in numbers]
    return float("nan") if any(size != size for size in sizes) else max(sizes, default=0.0)


def _rate(moves: Sequence[float], gradient: Sequence[float], room: float) -> float | None:
    """Return the one number by which the gradient must be multiplied to give all moves."""
    if len(moves) != len(gradient):
        return None
    squares = sum(slope * slope for slope in gradient)
    rate = sum(move * slope for move, slope in zip(moves, gradient, strict=True)) / squares
    fits = (abs(m - rate * slope) <= room for m, slope in zip(moves, gradient, strict=True))
    return rate if rate and all(fits) else None


def _is_alike(one: float, other: float) -> bool:
    return abs(one - other) <= LIKE_A_RATE * abs(other)
