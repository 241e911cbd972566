"""Questions about the code itself, for names and notes of a lesson; never for right or wrong."""

from __future__ import annotations

import ast


class CodeFacts:
    """Of the learner's part."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = list(ast.walk(tree))
        self._read = {
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        self._mentioned = (
            {node.attr for node in nodes if isinstance(node, ast.Attribute)}
            | {node.id for node in nodes if isinstance(node, ast.Name)}
            | {
                alias.name
                for node in nodes
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
        )
        self._typed = [
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        ]
        self._compares = any(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare) for node in nodes
        )

    def uses(self, name: str) -> bool:
        """Whether the code reads that name anywhere: `uses('lr')`."""
        return name in self._read

    def mentions(self, attribute: str) -> bool:
        """Whether that word stands in the code as an attribute or a name, called or not:
        `mentions('backward')` is true of `loss.backward` without parentheses, too."""
        return attribute in self._mentioned

    def typed(self, number: float) -> bool:
        """Whether that number stands in the code: `typed(0.001)` is true of `1e-3`, too."""
        return number in self._typed

    def has_compare(self) -> bool:
        """Whether a line does nothing but compare: `weight0 == weight0 - lr * grads0`."""
        return self._compares
