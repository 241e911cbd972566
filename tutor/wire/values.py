"""Python values as plain data, for use outside of the process that holds them.

They are one closed union. The worker makes them, grading compares them, panes show them. Numbers of
tensors and arrays travel as raw little-endian bytes, widened to one of four kinds, so that neither
side needs torch or numpy to read them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypeVar

from msgspec import Meta, Struct

NumberKind = Literal["float", "int", "bool", "complex"]
"""Encoding of a tensor's bytes: float64, int64, one byte for each bool, or complex128."""

MAX_WHOLE = 65_536
"""Maximum elements of a tensor that is sent whole; of a larger one, `SAMPLE` elements are sent."""

SAMPLE = 4_096
"""Elements sent of a larger tensor: number `i * numel // SAMPLE` for each i below `SAMPLE`."""

COUNTED_BINS = 60
"""Intervals of the histogram of a large tensor."""

MAX_TEXT = 4_096
"""Maximum bytes of UTF-8 of a text or a repr that is sent."""

MAX_LISTED = 1_000
"""Maximum elements of a list that is inspected or reported one by one, such as warnings."""

Item = TypeVar("Item")
Few: TypeAlias = Annotated[tuple[Item, ...], Meta(max_length=MAX_LISTED)]
Many: TypeAlias = Annotated[tuple[Item, ...], Meta(max_length=MAX_WHOLE)]
"""Lists have a maximum length: grading takes time for each element, and a program that wrote
190,000 into a forged message kept all other answers waiting."""


class Missing(Struct, frozen=True, tag="missing"):
    """A missing name, or an expression that could not be evaluated."""


class NoneValue(Struct, frozen=True, tag="none"):
    """The value None of Python."""


class BoolValue(Struct, frozen=True, tag="bool"):
    """The value True or False of Python."""

    value: bool


class IntValue(Struct, frozen=True, tag="int"):
    """A Python int that fits into 64 bits; a larger one is `Other`."""

    value: int


class FloatValue(Struct, frozen=True, tag="float"):
    """A Python float (or a subclass, such as numpy.float64)."""

    value: float


class ComplexValue(Struct, frozen=True, tag="complex"):
    """A Python complex number."""

    real: float
    imag: float


class TextValue(Struct, frozen=True, tag="text"):
    """A str or bytes of at most `MAX_TEXT` bytes; a longer one is `Other`."""

    value: str


class Statistics(Struct, frozen=True):
    """Statistics of the finite elements of a tensor; counts are of all elements."""

    mean: float
    std: float
    low: float
    high: float
    nans: int
    infinities: int


class Counts(Struct, frozen=True):
    """Histogram of the numbers, from the minimum to the maximum of the statistics."""

    counted: int
    """Number of elements inspected: for a vast tensor, an evenly spaced sample."""
    zeros: int = 0
    """Number of these elements that are exactly 0."""
    bins: Annotated[tuple[int, ...], Meta(max_length=COUNTED_BINS)] = ()
    """Counts in equal intervals of the range; empty if there is no such range."""


class TensorValue(Struct, frozen=True, tag="tensor"):
    """A torch tensor; `data` has all elements in row-major order, or the sample of a large one."""

    dtype: str
    """Name in torch without the prefix, such as float32 or bfloat16."""
    kind: NumberKind
    shape: Many[int]
    data: bytes
    sampled: bool = False
    statistics: Statistics | None = None
    device: str = "cpu"
    """Device of its numbers, as torch writes it: `cuda:0`. It is shown, and never compared."""


class ArrayValue(Struct, frozen=True, tag="array"):
    """A numpy array, or a numpy scalar that is no Python number (shape ())."""

    dtype: str
    kind: NumberKind
    shape: Many[int]
    data: bytes
    sampled: bool = False
    statistics: Statistics | None = None


class SequenceValue(Struct, frozen=True, tag="sequence"):
    """A list, tuple, set or torch.Size; `items` may be cut, but `length` is the true one."""

    type_name: str
    length: int
    items: Many[Value]


class MappingValue(Struct, frozen=True, tag="mapping"):
    """A dict; `items` may be cut, but `length` is the true one."""

    type_name: str
    length: int
    items: Many[tuple[Value, Value]]


class CallableValue(Struct, frozen=True, tag="callable"):
    """A function, a method, a lambda, or an object with __call__ that is no module."""

    type_name: str
    name: str


class ClassValue(Struct, frozen=True, tag="class"):
    """A class itself, not an instance of it."""

    name: str


class ModuleValue(Struct, frozen=True, tag="module"):
    """An instance of torch.nn.Module (also a loss function object)."""

    type_name: str
    shown: str
    """The repr of the module, shortened."""
    parameters: int
    """Number of elements in all parameters together."""


class Other(Struct, frozen=True, tag="other"):
    """Any other value, also one that is too large, too deep, or raises in its repr."""

    type_name: str
    shown: str = ""


Value: TypeAlias = (
    Missing
    | NoneValue
    | BoolValue
    | IntValue
    | FloatValue
    | ComplexValue
    | TextValue
    | TensorValue
    | ArrayValue
    | SequenceValue
    | MappingValue
    | CallableValue
    | ClassValue
    | ModuleValue
    | Other
)
