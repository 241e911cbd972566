"""Tensors, arrays and modules that stood in the line that failed, with their shapes.

For the facts of an error. What is named there is looked up, never run: names, attributes and
subscripts of built-in kinds only.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any

import numpy as np
from torch import Tensor, nn

from tutor.wire.events import Operand
from tutor.worker.guard import type_name
from tutor.worker.naming import MAX_NAME, name_of
from tutor.worker.stack import EXERCISE_FILE
from tutor.worker.tensor_numbers import gradient_of, tensor_dtype, tensor_shape
from tutor.worker.torch_private import (
    is_module,
    is_tensor,
    own_buffers,
    own_children,
    own_parameters,
    without_overrides,
)

MAX_OPERANDS = 12
_NOTHING = object()


def operands_at(
    trace: list[TracebackType], namespace: Mapping[str, object], source: str
) -> tuple[Operand, ...]:
    """Of the learner's innermost line; then the layer of torch that failed and its `input`."""
    found: dict[str, Operand] = {}
    learner = [part for part in trace if part.tb_frame.f_code.co_filename == EXERCISE_FILE]
    if learner:
        for name, thing in _named_in(source, learner[-1]):
            operand = describe(name, thing) if len(name) <= MAX_NAME else None
            if operand is not None:
                found.setdefault(name, operand)
    for operand in _failing_layer(trace, namespace):
        found.setdefault(operand.name, operand)
    return tuple(found.values())[:MAX_OPERANDS]


def describe(name: str, thing: object) -> Operand | None:
    """None for what is no tensor, array or module. A module's shape is that of its weight."""
    if is_tensor(thing):
        return Operand(name, type_name(thing), tensor_shape(thing), tensor_dtype(thing))
    if issubclass(type(thing), np.ndarray):
        array: Any = thing
        return Operand(name, type_name(thing), tuple(array.shape), str(array.dtype))
    if is_module(thing):
        weight = own_parameters(thing).get("weight")
        if weight is None:
            return Operand(name, type_name(thing))
        return Operand(name, type_name(thing), tensor_shape(weight), tensor_dtype(weight))
    return None


def _failing_layer(
    trace: list[TracebackType], namespace: Mapping[str, object]
) -> Iterator[Operand]:
    for part in reversed(trace):
        local = part.tb_frame.f_locals
        layer = local.get("self")
        if part.tb_frame.f_code.co_filename == EXERCISE_FILE:
            return
        if is_module(layer):
            name = name_of(layer, namespace) or type_name(layer)
            for found in (describe(name, layer), describe("input", local.get("input"))):
                if found is not None:
                    yield found
            return


def _named_in(source: str, part: TracebackType) -> Iterator[tuple[str, object]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in _nodes_of(tree, part.tb_lineno):
        thing = _look_up(node, part.tb_frame)
        if thing is not _NOTHING:
            yield ast.unparse(node), thing


def _nodes_of(tree: ast.Module, line: int) -> Iterator[ast.expr]:
    """Names, attributes and subscripts of the innermost statement around a line."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not around:
        return
    innermost = max(around, key=lambda node: node.lineno)
    body = {id(inner) for inner in ast.walk(innermost) if isinstance(inner, ast.stmt)}
    waiting: list[ast.AST] = [innermost]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield node
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if id(child) not in body and not isinstance(child, ast.Lambda)
        ]


def _look_up(node: ast.expr, frame: FrameType) -> object:
    match node:
        case ast.Name(id=name):
            found = frame.f_locals.get(name, _NOTHING)
            return frame.f_globals.get(name, _NOTHING) if found is _NOTHING else found
        case ast.Attribute(value=owner, attr=name):
            return _attribute(_look_up(owner, frame), name)
        case ast.Subscript(value=owner, slice=ast.Constant(value=index)):
            return _item(_look_up(owner, frame), index)
        case ast.Subscript(
            value=owner,
            slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as index)),
        ):
            return _item(_look_up(owner, frame), -index)
        case _:
            return _NOTHING


def _attribute(owner: object, name: str) -> object:
    if is_tensor(owner):
        reader = _TENSOR_ATTRIBUTES.get(name)
        return _NOTHING if reader is None else reader(owner)
    if is_module(owner):
        for part in (own_parameters, own_buffers, own_children):
            if name in part(owner):
                return part(owner)[name]
    return _own_attribute(owner, name)


def _own_attribute(owner: object, name: str) -> object:
    """What was stored in the instance itself: no property runs."""
    try:
        attributes = object.__getattribute__(owner, "__dict__")
    except Exception:
        return _NOTHING
    return attributes.get(name, _NOTHING) if type(attributes) is dict else _NOTHING


def _item(owner: object, index: object) -> object:
    if issubclass(type(owner), nn.Sequential | nn.ModuleList) and type(index) is int:
        module: Any = owner
        children = list(own_children(module).values())
        return children[index] if -len(children) <= index < len(children) else _NOTHING
    if type(owner) in (list, tuple) and type(index) is int:
        sequence: Any = owner
        return sequence[index] if -len(sequence) <= index < len(sequence) else _NOTHING
    if type(owner) is dict and type(index) in (int, str):
        return owner.get(index, _NOTHING)
    return _NOTHING


def _transposed(tensor: Tensor) -> object:
    with without_overrides():
        plain = tensor.detach()
        return plain.t() if plain.dim() <= 2 else _NOTHING


_TENSOR_ATTRIBUTES: dict[str, Callable[[Tensor], object]] = {
    "grad": gradient_of,
    "data": lambda tensor: tensor,
    "T": _transposed,
}
