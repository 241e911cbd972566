"""Python source, parsed: programs and expressions of lessons, answers, and the names they bind.

For the loader, grading and authoring. Nothing is run here.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache


class NotPython(ValueError):
    """Raised for a text that does not compile; `line` counts from 1 inside the text."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_program(code: str) -> ast.Module:
    """Parse a program; raise NotPython if it does not compile."""
    tree = _compile(code, "exec")
    assert isinstance(tree, ast.Module)
    return tree


def parse_expression(code: str) -> ast.Expression:
    """Parse an expression; raise NotPython if it is not a single one."""
    tree = _compile(code.strip(), "eval")
    assert isinstance(tree, ast.Expression)
    return tree


def _compile(code: str, mode: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.AST = compile(code, "<lesson>", mode, ast.PyCF_ONLY_AST, dont_inherit=True)
            # A `return` outside a function, and the like, is only detected after the syntax tree.
            compile(code, "<lesson>", mode, dont_inherit=True)
    except SyntaxError as error:
        raise NotPython(error.msg, error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise NotPython(str(error) or "it is nested too deeply", 1) from error
    return tree


_INNER_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def bindings(root: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each name that a node binds in its own scope, with the name's line.

    In the order of the text. Keeps its own stack: long sums nest deeper than Python calls may.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if type(node) in _BINDING and (name := _bound_by(node)):
            yield name, getattr(node, "lineno", 0)
        if not isinstance(node, _INNER_SCOPES) and not _is_declaration(node):
            waiting.extend(reversed(child_nodes(node)))


@lru_cache(maxsize=512)
def names_stored(node: ast.stmt) -> frozenset[str]:
    """Return the names that a top-level statement binds at the top level.

    Cached, since a statement of an answer is asked about many times.
    """
    return frozenset(name for name, _ in bindings(node))


@lru_cache(maxsize=512)
def names_loaded(node: ast.AST) -> frozenset[str]:
    """Return the names that are read anywhere in a node; `x += 1` reads x."""
    names: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            names.add(child.id)
        elif isinstance(child, ast.AugAssign) and isinstance(child.target, ast.Name):
            names.add(child.target.id)
    return frozenset(names)


@lru_cache(maxsize=1024)
def names_in(expression: str) -> frozenset[str]:
    """Return the names that an expression of the lesson reads; none if it cannot be parsed."""
    try:
        return frozenset(names_loaded(ast.parse(expression.strip(), mode="eval")))
    except SyntaxError:
        return frozenset()


def names_mentioned(*nodes: ast.AST) -> frozenset[str]:
    """Return all names in these nodes, whether read or bound."""
    return frozenset(
        each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)
    )


def child_nodes(node: ast.AST) -> list[ast.AST]:
    """Return the nodes of `ast.iter_child_nodes`, in half the time."""
    children: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            children.append(value)
        elif isinstance(value, list):
            children += [each for each in value if isinstance(each, ast.AST)]
    return children


_BINDING = frozenset(
    (
        ast.Name,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.alias,
        ast.ExceptHandler,
        ast.MatchAs,
        ast.MatchStar,
        ast.MatchMapping,
    )
)
"""Nodes that `_bound_by` handles: all others, which are most, are skipped by one test."""


def _bound_by(node: ast.AST) -> str | None:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()):
            return name
        case ast.alias(name=name, asname=asname) if name != "*":
            return asname or name.partition(".")[0]
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name):
            return name
    return None


def _is_declaration(node: ast.AST) -> bool:
    """Return True for `x: int`, which binds nothing."""
    return isinstance(node, ast.AnnAssign) and node.value is None
