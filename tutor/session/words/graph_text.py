"""The graph of a loss in words: its operations, and the leaves with their gradients."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.grading.wording import counted, listed
from tutor.session.words.inventory_text import shape_text
from tutor.wire.graphs import GraphDescribed, GraphRow

EMPTY = (
    "No graph yet. A run that computes a loss from parameters leaves here the operations that "
    "backward walks through."
)
INDENTATION = 2
MAX_NAMED = 4
"""Parameters out of reach that the sentence names; it has room for a few."""


def graph_words(graph: GraphDescribed) -> str:
    """Return a sentence about the graph, and the parameters that it does not lead to."""
    new = [row for row in graph.rows if not row.is_repeated]
    leaves = [row for row in new if row.shape is not None]
    operations = counted(len(new) - len(leaves), "operation")
    words = (
        f"{graph.name} is {graph.loss:.4g}. From there backward walks through "
        f"{operations}{' or more' if graph.is_cut else ''} to "
        f"{counted(len(leaves), 'leaf', 'leaves')}."
    )
    if any(row.gradient is None for row in leaves):
        words += " Where a — stands, there is no gradient yet."
    if graph.unreached:
        named, more = graph.unreached[:MAX_NAMED], len(graph.unreached) - MAX_NAMED
        words += f" It does not reach {listed([*named, *[f'{more} more'] * (more > 0)])}."
    return words


def graph_lines(graph: GraphDescribed) -> Iterator[str]:
    for row in graph.rows:
        words = f"{row.name}, as above" if row.is_repeated else row.name
        if row.shape is not None and not row.is_repeated:
            words += f" {shape_text(row.shape)}: {gradient_words(row)}"
        yield " " * INDENTATION * row.depth + words
    if graph.is_cut:
        yield "…"


def gradient_words(row: GraphRow) -> str:
    if row.gradient is None:
        return "gradient —"
    numbers = 1
    for size in row.shape or ():
        numbers *= size
    which = "gradient" if numbers == 1 else "largest gradient"
    return f"{which} {row.gradient:.4g}"
