"""The bindings of each statement of a program."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


class Imported(NamedTuple):
    """Source of a name that an import binds to a path of a library."""

    path: str


class PartOf(NamedTuple):
    """Source of a name that is bound to the elements of an expression in turn."""

    whole: ast.expr


class Argument(NamedTuple):
    """Source of a name that is an argument; `holder` is the class if it is `self`."""

    holder: str = ""
    is_forward: bool = False
    """True for an argument of a `forward` method, which is called with tensors."""


@dataclass(frozen=True)
class OwnFunction:
    """A function of the program."""

    signature: str
    documentation: str = ""


@dataclass(frozen=True)
class OwnClass:
    """A class of the program."""

    name: str
    bases: tuple[ast.expr, ...]
    members: Mapping[str, Source] = field(default_factory=dict)
    documentation: str = ""


Source: TypeAlias = ast.expr | Imported | PartOf | Argument | OwnFunction | OwnClass | None
"""Source of a name's value, according to its binding; None if unknown."""

Bindings: TypeAlias = tuple[tuple[str, Source], ...]


def bindings_in(block: Sequence[ast.AST], holder: str = "") -> Iterator[tuple[str, Source]]:
    """Yield the bindings of statements in order, including those of nested blocks."""
    for node in block:
        yield from _of_statement(node, holder)


def _of_statement(node: ast.AST, holder: str) -> Iterator[tuple[str, Source]]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if not holder:
                yield node.name, _function(node)
            yield from _of_arguments(node, holder)
            holder = ""
        case ast.ClassDef(name=name, bases=bases, body=body):
            told = ast.get_docstring(node) or ""
            yield name, OwnClass(name, tuple(bases), dict(_of_class(body)), told)
            holder = name
        case ast.Import() | ast.ImportFrom():
            yield from _of_import(node)
        case _:
            yield from _of_targets(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _of_statement(child, holder)


def _of_import(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Source]]:
    for each in node.names:
        if isinstance(node, ast.ImportFrom):
            yield each.asname or each.name, Imported(f"{node.module or ''}.{each.name}")
        else:
            path = each.name if each.asname else each.name.partition(".")[0]
            yield each.asname or path, Imported(path)


def _of_targets(node: ast.AST) -> Iterator[tuple[str, Source]]:
    """Yield the bindings of a statement that is no definition and no import."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _of_target(target, value)
        case ast.AnnAssign(target=target, value=given):
            yield from _of_target(target, given)
        case ast.For(target=target, iter=whole) | ast.AsyncFor(target=target, iter=whole):
            yield from _of_part(target, whole)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _of_target(item.optional_vars, None)
        case ast.ExceptHandler(name=str(name)):
            yield name, None


def _of_target(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, Source]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Starred(value=inner), _:
            yield from _of_target(inner, None)
        case (
            (ast.Tuple(elts=targets) | ast.List(elts=targets)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(targets) == len(values):
            for each, part in zip(targets, values, strict=True):
                yield from _of_target(each, part)
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
            for each in targets:
                yield from _of_part(each, value) if value is not None else _of_target(each, None)


def _of_part(target: ast.expr, whole: ast.expr) -> Iterator[tuple[str, Source]]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id, PartOf(whole)


def _of_arguments(
    node: ast.FunctionDef | ast.AsyncFunctionDef, holder: str
) -> Iterator[tuple[str, Source]]:
    told = node.args
    for place, each in enumerate((*told.posonlyargs, *told.args, *told.kwonlyargs)):
        is_self = bool(holder) and place == 0
        yield each.arg, Argument(holder if is_self else "", is_forward=node.name == "forward")
    for rest in (told.vararg, told.kwarg):
        if rest is not None:
            yield rest.arg, Argument()


def _of_class(body: Sequence[ast.stmt]) -> Iterator[tuple[str, Source]]:
    """Yield the members of a class: bindings of its block, and attributes of `self`."""
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, _function(statement)
                yield from _given_to_self(statement)
            case ast.Assign() | ast.AnnAssign():
                yield from _of_targets(statement)


def _given_to_self(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, Source]]:
    own = method.args.args[0].arg if method.args.args else ""
    for node in ast.walk(method):
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        match node:
            case ast.Assign():
                targets, value = node.targets, node.value
            case ast.AnnAssign():
                targets, value = [node.target], node.value
        for target in targets:
            match target:
                case ast.Attribute(value=ast.Name(id=name), attr=member) if name == own:
                    yield member, value


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> OwnFunction:
    return OwnFunction(signature_of(node), ast.get_docstring(node) or "")


def signature_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return a function's arguments in brackets, without their types and without `self`."""
    bare = ast.arguments(
        posonlyargs=[_bare(each) for each in node.args.posonlyargs],
        args=[_bare(each) for each in node.args.args if each.arg != "self"],
        vararg=_bare(node.args.vararg) if node.args.vararg else None,
        kwonlyargs=[_bare(each) for each in node.args.kwonlyargs],
        kw_defaults=node.args.kw_defaults,
        kwarg=_bare(node.args.kwarg) if node.args.kwarg else None,
        defaults=node.args.defaults,
    )
    return f"({ast.unparse(bare)})"


def _bare(argument: ast.arg) -> ast.arg:
    return ast.arg(argument.arg)
