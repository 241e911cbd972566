"""Find the names of libraries in a program, and its keyword arguments.

It is for markers of misspelt ones, where a false marker is worse than none. So a name refers to a
part of a library only if imports alone bind it, in all of the program; and names that the program
assigns to a library, or quotes in a text, as `hasattr` needs it, may exist. Nothing is run here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from tutor.close_names import CUTOFF_OF_OTHERS, close_names
from tutor.completion.library import Library
from tutor.grading.read_names import bound_by, evaluated_parts
from tutor.wire.events import ErrorFacts


class NameUse(NamedTuple):
    """A name in a line of a program; the row counts from 0, the columns are those of characters."""

    owner: str
    """Code of its owner; in an import the path of that."""
    name: str
    row: int
    start: int
    kind: str
    """`member`, `argument`, or the importing statement: `from` or `import`."""


class Misspelt(NamedTuple):
    """A part of a line with a misspelt name."""

    row: int
    start: int
    end: int
    error: ErrorFacts


@dataclass
class LibraryUses:
    """The uses of libraries in some statements."""

    used: list[NameUse] = field(default_factory=list)
    """Names that stop the program if the library lacks them."""
    imported: set[tuple[str, str]] = field(default_factory=set)
    """Names that imports bind, each with its path."""
    bound: set[str] = field(default_factory=set)
    """Names that something else binds, in any function."""
    mentioned: set[str] = field(default_factory=set)
    """Names in texts, and attributes assigned to an object: a library may have these."""


def library_uses(tree: ast.Module, lines: Sequence[str]) -> LibraryUses:
    """Return the uses of libraries in a program; `lines` are those of its text."""
    found = LibraryUses()
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, may_fail = waiting.pop()
        used: Iterable[NameUse] = ()
        match node:
            case ast.Import() | ast.ImportFrom():
                found.imported.update(_imported(node))
                used = _names_of_import(node, lines)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.bound.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                found.mentioned.add(name)
            case ast.Attribute():
                used = _member(node, lines)
            case ast.Call():
                used = _arguments(node, lines)
            case ast.Constant(value=str(text)):
                found.mentioned.add(text)
            case ast.alias():
                pass
            case _:
                found.bound.update(bound_by(node))
        found.used += () if may_fail else used
        waiting += evaluated_parts(node, may_fail)
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for each in node.names:
        if isinstance(node, ast.ImportFrom):
            yield each.asname or each.name, f"{node.module or '.'}.{each.name}"
        else:
            path = each.name if each.asname else each.name.partition(".")[0]
            yield each.asname or path, path


def _names_of_import(node: ast.Import | ast.ImportFrom, lines: Sequence[str]) -> Iterator[NameUse]:
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from _parts_of_path(node.module, node.lineno - 1, node.module, lines)
        for each in node.names:
            start = _column(lines, each.lineno - 1, each.col_offset)
            yield NameUse(node.module, each.name, each.lineno - 1, start, "from")
    elif isinstance(node, ast.Import):
        for each in node.names:
            yield from _parts_of_path(each.name, each.lineno - 1, each.name, lines)


def _parts_of_path(path: str, row: int, code: str, lines: Sequence[str]) -> Iterator[NameUse]:
    start = lines[row].find(code)
    parts = path.split(".")
    for owner, name in zip(accumulate(parts, "{}.{}".format), parts[1:], strict=False):
        yield NameUse(owner, name, row, start + len(owner) + 1, "import")


def _member(node: ast.Attribute, lines: Sequence[str]) -> Iterator[NameUse]:
    owner = _dotted(node.value)
    if owner and node.end_lineno is not None and node.end_col_offset is not None:
        row = node.end_lineno - 1
        start = _column(lines, row, node.end_col_offset) - len(node.attr)
        yield NameUse(owner, node.attr, row, start, "member")


def _arguments(node: ast.Call, lines: Sequence[str]) -> Iterator[NameUse]:
    called = _dotted(node.func)
    for each in node.keywords if called else ():
        if each.arg is not None:
            row = each.lineno - 1
            yield NameUse(called, each.arg, row, _column(lines, row, each.col_offset), "argument")


def _dotted(node: ast.expr) -> str:
    """Return the code of a name, or of its members; "" for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(names))) if isinstance(node, ast.Name) else ""


def _column(lines: Sequence[str], row: int, offset: int) -> int:
    line = lines[row]
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="replace"))


def misspelt(parts: Sequence[tuple[int, LibraryUses]], library: Library) -> Iterator[Misspelt]:
    """Yield the names that a library lacks, but to which others are close.

    `parts` are the statements of a program and its givens, each with its first row.
    """
    paths: dict[str, str] = {}
    ambiguous = {name for _, uses in parts for name in uses.bound}
    for name, path in (pair for _, uses in parts for pair in uses.imported):
        if paths.setdefault(name, path) != path:
            ambiguous.add(name)
    known = {name: path for name, path in paths.items() if name not in ambiguous}
    mentioned = {name for _, uses in parts for name in uses.mentioned}
    errors: dict[tuple[str, str, str], ErrorFacts | None] = {}
    for row, uses in parts:
        for used in uses.used:
            key = used.owner, used.name, used.kind
            if key not in errors:
                errors[key] = _error_of(used, known, library)
            error = errors[key]
            if error is not None and used.name not in mentioned:
                start = used.start
                yield Misspelt(row + used.row, start, start + len(used.name), error)


def _error_of(used: NameUse, paths: Mapping[str, str], library: Library) -> ErrorFacts | None:
    """Return the error at which a run would stop; None if there is none, or no name is close."""
    path, name = used.owner, used.name
    if used.kind in ("member", "argument"):
        root, dot, rest = path.partition(".")
        if root not in paths:
            return None
        path = f"{paths[root]}{dot}{rest}"
    if used.kind == "argument":
        return _wrong_argument(path, name, library)
    if name.startswith("_") or library.find(f"{path}.{name}") is not None:
        return None
    nearest = close_names(name, library.names_of(path), CUTOFF_OF_OTHERS)
    type_name, message = {
        "member": ("AttributeError", f"module '{path}' has no attribute '{name}'"),
        "from": ("ImportError", f"cannot import name '{name}' from '{path}'"),
        "import": ("ModuleNotFoundError", f"No module named '{path}.{name}'"),
    }[used.kind]
    return ErrorFacts(type_name, message, nearest=nearest) if nearest else None


def _wrong_argument(path: str, name: str, library: Library) -> ErrorFacts | None:
    entry = library.find(path)
    if entry is None or name in entry.keywords:
        return None
    nearest = close_names(name, [each for each in entry.keywords if not each.startswith("_")])
    called = f"{entry.name}.__init__" if entry.kind == "class" else entry.name
    message = f"{called}() got an unexpected keyword argument '{name}'"
    return ErrorFacts("TypeError", message, nearest=nearest) if nearest else None
