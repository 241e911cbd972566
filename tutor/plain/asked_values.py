"""The command that asks the last run for a value, and the value in words."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from math import inf, nan, prod
from typing import NamedTuple

from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.run_lines import heard
from tutor.plain.tensor_lines import number_rows, numbers_words
from tutor.session.words.spoken_text import spoken_number, spoken_shape

HOW = "Type ask and an expression, as in ask x.shape."
NOTHING_TO_ASK = "You have no program here, so there is no run to ask."
MAX_EXPRESSION = 1_000

_OBJECT = re.compile(r"<\w+>")
"""Function that a tensor comes from, as in `grad_fn=<AddBackward0>`: no valid Python."""
_SAID = re.compile(r"-?(?:\d|nan|inf)[\w.+-]*|(?:torch\.Size|tensor|array)\(.*\)", re.DOTALL)
"""Values worth parsing: numbers, shapes, tensors and arrays."""
_NUMBERS = {"nan": nan, "inf": inf}
_NAMES = {"tensor": "Tensor", "array": "Array"}


class _Numbers(NamedTuple):
    """Numbers of a tensor or an array, row by row."""

    values: list[float]
    shape: tuple[int, ...]


async def ask(desk: Desk, words: str) -> None:
    """Print the value of an expression in the names that the last run left."""
    expression = words.strip()
    if not desk.can_edit:
        desk.say(NOTHING_TO_ASK)
        return
    if not expression:
        desk.say(HOW)
        return
    if len(expression) > MAX_EXPRESSION:
        desk.say(f"Not asked: an expression has at most {MAX_EXPRESSION} characters here.")
        return
    told = await desk.session.runs.asking.ask(expression, desk.source)
    if told.shown:
        desk.say(*(value_lines(told.shown) if told.is_value else map(heard, _lines(told.shown))))
    desk.say_text(desk.filled(told.words))


def value_lines(shown: str) -> Iterator[str]:
    """Yield a number, shape or tensor in words, and any other value as Python shows it."""
    tree = _read(shown)
    number = _number(tree)
    if number is not None:
        yield f"Value: {spoken_number(number)}."
    elif isinstance(tree, ast.Call):
        yield from _call_lines(tree) or _as_it_is(shown)
    else:
        yield from _as_it_is(shown)


def _as_it_is(shown: str) -> list[str]:
    first, *others = map(heard, _lines(shown)) if shown.strip() else [""]
    return [f"Value: {first}", *others]


def _lines(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if line.strip()]


def _call_lines(call: ast.Call) -> list[str]:
    """Return the lines of a shape, tensor or array; [] if there are no words for it."""
    name = ast.unparse(call.func)
    found = _numbers(call.args[0]) if len(call.args) == 1 else None
    if found is None:
        return []
    if name == "torch.Size":
        return [f"Shape: {spoken_shape(tuple(map(int, found.values)))}."]
    if name not in _NAMES or any(key.arg == "size" for key in call.keywords):
        return []
    more = [f"{key.arg} {ast.unparse(key.value)}" for key in call.keywords if key.arg == "dtype"]
    if not found.shape:
        return [f"{', '.join([f'{_NAMES[name]}: {spoken_number(found.values[0])}', *more])}."]
    head = ", ".join([f"{_NAMES[name]}: {spoken_shape(found.shape)}", *more])
    if not found.values:
        return [f"{head}."]
    rows = prod(found.shape[:-1])
    return [
        f"{head}. {numbers_words(found.values)}",
        *number_rows(found.values, found.shape, 0, rows - 1),
    ]


def _read(shown: str) -> ast.expr | None:
    """Return the value as a syntax tree; None for any other text, such as printed output."""
    code = _OBJECT.sub("None", shown.strip().removeprefix("Parameter containing:\n"))
    if _SAID.fullmatch(code) is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a class may define any repr
            return ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _number(tree: ast.expr | None) -> float | None:
    """Return the number of a literal; None for anything else, including True and False."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        number = None if isinstance(tree.operand, ast.UnaryOp) else _number(tree.operand)
        return None if number is None else -number
    if isinstance(tree, ast.Name):
        return _NUMBERS.get(tree.id)
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return _as_float(tree.value)
    return None


def _as_float(value: object) -> float | None:
    assert isinstance(value, int | float)
    try:
        return float(value)
    except OverflowError:
        return None


def _numbers(tree: ast.expr) -> _Numbers | None:
    """Return the numbers of nested lists; None if some are elided or are no numbers."""
    if not isinstance(tree, ast.List):
        number = _number(tree)
        return None if number is None else _Numbers([number], ())
    parts: Sequence[_Numbers | None] = [_numbers(each) for each in tree.elts]
    found = [part for part in parts if part is not None]
    shapes = {part.shape for part in found}
    if len(found) < len(parts) or len(shapes) > 1:
        return None
    inner = shapes.pop() if shapes else ()
    values = [value for part in found for value in part.values]
    return _Numbers(values, (len(found), *inner))


COMMANDS = (
    Command("ask", ask, "ask for a value of the last run, as in ask x.shape.", "EXPRESSION"),
)
