"""A Python object as a plain `Value`. For the engine's rooms that send values.

Read with functions kept aside, by real types, and without calling a method that a learner may have
defined – except a repr, guarded, of what is no known kind. Whatever cannot be read is `Other`.
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
from tutor.worker.guard import class_name, clean, described, type_name
from tutor.worker.tensor_numbers import array_value, tensor_numel, tensor_value
from tutor.worker.torch_private import is_tensor, own_children, own_parameters

MAX_MODULE_SHOWN = 500
_DEPTH = 8
_ITEMS_OF_ONE = MAX_WHOLE
_ITEMS_IN_ALL = 100_000
_BYTES_IN_ALL = 3_000_000
_BYTES_OF_ITEM = 48
"""Of a small value in a frame, about."""

Reader: TypeAlias = Callable[[Any, "Budget"], Value]


class Budget:
    """What one value may still use: one answer has to fit into one frame."""

    __slots__ = ("bytes", "depth", "items", "whole")

    def __init__(self, whole: int = MAX_WHOLE, size: int = _BYTES_IN_ALL) -> None:
        self.whole = whole
        self.bytes = size
        self.items = _ITEMS_IN_ALL
        self.depth = 0

    def spend(self, size: int) -> bool:
        """Whether that many bytes are still free; if so, they are taken."""
        if size > self.bytes:
            return False
        self.bytes -= size
        return True

    @property
    def empty(self) -> bool:
        """Whether no further item should be read."""
        return self.items <= 0 or self.bytes < _BYTES_OF_ITEM


def to_value(thing: object, whole: int = MAX_WHOLE) -> Value:
    """Any object. Tensors and arrays of more than `whole` elements are sampled. Never raises."""
    return read(thing, Budget(whole))


def read(thing: object, budget: Budget) -> Value:
    """The same, within a budget that others share."""
    if thing is None:
        return NoneValue()
    kind = type(thing)
    try:
        for base, reader in _READERS:
            if issubclass(kind, base):
                return reader(thing, budget)
        return _anything_else(thing, budget)
    except Exception:
        return _other(thing, "", budget)


def _read_bool(thing: bool, budget: Budget) -> Value:
    return BoolValue(thing)


def _read_int(thing: int, budget: Budget) -> Value:
    number = _int(thing)
    if -(2**63) <= number < 2**63:
        return IntValue(number)
    digits = number.bit_length() * 0.30103
    return Other(type_name(thing), f"an integer of about {digits:.0f} digits")


def _read_float(thing: float, budget: Budget) -> Value:
    return FloatValue(_float(thing))


def _read_complex(thing: complex, budget: Budget) -> Value:
    return ComplexValue(_real(thing), _imag(thing))


def _read_text(thing: str, budget: Budget) -> Value:
    text = clean(thing, MAX_TEXT + 1)
    size = len(text.encode())
    if size > MAX_TEXT or not budget.spend(size):
        return Other(type_name(thing), f"{text[:60]}…")
    return TextValue(text)


def _read_bytes(thing: bytes, budget: Budget) -> Value:
    return _read_text(_decode(thing[: MAX_TEXT + 1], "utf-8", "replace"), budget)


def _read_tensor(thing: Any, budget: Budget) -> Value:  # noqa: ANN401 # read by its real type
    return tensor_value(thing, budget.whole, budget.spend) or _anything_else(thing, budget)


def _read_array(thing: Any, budget: Budget) -> Value:  # noqa: ANN401 # read by its real type
    return array_value(thing, budget.whole, budget.spend) or _anything_else(thing, budget)


def _read_sequence(thing: Any, budget: Budget) -> Value:  # noqa: ANN401 # one of _ITERATORS
    kind = type(thing)
    length, iterate = next(
        (length, iterate) for base, length, iterate in _SEQUENCES if issubclass(kind, base)
    )
    return SequenceValue(type_name(thing), length(thing), _read_items(iterate(thing), budget))


def _read_items(items: Iterable[object], budget: Budget) -> tuple[Value, ...]:
    if budget.depth >= _DEPTH:
        return ()
    budget.depth += 1
    values: list[Value] = []
    for item in islice(items, _ITEMS_OF_ONE):
        if budget.empty:
            break
        budget.items -= 1
        budget.bytes -= _BYTES_OF_ITEM
        values.append(read(item, budget))
    budget.depth -= 1
    return tuple(values)


def _read_mapping(thing: dict[object, object], budget: Budget) -> Value:
    flat = [part for pair in islice(_dict_items(thing), _ITEMS_OF_ONE // 2) for part in pair]
    values = _read_items(flat, budget)
    pairs = tuple(zip(values[::2], values[1::2], strict=False))
    return MappingValue(type_name(thing), _dict_len(thing), pairs)


def _read_module(thing: nn.Module, budget: Budget) -> Value:
    shown = (described(thing, MAX_TEXT) or type_name(thing))[:MAX_MODULE_SHOWN]
    affordable = shown if budget.spend(len(shown.encode())) else ""
    return ModuleValue(type_name(thing), affordable, count_parameters(thing))


def count_parameters(module: nn.Module) -> int:
    """How many numbers a module holds as parameters; a shared one counts once."""
    seen: set[int] = set()
    waiting = [module]
    total = 0
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        waiting += own_children(part).values()
        for parameter in own_parameters(part).values():
            total += 0 if id(parameter) in seen else tensor_numel(parameter)
            seen.add(id(parameter))
    return total


def _read_class(thing: type, budget: Budget) -> Value:
    return ClassValue(class_name(thing))


def _anything_else(thing: object, budget: Budget) -> Value:
    if is_tensor(thing):
        return _other(thing, "a tensor whose numbers cannot be read", budget)
    if type(thing) is types.ModuleType:
        return _other(thing, "a Python module", budget)
    if callable(thing):
        name = _function_name(thing)
        return CallableValue(type_name(thing), name if budget.spend(len(name) + 100) else "")
    return _other(thing, described(thing, MAX_TEXT) or "", budget)


def _other(thing: object, shown: str, budget: Budget) -> Other:
    name = type_name(thing)
    return Other(name, shown if budget.spend(len(shown.encode()) + len(name)) else "")


def _function_name(thing: object) -> str:
    if type(thing) in _NAMED:
        return clean(str(getattr(thing, "__name__", "")), 100)
    return type_name(thing)


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
