"""Recognise the learner's own part of a check: names, and expressions that a program could have.

Everything else that a check evaluates is the lesson's, and must never be quoted.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import lru_cache

MAX_LENGTH = 40
"""Maximum characters of an expression that may be quoted."""

_PLAIN_NODES = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.keyword,
    ast.Constant,
    ast.UnaryOp,
    ast.BinOp,
    ast.Compare,
    ast.unaryop,
    ast.operator,
    ast.cmpop,
    ast.Load,
)
"""Nodes of an expression that a beginner may write: names, places, calls and operators."""


def is_learner_expression(expression: str, names: Collection[str]) -> bool:
    """Return True if the expression is one of the names, or a short expression of them.

    Such are `model[0].weight`, `sigmoid(2.4)` and `loss > 0`.
    """
    read = _names_if_plain(expression)
    return bool(read) and all(name in names for name in read)


@lru_cache(maxsize=4096)
def _names_if_plain(expression: str) -> frozenset[str]:
    """Return the names that a plain expression reads; none for any other expression."""
    text = expression.strip()
    if text.isidentifier():
        return frozenset((text,))
    if len(text) > MAX_LENGTH or "\n" in text:
        return frozenset()
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return frozenset()
    nodes = list(ast.walk(tree))
    if not all(isinstance(node, _PLAIN_NODES) for node in nodes):
        return frozenset()
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))
