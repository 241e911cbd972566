"""An inventory entry in words and numbers, without torch or numpy. Used by the tensors pane."""

from __future__ import annotations

from array import array

from tutor.wire.events import InventoryEntry
from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    FloatValue,
    IntValue,
    ModuleValue,
    TensorValue,
    Value,
)

_CODES = {"float": "d", "int": "q", "bool": "b"}


def entry_line(entry: InventoryEntry) -> str:
    """One line of the list: name, then shape or value."""
    return f"{entry.name}  {_short(entry.value)}"


def entry_numbers(entry: InventoryEntry) -> tuple[list[float], tuple[int, ...]] | None:
    """All elements in row-major order and the shape, or None if it cannot be drawn."""
    value = entry.value
    if not isinstance(value, TensorValue | ArrayValue) or value.sampled or not value.shape:
        return None
    code = _CODES.get(value.kind)
    if code is None or not value.data:
        return None
    numbers = array(code)
    try:
        numbers.frombytes(value.data)
    except ValueError:
        return None
    expected = 1
    for size in value.shape:
        expected *= size
    return ([float(n) for n in numbers], value.shape) if len(numbers) == expected else None


def entry_words(entry: InventoryEntry) -> str:
    """Name, shape, dtype and gradient; for what is not drawn, its statistics too."""
    value = entry.value
    words = entry_line(entry)
    if not isinstance(value, TensorValue | ArrayValue):
        return words
    words += f"  {value.dtype}"
    if entry.gradient_norm is not None:
        words += f"  gradient length {entry.gradient_norm:.4g}"
    s = entry.statistics or value.statistics
    if s is None or entry_numbers(entry) is not None:
        return words
    told = f"mean {s.mean:+.4g}  std {s.std:.4g}  min {s.low:+.4g}  max {s.high:+.4g}"
    odd = f"  {s.nans} nan, {s.infinities} infinite" if s.nans or s.infinities else ""
    return f"{words}\n{told}{odd}"


def _short(value: Value) -> str:
    if isinstance(value, TensorValue | ArrayValue):
        return "×".join(str(size) for size in value.shape) or "one number"
    if isinstance(value, BoolValue | IntValue):
        return str(value.value)
    if isinstance(value, FloatValue):
        return f"{value.value:.6g}"
    if isinstance(value, ModuleValue):
        return f"{value.type_name}, {value.parameters} parameters"
    return ""
