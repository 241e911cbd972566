"""Tensors, losses and other values as lines: summary first, numbers on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, nan, prod
from statistics import fmean, stdev

from tutor.grading.wording import counted
from tutor.session.losses import LossView
from tutor.session.words.inventory_text import entry_elements, entry_gradient
from tutor.session.words.loss_text import MIN_TREND, broken_words, trend_words
from tutor.session.words.spoken_text import speak, spoken_number, spoken_shape
from tutor.wire.events import InventoryEntry
from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    FloatValue,
    IntValue,
    ModuleValue,
    TensorValue,
)

IN_A_LINE = 8
"""Numbers of a row printed in one line."""
HUGE = 1e140
"""Bound above which a sum of squares could overflow a float."""


def entry_line(entry: InventoryEntry) -> str:
    """Return a value's name, shape and type, and its number if it is a single one."""
    value = entry.value
    if isinstance(value, TensorValue | ArrayValue):
        found = entry_elements(entry)
        if prod(value.shape) == 1 and found is not None:
            return f"Tensor {entry.name}: {spoken_number(found[0][0])}, {value.dtype}."
        return f"Tensor {entry.name}: {spoken_shape(value.shape)}, {value.dtype}."
    if isinstance(value, ModuleValue):
        learnt = f"{value.parameters} numbers to learn" if value.parameters else "nothing to learn"
        return f"Model {entry.name}: {value.type_name}, {learnt}."
    if isinstance(value, BoolValue | IntValue):
        return f"Value {entry.name}: {value.value}."
    if isinstance(value, FloatValue):
        return f"Value {entry.name}: {spoken_number(value.value)}."
    return f"Value {entry.name}."


def entry_summary(entry: InventoryEntry, moved: str = "") -> Iterator[str]:
    """Yield a value's line with minimum, maximum and mean, its gradient, and its last change."""
    words = [entry_line(entry)]
    found = entry_elements(entry)
    if found is not None and len(found[0]) > 1:
        words.append(numbers_words(found[0]))
    elif (s := entry.statistics) is not None:
        odd = s.nans + s.infinities
        words += [_extent_words(s.low, s.high, s.mean, odd)] if odd or isfinite(s.low) else []
    yield " ".join(words)
    gradient = entry_gradient(entry)
    if gradient is not None and gradient:
        yield f"Its gradient: {numbers_words(gradient)}"
    elif entry.gradient_norm is not None:
        yield f"Its gradient has the length {spoken_number(entry.gradient_norm)}."
    if moved:
        yield f"Since the step before: {speak(moved)}."


def more_of(entry: InventoryEntry) -> Iterator[str]:
    """Yield the command for a tensor's numbers, if it has several and all are known."""
    found = entry_elements(entry)
    if found is not None and len(found[0]) > 1:
        columns = ", or columns for the mean of each" if len(found[1]) == 2 else ""
        yield f"Type tensor {entry.name} rows for its numbers{columns}."


def numbers_words(numbers: Sequence[float]) -> str:
    """Return minimum, maximum and mean as words, and the count of nan and infinite numbers."""
    there = [number for number in numbers if isfinite(number)]
    if not there:
        return _extent_words(nan, nan, nan, len(numbers))
    return _extent_words(min(there), max(there), _mean(there), len(numbers) - len(there))


def _extent_words(low: float, high: float, mean: float, odd: int) -> str:
    """Return these figures as words.

    They describe the finite numbers, and are nan if there are none; `odd` counts the others.
    """
    if not isfinite(low):
        return "No number is finite."
    words = (
        f"Least {spoken_number(low)}, largest {spoken_number(high)}, mean {spoken_number(mean)}."
    )
    return f"{words} {odd} {'is' if odd == 1 else 'are'} nan or infinite." if odd else words


def _mean(numbers: Sequence[float]) -> float:
    unit = _unit(numbers)
    return fmean(number / unit for number in numbers) * unit


def _spread(numbers: Sequence[float]) -> float:
    unit = _unit(numbers)
    return stdev(number / unit for number in numbers) * unit


def _unit(numbers: Sequence[float]) -> float:
    """Return a divisor that keeps sums and squares of the numbers from overflowing."""
    largest = max(map(abs, numbers))
    return largest if largest > HUGE else 1.0


def rows_of(entry: InventoryEntry, first: int, last: int) -> Iterator[str]:
    """Yield rows of a tensor, counted from 0 as in Python, eight numbers a line."""
    found = entry_elements(entry)
    if found is None:
        yield "Not all of its numbers were recorded: print those that you need."
        return
    yield from number_rows(*found, first, last)


def number_rows(
    numbers: Sequence[float], shape: tuple[int, ...], first: int, last: int
) -> Iterator[str]:
    """Yield rows of numbers in that shape, counted from 0, eight numbers a line."""
    width = shape[-1] if shape else 1
    rows = len(numbers) // width if width else 0
    if first >= rows:
        yield f"It has {counted(rows, 'row')}, counted from 0."
    for row in range(first, min(last, rows - 1) + 1):
        part = numbers[row * width : (row + 1) * width]
        for start in range(0, width, IN_A_LINE):
            some = ", ".join(map(spoken_number, part[start : start + IN_A_LINE]))
            place = f", from {start}" if width > IN_A_LINE else ""
            yield f"Row {row}{place}: {some}"


def columns_of(entry: InventoryEntry) -> Iterator[str]:
    """Yield mean, standard deviation, minimum and maximum of each column of a table."""
    found = entry_elements(entry)
    if found is None or len(found[1]) != 2 or not found[0]:
        yield "This is not a table with all its numbers."
        return
    numbers, (rows, width) = found
    for column in range(width):
        part = [number for number in numbers[column::width] if isfinite(number)]
        spread = f", spread {spoken_number(_spread(part))}" if len(part) > 1 else ""
        if part:
            yield (
                f"Column {column}: mean {spoken_number(_mean(part))}{spread}, "
                f"least {spoken_number(min(part))}, largest {spoken_number(max(part))}."
            )
        else:
            yield f"Column {column}: none of {counted(rows, 'number')} is finite."


def loss_lines(view: LossView) -> Iterator[str]:
    """Yield a summary of a loss curve: its trend first, then its minimum and its end."""
    losses = [loss for loss in view.losses if isfinite(loss)]
    name = f" of {view.name}" if view.name else ""
    if not losses:
        yield f"Loss{name}: {counted(len(view.losses), 'value')}, none of them finite."
    elif len(view.losses) == 1:
        yield f"Loss{name}: 1 value, {spoken_number(losses[0])}."
    else:
        least = min(losses)
        at = view.losses.index(least) + 1
        where = "the last" if at == len(view.losses) else f"at step {at}"
        yield (
            f"Loss{name}: {counted(len(view.losses), 'value')}, from {spoken_number(losses[0])} "
            f"to {spoken_number(losses[-1])}. Least {spoken_number(least)}, {where}."
        )
    if view.broken is not None and view.broken_step:
        yield speak(broken_words(view.broken, view.losses).replace("`", ""))
    elif len(view.losses) >= MIN_TREND:
        yield trend_words(view.losses)
    if view.checks:
        step, loss = view.checks[-1]
        name = view.check_name or "a loss without training"
        yield f"Beside it {name}: {spoken_number(loss)} after step {step:.0f}."
    if view.before:
        yield f"The run before ended at {spoken_number(view.before[-1])}."
    for other, values in view.others:
        yield f"Another curve, {other}: it ended at {spoken_number(values[-1])}."


def loss_values(losses: Sequence[float], first: int, last: int) -> Iterator[str]:
    """Yield losses by training step, counted from 1, eight a line."""
    for start in range(first, min(last, len(losses)) + 1, IN_A_LINE):
        some = losses[start - 1 : min(start - 1 + IN_A_LINE, last)]
        yield f"Step {start}: {', '.join(map(spoken_number, some))}"
