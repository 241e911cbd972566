"""The names that the learner's part bound at the top level, and their values."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tutor.wire.events import Bound
from tutor.worker.naming import own_names
from tutor.worker.value_reader import Budget, read

MAX_NAMES = 40
MAX_VALUES = 4_096
MAX_BYTES = 3_000_000

_INNER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def assigned_names(
    tree: ast.Module, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[str, ...]:
    """Return the names that the code bound: first those it assigns, in its order, then others.

    The others are new or have another object than before, by `exec` or `globals()` for example.
    """
    program_names = dict(own_names(after))
    bound = [name for name in _stored_names(tree) if name in program_names]
    new = [
        name for name, obj in program_names.items() if name not in before or before[name] is not obj
    ]
    return tuple(dict.fromkeys(bound + new))


def assigned_values(names: tuple[str, ...], namespace: Mapping[str, object]) -> tuple[Bound, ...]:
    """Return the values of the first 40 names, as many as fit into one frame.

    Tensors of more than 4,096 elements are sampled.
    """
    budget = Budget(MAX_VALUES, MAX_BYTES)
    return tuple(Bound(name, read(namespace[name], budget)) for name in names[:MAX_NAMES])


def _stored_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that the code stores outside of functions and classes, in its order.

    Comparing the namespaces would not find `y = 1` where y was 1 before.
    """
    pending: list[ast.AST] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if not isinstance(node, (*_INNER_SCOPES, ast.comprehension)):
            pending += reversed(list(ast.iter_child_nodes(node)))
