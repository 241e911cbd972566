"""When two statements mean the same: spacing, comments and the names of imports do not count. Pure;
for `submission` and `sections`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping

Aliases = Mapping[str, str]
"""What names stand for that were imported: `nn` for `torch.nn`."""


def is_import(node: ast.stmt) -> bool:
    """Whether it only imports."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def aliases_of(statements: Iterable[ast.stmt]) -> dict[str, str]:
    """Of imports at the top level; a later one counts."""
    aliases: dict[str, str] = {}
    for node in statements:
        if isinstance(node, ast.Import):
            aliases.update((a.asname, a.name) for a in node.names if a.asname)
            aliases.update((a.name.partition(".")[0],) * 2 for a in node.names if not a.asname)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            aliases.update((a.asname or a.name, f"{node.module}.{a.name}") for a in node.names)
    return aliases


def form(node: ast.stmt, aliases: Aliases) -> str:
    """Equal for statements that mean the same; empty for one that is nested too deeply."""
    try:
        return ast.dump(_Spelled(aliases).visit(copy.deepcopy(node)))
    except RecursionError:
        return ""


class _Spelled(ast.NodeTransformer):
    """Writes out what imported names stand for."""

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Read ones alone: a name that is bound is the program's own."""
        if isinstance(node.ctx, ast.Load) and node.id in self._aliases:
            return _dotted(self._aliases[node.id])
        return node


def _dotted(path: str) -> ast.expr:
    first, *rest = path.split(".")
    expression: ast.expr = ast.Name(first, ast.Load())
    for name in rest:
        expression = ast.Attribute(expression, name, ast.Load())
    return expression
