"""The shapes that a run's lines bound, in words for the end of each line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tutor.session.words.inventory_text import shape_text
from tutor.wire.events import LineShape

MAX_SHAPES = 2_000
"""Shapes that are read; a program that the worker has compiled has fewer."""
MAX_CHARACTERS = 200
"""Characters of what stands behind one line. More has no room there."""


def shapes_by_line(shapes: Iterable[LineShape]) -> tuple[tuple[int, str], ...]:
    """Return the number of each line that bound a shape, from 1, with what to say behind it."""
    from tutor.text import printable  # not before a run

    texts: dict[int, list[str]] = {}
    for shape in islice(shapes, MAX_SHAPES):
        text = f"{shape.name} {_shape_words(shape)}".strip()
        texts.setdefault(shape.line, []).append(printable(text))
    joined = ((line, "  ".join(parts)) for line, parts in texts.items())
    return tuple((line, text) for line, text in joined if len(text) <= MAX_CHARACTERS)


def _shape_words(shape: LineShape) -> str:
    first = shape_text(shape.first)
    if shape.last is None:
        return f"{first} and others"
    return first if shape.last == shape.first else f"{first} to {shape_text(shape.last)}"
