"""The grammar of Python, and the parts of code with separate colours.

Widgets import this module when they first colour code, after the first frame: loading tree-sitter
takes some 50 ms. The names of the parts are those of `CodeColours.parts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from tutor.ui.widgets.wrapping import Span

BUILTINS = (
    "abs all any bool dict enumerate filter float format getattr hasattr help id input int "
    "isinstance iter len list map max min next object open print range repr reversed round set "
    "sorted str sum super tuple type zip"
)
"""Builtin functions and types that are coloured in calls."""

HIGHLIGHTS = (
    """
(attribute attribute: (identifier) @attribute)
(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
(keyword_argument name: (identifier) @parameter)
(decorator) @decorator
(function_definition name: (identifier) @definition)
(class_definition name: (identifier) @definition)
[(integer) (float)] @number
[(none) (true) (false)] @constant
(string) @string
(interpolation) @interpolation
(comment) @comment
"""
    '((call function: (identifier) @builtin) (#match? @builtin "^('
    + "|".join(BUILTINS.split())
    + ')$"))\n'
    '((identifier) @self (#eq? @self "self"))\n'
    """
["and" "in" "is" "not" "or" "not in" "is not"] @keyword
["as" "assert" "async" "await" "break" "class" "continue" "def" "del" "elif" "else" "except"
 "finally" "for" "from" "global" "if" "import" "lambda" "nonlocal" "pass" "raise" "return" "try"
 "while" "with" "yield"] @keyword
"""
)
"""Query of tree-sitter. `in_order` decides which of two overlapping parts wins."""


@cache
def python_language() -> Language:
    """Return the grammar of Python, loaded on the first call."""
    return Language(tree_sitter_python.language())


@cache
def _query() -> Query:
    return Query(python_language(), HIGHLIGHTS)


@cache
def _order_of_names() -> dict[str, int]:
    query = _query()
    return {query.capture_name(index): index for index in range(query.capture_count)}


def in_order(captures: Mapping[str, Sequence[Node]]) -> list[tuple[Node, str]]:
    """Return the captured nodes with their names, in drawing order.

    An outer part comes before its inner ones; a node that is captured twice has the name of the
    later pattern last. Tree-sitter's own order is that in which names first occur in the text.
    """
    order = _order_of_names()
    nodes = [(node, name) for name, found in captures.items() for node in found]
    return sorted(nodes, key=lambda pair: (pair[0].start_byte, -pair[0].end_byte, order[pair[1]]))


def highlight(code: str) -> list[list[tuple[Span, str]]]:
    """Return the named parts of each line, an outer part before its inner ones.

    Spans count characters, though tree-sitter counts bytes. A part of several lines is in each.
    """
    lines = code.split("\n")
    parts_by_line: list[list[tuple[Span, str]]] = [[] for _ in lines]
    tree = Parser(python_language()).parse(code.encode())
    captures = QueryCursor(_query()).captures(tree.root_node)
    for node, name in in_order(captures):
        first, last = node.start_point.row, node.end_point.row
        for row in range(first, last + 1):
            line = lines[row].encode()
            start = node.start_point.column if row == first else 0
            end = node.end_point.column if row == last else len(line)
            span = (len(line[:start].decode()), len(line[:end].decode()))
            parts_by_line[row].append((span, name))
    return parts_by_line
