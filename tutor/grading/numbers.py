"""Treat numbers, tensors and arrays alike: kind, shape and a flat view of the elements.

So values of all types are compared and shown by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    ComplexValue,
    FloatValue,
    IntValue,
    NumberKind,
    Statistics,
    TensorValue,
    Value,
)

Family = Literal["number", "tensor", "array"]
Element: TypeAlias = float | int | bool

INFINITY = float("inf")

_FORMATS: dict[NumberKind, Literal["d", "q", "?"]] = {
    "float": "d",
    "int": "q",
    "bool": "?",
    "complex": "d",
}
_SIZES: dict[NumberKind, int] = {"float": 8, "int": 8, "bool": 1, "complex": 16}


class Numbers(Struct, frozen=True):
    """The numbers in a value of any type. A complex element takes two floats in a row."""

    family: Family
    dtype: str
    kind: NumberKind
    shape: tuple[int, ...]
    elements: Sequence[Element]
    sampled: bool = False
    """True if `elements` are a sample of a larger tensor, which `statistics` describe."""
    statistics: Statistics | None = None

    @property
    def total(self) -> int:
        """Number of elements of the whole tensor, sampled or not."""
        count = 1
        for size in self.shape:
            count *= size
        return count


def numbers_of(value: Value) -> Numbers | None:
    """Return the numbers of a number, tensor or array; None for others, or incomplete bytes."""
    if isinstance(value, TensorValue | ArrayValue):
        return _tensor_numbers(value)
    if isinstance(value, BoolValue):
        return Numbers("number", "bool", "bool", (), (value.value,))
    if isinstance(value, IntValue):
        return Numbers("number", "int", "int", (), (value.value,))
    if isinstance(value, FloatValue):
        return Numbers("number", "float", "float", (), (value.value,))
    if isinstance(value, ComplexValue):
        return Numbers("number", "complex", "complex", (), (value.real, value.imag))
    return None


def _tensor_numbers(value: TensorValue | ArrayValue) -> Numbers | None:
    if len(value.data) % _SIZES[value.kind]:
        return None
    elements: Sequence[Element] = memoryview(value.data).cast(_FORMATS[value.kind])
    family: Family = "tensor" if isinstance(value, TensorValue) else "array"
    numbers = Numbers(
        family, value.dtype, value.kind, value.shape, elements, value.sampled, value.statistics
    )
    held = len(value.data) // _SIZES[value.kind]
    return numbers if value.sampled or held == numbers.total else None


def positions_off(
    got: Sequence[Element],
    expected: Sequence[Element],
    rtol: float,
    atol: float,
    most: int | None = None,
) -> list[int]:
    """Return the first `most` indexes where |got − expected| > atol + rtol·|expected|, or all.

    NaN equals NaN, and an infinity only itself.
    """
    if got == expected:  # as in most comparisons, and Python detects it at once
        return []
    off = (
        index
        for index, (a, b) in enumerate(zip(got, expected, strict=True))
        if a != b and not (abs(a - b) <= atol + rtol * abs(b) < INFINITY) and (a == a or b == b)
    )
    return list(islice(off, most))


def place_of(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of a flat row-major position, one number for each axis."""
    place: list[int] = []
    for size in reversed(shape):
        index, rest = divmod(index, size)
        place.append(rest)
    return tuple(reversed(place))


def sample_alike(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Return both with elements at the same positions.

    If one of them is a sample and the other is whole, the whole one is sampled in the same way.
    """
    if one.sampled and not other.sampled:
        return one, _sample(other, len(one.elements))
    if other.sampled and not one.sampled:
        return _sample(one, len(other.elements)), other
    return one, other


def _sample(numbers: Numbers, count: int) -> Numbers:
    """Take elements `i * total // n`, as the worker does; complex ones travel as pairs."""
    width = 2 if numbers.kind == "complex" else 1
    size = count // width
    starts = [width * (i * numbers.total // size) for i in range(size)]
    elements = [numbers.elements[start + part] for start in starts for part in range(width)]
    return structs.replace(numbers, elements=elements, sampled=True)
