"""Find how wrong numbers follow from the right ones: by an order, a factor or a function.

A relation is a fact about both values. It is found only where three numbers or more agree with it
that are not all equal, within the tolerances of their comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise

from msgspec import Struct

from tutor.grading.compare import Rule
from tutor.grading.numbers import Numbers, numbers_of
from tutor.grading.show import show_number, show_place
from tutor.wire.values import SequenceValue, Value

_LEAST = 3
"""Minimum count of numbers, and of different ones for an order."""
_LEAST_ROWS = 4
"""Minimum rows for a scale: the extremes of a column determine it, and two more confirm it."""

_ROUNDING = 5e-7
"""Errors of float32 after a few operations, as a share of the largest number."""

_NEXT_TO_1 = 1e-4
"""A factor nearer to 1 is shown as 1.0."""

Row = list[float]


class Relation(Struct, frozen=True):
    """A rule by which the learner's numbers follow from the right ones."""

    slug: str
    words: str
    """A clause about the value, as "each number is 2.0 times the right one"."""


class _Pair(Struct, frozen=True):
    """Both values flat, with their shape and the tolerances of their comparison."""

    got: Row
    right: Row
    shape: tuple[int, ...]
    rule: Rule
    is_bool: bool
    is_sample: bool

    def agrees(self, predicted: Row) -> bool:
        """Return True if the learner's numbers equal the predicted ones."""
        return _agree(self.got, predicted, self.rule)


def find_relation(got: Value, right: Value, rule: Rule) -> Relation | None:
    """Return the most certain relation of wrong numbers to the right ones; None if none holds."""
    mine, theirs = _joined(got), _joined(right)
    if mine is None or theirs is None:
        return None
    if mine.shape != theirs.shape or mine.sampled != theirs.sampled:
        return None
    kinds = {mine.kind, theirs.kind}
    if "complex" in kinds or len(theirs.elements) < _LEAST:
        return None
    numbers, wanted = ([float(each) for each in values.elements] for values in (mine, theirs))
    if not all(all(map(math.isfinite, each)) and _vary(each, rule) for each in (numbers, wanted)):
        return None
    pair = _Pair(numbers, wanted, theirs.shape, rule, kinds == {"bool"}, theirs.sampled)
    return next((found for rule_of in _RELATIONS if (found := rule_of(pair))), None)


def _joined(value: Value) -> Numbers | None:
    """Return the numbers of a value, and those of a list of equal shapes as of one array."""
    if not isinstance(value, SequenceValue):
        return numbers_of(value)
    parts = [part for item in value.items if (part := _joined(item)) is not None]
    if len(parts) != value.length or len({part.shape for part in parts}) != 1:
        return None
    if any(part.sampled for part in parts):
        return None
    kinds = {part.kind for part in parts}
    kind = kinds.pop() if len(kinds) == 1 else "float"
    elements = [each for part in parts for each in part.elements]
    return Numbers("array", kind, kind, (len(parts), *parts[0].shape), elements)


def _agree(got: Row, predicted: Row, rule: Rule) -> bool:
    slack = rule.atol + _ROUNDING * max(map(abs, predicted))
    pairs = zip(got, predicted, strict=True)
    return all(abs(a - b) <= slack + rule.rtol * abs(b) for a, b in pairs)


def _vary(numbers: Row, rule: Rule) -> bool:
    return not _agree(numbers, [numbers[0]] * len(numbers), rule)


def _find_opposite(pair: _Pair) -> Relation | None:
    if pair.is_bool:
        opposite, words = [1 - each for each in pair.right], "True and False are swapped"
    else:
        opposite, words = [-each for each in pair.right], "each number has the opposite sign"
    return Relation("sign-error", words) if pair.agrees(opposite) else None


def _find_order(pair: _Pair) -> Relation | None:
    """Find the right numbers in another order."""
    got, right = sorted(pair.got), sorted(pair.right)
    different = 1 + sum(not _agree([b], [a], pair.rule) for a, b in pairwise(right))
    if pair.is_sample or different < _LEAST or not _agree(got, right, pair.rule):
        return None
    return Relation("other-order", _describe_order(pair))


def _describe_order(pair: _Pair) -> str:
    got, right = _rows(pair.got, pair.shape), _rows(pair.right, pair.shape)
    there = f"the right {'numbers' if len(pair.shape) == 1 else 'rows'} are there"
    if pair.agrees(_flat(right[::-1])):
        return f"{there}, in reverse order"
    if pair.agrees(_flat(_columns(right))):
        return "the right numbers are there, but ordered by columns instead of rows"
    if not _agree(_flat(sorted(got)), _flat(sorted(right)), pair.rule):
        return "the right numbers are there, but in the wrong places"
    off = [k for k, row in enumerate(got) if not _agree(row, right[k], pair.rule)]
    if len(off) != 2:
        is_sorted = got in (sorted(got), sorted(got, reverse=True))
        return f"{there}, {'sorted' if is_sorted else 'in another order'}"
    return f"{there}, but those at {show_place(off[:1])} and {show_place(off[1:])} are swapped"


def _rows(numbers: Row, shape: tuple[int, ...]) -> list[Row]:
    """Return the entries along the first axis, each of them flat."""
    width = len(numbers) // shape[0]
    return [numbers[start : start + width] for start in range(0, len(numbers), width)]


def _columns(rows: Iterable[Row]) -> list[Row]:
    return [list(column) for column in zip(*rows, strict=True)]


def _flat(rows: Iterable[Row]) -> Row:
    return [each for row in rows for each in row]


def _find_factor(pair: _Pair) -> Relation | None:
    largest = max(range(len(pair.right)), key=lambda k: abs(pair.right[k]))
    factor = pair.got[largest] / pair.right[largest]
    if (
        not factor
        or abs(factor - 1) < _NEXT_TO_1
        or not pair.agrees([factor * each for each in pair.right])
    ):
        return None
    part = round(1 / factor)
    is_part = part > 1 and _agree([part * factor], [1], pair.rule)
    how = f"1/{part} of" if is_part else f"{show_number(factor)} times"
    return Relation("other-scale", f"each number is {how} the right one")


def _find_offset(pair: _Pair) -> Relation | None:
    offset = pair.got[0] - pair.right[0]
    if not pair.agrees([each + offset for each in pair.right]):
        return None
    size = "large" if offset > 0 else "small"
    return Relation("other-scale", f"each number is {show_number(abs(offset))} too {size}")


_FUNCTIONS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("the square of the right one", lambda x: x * x),
    ("the square root of the right one", math.sqrt),
    ("the right one without its sign", abs),
    ("the right one, or 0 where that is below 0", lambda x: max(x, 0.0)),
    ("1 divided by the right one", lambda x: 1 / x),
    ("1 minus the right one", lambda x: 1 - x),
    ("the logarithm of the right one", math.log),
    ("`exp` of the right one", math.exp),
    ("`tanh` of the right one", math.tanh),
    ("the sigmoid of the right one", lambda x: 1 / (1 + math.exp(-x))),
)
"""Functions of the right number that explain a wrong one, tried in this order."""


def _find_function(pair: _Pair) -> Relation | None:
    for words, function in _FUNCTIONS:
        try:
            predicted = [function(each) for each in pair.right]
        except (ArithmeticError, ValueError):  # not for these numbers
            continue
        if pair.agrees(predicted):
            return Relation("other-function", f"each number is {words}")
    return None


def _find_scale(pair: _Pair) -> Relation | None:
    """Find columns that differ from the right ones by a mean and a deviation of their own."""
    if pair.is_sample or len(pair.shape) != 2 or pair.shape[0] < _LEAST_ROWS:
        return None
    mine, theirs = (_columns(_rows(each, pair.shape)) for each in (pair.got, pair.right))
    pairs = list(zip(mine, theirs, strict=True))
    if len(pairs) < 2 or not all(_is_scaled(got, right, pair.rule) for got, right in pairs):
        return None
    return Relation("other-scale", "each column has the right numbers, but shifted or scaled")


def _is_scaled(got: Row, right: Row, rule: Rule) -> bool:
    low, high = min(right), max(right)
    first, last = (got[right.index(each)] for each in (low, high))
    if not _vary(got, rule) or not _vary(right, rule):
        return False
    factor = (last - first) / (high - low)
    return _agree(got, [first + factor * (each - low) for each in right], rule)


_RELATIONS = (
    _find_opposite,
    _find_order,
    _find_factor,
    _find_offset,
    _find_function,
    _find_scale,
)
"""The most certain one first."""
