"""Python's grammar and which of its parts are told apart. Loaded on the first use, not on import.

For the widgets that show code; the names of the parts are those of `code_themes`.
"""

from __future__ import annotations

from functools import cache

import tree_sitter_python
from tree_sitter import Language, Parser, Query, QueryCursor

from tutor.ui.widgets.wrapping import Span

BUILTINS = (
    "abs all any bool dict enumerate filter float format getattr hasattr help id input int "
    "isinstance iter len list map max min next object open print range repr reversed round set "
    "sorted str sum super tuple type zip"
)

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
"""Later lines win where parts overlap, as far as the widgets keep their order."""


@cache
def python_language() -> Language:
    """The grammar, loaded once."""
    return Language(tree_sitter_python.language())


@cache
def _query() -> Query:
    return Query(python_language(), HIGHLIGHTS)


def highlight(code: str) -> list[list[tuple[Span, str]]]:
    """For each line the named parts of it, as indexes of characters; the outer before the inner."""
    lines = code.split("\n")
    parts_by_line: list[list[tuple[Span, str]]] = [[] for _ in lines]
    tree = Parser(python_language()).parse(code.encode())
    captures = QueryCursor(_query()).captures(tree.root_node)
    nodes = [(node, name) for name, nodes in captures.items() for node in nodes]
    for node, name in sorted(nodes, key=lambda pair: (pair[0].start_byte, -pair[0].end_byte)):
        first, last = node.start_point.row, node.end_point.row
        for row in range(first, last + 1):
            line = lines[row].encode()
            start = node.start_point.column if row == first else 0
            end = node.end_point.column if row == last else len(line)
            span = (len(line[:start].decode()), len(line[:end].decode()))
            parts_by_line[row].append((span, name))
    return parts_by_line
