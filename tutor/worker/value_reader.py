"""Reads a Python object as a plain `Value`.

An object is read by its real type, with functions saved when this module was imported. No method
that a learner may have defined is called, except a guarded repr of modules and of unknown types.
Objects that cannot be read become `Other`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor, nn

from tutor.wire.values import (
    MAX_TEXT,
    MAX_WHOLE,
    BoolValue,
    CallableValue,
    ClassValue,
    ComplexValue,
    FloatValue,
    IntValue,
    MappingValue,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    TextValue,
    Value,
)
from tutor.worker.guard import class_name, clean, safe_repr, type_name
from tutor.worker.tensor_numbers import array_value, tensor_numel, tensor_value
from tutor.worker.torch_private import is_tensor, own_children, own_parameters

MAX_MODULE_SHOWN = 500
"""Characters of a module's repr."""
_MAX_DEPTH = 8
_MAX_ITEMS_EACH = MAX_WHOLE
_MAX_ITEMS = 100_000
_MAX_BYTES = 3_000_000
_ITEM_BYTES = 48
"""Approximate size of a small value in a frame."""

Reader: TypeAlias = Callable[[Any, "Budget"], Value]


class Budget:
    """The bytes and items that values may still use, so that an event fits into one frame."""

    __slots__ = ("bytes", "depth", "items", "max_whole")

    def __init__(self, max_whole: int = MAX_WHOLE, max_bytes: int = _MAX_BYTES) -> None:
        self.max_whole = max_whole
        self.bytes = max_bytes
        self.items = _MAX_ITEMS
        self.depth = 0

    def spend(self, size: int) -> bool:
        """Take `size` bytes from the budget; return False, taking none, if fewer are left."""
        if size > self.bytes:
            return False
        self.bytes -= size
        return True

    @property
    def is_empty(self) -> bool:
        """True if too little is left for another item."""
        return self.items <= 0 or self.bytes < _ITEM_BYTES


def to_value(obj: object, max_whole: int = MAX_WHOLE) -> Value:
    """Return any object as a plain value; never raises.

    Tensors and arrays of more than `max_whole` elements are sampled.
    """
    return read(obj, Budget(max_whole))


def read(obj: object, budget: Budget) -> Value:
    """Return any object as a plain value, within a budget that it shares with others."""
    if obj is None:
        return NoneValue()
    kind = type(obj)
    try:
        for base, reader in _READERS:
            if issubclass(kind, base):
                return reader(obj, budget)
        return _anything_else(obj, budget)
    except Exception:
        return _other(obj, "", budget)


def _read_bool(obj: bool, budget: Budget) -> Value:
    return BoolValue(obj)


def _read_int(obj: int, budget: Budget) -> Value:
    number = _int(obj)
    if -(2**63) <= number < 2**63:
        return IntValue(number)
    digits = number.bit_length() * 0.30103
    return Other(type_name(obj), f"an integer of about {digits:.0f} digits")


def _read_float(obj: float, budget: Budget) -> Value:
    return FloatValue(_float(obj))


def _read_complex(obj: complex, budget: Budget) -> Value:
    return ComplexValue(_real(obj), _imag(obj))


def _read_text(obj: str, budget: Budget) -> Value:
    text = clean(obj, MAX_TEXT + 1)
    size = len(text.encode())
    if size > MAX_TEXT or not budget.spend(size):
        return Other(type_name(obj), f"{text[:60]}…")
    return TextValue(text)


def _read_bytes(obj: bytes, budget: Budget) -> Value:
    return _read_text(_decode(obj[: MAX_TEXT + 1], "utf-8", "replace"), budget)


def _read_tensor(obj: Any, budget: Budget) -> Value:  # noqa: ANN401 # read by its real type
    return tensor_value(obj, budget.max_whole, budget.spend) or _anything_else(obj, budget)


def _read_array(obj: Any, budget: Budget) -> Value:  # noqa: ANN401 # read by its real type
    return array_value(obj, budget.max_whole, budget.spend) or _anything_else(obj, budget)


def _read_sequence(obj: Any, budget: Budget) -> Value:  # noqa: ANN401 # one of _ITERATORS
    kind = type(obj)
    length, iterate = next(
        (length, iterate) for base, length, iterate in _SEQUENCES if issubclass(kind, base)
    )
    return SequenceValue(type_name(obj), length(obj), _read_items(iterate(obj), budget))


def _read_items(items: Iterable[object], budget: Budget) -> tuple[Value, ...]:
    if budget.depth >= _MAX_DEPTH:
        return ()
    budget.depth += 1
    values: list[Value] = []
    for item in islice(items, _MAX_ITEMS_EACH):
        if budget.is_empty:
            break
        budget.items -= 1
        budget.bytes -= _ITEM_BYTES
        values.append(read(item, budget))
    budget.depth -= 1
    return tuple(values)


def _read_mapping(obj: dict[object, object], budget: Budget) -> Value:
    flat = [part for pair in islice(_dict_items(obj), _MAX_ITEMS_EACH // 2) for part in pair]
    values = _read_items(flat, budget)
    pairs = tuple(zip(values[::2], values[1::2], strict=False))
    return MappingValue(type_name(obj), _dict_len(obj), pairs)


def _read_module(obj: nn.Module, budget: Budget) -> Value:
    shown = (safe_repr(obj, MAX_TEXT) or type_name(obj))[:MAX_MODULE_SHOWN]
    affordable = shown if budget.spend(len(shown.encode())) else ""
    return ModuleValue(type_name(obj), affordable, count_parameters(obj))


def count_parameters(module: nn.Module) -> int:
    """Return the number of elements in a module's parameters; a shared one counts once."""
    seen: set[int] = set()
    pending = [module]
    total = 0
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        pending += own_children(part).values()
        for parameter in own_parameters(part).values():
            total += 0 if id(parameter) in seen else tensor_numel(parameter)
            seen.add(id(parameter))
    return total


def _read_class(obj: type, budget: Budget) -> Value:
    return ClassValue(class_name(obj))


def _anything_else(obj: object, budget: Budget) -> Value:
    if is_tensor(obj):
        return _other(obj, "a tensor whose numbers cannot be read", budget)
    if type(obj) is types.ModuleType:
        return _other(obj, "a Python module", budget)
    if callable(obj):
        name = _function_name(obj)
        return CallableValue(type_name(obj), name if budget.spend(len(name) + 100) else "")
    return _other(obj, safe_repr(obj, MAX_TEXT) or "", budget)


def _other(obj: object, shown: str, budget: Budget) -> Other:
    name = type_name(obj)
    return Other(name, shown if budget.spend(len(shown.encode()) + len(name)) else "")


def _function_name(obj: object) -> str:
    if type(obj) in _NAMED:
        return clean(str(getattr(obj, "__name__", "")), 100)
    return type_name(obj)


_int: Callable[[int], int] = int.__int__
_float: Callable[[float], float] = float.__float__
_real: Callable[[complex], float] = vars(complex)["real"].__get__
_imag: Callable[[complex], float] = vars(complex)["imag"].__get__
_decode = bytes.decode
_dict_items = dict.items
_dict_len = dict.__len__
_NAMED = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
)

_SEQUENCES: tuple[tuple[type, Callable[[Any], int], Callable[[Any], Iterable[object]]], ...] = (
    (list, list.__len__, list.__iter__),
    (tuple, tuple.__len__, tuple.__iter__),
    (set, set.__len__, set.__iter__),
    (frozenset, frozenset.__len__, frozenset.__iter__),
    (range, range.__len__, range.__iter__),
)

_READERS: tuple[tuple[type, Reader], ...] = (
    (bool, _read_bool),
    (int, _read_int),
    (float, _read_float),
    (complex, _read_complex),
    (str, _read_text),
    (bytes, _read_bytes),
    (Tensor, _read_tensor),
    (nn.Module, _read_module),
    (np.ndarray, _read_array),
    (np.generic, _read_array),
    (dict, _read_mapping),
    (type, _read_class),
    *((base, _read_sequence) for base, _, _ in _SEQUENCES),
)
