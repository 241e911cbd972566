"""Show values and numbers as short text for a learner, in messages and evidence."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grading.numbers import Element, Numbers, numbers_of
from tutor.wire.values import (
    CallableValue,
    ClassValue,
    MappingValue,
    Missing,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    TextValue,
    Value,
)

MAX_SHOWN = 80
"""Maximum characters of a value in a message."""

ELLIPSIS_TYPES = ("ellipsis", "EllipsisType")
"""Names of the type of `...`, which differ between versions of Python."""


def shorten(text: str, width: int = MAX_SHOWN) -> str:
    """Return the text on one line, cut with an ellipsis if longer than `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def show_number(number: Element) -> str:
    """Return about four significant digits, as PyTorch prints them: 0.0832, 14.7288, 1.17e-04."""
    if isinstance(number, int):
        return str(number)
    size = abs(number)
    if size == 0 or 1e-3 <= size < 1e5:
        text = f"{number:.4f}"
        return text if float(text) != round(number) else f"{number:.1f}"
    return f"{number:.3g}"


def show_shape(shape: Sequence[int]) -> str:
    """Return a shape as Python writes a tuple: (1, 6), (3,), ()."""
    return str(tuple(shape))


def show_place(place: Sequence[int]) -> str:
    """Return an index as it is written after a name: [0, 2]."""
    return "[" + ", ".join(map(str, place)) + "]"


def show_numbers(numbers: Numbers) -> str:
    """Return one number by itself, several as a nested list, shortened."""
    if numbers.kind == "complex":
        return f"complex numbers of shape {show_shape(numbers.shape)}"
    if numbers.total == 1 and not numbers.shape:
        return show_number(numbers.elements[0])
    if numbers.sampled or numbers.total > 64:
        return f"{numbers.family} of shape {show_shape(numbers.shape)}"
    return shorten(_nested([show_number(n) for n in numbers.elements], numbers.shape))


def _nested(texts: Sequence[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return texts[0] if texts else ""
    step = len(texts) // shape[0] if shape[0] else 0
    rows = [_nested(texts[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
    return "[" + ", ".join(rows) + "]"


def show_value(value: Value) -> str:
    """Return a value in at most `MAX_SHOWN` characters."""
    numbers = numbers_of(value)
    if numbers is not None:
        return str(value.value) if hasattr(value, "value") else show_numbers(numbers)
    if isinstance(value, TextValue):
        return shorten(repr(value.value))
    if isinstance(value, SequenceValue):
        return shorten("[" + ", ".join(show_value(item) for item in value.items[:8]) + "]")
    if isinstance(value, ModuleValue | Other) and value.shown:
        return shorten(value.shown)
    return describe(value)


def describe(value: Value) -> str:
    """Return a value's type in words, with its article: a tensor, the class `Sigmoid`."""
    numbers = numbers_of(value)
    if numbers is not None:
        return {"number": "a number", "tensor": "a tensor", "array": "a NumPy array"}[
            numbers.family
        ]
    if isinstance(value, ClassValue):
        return f"the class `{value.name}`"
    if isinstance(value, ModuleValue):
        return f"a module (`{value.type_name}`)"
    if isinstance(value, SequenceValue | MappingValue | Other):
        return _describe_type(value.type_name)
    plain: dict[type, str] = {
        Missing: "missing",
        NoneValue: "None",
        TextValue: "text",
        CallableValue: "a function",
    }
    return plain.get(type(value), "something else")


def _describe_type(type_name: str) -> str:
    if type_name in ELLIPSIS_TYPES:
        return "the blank `...`"
    if type_name not in _PLAIN_TYPES:
        return f"an object of the type `{type_name}`"
    article = "an" if type_name[:1].lower() in "aeiou" else "a"
    return f"{article} {type_name}"


_PLAIN_TYPES = frozenset(
    ["list", "tuple", "dict", "set", "frozenset", "range", "generator", "coroutine", "slice"]
)
