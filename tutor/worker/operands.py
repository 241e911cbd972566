"""The tensors, arrays and modules in the line that failed, with their shapes.

Expressions in the line are looked up and never run, since that could fail again or change
something. Only names, attributes and subscripts of built-in types are resolved.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any

import numpy as np
from torch import Tensor

from tutor.wire.events import Operand
from tutor.worker.guard import type_name
from tutor.worker.lookup import MISSING, attribute_of, item_of
from tutor.worker.naming import MAX_NAME, name_of
from tutor.worker.stack import EXERCISE_FILE
from tutor.worker.tensor_numbers import tensor_device, tensor_dtype, tensor_shape
from tutor.worker.torch_private import is_module, is_tensor, own_parameters

MAX_OPERANDS = 12


def operands_at(
    entries: list[TracebackType], namespace: Mapping[str, object], source: str
) -> tuple[Operand, ...]:
    """Return the operands of the learner's innermost line, then those of the layer that failed.

    The latter are the layer of torch and its `input`. At most `MAX_OPERANDS` are returned.
    """
    operands: dict[str, Operand] = {}
    learner = [entry for entry in entries if entry.tb_frame.f_code.co_filename == EXERCISE_FILE]
    if learner:
        for name, obj in _named_in(source, learner[-1]):
            operand = describe(name, obj) if len(name) <= MAX_NAME else None
            if operand is not None:
                operands.setdefault(name, operand)
    for operand in _failing_layer(entries, namespace):
        operands.setdefault(operand.name, operand)
    return tuple(operands.values())[:MAX_OPERANDS]


def describe(name: str, obj: object) -> Operand | None:
    """Return the object as an operand, None if it is no tensor, array or module.

    Shape, dtype and device of a module are those of its weight, if it has one.
    """
    if is_tensor(obj):
        return _of_tensor(name, type_name(obj), obj)
    if issubclass(type(obj), np.ndarray):
        array: Any = obj
        return Operand(name, type_name(obj), tuple(array.shape), str(array.dtype))
    if is_module(obj):
        weight = own_parameters(obj).get("weight")
        if weight is None:
            return Operand(name, type_name(obj))
        return _of_tensor(name, type_name(obj), weight)
    return None


def _of_tensor(name: str, kind: str, tensor: Tensor) -> Operand:
    return Operand(name, kind, tensor_shape(tensor), tensor_dtype(tensor), tensor_device(tensor))


def _failing_layer(
    entries: list[TracebackType], namespace: Mapping[str, object]
) -> Iterator[Operand]:
    for entry in reversed(entries):
        frame_locals = entry.tb_frame.f_locals
        layer = frame_locals.get("self")
        if entry.tb_frame.f_code.co_filename == EXERCISE_FILE:
            return
        if is_module(layer):
            name = name_of(layer, namespace) or type_name(layer)
            for operand in (describe(name, layer), describe("input", frame_locals.get("input"))):
                if operand is not None:
                    yield operand
            return


def _named_in(source: str, entry: TracebackType) -> Iterator[tuple[str, object]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in _nodes_of(tree, entry.tb_lineno):
        obj = _look_up(node, entry.tb_frame)
        if obj is not MISSING:
            yield ast.unparse(node), obj


def _nodes_of(tree: ast.Module, line: int) -> Iterator[ast.expr]:
    """Yield the names, attributes and subscripts in the innermost statement around a line.

    Those in lambdas, and in statements inside it, are left out.
    """
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not around:
        return
    innermost = max(around, key=lambda node: node.lineno)
    body = {id(inner) for inner in ast.walk(innermost) if isinstance(inner, ast.stmt)}
    pending: list[ast.AST] = [innermost]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield node
        pending += [
            child
            for child in ast.iter_child_nodes(node)
            if id(child) not in body and not isinstance(child, ast.Lambda)
        ]


def _look_up(node: ast.expr, frame: FrameType) -> object:
    """Return the object that the expression names in the frame, `MISSING` if unknown."""
    match node:
        case ast.Name(id=name):
            value = frame.f_locals.get(name, MISSING)
            return frame.f_globals.get(name, MISSING) if value is MISSING else value
        case ast.Attribute(value=owner, attr=name):
            return attribute_of(_look_up(owner, frame), name)
        case ast.Subscript(value=owner, slice=ast.Constant(value=index)):
            return item_of(_look_up(owner, frame), index)
        case ast.Subscript(
            value=owner,
            slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as index)),
        ):
            return item_of(_look_up(owner, frame), -index)
        case _:
            return MISSING
