"""Inventory entries in words and numbers, and how far a tensor moved, for the tensors pane.

It must do without torch and numpy, which only the worker may import.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from math import isfinite, prod
from typing import TYPE_CHECKING

from tutor.session import late
from tutor.session.state import Cursor, State
from tutor.wire.events import InventoryEntry
from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    Counts,
    FloatValue,
    IntValue,
    ModuleValue,
    Statistics,
    TensorValue,
)

if TYPE_CHECKING:
    from tutor.course.figures.parts import Gradient
    from tutor.session.losses import TrainingFacts
    from tutor.session.tensors import Change


_MAX_WEIGHTS = 6
"""The greatest number of weights whose gradients are shown; there is no room for more."""
_CODES = {"float": "d", "int": "q", "bool": "b"}


def entry_line(entry: InventoryEntry, width: int = 0) -> str:
    """Return the entry's line in the list: its name, then its shape or value.

    Return only the name if the line is longer than `width` characters; 0 means no limit.
    """
    value, words = entry.value, ""
    if isinstance(value, TensorValue | ArrayValue):
        found = entry_elements(entry) if prod(value.shape) == 1 else None
        shape = shape_text(value.shape) if value.shape else ""
        words = "  ".join(filter(None, (shape, f"{found[0][0]:.6g}" if found else "")))
    elif isinstance(value, BoolValue | IntValue):
        words = str(value.value)
    elif isinstance(value, FloatValue):
        words = f"{value.value:.6g}"
    elif isinstance(value, ModuleValue):
        words = f"{value.parameters} parameters" if value.parameters else value.type_name
    line = f"{entry.name}  {words}"
    return entry.name if 0 < width < len(line) else line


def entry_numbers(entry: InventoryEntry) -> tuple[list[float], tuple[int, ...]] | None:
    """Return the elements in row-major order and the shape; None if they cannot be drawn.

    That is so for a single number, and for a tensor whose elements did not all come.
    """
    value = entry.value
    is_single = isinstance(value, TensorValue | ArrayValue) and prod(value.shape) < 2
    return None if is_single else entry_elements(entry)


def entry_elements(entry: InventoryEntry) -> tuple[list[float], tuple[int, ...]] | None:
    """Return elements and shape, also of a single number; None if they did not all come."""
    value = entry.value
    if not isinstance(value, TensorValue | ArrayValue):
        return None
    code = _CODES.get(value.kind)
    if code is None or value.sampled or not value.data:
        return None
    numbers = _elements(code, value.data, value.shape)
    return (numbers, value.shape) if numbers is not None else None


def counted_of(entry: InventoryEntry) -> tuple[tuple[int, ...], Statistics, Counts] | None:
    """Return the shape, the statistics and what was counted; None if nothing sound was."""
    value, counts = entry.value, entry.counts
    if not isinstance(value, TensorValue | ArrayValue) or counts is None:
        return None
    statistics = entry.statistics or value.statistics
    is_sound = min((counts.zeros, *counts.bins)) >= 0 and sum(counts.bins) <= counts.counted
    return (value.shape, statistics, counts) if statistics is not None and is_sound else None


def entry_gradient(entry: InventoryEntry) -> list[float] | None:
    value = entry.value
    if not isinstance(value, TensorValue) or not entry.gradient:
        return None
    return _elements("d", entry.gradient, value.shape)


def entry_states(entry: InventoryEntry) -> list[tuple[str, list[float]]]:
    """Return what the optimizer keeps for the entry, each with its name; [] if that is unknown."""
    value, names = entry.value, entry.state_names
    if not isinstance(value, TensorValue):
        return []
    size = 4 * prod(value.shape)
    parts = [entry.states[place * size : (place + 1) * size] for place in range(len(names))]
    elements = [_elements("f", part, value.shape) for part in parts]
    return [(name, each) for name, each in zip(names, elements, strict=True) if each is not None]


def gradient_words(entry: InventoryEntry) -> str:
    return "" if entry.gradient_norm is None else f"length {entry.gradient_norm:.4g}"


def weight_gradients(entries: tuple[InventoryEntry, ...]) -> tuple[Gradient, ...]:
    weights = (each for each in entries if each.name.endswith(".weight"))
    gradients = (
        late.gradient(each.name, each.value.shape, each.gradient_norm)
        for each in weights
        if isinstance(each.value, TensorValue)
        and len(each.value.shape) == 2
        and each.gradient_norm is not None
        and isfinite(each.gradient_norm)
    )
    return tuple(islice(gradients, _MAX_WEIGHTS))


def entry_words(entry: InventoryEntry) -> str:
    """Say the entry's name, shape and dtype, and of what is not drawn its statistics.

    The device is said where it is not the CPU. The length of the gradient belongs to that, too.
    """
    value = entry.value
    if not isinstance(value, TensorValue | ArrayValue):
        return entry_line(entry)
    words = f"{entry_line(entry)}  {value.dtype}"
    if isinstance(value, TensorValue) and value.device != "cpu":
        words += f"  {value.device}"
    if entry.gradient_norm is not None and not entry.gradient:
        words += f"  gradient {gradient_words(entry)}"
    words += _single_words(entry)
    s = entry.statistics or value.statistics
    if s is None or entry_numbers(entry) is not None or prod(value.shape) == 1:
        return words
    statistics = f"mean {s.mean:+.4g}  std {s.std:.4g}  min {s.low:+.4g}  max {s.high:+.4g}"
    odd = f"  {s.nans} nan, {s.infinities} infinite" if s.nans or s.infinities else ""
    return f"{words}\n{statistics}{odd}"


def _single_words(entry: InventoryEntry) -> str:
    if not isinstance(entry.value, TensorValue) or prod(entry.value.shape) != 1:
        return ""
    gradient = entry_gradient(entry)
    told = ([("gradient", gradient)] if gradient is not None else []) + entry_states(entry)
    words = "".join(f"  {name} {numbers[0]:+.4g}" for name, numbers in told)
    return words + (f"  step {entry.optimizer_steps:.0f}" if entry.optimizer_steps else "")


def _elements(code: str, data: bytes, shape: tuple[int, ...]) -> list[float] | None:
    numbers = array(code)
    try:
        numbers.frombytes(data)
    except ValueError:
        return None
    return [float(n) for n in numbers] if len(numbers) == prod(shape) else None


def nothing_listed_words(state: State) -> str:
    if state.queued:
        return "Nothing to show yet: the program begins when PyTorch is ready."
    if state.activity is not None:
        return "Nothing to show yet: the program has only begun."
    if state.ending is not None or state.verdict is not None:
        return "The program left no tensors, layers or numbers to show."
    return "Nothing to show yet. After a run, this pane lists the tensors of the program."


def step_words(cursor: Cursor | None, kept: tuple[int, tuple[InventoryEntry, ...]] | None) -> str:
    """Say which step's tensors are shown; return "" for those of the end.

    `kept` holds the nearest recorded step, counted from 0, and its entries; None if none is kept.
    """
    if cursor is None:
        return ""
    if kept is None:
        return "at the end: no steps were recorded"
    step = kept[0] + 1
    return f"at step {step}" + ("" if step == cursor.step else ", the nearest recorded step")


def shape_text(shape: tuple[int, ...]) -> str:
    """Return the shape as Python writes it, such as `(8, 16)` or `(8,)`."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


TOLERANCE = 2e-3
"""The part of the largest move by which others may miss the rule."""
ROUNDING = 1.2e-7
"""The part of a number that float32 loses at each step; a move is known no better."""
MEASURABLE = 20
"""Minimum multiple of that for a move whose line gives more than its distance."""
LIKE_A_RATE = 0.01
"""The part of it by which a measured rate may miss the learning rate that it is."""


def learning_rates(entries: Iterable[InventoryEntry], facts: TrainingFacts) -> list[float]:
    named = (e.value for e in entries if e.name in ("lr", "learning_rate"))
    own = [value.value for value in named if isinstance(value, FloatValue)]
    return [*own, *(each.rate for each in facts.rates)]


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
