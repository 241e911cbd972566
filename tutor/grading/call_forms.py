"""Reduce equivalent forms of calls and assignments to a single one.

For `equivalence`, which recognises retyped given code by it. Forms that may differ in meaning stay
different.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Container, Iterable

_PLACES = {
    "Linear": ("in_features", "out_features"),
    "SGD": ("params", "lr"),
    "Adam": ("params", "lr"),
    "tensor": ("data",),
    "Softmax": ("dim",),
}
"""Parameters of functions that may be passed by keyword or by position."""

_SIZED = ("randn", "rand", "zeros", "ones")
"""Functions that take sizes separately or together: `ones(2, 3)` or `ones((2, 3))`."""

_KINDS = {"tensor": "", "Tensor": "float", "FloatTensor": "float", "LongTensor": "long"}


def plain_form(node: ast.AST) -> ast.AST:
    """Return the canonical form of a call or an assignment."""
    match node:
        case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
            return ast.Assign([target], value, None)
        case ast.Call():
            return _tensor(node) or _in_places(node)
    return node


class WithConstants(ast.NodeTransformer):
    """Replaces names that are read by the numbers or texts bound to them, in a copy."""

    def __init__(self, statements: Iterable[ast.stmt], names: Container[str]) -> None:
        """Use the names that the statements bind exactly once, by a plain `name = constant`."""
        self._constants: dict[str, ast.Constant] = {}
        bound: set[str] = set()
        for node in statements:
            match plain_form(node):
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    if isinstance(value, ast.Constant) and name in names and name not in bound:
                        self._constants[name] = value
                    else:
                        self._constants.pop(name, None)
                    bound.add(name)

    def of(self, node: ast.stmt) -> ast.stmt:
        """Return the statement with constants in place of their names."""
        changed: ast.stmt = self.visit(copy.deepcopy(node)) if self._constants else node
        return changed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the constant in place of a name that is read."""
        return self._constants.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


def word_called(call: ast.Call) -> str:
    """Return the last part of the called name: `Linear` for `nn.Linear(…)`."""
    match call.func:
        case ast.Attribute(attr=word) | ast.Name(id=word):
            return word
    return ""


def _in_places(call: ast.Call) -> ast.Call:
    """Return the call with positional arguments, and with separate sizes."""
    args = list(call.args)
    keywords = {each.arg: each for each in call.keywords if not _is_default(each)}
    for name in _PLACES.get(word_called(call), ())[len(args) :]:
        if name not in keywords:
            break
        args.append(keywords.pop(name).value)
    match args:
        case [ast.Tuple(elts=sizes) | ast.List(elts=sizes)] if word_called(call) in _SIZED:
            args = list(sizes)
    return ast.Call(call.func, args, list(keywords.values()))


def _is_default(keyword: ast.keyword) -> bool:
    """Return True for `bias=True`, the default of layers."""
    return keyword.arg == "bias" and getattr(keyword.value, "value", None) is True


def _tensor(call: ast.Call) -> ast.Call | None:
    """Return the creation of a tensor as `torch.tensor`; None for other calls.

    With decimal numbers it becomes `torch.Tensor`.
    """
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Call() as made, attr="float" | "long" as kind),
            args=[],
            keywords=[],
        ) if word_called(made) == "tensor" and not made.keywords:
            return _tensor_of(made, kind)
        case ast.Call(keywords=[ast.keyword(arg="dtype", value=ast.Attribute(attr=kind))]):
            return _tensor_of(call, kind) if word_called(call) == "tensor" else None
        case ast.Call(keywords=[]):
            kind = _KINDS.get(word_called(call), "none")
            if word_called(call) == "tensor" and any(
                type(each) is float for each in _numbers(call)
            ):
                kind = "float"
            return _tensor_of(call, kind)
    return None


def _tensor_of(call: ast.Call, kind: str) -> ast.Call | None:
    """Return the creation of a tensor of that kind; None unless it is made of a list."""
    match call.args, call.func:
        case [ast.List() as numbers], ast.Attribute(value=library):
            if kind in ("float", "float32"):
                function = ast.Attribute(library, "Tensor", ast.Load())
                return ast.Call(function, [_as_decimal(numbers)], [])
            whole = all(type(each) is int for each in _numbers(numbers))
            if kind in ("long", "int64") and whole:
                return ast.Call(ast.Attribute(library, "tensor", ast.Load()), [numbers], [])
    return None


def _numbers(node: ast.AST) -> list[object]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]


def _as_decimal(node: ast.expr) -> ast.expr:
    """Return a list with its whole numbers as decimal ones."""
    match node:
        case ast.List(elts=elements):
            return ast.List([_as_decimal(each) for each in elements], ast.Load())
    return decimal(node)


def decimal(node: ast.expr) -> ast.expr:
    """Return a whole number as the decimal one that a tensor makes of it, else the node."""
    match node:
        case ast.Constant(value=int() as value) if type(value) is int:
            return ast.Constant(float(value))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return ast.UnaryOp(ast.USub(), ast.Constant(float(value)))
    return node
