"""The colours of code as data, a set for each theme of the app.

Every text has a contrast of at least 4.5 : 1 to its possible backgrounds, or 7 : 1 in the set of
high contrast. Keywords are bold and comments italic, so that they differ without colour as well.
This module imports no editor: the app's first frame needs the colours, and the editor is slow to
import.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style


@dataclass(frozen=True, kw_only=True)
class CodeColours:
    """The colours of code in one theme, as Rich reads them."""

    name: str
    """Name of these colours, equal to the name of a theme of the app."""
    text: str
    background: str
    cursor_line: str
    """Background of the line with the cursor."""
    selection: str
    """Background of selected text."""
    bracket: str
    """Background of a matching bracket."""
    gutter: str
    """Text of line numbers, and of shapes after lines."""
    error: str
    """Mark and message of a line that failed."""
    here: str
    """Mark and message of the line at which a program is paused."""
    parts: dict[str, str]
    """Style of each part of code in `python_syntax.HIGHLIGHTS`."""

    def style(self, part: str) -> Style:
        return Style.parse(self.parts.get(part, ""))


DARK = CodeColours(
    name="nntutor-dark",
    text="#e4e6eb",
    background="#15171c",
    cursor_line="#22252b",
    selection="#2a2e70",
    bracket="#3c404a",
    gutter="#8f98a8",
    error="#ff9c8f",
    here="#8fd0ff",
    parts={
        "attribute": "#e4e6eb",
        "call": "#8fd0ff",
        "builtin": "#7fdbca",
        "parameter": "#d8c4ff",
        "decorator": "#d8c4ff",
        "definition": "bold #8fd0ff",
        "number": "#b8e3a0",
        "constant": "#b8e3a0",
        "string": "#ffc98a",
        "interpolation": "#e4e6eb",
        "comment": "italic #a9b2c0",
        "self": "italic #d8c4ff",
        "keyword": "bold #ffa8d4",
    },
)

LIGHT = CodeColours(
    name="nntutor-light",
    text="#1c1f26",
    background="#fbfbfa",
    cursor_line="#eef1f5",
    selection="#c9def5",
    bracket="#d5dbe5",
    gutter="#5a6270",
    error="#a3200d",
    here="#0a4c86",
    parts={
        "attribute": "#1c1f26",
        "call": "#0a4c86",
        "builtin": "#00554f",
        "parameter": "#5b2d91",
        "decorator": "#5b2d91",
        "definition": "bold #0a4c86",
        "number": "#1f5c1f",
        "constant": "#1f5c1f",
        "string": "#6e3400",
        "interpolation": "#1c1f26",
        "comment": "italic #4d5562",
        "self": "italic #5b2d91",
        "keyword": "bold #8a1458",
    },
)


CONTRAST = CodeColours(
    name="nntutor-contrast",
    text="#ffffff",
    background="#000000",
    cursor_line="#1c1c1c",
    selection="#002a70",
    bracket="#3a3a3a",
    gutter="#d6d6d6",
    error="#ffb4a8",
    here="#a6dcff",
    parts={
        "attribute": "#ffffff",
        "call": "#a6dcff",
        "builtin": "#9af0df",
        "parameter": "#e6d8ff",
        "decorator": "#e6d8ff",
        "definition": "bold #a6dcff",
        "number": "#c8f5ae",
        "constant": "#c8f5ae",
        "string": "#ffd9a6",
        "interpolation": "#ffffff",
        "comment": "italic #d6d6d6",
        "self": "italic #e6d8ff",
        "keyword": "bold #ffc2e2",
    },
)

SETS = (DARK, LIGHT, CONTRAST)


def colours_for_theme(theme: str, *, dark: bool) -> CodeColours:
    """Return the colours of a theme; the dark or light defaults for other themes."""
    return next((known for known in SETS if known.name == theme), DARK if dark else LIGHT)


def code_segments(
    text: str,
    span: tuple[int, int],
    parts: Iterable[tuple[tuple[int, int], str]],
    base: Style,
    colours: CodeColours,
) -> list[Segment]:
    """Return a span of a line of code with its named parts coloured."""
    styles = [base] * len(text)
    for (first, last), part in parts:
        styles[first:last] = [base + colours.style(part)] * (last - first)
    return [Segment(text[column], styles[column]) for column in range(*span)]
