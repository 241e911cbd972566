"""Find the names that statements read before binding them, bind, or change in place.

Nothing is run here.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import TypeAlias

from tutor.course.code import bindings, names_loaded, names_mentioned, names_stored
from tutor.grading.equivalence import is_aside

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
"""Statements whose body runs from its first line on; Python nests only a few of them."""
_Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def names_bound(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the statements bind at the top level, also by functions."""
    bound = {name for node in statements for name in names_stored(node)}
    functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
    inside = (node for function in functions for node in ast.walk(function))
    return bound.union(*(node.names for node in inside if isinstance(node, ast.Global)))


def free_names(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the statements read before they bind them.

    A name read in a function counts only if nothing binds it at all.
    """
    bound: set[str] = set()
    missing: set[str] = set()
    later: set[str] = set()
    for node in statements:
        if isinstance(node, _DEFINITIONS):
            later |= _read_by_definition(node)
        else:
            missing |= _read_first(node, bound)
        bound |= names_bound([node])
    return missing | (later - bound)


def _read_first(node: ast.stmt, bound: Set[str]) -> set[str]:
    """Return the names, other than `bound`, that a statement reads before it binds them.

    Names that a loop's body has bound above, as `loss = …` in a training loop, are not missing.
    """
    if not isinstance(node, _BLOCKS):
        return set(_read_outside(node) - bound)
    body = {id(each) for each in (*node.body, *getattr(node, "orelse", ()))}
    head = [each for each in ast.iter_child_nodes(node) if id(each) not in body]
    missing = set[str]().union(*map(_read_outside, head)) - bound
    here = bound | {name for each in head for name, _ in bindings(each)}
    for each in (*node.body, *getattr(node, "orelse", ())):
        missing |= _read_first(each, here)
        here |= names_stored(each)
    return missing


@lru_cache(maxsize=512)
def _read_outside(node: ast.AST) -> frozenset[str]:
    """Return the names that a statement reads, without those bound inside its expressions.

    Those are the arguments of a `lambda`, and the variables of a comprehension.
    """
    try:
        return frozenset(_free_in(node))
    except RecursionError:
        return names_loaded(node)


@lru_cache(maxsize=512)
def names_changed(node: ast.stmt) -> frozenset[str]:
    """Return the names of objects that a statement may change without rebinding them.

    As do `rows.append(1)`, `rows[0] = 1` and `fill(rows)`, also in a loop. A definition changes
    nothing by itself.
    """
    if isinstance(node, _DEFINITIONS):
        return frozenset()
    return frozenset(name for each in ast.walk(node) for name in _changed_by(each))


def _changed_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Call(func=func, args=args)) if not is_aside(node):
            yield from (arg.id for arg in args if isinstance(arg, ast.Name))
            if isinstance(func, ast.Attribute):
                yield from _root_of(func)
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            yield from _root_of(node)


def _root_of(node: ast.AST) -> Iterator[str]:
    """Yield the name at the root of an attribute or item, however deep."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _free_in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.AugAssign(target=ast.Name(id=name)):
            yield name
    if isinstance(node, ast.Lambda):
        inside = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    elif isinstance(node, _Comprehension):
        inside = {*names_mentioned(*(each.target for each in node.generators))}
        # The first iterable is evaluated outside.
        yield from _free_in(node.generators[0].iter)
    else:
        inside = set()
    for child in ast.iter_child_nodes(node):
        free = _free_in(child)
        is_default = isinstance(node, ast.Lambda) and child is node.args
        yield from free if is_default else (name for name in free if name not in inside)


@lru_cache(maxsize=256)
def _read_by_definition(definition: ast.stmt) -> frozenset[str]:
    """Return the names that a function or class reads and does not bind itself."""
    try:
        tables = [symtable.symtable(ast.unparse(definition), "<program>", "exec")]
    except RecursionError:
        return names_loaded(definition)
    names: set[str] = set()
    while tables:
        table = tables.pop()
        symbols = [each for each in table.get_symbols() if each.is_referenced()]
        names.update(each.get_name() for each in symbols if each.is_global())
        tables += table.get_children()
    return frozenset(names)
