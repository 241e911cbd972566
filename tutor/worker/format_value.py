"""Formats a plain value as the short text that a learner sees."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tutor.wire import values
from tutor.wire.values import ArrayValue, TensorValue, Value

MAX_SHOWN = 80
"""Maximum length of the text."""
_ELEMENTS = 8
"""Maximum number of elements of a tensor or container in the text."""
_FORMATS = {"float": "<{}d", "int": "<{}q", "bool": "<{}?", "complex": "<{}d"}
_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("{", "}")}


def format_value(value: Value) -> str:
    """Return the value in at most 80 characters, on one line.

    Numbers have five significant digits, a text is without quotes, and a small tensor is whole.
    """
    text = " ".join(_text(value).split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def number(value: float | complex) -> str:
    """Format a number to five significant digits, so that a float never looks like an integer."""
    if isinstance(value, complex):
        return f"({number(value.real)}{'+' if value.imag >= 0 else '-'}{number(abs(value.imag))}j)"
    if isinstance(value, int):
        return str(value)
    text = f"{value:.5g}"
    return text if set(text) & set(".einf") else f"{text}.0"


def _text(value: Value) -> str:
    match value:
        case values.Missing():
            return "nothing"
        case values.NoneValue():
            return "None"
        case values.BoolValue() | values.IntValue() | values.FloatValue():
            return number(value.value)
        case values.ComplexValue():
            return number(complex(value.real, value.imag))
        case values.TextValue():
            return value.value
        case TensorValue() | ArrayValue():
            return _numbers(value)
        case _:
            return _compound(value)


def _compound(value: Value) -> str:
    match value:
        case values.SequenceValue():
            return _sequence(value)
        case values.MappingValue():
            pairs = [f"{_inner(key)}: {_inner(item)}" for key, item in value.items[:_ELEMENTS]]
            return "{" + _join_parts(pairs, value.length) + "}"
        case values.CallableValue():
            return f"the function {value.name}" if value.name else f"a {value.type_name}"
        case values.ClassValue():
            return f"the class {value.name}"
        case values.ModuleValue() | values.Other():
            return value.shown or f"a {value.type_name}"
        case _:
            return type(value).__name__


def _inner(value: Value) -> str:
    return repr(value.value) if isinstance(value, values.TextValue) else _text(value)


def _sequence(value: values.SequenceValue) -> str:
    inside = _join_parts([_inner(item) for item in value.items[:_ELEMENTS]], value.length)
    brackets = _BRACKETS.get(value.type_name)
    if brackets is None:
        return f"{value.type_name}({inside})"
    opening, closing = brackets
    if value.type_name == "tuple" and value.length == 1:
        inside += ","
    return f"{opening}{inside}{closing}"


def _join_parts(parts: list[str], length: int) -> str:
    more = ["…"] if length > len(parts) else []
    return ", ".join(parts + more)


def _numbers(value: TensorValue | ArrayValue) -> str:
    kind = "tensor" if isinstance(value, TensorValue) else "array"
    elements = _first_elements(value)
    if value.shape == ():
        return f"{kind}({elements[0] if elements else '?'})"
    if 0 < len(elements) <= _ELEMENTS and not value.sampled and _fits(elements, value.shape):
        return f"{kind}({_nested(elements, value.shape)})"
    start = f": {', '.join(elements[:_ELEMENTS])}, …" if elements else ""
    return f"{kind} of shape {value.shape}{start}"


def _fits(elements: Sequence[str], shape: tuple[int, ...]) -> bool:
    total = 1
    for length in shape:
        total *= length
    return total == len(elements)


def _first_elements(value: TensorValue | ArrayValue) -> list[str]:
    """Format the first elements, one more than are shown, so that it is known if there are more."""
    width = {"bool": 1, "complex": 16}.get(value.kind, 8)
    count = min(len(value.data) // width, _ELEMENTS + 1)
    parts = count * 2 if value.kind == "complex" else count
    numbers = struct.unpack(_FORMATS[value.kind].format(parts), value.data[: count * width])
    if value.kind == "complex":
        return [number(complex(*numbers[i : i + 2])) for i in range(0, parts, 2)]
    return [number(element) for element in numbers]


def _nested(elements: Sequence[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"[{', '.join(elements)}]"
    size = len(elements) // shape[0]
    rows = [_nested(elements[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]
    return f"[{', '.join(rows)}]"
