"""Finds in a program's source the prediction, input and target of a model without a module.

The loss is followed back through the plain assignments before its backward pass. The model is the
single expression through which all trained tensors enter the loss, if it uses one table of the
data. The expression is the program's own, so nothing is guessed. If there is no such expression, or
more than one, there is no model. This module calls no code of the program.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["trained", "data", "computed", "other"]
"""The kind of object that a name is bound to. "trained": a trained tensor, or an object or function
that uses one; "data": a table; "computed": a result computed from trained tensors."""

INPUT = "the_input"
"""The name that stands for the input in the traced expression."""
MAX_NODES = 2_000
_SHAPING = frozenset(
    ("float", "double", "reshape", "view", "unsqueeze", "squeeze", "flatten", "to", "T", "t")
)
"""Methods and attributes that change only the shape or type of a table."""


_Found: TypeAlias = tuple[ast.expr, ast.AST]


class TracedLoss(NamedTuple):
    """The parts of the loss that a program trains with."""

    prediction: ast.expr
    """The prediction of the model; `INPUT` stands for its input."""
    given: ast.expr
    """The input of the model in the program."""
    target: ast.expr | None
    """The target of the model; None if that is not one table of the data."""
    is_subtracted: bool
    """True if the loss contains the difference of prediction and target, in either order."""

    def names(self) -> frozenset[str]:
        """Return all names in these parts, except `INPUT`."""
        parts = [self.prediction, self.given, *([self.target] if self.target else [])]
        return frozenset(name for part in parts for name in _names_in(part)) - {INPUT}


def traced_loss(source: str, kind: Callable[[str], Kind]) -> TracedLoss | None:
    """Return the parts of the program's loss; None if its source does not show them."""
    bound: dict[str, ast.expr] = {}
    loss = _inlined_loss(source, kind, bound)
    if loss is None or _has_odd_names(loss, kind):
        return None
    found = {ast.dump(each): (each, parent) for each, parent in _predictions_in(loss, kind)}
    if len(found) > 1:
        found = {ast.dump(each): (each, loss) for each in _named_in_all(found, bound, kind)[:1]}
    if not found:
        return None
    ((prediction, parent),) = found.values()
    tables = _tables_in(prediction, kind)
    outside = _trained_in(loss, kind, ast.dump(prediction))
    if not outside <= _trained_in(prediction, kind):
        return None  # the loss depends on other trained tensors, too
    ((text, given),) = tables.items()
    targets = [each for other, each in _tables_in(loss, kind).items() if other != text]
    return TracedLoss(
        _Replacing(text).visit(copy.deepcopy(prediction)),
        given,
        targets[0] if len(targets) == 1 else None,
        isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Sub),
    )


def _named_in_all(
    found: Iterable[str], bound: dict[str, ast.expr], kind: Callable[[str], Kind]
) -> list[ast.expr]:
    """Return the named expressions that occur in all of these parts, last one first."""
    named = [each for each in reversed(bound.values()) if len(_tables_in(each, kind)) == 1]
    return [each for each in named if all(ast.dump(each) in text for text in found)]


def _has_odd_names(loss: ast.expr, kind: Callable[[str], Kind]) -> bool:
    """Return True if the loss has names computed in unknown ways, or binds names."""
    for each in ast.walk(loss):
        if isinstance(each, ast.Lambda | ast.NamedExpr):
            return True
        if isinstance(each, ast.Name):
            is_own = isinstance(each.ctx, ast.Store)
            if kind(each.id) == "computed" or (is_own and kind(each.id) != "other"):
                return True
    return False


# Following the loss back


def _inlined_loss(
    source: str, kind: Callable[[str], Kind], bound: dict[str, ast.expr]
) -> ast.expr | None:
    """Return the loss of the only backward pass, with its names inlined.

    The expressions that they are bound to are added to `bound`.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [*_backwards(tree.body)]
    if len(found) != 1:
        return None
    block, at, start = found[0]
    for statement in block[:at]:
        _follow(statement, bound, kind)
    return _inlined(start, bound)


def _backwards(
    block: Sequence[ast.stmt],
) -> Iterator[tuple[Sequence[ast.stmt], int, ast.expr]]:
    """Yield the loss of each backward pass, after its block and its index there."""
    for at, statement in enumerate(block):
        inner = [
            part
            for name in ("body", "orelse", "finalbody")
            if (part := getattr(statement, name, None)) and isinstance(part, list)
        ]
        inner += [handler.body for handler in getattr(statement, "handlers", [])]
        for part in inner:
            yield from _backwards(part)
        if inner:
            continue
        for node in ast.walk(statement):
            match node:
                case ast.Call(func=ast.Attribute(attr="backward", value=start)):
                    yield block, at, start
                case ast.Call(func=ast.Attribute(attr="grad"), args=[start, _, *_]):
                    yield block, at, start


def _follow(statement: ast.stmt, bound: dict[str, ast.expr], kind: Callable[[str], Kind]) -> None:
    """Add the statement's name to `bound` if its value uses trained tensors."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            inlined = _inlined(value, bound)
        case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
            left = ast.Name(target.id, ast.Load())
            inlined = _inlined(ast.BinOp(left, op, value), bound)
        case _:
            for name in _bound_in(statement):
                bound.pop(name, None)
            return
    bound.pop(name, None)
    if inlined is not None and _trained_in(inlined, kind):
        bound[name] = inlined


def _bound_in(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _inlined(node: ast.expr, bound: Mapping[str, ast.expr]) -> ast.expr | None:
    """Return a copy with its names inlined; None if it would have too many parts."""
    inlined = _Inlining(bound).visit(copy.deepcopy(node))
    is_small = sum(1 for _ in ast.walk(inlined)) <= MAX_NODES
    return inlined if is_small else None


class _Inlining(ast.NodeTransformer):
    """Replaces names by the expressions that they are bound to."""

    def __init__(self, bound: Mapping[str, ast.expr]) -> None:
        self._bound = bound

    def visit_Name(self, node: ast.Name) -> ast.expr:
        is_used = isinstance(node.ctx, ast.Load)
        return copy.deepcopy(self._bound.get(node.id, node)) if is_used else node


# Finding the prediction in it


def _predictions_in(loss: ast.expr, kind: Callable[[str], Kind]) -> Iterator[_Found]:
    """Yield the largest trained parts that use one table, each with its parent."""
    if len(_tables_in(loss, kind)) > 1:
        yield from _predictions(loss, loss, kind)
    elif isinstance(loss, ast.Call) and not _tables_in(loss.func, kind):
        for argument in loss.args:  # the function contains the target
            yield from _predictions(argument, loss, kind)


def _predictions(node: ast.AST, parent: ast.AST, kind: Callable[[str], Kind]) -> Iterator[_Found]:
    tables = _tables_in(node, kind)
    if not tables or not _trained_in(node, kind):
        return
    if len(tables) == 1 and isinstance(node, ast.expr):
        yield node, parent
        return
    for child in ast.iter_child_nodes(node):
        yield from _predictions(child, node, kind)


def _tables_in(node: ast.AST, kind: Callable[[str], Kind]) -> dict[str, ast.expr]:
    """Return the tables that the expression uses, each once."""
    if isinstance(node, ast.expr) and _is_table(node, kind):
        return {ast.dump(node): node}
    found: dict[str, ast.expr] = {}
    for child in ast.iter_child_nodes(node):
        found |= _tables_in(child, kind)
    return found


def _is_table(node: ast.expr, kind: Callable[[str], Kind]) -> bool:
    match node:
        case ast.Name(id=name):
            return kind(name) == "data"
        case ast.Subscript(value=value, slice=index):
            plain = not any(isinstance(each, ast.Call) for each in ast.walk(index))
            return plain and _is_table(value, kind)
        case ast.Attribute(value=value, attr=attr):
            return attr in _SHAPING and _is_table(value, kind)
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=arguments):
            is_plain = all(isinstance(each, ast.Constant | ast.UnaryOp) for each in arguments)
            return attr in _SHAPING and is_plain and not node.keywords and _is_table(value, kind)
    return False


def _trained_in(node: ast.AST, kind: Callable[[str], Kind], without: str = "") -> frozenset[str]:
    """Return the trained names in the node, outside of parts equal to `without`."""
    if without and isinstance(node, ast.expr) and ast.dump(node) == without:
        return frozenset()
    if isinstance(node, ast.Name):
        return frozenset({node.id}) if kind(node.id) == "trained" else frozenset()
    found: set[str] = set()
    for child in ast.iter_child_nodes(node):
        found |= _trained_in(child, kind, without)
    return frozenset(found)


class _Replacing(ast.NodeTransformer):
    """Replaces every expression with a certain dump by the name `INPUT`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 # as ast has it
        """Return the node, or `INPUT` in its place."""
        if isinstance(node, ast.expr) and ast.dump(node) == self._text:
            return ast.Name(INPUT, ast.Load())
        return self.generic_visit(node)


def _names_in(node: ast.AST) -> Iterator[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
