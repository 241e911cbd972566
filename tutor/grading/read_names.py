"""Find the names that statements read and nothing in their text binds, with their places.

It is for markers in a program that was not run, where a false one is worse than none. So a name
counts as bound if its function, or one around it, binds it anywhere, also further down or in a
class; and if a program may bind names that its text does not show, nothing is marked. Nothing is
run here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tutor.course.code import bindings, child_nodes

_BINDS_UNSEEN = frozenset(
    ("exec", "eval", "globals", "locals", "vars", "dir", "__import__", "__loader__", "__builtins__")
)
"""Python's own names with which a program may bind or read a name unseen."""

_LEADS_TO_NAMES = frozenset(("__globals__", "f_globals", "f_locals", "f_builtins", "_getframe"))
"""Attributes with the same effect."""

_NAMESPACES = frozenset(("builtins", "__main__"))
"""Modules with the names that a program finds without an import."""

_EXPECTS_ERRORS = frozenset(("suppress", "raises", "assertRaises"))
"""Functions after `with` that let a block end at an unknown name."""


class NameRead(NamedTuple):
    """A name where it is read; the row counts from 0, the columns are those of characters."""

    name: str
    row: int
    start: int
    end: int


@dataclass(frozen=True)
class ProgramNames:
    """The names in some statements."""

    read: tuple[NameRead, ...] = ()
    """Places that read names not bound by these statements, and at which a program stops if nothing
    binds them."""
    bound: frozenset[str] = frozenset()
    """Names that are bound at the top level, also by functions."""
    at_top: tuple[str, ...] = ()
    """Those of them that no function binds, in the order of the text."""
    gone: frozenset[str] = frozenset()
    """Names that are deleted at the top level, and not bound again."""
    may_bind_more: bool = False
    """True if names may be bound that are not in the text."""


@dataclass
class _Scope:
    """A function, class, lambda or comprehension, or the top level, which has none around it."""

    around: _Scope | None = None
    binds_outside: bool = False
    """True if `:=` in it binds a name of the enclosing scope."""
    bound: set[str] = field(default_factory=set)
    read: list[NameRead] = field(default_factory=list)

    def chain(self) -> Iterator[_Scope]:
        """Yield this scope and those around it, the top level last."""
        scope: _Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.around

    def unbound(self) -> Iterator[NameRead]:
        """Yield the names that are read here and bound neither here nor around it."""
        if self.read:
            known = set[str]().union(*(scope.bound for scope in self.chain()))
            yield from (each for each in self.read if each.name not in known)


def read_names(tree: ast.Module, lines: Sequence[str]) -> ProgramNames:
    """Return the names of a program; `lines` are those of its text.

    Keeps its own stack: long sums nest deeper than Python calls may.
    """
    top = _Scope()
    scopes = [top]
    # nodes still to be read, the scope of each, and True if an unknown name is allowed there
    waiting: list[tuple[ast.AST, _Scope, bool]] = [(tree, top, False)]
    while waiting:
        node, scope, may_fail = waiting.pop()
        if type(node) is ast.Name:
            if type(node.ctx) is not ast.Load:
                scope.bound.add(node.id)
            elif node.id in _BINDS_UNSEEN:
                return ProgramNames(may_bind_more=True)
            elif not may_fail and not _is_ignored(node.id):
                scope.read.append(_place_of(node, lines))
        elif type(node) in _PLAIN:
            waiting += [(child, scope, may_fail) for child in child_nodes(node)]
        elif _binds_unseen(node):
            return ProgramNames(may_bind_more=True)
        else:
            _bind(node, scope, top)
            if type(node) in _SCOPES:
                scope = _Scope(scope, type(node) in _COMPREHENSIONS)
                scopes.append(scope)
            waiting += [(child, scope, fails) for child, fails in evaluated_parts(node, may_fail)]
    read = sorted((each for scope in scopes for each in scope.unbound()), key=lambda each: each[1:])
    at_top = tuple(dict.fromkeys(name for name, _ in bindings(tree)))
    return ProgramNames(tuple(read), frozenset(top.bound), at_top, _gone(tree))


def _gone(tree: ast.Module) -> frozenset[str]:
    """Return the names that are deleted, and not bound again by later statements."""
    gone: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Delete):
            gone.update(each.id for each in statement.targets if isinstance(each, ast.Name))
        elif gone:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    gone.discard(node.id)
                gone.difference_update(bound_by(node))
    return frozenset(gone)


def _bind(node: ast.AST, scope: _Scope, top: _Scope) -> None:
    """Bind a node's own names, in the scope that contains it."""
    scope.bound.update(bound_by(node))
    match node:
        case ast.Global(names=names):
            top.bound.update(names)
        case ast.NamedExpr(target=ast.Name(id=name)):
            for each in scope.chain():
                each.bound.add(name)
                if not each.binds_outside:
                    break


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = frozenset(
    (*_COMPREHENSIONS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
)

_PLAIN = frozenset(
    (
        *(ast.Module, ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.For, ast.While),
        *(ast.Call, ast.keyword, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp),
        *(ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Dict, ast.JoinedStr),
        *(ast.FormattedValue, ast.comprehension),
        *(ast.arguments, ast.Load, ast.Store),
    )
)
"""Nodes that bind nothing by themselves, and whose parts all count: most do."""


def _is_ignored(name: str) -> bool:
    """Return True for blanks, and for names that every module has without binding them."""
    return not name.strip("_") or (name.startswith("__") and name.endswith("__"))


def _place_of(node: ast.Name, lines: Sequence[str]) -> NameRead:
    """Return the name with its place, or the whole line if Python reports another one.

    It does so within f-strings that span several lines.
    """
    row = node.lineno - 1
    line = lines[row] if row < len(lines) else ""
    start = node.col_offset
    if not line.isascii():
        start = len(line.encode()[:start].decode(errors="replace"))
    end = start + len(node.id)
    if line[start:end] != node.id:
        start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    return NameRead(node.id, row, start, end)


def _binds_unseen(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return True
        case ast.Attribute(attr=attribute):
            return attribute in _LEADS_TO_NAMES
        case ast.Import(names=names):
            return any(alias.name in _NAMESPACES for alias in names)
        case ast.ImportFrom(module=module, names=names):
            return module in ("sys", *_NAMESPACES) or any(alias.name == "*" for alias in names)
    return False


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds by itself, in whatever scope."""
    match node:
        case ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            # definitions, exceptions, patterns, and the type parameters of newer Pythons
            defined = getattr(node, "name", None)
            if isinstance(defined, str):
                yield defined


def evaluated_parts(node: ast.AST, may_fail: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the evaluated parts of a node, each with True if an unknown name is allowed.

    Annotations are left out: newer Pythons evaluate few of them.
    """
    match node:
        case ast.Try(body=body, handlers=handlers) | ast.TryStar(body=body, handlers=handlers):
            expected = {id(each) for each in body} if handlers else set()
        case ast.If(test=test, body=body) if _is_for_the_types(test):
            expected = {id(each) for each in body}
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            is_caught = any(map(_expects_errors, items))
            expected = {id(each) for each in body} if is_caught else set()
        case _:
            expected = set()
    hidden = {id(getattr(node, field, None)) for field in ("annotation", "returns")}
    for child in child_nodes(node):
        if id(child) not in hidden:
            yield child, may_fail or id(child) in expected


def _is_for_the_types(test: ast.expr) -> bool:
    """Return True for `if False` and `if TYPE_CHECKING`, whose block does not run."""
    match test:
        case ast.Constant() | ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def _expects_errors(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _EXPECTS_ERRORS
    return False
