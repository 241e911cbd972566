"""Decide if questions need the log of a training: copies of tensors, and the order of events.

Copying at each step makes a small training two thirds slower, so a program is run without it unless
a question of its step needs the log.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable

from tutor.wire.commands import Question

STATE_FUNCTIONS = frozenset(
    {"old", "before_update", "grad_of", "moved", "gradient_used"},
)
"""Functions of the vocabulary that read an earlier state of a tensor."""

COUNTED = frozenset(
    {
        *("backwards", "steps", "losses"),
        *("warnings", "printed", "assigned", "error"),
    }
)
"""Fields of `trace` that exist without the log, and hold none of it."""


def need_step_log(questions: Iterable[Question]) -> bool:
    """Return True if a question may read the state or the events of a step or a backward pass."""
    return any(_needs_step_log(question.expression) for question in questions)


@functools.lru_cache(maxsize=4_096)
def _needs_step_log(expression: str) -> bool:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    read = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return (
        any(
            node.id in STATE_FUNCTIONS or (node.id == "trace" and read.get(id(node)) not in COUNTED)
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
        )
        or "step_log" in read.values()
    )
