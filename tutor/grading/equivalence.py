"""Reduce statements to a form that is equal where they mean the same.

Spacing, comments and the names of imports do not count. `submission` and `sections` find repeated
givens by it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

Aliases = Mapping[str, str]
"""Imported names and what they stand for, such as `nn` for `torch.nn`."""


def is_import(node: ast.stmt) -> bool:
    """Return True if the statement is an import."""
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
    try:
        return _write(node, aliases)
    except RecursionError:
        return ""


def _write(part: object, aliases: Aliases) -> str:
    """Write a part of a tree like `ast.dump`, with imported names replaced by their paths.

    Only names that are read are replaced: a name that is bound is the program's own.
    """
    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
        return _write_path(aliases.get(part.id, part.id))
    if isinstance(part, ast.AST):
        fields = ", ".join(_write(value, aliases) for _, value in ast.iter_fields(part))
        return f"{type(part).__name__}({fields})"
    if isinstance(part, list):
        return f"[{', '.join(_write(each, aliases) for each in part)}]"
    return repr(part)


def _write_path(path: str) -> str:
    first, *rest = path.split(".")
    written = f"Name({first!r}, Load())"
    for name in rest:
        written = f"Attribute({written}, {name!r}, Load())"
    return written
