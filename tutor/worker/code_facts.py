"""Facts about the text of the learner's code, for the wording of a lesson's messages.

A verdict must not depend on them: the same result can be written in many ways.
"""

from __future__ import annotations

import ast


class CodeFacts:
    """The names, numbers and comparisons in the learner's part of a program."""

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
        """Return True if the code reads the variable `name` anywhere, as in `uses('lr')`."""
        return name in self._read

    def mentions(self, attribute: str) -> bool:
        """Return True if the word occurs as an attribute, a variable or an imported name.

        It need not be called: `mentions('backward')` is true of `loss.backward` without
        parentheses, too.
        """
        return attribute in self._mentioned

    def typed(self, number: float) -> bool:
        """Return True if the number is written in the code; `1e-3` is also `typed(0.001)`."""
        return number in self._typed

    def has_compare(self) -> bool:
        """Return True if a statement only compares, as `weight0 == weight0 - lr * grads0` does."""
        return self._compares
