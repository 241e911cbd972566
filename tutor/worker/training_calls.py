"""Which of a program's functions train: what is called in them, told from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

TRAINING_CALLS = frozenset({"step", "backward", "grad"})


def functions_calling(tree: ast.Module, names: Iterable[str]) -> set[str]:
    """Return these names, and those of the program's functions that call one of them."""
    calling = set(names)
    functions = [
        (node.name, frozenset(called_in(node)))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    known = -1
    while known != len(calling):
        known = len(calling)
        calling |= {name for name, called in functions if called & calling}
    return calling


def called_in(node: ast.AST) -> Iterator[str]:
    """Yield the names of all functions and methods that are called somewhere in the node."""
    for each in ast.walk(node):
        match each:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name
