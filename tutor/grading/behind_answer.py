"""Find the statements that may affect the values of some names at the end of a program.

For advice on what a program uses. A statement that changes an object counts under each of its
names, since tensors share their numbers: the rows of a table are the table. Nothing is run here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from tutor.course.code import bindings, names_mentioned
from tutor.grading.call_forms import word_called
from tutor.grading.equivalence import is_aside
from tutor.grading.free_names import free_names, names_bound

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

_CHANGING_WORDS = frozenset(
    ("append", "appendleft", "extend", "insert", "update", "setdefault", "setitem", "setattr")
)
"""Calls that change an object, besides names that end in `_`."""

_MAKING_WORDS = frozenset(
    (
        *("list", "dict", "set", "int", "float", "len", "sum", "defaultdict", "Counter", "deque"),
        *("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"),
        *("tensor", "clone", "copy", "deepcopy", "item", "tolist"),
    )
)
"""Calls that make an object shared with nothing else."""


def statements_behind(statements: Sequence[ast.stmt], names: Set[str]) -> list[ast.stmt]:
    """Return the statements that may affect the values of the names at the end.

    Only statements that change nothing and bind nothing that is read for the names, such as a loop
    that prints, are left out. Without names, none is.
    """
    if not names:
        return list(statements)
    own = _own_functions(statements)
    changing = _those_that_change(own)
    wanted = set(names)
    behind: list[ast.stmt] = []
    for node in reversed(statements):
        is_definition = isinstance(node, _DEFINITIONS)
        may_change = not is_definition and _may_change(node, own.keys(), changing)
        if names_bound([node]) & wanted or may_change:
            behind.append(node)
            wanted |= free_names([node])
    return behind[::-1]


def _own_functions(statements: Iterable[ast.stmt]) -> Mapping[str, list[_Function]]:
    """Return the functions of a program by name; those of a class by the class's name.

    A lambda counts under the name to which it is assigned.
    """
    own: dict[str, list[_Function]] = {}
    for node in (each for statement in statements for each in ast.walk(statement)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                own.setdefault(name, []).append(node)
            case ast.ClassDef(name=name, body=body):
                methods = (each for each in body if isinstance(each, ast.FunctionDef))
                own.setdefault(name, []).extend(methods)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                own.setdefault(name, []).append(function)
    return own


def _those_that_change(own: Mapping[str, Sequence[_Function]]) -> set[str]:
    """Return the names of functions that may change objects made elsewhere."""
    changing: set[str] = set()
    while True:
        more = {
            name
            for name in own.keys() - changing
            if any(_may_change(each, own.keys(), changing, _made_in(each)) for each in own[name])
        }
        if not more:
            return changing
        changing |= more


def _may_change(
    node: ast.AST, own: Set[str], changing: Set[str], made: Set[str] = frozenset()
) -> bool:
    """Return True if the node may change an object that it has not made.

    `own` are the functions of the program, `changing` those of them that change something.
    """
    shared = set(_shared_in(node)) - made
    for each in ast.walk(node):
        match each:
            case ast.AugAssign(target=ast.Name(id=name)) if name in shared:
                return True
            case ast.Name(id=name, ctx=ast.Load()) if name in changing or name == "setattr":
                return True
            case ast.Global() | ast.Nonlocal() | ast.keyword(arg="out"):
                return True
            case ast.Expr() if _is_for_its_effect(each, own, made):
                return True
            case ast.Subscript() | ast.Attribute() if _writes(each) and not _is_of(each, made):
                return True
    return False


def _is_for_its_effect(node: ast.Expr, own: Set[str], made: Set[str]) -> bool:
    """Return True for an expression statement, whose value is lost, that may have an effect."""
    match node.value:
        case ast.Call(func=func):
            is_own = isinstance(func, ast.Name) and func.id in own
            return not (is_aside(node) or is_own or _is_of(func, made))
    return isinstance(node.value, _COMPREHENSIONS)


def _writes(node: ast.Subscript | ast.Attribute) -> bool:
    """Return True for an assignment target, and for a method that changes its object."""
    if not isinstance(node.ctx, ast.Load):
        return True
    word = node.attr if isinstance(node, ast.Attribute) else ""
    return word.endswith("_") or word in _CHANGING_WORDS


def _is_of(node: ast.AST, names: Set[str]) -> bool:
    """Return True for an attribute or item of one of the names, however deep."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in names


def _made_in(function: _Function) -> set[str]:
    """Return the names of objects that only the function holds, also a method's `self`."""
    values: dict[str, list[ast.expr]] = {}
    for each in ast.walk(function):
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values.setdefault(name, []).append(value)
    made = {name for name, given in values.items() if all(map(_is_made, given))}
    arguments = [each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)]
    return (made - {*arguments, *_shared_in(function)}) | ({"self"} & {*arguments[:1]})


def _is_made(value: ast.expr) -> bool:
    """Return True for an expression whose value is shared with nothing else."""
    match value:
        case ast.Constant() | ast.BinOp() | ast.List() | ast.Dict() | ast.Set():
            return True
        case ast.Call():
            return word_called(value) in _MAKING_WORDS
    return isinstance(value, _COMPREHENSIONS)


def _shared_in(node: ast.AST) -> Iterator[str]:
    """Yield names that may refer to a part of another object: loop variables, items.

    So may the arguments of a function. Round counters may not.
    """
    for each in ast.walk(node):
        match each:
            case ast.For(iter=ast.Call(func=ast.Name(id="range"))):
                pass
            case ast.For(
                target=ast.Tuple(elts=[_, target]), iter=ast.Call(func=ast.Name(id="enumerate"))
            ):
                yield from names_mentioned(target)
            case ast.For(target=target):
                yield from names_mentioned(target)
            case ast.Assign(value=ast.Name() | ast.Subscript() | ast.Attribute()):
                yield from (name for name, _ in bindings(each))
            case ast.arg(arg=name):
                yield name
