"""Reduce statements to a form that is equal if they mean the same.

Spacing, comments and the names of imports do not count. `submission` and `borders` use it to find
repeated givens.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from tutor.course.code import bindings, names_mentioned
from tutor.grading.call_forms import decimal, plain_form, word_called

Aliases = Mapping[str, str]
"""Imported names with their paths, such as `nn` for `torch.nn`."""


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def aliases_of(statements: Iterable[ast.stmt]) -> dict[str, str]:
    """Return the aliases of the imports at the top level; a later import wins."""
    aliases: dict[str, str] = {}
    for node in statements:
        if isinstance(node, ast.Import):
            aliases.update((a.asname, a.name) for a in node.names if a.asname)
            aliases.update((a.name.partition(".")[0],) * 2 for a in node.names if not a.asname)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            aliases.update((a.asname or a.name, f"{node.module}.{a.name}") for a in node.names)
    return aliases


def normal_form(node: ast.stmt, aliases: Aliases) -> str:
    """Return a text that is equal for statements that mean the same.

    Empty for a statement that is nested too deeply.
    """
    return _form_of(node, aliases, loose=False)


def given_form(node: ast.stmt, aliases: Aliases) -> str:
    """Return a text that is equal for common ways to write the same given statement.

    It ignores prints, the number of rounds of a loop, whole numbers next to decimal ones, and
    whether an argument is passed by keyword.
    """
    return _form_of(node, aliases, loose=True)


_LOOKS = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple)
_ASIDE_CALLS = ("print", "seed", "manual_seed", "set_printoptions")


def is_aside(node: ast.AST) -> bool:
    """Return True if the statement is an aside that people write among givens.

    That is a text, an expression to display, a call that prints or seeds, or a statement without
    effect.
    """
    if not isinstance(node, ast.Expr):
        return isinstance(node, ast.Pass)
    value = node.value
    if isinstance(value, ast.Call):
        return word_called(value) in _ASIDE_CALLS
    return isinstance(value, _LOOKS) and not any(isinstance(n, ast.Call) for n in ast.walk(value))


class LoopOutline(Struct, frozen=True):
    """The names that a loop binds and calls, regardless of prints and of its range and variable.

    People differ in the numbers of epochs, the prints and the order of the lines.
    """

    bound: frozenset[str]
    called: tuple[str, ...]


def outline_of(node: ast.stmt) -> LoopOutline | None:
    """Return the outline of a loop that calls something; None of any other statement.

    None of a loop that is nested too deeply, either.
    """
    if not isinstance(node, ast.For):
        return None
    try:
        called = sorted(_words_called(node))
    except RecursionError:
        return None
    bound = {name for name, _ in bindings(node)} - loop_names(node)
    return LoopOutline(frozenset(bound), tuple(called)) if bound and called else None


def loop_form(node: ast.stmt, aliases: Aliases) -> str:
    """Return the normal form of a loop without its prints; "" for any other statement."""
    if not isinstance(node, ast.For):
        return ""
    try:
        return normal_form(_WithoutAsides().visit(copy.deepcopy(node)), aliases)
    except RecursionError:
        return ""


class _WithoutAsides(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Drop a statement that only prints or displays something."""
        return None if is_aside(node) else node


def loop_names(node: ast.stmt) -> frozenset[str]:
    """Return the loop variables of a loop; none of any other statement."""
    if not isinstance(node, ast.For):
        return frozenset()
    return names_mentioned(node.target)


def _words_called(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return
        case ast.Call(func=ast.Name(id=word)) | ast.Call(func=ast.Attribute(attr=word)):
            yield word
    for child in ast.iter_child_nodes(node):
        yield from _words_called(child)


def _form_of(node: ast.stmt, aliases: Aliases, *, loose: bool) -> str:
    try:
        return _write(node, aliases, loose=loose)
    except RecursionError:
        return ""


def _write(part: object, aliases: Aliases, *, loose: bool) -> str:
    """Write a part of a tree like `ast.dump`, with imported names replaced by their paths.

    Only names that are read are replaced: a name that is bound is the program's own.
    """
    if loose and isinstance(part, ast.AST):
        part = plain_form(part)
    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
        return _write_path(aliases.get(part.id, part.id))
    if isinstance(part, ast.AST):
        values = _loose_fields(part) if loose else (value for _, value in ast.iter_fields(part))
        fields = ", ".join(_write(value, aliases, loose=loose) for value in values)
        return f"{type(part).__name__}({fields})"
    if isinstance(part, list):
        return f"[{', '.join(_write(each, aliases, loose=loose) for each in part)}]"
    return repr(part)


def _loose_fields(part: ast.AST) -> Iterator[object]:
    for name, value in ast.iter_fields(part):
        if name == "body" and isinstance(value, list):
            yield [each for each in value if not is_aside(each)]
        elif isinstance(part, ast.For) and name == "iter" and _counts_rounds(value):
            yield "rounds"
        elif name == "elts" and any(type(number) is float for number in _numbers(part)):
            yield [*map(decimal, value)]
        else:
            yield value


def _counts_rounds(node: object) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "range"


def _numbers(node: ast.AST) -> Iterator[object]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))


def _write_path(path: str) -> str:
    first, *rest = path.split(".")
    written = f"Name({first!r}, Load())"
    for name in rest:
        written = f"Attribute({written}, {name!r}, Load())"
    return written
