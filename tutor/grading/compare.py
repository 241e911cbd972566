"""Compare two values, and find the first difference: type, shape, dtype or value.

It sees the worker's plain values only, and knows nothing of checks or learners.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, structs

from tutor.grading.numbers import (
    INFINITY,
    Numbers,
    numbers_of,
    place_of,
    positions_off,
    sample_alike,
)
from tutor.grading.show import describe, show_number, show_shape, show_value
from tutor.wire.values import (
    CallableValue,
    ClassValue,
    MappingValue,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    Statistics,
    TextValue,
    Value,
)

What = Literal["type", "shape", "dtype", "value"]
DEFAULT_RTOL = 1e-5
DEFAULT_ATOL = 1e-8

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_ORDERED = {"list", "tuple", "Size", "torch.Size"}
_SETS = {"set", "frozenset"}


class Rule(Struct, frozen=True):
    """Tolerances within which two values count as the same."""

    rtol: float = DEFAULT_RTOL
    """Relative tolerance: |got − expected| may be `atol` + `rtol`·|expected|."""
    atol: float = DEFAULT_ATOL
    dtype: Literal["any", "kind", "strict"] = "kind"
    """`strict`: the same dtype. `kind`: both float, int, bool or complex. `any`: not compared."""
    type: Literal["same", "any"] = "same"
    """`any`: a tensor, an array and a number are interchangeable."""
    shape: Literal["same", "any"] = "same"
    """`any`: axes of size 1 may be missing, or additional."""


EXACT = Rule()
"""Same type, shape and kind of number; values within the default tolerances."""


class Difference(Struct, frozen=True):
    """The first difference of two values, with `got` and `expected` in words or numbers."""

    what: What
    got: str
    expected: str
    place: tuple[int, ...] = ()
    """Index of the first element that differs; empty for a single value."""
    offset: float = 0.0
    """Got − expected at that place."""
    largest: float = 0.0
    """Largest absolute difference; infinite if none is a number."""
    off: int = 0
    """Number of elements that differ."""
    total: int = 0
    """Number of elements that were compared."""
    path: str = ""
    """Place inside a sequence or mapping: `[2]`, `['lr']`; empty for any other value."""


class Comparison(Struct, frozen=True):
    """The first difference under a rule; `difference` is None if there is none."""

    difference: Difference | None = None
    tolerated: tuple[str, ...] = ()
    """Slugs of the tolerances without which the values would differ."""


SAME = Comparison()


def compare(got: Value, expected: Value, rule: Rule = EXACT) -> Comparison:
    """Return the first difference between two values, and the tolerances that were used."""
    mine, theirs = numbers_of(got), numbers_of(expected)
    if mine is not None and theirs is not None:
        return _compare_numbers(mine, theirs, rule)
    if mine is not None or theirs is not None:
        return _types_differ(got, expected)
    if isinstance(got, SequenceValue) and isinstance(expected, SequenceValue):
        return _compare_sequences(got, expected, rule)
    if isinstance(got, MappingValue) and isinstance(expected, MappingValue):
        return _compare_mappings(got, expected, rule)
    if type(got) is not type(expected):
        return _types_differ(got, expected)
    return _compare_plain(got, expected)


def is_same(got: Value, expected: Value, rule: Rule = EXACT) -> bool:
    """Return True if two values are the same under the rule."""
    mine, theirs = numbers_of(got), numbers_of(expected)
    if mine is not None and theirs is not None:
        return _compare_numbers(mine, theirs, rule, most=1).difference is None
    return compare(got, expected, rule).difference is None


def _types_differ(got: Value, expected: Value) -> Comparison:
    return Comparison(Difference("type", describe(got), describe(expected)))


def _values_differ(got: Value, expected: Value) -> Comparison:
    return Comparison(Difference("value", show_value(got), show_value(expected), total=1, off=1))


def _compare_plain(got: Value, expected: Value) -> Comparison:
    """Compare values that are neither numbers nor containers.

    A value without a plain form, such as a function, is compared by its type.
    """
    if isinstance(got, NoneValue):
        return SAME
    if isinstance(got, TextValue):
        return SAME if got == expected else _values_differ(got, expected)
    if _type_name(got) != _type_name(expected):
        return _types_differ(got, expected)
    if isinstance(got, Other) and isinstance(expected, Other):
        alike = _ADDRESS.sub("", got.shown) == _ADDRESS.sub("", expected.shown)
        return SAME if alike else _values_differ(got, expected)
    return SAME


def _type_name(value: Value) -> str:
    if isinstance(value, ClassValue):
        return value.name
    if isinstance(value, CallableValue | ModuleValue | Other):
        return value.type_name
    return type(value).__name__


def _compare_sequences(got: SequenceValue, expected: SequenceValue, rule: Rule) -> Comparison:
    if _sort_of(got) != _sort_of(expected):
        return _types_differ(got, expected)
    if got.length != expected.length:
        return Comparison(Difference("shape", f"({got.length},)", f"({expected.length},)"))
    if got.type_name in _SETS:
        return (
            SAME
            if _same_members(got.items, expected.items, rule)
            else _values_differ(got, expected)
        )
    pairs = zip(got.items, expected.items, strict=False)
    return _first_difference([(f"[{i}]", a, b) for i, (a, b) in enumerate(pairs)], rule)


def _sort_of(value: SequenceValue) -> str:
    if value.type_name in _SETS:
        return "set"
    return "ordered" if value.type_name in _ORDERED else value.type_name


def _same_members(got: Sequence[Value], expected: Sequence[Value], rule: Rule) -> bool:
    remaining = list(expected)
    for member in got:
        match = next((other for other in remaining if is_same(member, other, rule)), None)
        if match is None:
            return False
        remaining.remove(match)
    return True


def _compare_mappings(got: MappingValue, expected: MappingValue, rule: Rule) -> Comparison:
    if got.length != expected.length:
        return Comparison(Difference("shape", f"({got.length},)", f"({expected.length},)"))
    triples: list[tuple[str, Value, Value]] = []
    for key, value in expected.items:
        match = next((mine for other, mine in got.items if is_same(other, key)), None)
        if match is None:
            if got.length > len(got.items):
                continue
            return _values_differ(got, expected)
        triples.append((f"[{show_value(key)}]", match, value))
    return _first_difference(triples, rule)


def _first_difference(triples: Sequence[tuple[str, Value, Value]], rule: Rule) -> Comparison:
    tolerated: dict[str, None] = {}
    for path, a, b in triples:
        inner = compare(a, b, rule)
        if inner.difference is not None:
            nested = inner.difference
            return Comparison(structs.replace(nested, path=path + nested.path))
        tolerated.update(dict.fromkeys(inner.tolerated))
    return Comparison(tolerated=tuple(tolerated))


def _compare_numbers(
    got: Numbers, expected: Numbers, rule: Rule, most: int | None = None
) -> Comparison:
    """Compare numbers; with `most`, stop after that many elements that differ."""
    tolerated: list[str] = []
    if not _same_family(got, expected):
        if rule.type != "any":
            return Comparison(Difference("type", _describe_family(got), _describe_family(expected)))
        tolerated.append(
            "plain-float-not-tensor" if got.family == "number" else "framework-converted"
        )
    if got.shape != expected.shape:
        if not _shape_tolerated(got, expected, rule):
            shapes = show_shape(got.shape), show_shape(expected.shape)
            return Comparison(Difference("shape", *shapes))
        if "plain-float-not-tensor" not in tolerated:
            shorter = len(got.shape) < len(expected.shape)
            tolerated.append("dropped-dimension" if shorter else "extra-batch-dim")
    if not _same_dtype(got, expected, rule):
        return Comparison(Difference("dtype", got.dtype, expected.dtype))
    difference = _value_difference(got, expected, rule, most)
    return Comparison(difference, () if difference else tuple(tolerated))


def _describe_family(numbers: Numbers) -> str:
    return {"number": "a number", "tensor": "a tensor", "array": "a NumPy array"}[numbers.family]


def _same_family(got: Numbers, expected: Numbers) -> bool:
    """Return True if both are numbers, both tensors or both arrays.

    NumPy's own scalars travel as arrays without axes, so they count as numbers.
    """
    return got.family == expected.family or (
        "tensor" not in (got.family, expected.family) and got.shape == expected.shape == ()
    )


def _shape_tolerated(got: Numbers, expected: Numbers, rule: Rule) -> bool:
    if got.total != expected.total:
        return False
    if rule.type == "any" and "number" in (got.family, expected.family):
        return True
    if len(got.shape) == len(expected.shape):
        return False  # only axes of size 1 may be missing: a row is no column
    return rule.shape == "any" and _squeezed(got.shape) == _squeezed(expected.shape)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _same_dtype(got: Numbers, expected: Numbers, rule: Rule) -> bool:
    if rule.dtype == "any":
        return True
    if rule.dtype == "strict" and got.family == expected.family:
        return got.dtype == expected.dtype
    return got.kind == expected.kind


def _value_difference(
    got: Numbers, expected: Numbers, rule: Rule, most: int | None
) -> Difference | None:
    rtol, atol = _tolerance(got, expected, rule)
    if (got.kind == "complex") != (expected.kind == "complex"):
        return Difference("value", got.dtype, expected.dtype, total=1, off=1)
    got, expected = sample_alike(got, expected)
    off = positions_off(got.elements, expected.elements, rtol, atol, most)
    if off:
        return _describe_off(got, expected, off)
    if got.sampled and not _same_statistics(got.statistics, expected.statistics, rtol, atol):
        return Difference("value", f"mean {_mean(got)}", f"mean {_mean(expected)}", total=1, off=1)
    return None


def _tolerance(got: Numbers, expected: Numbers, rule: Rule) -> tuple[float, float]:
    """Return the tolerances `rtol` and `atol` for these values.

    Integers and booleans are equal or not, unless the rule has tolerances of its own.
    """
    whole = got.kind in ("int", "bool") and expected.kind in ("int", "bool")
    if not whole:
        return rule.rtol, rule.atol
    rtol = 0.0 if rule.rtol == DEFAULT_RTOL else rule.rtol
    return rtol, 0.0 if rule.atol == DEFAULT_ATOL else rule.atol


def _describe_off(got: Numbers, expected: Numbers, off: list[int]) -> Difference:
    first = off[0]
    a, b = got.elements[first], expected.elements[first]
    gaps = [abs(got.elements[i] - expected.elements[i]) for i in off]
    numbers = len(got.elements)
    element = first // 2 if got.kind == "complex" else first
    if got.sampled:
        element = element * got.total // max(1, numbers)
    return Difference(
        "value",
        show_number(a),
        show_number(b),
        place=place_of(element, got.shape),
        offset=float(a) - float(b),
        largest=max((float(gap) for gap in gaps if gap == gap), default=INFINITY),
        off=len(off),
        total=numbers,
    )


def _mean(numbers: Numbers) -> str:
    return show_number(numbers.statistics.mean) if numbers.statistics else "unknown"


def _same_statistics(
    got: Statistics | None, expected: Statistics | None, rtol: float, atol: float
) -> bool:
    """Return True if two large tensors agree in statistics, besides their samples.

    Means of many numbers have larger rounding errors, so the tolerance is larger.
    """
    if got is None or expected is None:
        return True
    if (got.nans, got.infinities) != (expected.nans, expected.infinities):
        return False
    slack = atol + 10 * rtol * max(abs(expected.low), abs(expected.high), expected.std)
    pairs = (
        (got.mean, expected.mean),
        (got.std, expected.std),
        (got.low, expected.low),
        (got.high, expected.high),
    )
    return all(a == b or abs(a - b) <= slack for a, b in pairs)
