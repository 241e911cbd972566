"""The changes of an expression in a mutant: the slips that people make, one at a time.

Constants, operators, signs, arguments, calls and reductions. Nothing is walked or run here.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

_OTHER_OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
}
_OTHER_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_OTHER_REDUCTIONS: Mapping[str, tuple[str, ...]] = {
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
}
_BUILTIN_REDUCTIONS: Mapping[str, tuple[str, ...]] = {
    "sum": ("max",),
    "max": ("min",),
    "min": ("max",),
}
_LOSS = "Loss"
"""Suffix of loss classes, which take a `reduction`."""


def constants_of(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the constants of a program that mutants change: numbers and truth values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and other_constants(node.value):
            yield node


def other_constants(value: object) -> list[float | bool]:
    """Return the replacements of a constant: a neighbour, its opposite, or another size."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, *([-value] if value > 0 else [])]
    if isinstance(value, float):
        return [2 * value, value + 1, -value, 0.0] if value else [1.0, -1.0]
    return []


def other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the replacements of an expression that is no constant."""
    match node:
        case ast.BinOp():
            yield from _other_operators(node)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not(), operand=operand):
            yield operand
        case ast.Compare(ops=[op]):
            for other in _OTHER_COMPARISONS.get(type(op), ()):
                yield _with(node, ops=[other()])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Attribute(value=value, ctx=ast.Load()):
            yield value
        case ast.Subscript(value=value, ctx=ast.Load()):
            yield value
        case ast.Call():
            yield from _other_calls(node)


def _other_operators(node: ast.BinOp) -> Iterator[ast.expr]:
    for other in _OTHER_OPERATORS.get(type(node.op), ()):
        yield _with(node, op=other())
    yield _with(node, left=node.right, right=node.left)
    yield node.left
    yield node.right


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    """Yield the call without its parentheses, without itself, and with other arguments."""
    yield node.func
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    elif isinstance(node.func, ast.Attribute) and not _is_class(node.func.attr):
        yield node.func.value
    if not _is_class(name_of(node.func)):
        yield ast.UnaryOp(ast.USub(), node)
    for index in range(len(node.args) - 1):
        args = list(node.args)
        args[index], args[index + 1] = args[index + 1], args[index]
        yield _with(node, args=args)
    for index in range(len(node.args) if len(node.args) > 1 else 0):
        yield _with(node, args=[*node.args[:index], *node.args[index + 1 :]])
    for index in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])
    yield from _other_reductions(node)


def _other_reductions(node: ast.Call) -> Iterator[ast.expr]:
    match node.func:
        case ast.Attribute(attr=name):
            for other in _OTHER_REDUCTIONS.get(name, ()):
                yield _with(node, func=_with(node.func, attr=other))
        case ast.Name(id=name):
            for other in _BUILTIN_REDUCTIONS.get(name, ()):
                yield _with(node, func=_with(node.func, id=other))
    if name_of(node.func).endswith(_LOSS):
        kept = [each for each in node.keywords if each.arg != "reduction"]
        summed = ast.keyword("reduction", ast.Constant("sum"))
        yield _with(node, keywords=[*kept, summed])


def _is_class(name: str) -> bool:
    return name[:1].isupper()


def name_of(function: ast.expr) -> str:
    """Return the last part of a function's name: `Linear` of `nn.Linear`; "" without a name."""
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _with(node: ast.expr, **fields: object) -> ast.expr:
    """Return a copy of the node with other fields."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
