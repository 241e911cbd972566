"""Fill messages of lessons: `{EXPR}` becomes its value in the learner's namespace."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache

UNKNOWN = "?"
"""Replacement for an expression that could not be evaluated."""


def expressions_in(text: str) -> tuple[str, ...]:
    """Return the expressions that a message quotes, in order."""
    return tuple(piece for piece, is_expression in _pieces(text) if is_expression)


def fill(text: str, look_up: Callable[[str], str | None]) -> str:
    """Return the message with each `{EXPR}` replaced; `{{` and `}}` give single braces."""
    return "".join(
        (look_up(piece) or UNKNOWN) if is_expression else piece
        for piece, is_expression in _pieces(text)
    )


def can_fill(text: str, look_up: Callable[[str], str | None]) -> bool:
    """Return True if each `{EXPR}` of the message has a value."""
    return all(look_up(expression) for expression in expressions_in(text))


@lru_cache(maxsize=1024)
def words_to_choose(expression: str) -> frozenset[str]:
    """Return the texts between which an `if` expression chooses; none for anything else.

    Such an expression, `'both' if n else 'none'`, chooses words of the message itself.
    """
    body = ast.parse(expression.strip(), mode="eval").body
    words = list(_leaves(body)) if isinstance(body, ast.IfExp) else []
    texts = [word for word in words if isinstance(word, str)]
    return frozenset(texts if len(texts) == len(words) else ())


def _leaves(node: ast.expr) -> Iterator[object]:
    """Yield the constants between which an `if` chooses; None for a part that is no constant."""
    if isinstance(node, ast.IfExp):
        yield from _leaves(node.body)
        yield from _leaves(node.orelse)
    else:
        yield node.value if isinstance(node, ast.Constant) else None


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    return tuple(_split(text))


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """Yield plain pieces and expressions; braces that hold no expression stay as they are."""
    at = 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "}}"):
            yield text[at], False
            at += 2
            continue
        end = _closing_brace(text, at) if text[at] == "{" else None
        if end is not None and _is_expression(text[at + 1 : end]):
            yield text[at + 1 : end].strip(), True
            at = end + 1
            continue
        yield text[at], False
        at += 1


def _closing_brace(text: str, start: int) -> int | None:
    """Return where the brace that opens at `start` closes; None if it does not.

    Braces inside are counted, except those in quotes.
    """
    depth, quote = 0, ""
    for at in range(start, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return at
    return None


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True
