"""Imports of widgets and editor that wait until something is used: grammars take 10 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tree_sitter import Language, Node

    from tutor.ui.widgets.wrapping import Span


def highlight(code: str) -> list[list[tuple[Span, str]]]:
    from tutor.ui.widgets.python_syntax import highlight

    return highlight(code)


def python_highlighting() -> tuple[Language, str]:
    """Return the grammar of Python, and the query of its coloured parts."""
    from tutor.ui.widgets.python_syntax import HIGHLIGHTS, python_language

    return python_language(), HIGHLIGHTS


def in_order(captures: Mapping[str, Sequence[Node]]) -> list[tuple[Node, str]]:
    from tutor.ui.widgets.python_syntax import in_order

    return in_order(captures)
