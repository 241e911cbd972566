"""A cheat to try on a step: the solution's values, hardcoded. For the linter.

A step that accepts it needs another variation.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

from tutor.course.code import parse_program
from tutor.course.model import CodeStep
from tutor.grading.numbers import numbers_of
from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    ComplexValue,
    FloatValue,
    IntValue,
    NoneValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

_MAX_NUMBERS = 1_000


def hardcoded_program(
    step: CodeStep, names: tuple[str, ...], bound: Mapping[str, Value]
) -> str | None:
    """Return the solution with an assignment of its value to each of the names.

    `bound` holds the values under the base givens. None if no name can be hardcoded: the solution
    assigns a constant to it, or its value cannot be written as Python.
    """
    hardcoded = _hardcoded_names(step.solution)
    lines = [
        f"{name} = {text}"
        for name in names
        if name not in hardcoded and name in bound and (text := as_python(bound[name])) is not None
    ]
    return "\n".join([step.solution, *lines]) if lines else None


def as_python(value: Value) -> str | None:
    """Return a Python expression for the value; None if there is none."""
    match value:
        case NoneValue():
            return "None"
        case BoolValue(value=plain) | IntValue(value=plain) | TextValue(value=plain):
            return repr(plain)
        case FloatValue(value=number):
            return _float_as_python(number)
        case ComplexValue(real=real, imag=imaginary):
            return f"complex({_float_as_python(real)}, {_float_as_python(imaginary)})"
        case TensorValue() | ArrayValue():
            return _numbers_as_python(value)
        case SequenceValue():
            return _sequence_as_python(value)
    return None


def _float_as_python(number: float) -> str:
    return repr(number) if math.isfinite(number) else f"float({str(number)!r})"


def _numbers_as_python(value: TensorValue | ArrayValue) -> str | None:
    numbers = numbers_of(value)
    if numbers is None or numbers.sampled or numbers.kind == "complex":
        return None
    if numbers.total > _MAX_NUMBERS:
        return None
    items = ", ".join(
        _float_as_python(item) if isinstance(item, float) else repr(item)
        for item in numbers.elements
    )
    constructor = "torch.tensor" if isinstance(value, TensorValue) else "np.array"
    library = constructor.partition(".")[0]
    return f"{constructor}([{items}], dtype={library}.{value.dtype}).reshape({numbers.shape!r})"


def _sequence_as_python(value: SequenceValue) -> str | None:
    items = [as_python(item) for item in value.items]
    if value.type_name not in ("list", "tuple") or value.length != len(items) or None in items:
        return None
    return f"{value.type_name}([{', '.join(item for item in items if item is not None)}])"


def _hardcoded_names(solution: str) -> set[str]:
    """Return the names to which the solution itself assigns an expression without names."""
    return {
        target.id
        for node in parse_program(solution).body
        if isinstance(node, ast.Assign) and not _reads_name(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _reads_name(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Name | ast.Attribute) for inner in ast.walk(node))
