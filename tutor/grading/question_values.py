"""Values of a run that fit in one line, about which a question on a program may ask.

Questions about wrong programs and about right answers are made of it. It judges nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from tutor.course.code import names_in, names_mentioned
from tutor.course.step_tables import Check
from tutor.grading.numbers import numbers_of
from tutor.grading.scenario_result import RunAnswers
from tutor.grading.show import show_numbers, show_shape, show_value
from tutor.wire.values import BoolValue, SequenceValue, TextValue, Value

MAX_TEXT = 60
"""Maximum characters of a value that fits in one line."""

MAX_ELEMENTS = 64
"""Maximum numbers of a tensor that are all shown."""

TOO_CLOSE = 0.1
"""Minimum relative difference of two numbers that are offered as options: nobody can distinguish
closer ones without computing them."""

_DRAWING = re.compile(r"Linear|Conv|Embedding|Parameter|Dropout|[Rr]and|normal_|uniform_")
"""Matches names that draw random numbers, which nobody can guess."""


class Asked(Struct, frozen=True):
    """The value that a guess is about."""

    words: str
    """Its description, in Markdown: a name of the program as code, or a few plain words."""
    expression: str
    """The check's expression that gives it, or the name."""
    item: int | None = None
    """Its index in the expression's list; None for the whole value."""
    is_bound: bool = False
    """True if the program bound it to the name; False if it answers a question."""
    is_shape: bool = False
    """True if only its shape is asked for."""
    is_count: bool = False
    """True if it is a number of things, which the words name."""


def values_of(check: Check, names: Iterable[str]) -> Iterator[Asked]:
    """Yield the value that the check compares, and its shape, if a program could name it."""
    own = frozenset(names)
    for item, expression in _parts(check.same):
        if _is_of_names(expression, own):
            asked = Asked(f"`{expression}`", check.same, item)
            yield asked
            yield Asked(asked.words, check.same, item, is_shape=True)


def _parts(expression: str) -> list[tuple[int | None, str]]:
    """Return the elements of a list with their indices, else the whole expression."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return []
    if isinstance(tree, ast.List):
        return [(index, ast.unparse(part)) for index, part in enumerate(tree.elts)]
    return [(None, ast.unparse(tree))]


_OWN_NODES = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.List,
    ast.UnaryOp, ast.unaryop, ast.Load,
)  # fmt: skip


def _is_of_names(expression: str, names: frozenset[str]) -> bool:
    """Return True if a program with these names could contain the expression in one line."""
    if len(expression) > MAX_TEXT:
        return False
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    read = names_in(expression)
    return all(isinstance(node, _OWN_NODES) for node in nodes) and bool(read) and read <= names


def draws(program: str) -> bool:
    """Return True if the program draws random numbers, whose values cannot be guessed."""
    return any(map(_DRAWING.search, _words_of(program)))


def _words_of(program: str) -> set[str]:
    tree = ast.parse(program)
    attributes = {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    return attributes | names_mentioned(tree)


def is_count(value: Value) -> bool:
    """Return True if the value is one whole number."""
    numbers = numbers_of(value)
    return numbers is not None and numbers.kind == "int" and not numbers.shape


def stands_in(text: str, program: str) -> bool:
    """Return True if the program contains the result literally."""
    word = re.escape(text.strip("'"))
    return re.search(rf"(?<![\w.]){word}(?![\w.])", program) is not None


def value_text(asked: Asked, run: RunAnswers) -> str | None:
    """Return the value in one line; None if there is none, or it does not fit."""
    value = _value(asked, run)
    if value is None:
        return None
    if asked.is_shape:
        numbers = numbers_of(value)
        return show_shape(numbers.shape) if numbers is not None and numbers.shape else None
    text = _show(value)
    return text if text is not None and len(text) <= MAX_TEXT and "…" not in text else None


def _value(asked: Asked, run: RunAnswers) -> Value | None:
    if run.error is not None:
        return None
    if asked.is_bound:
        return run.bound().get(asked.expression)
    answer = run.answer(asked.expression)
    if answer is None or answer.error is not None:
        return None
    if asked.item is None:
        return answer.value
    items = answer.value.items if isinstance(answer.value, SequenceValue) else ()
    return items[asked.item] if asked.item < len(items) else None


def _show(value: Value) -> str | None:
    """Return the numbers or the text in a value; None if it holds anything else."""
    if isinstance(value, BoolValue | TextValue):
        return show_value(value)
    if isinstance(value, SequenceValue):
        parts = [_show(item) for item in value.items]
        if value.length > len(parts) or any(part is None for part in parts):
            return None
        return "[" + ", ".join(part or "" for part in parts) + "]"
    numbers = numbers_of(value)
    if numbers is None or numbers.kind == "complex" or not 0 < numbers.total <= MAX_ELEMENTS:
        return None
    return None if numbers.sampled else show_numbers(numbers)


def are_far_apart(asked: Asked, one: RunAnswers, other: RunAnswers) -> bool:
    """Return True if the two values can be distinguished at a glance."""
    if asked.is_shape or value_text(asked, one) == value_text(asked, other):
        return value_text(asked, one) != value_text(asked, other)
    sides = [_elements(_value(asked, run)) for run in (one, other)]
    if sides[0] is None or sides[1] is None or len(sides[0]) != len(sides[1]):
        return True
    return any(_differ(a, b) for a, b in zip(*sides, strict=True))


def _elements(value: Value | None) -> list[float] | None:
    if isinstance(value, SequenceValue):
        parts = [_elements(item) for item in value.items]
        return None if None in parts else [number for part in parts for number in part or ()]
    numbers = numbers_of(value) if value is not None else None
    return list(map(float, numbers.elements)) if numbers is not None else None


def _differ(one: float, other: float) -> bool:
    if one != one or other != other:
        return (one != one) is not (other != other)
    return one != other and not abs(one - other) <= TOO_CLOSE * max(abs(one), abs(other))
