"""The colours of code, a dark set and a light one. Every text has a contrast of at least 4.5 : 1.

Used by the widgets that show code. Keywords are bold and comments are in italics, so that the two
are told apart without colour as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.widgets.text_area import TextAreaTheme


@dataclass(frozen=True, kw_only=True)
class CodeColours:
    """Colours of one theme, as Rich reads them."""

    name: str
    text: str
    background: str
    cursor_line: str
    selection: str
    bracket: str
    gutter: str
    error: str
    parts: dict[str, str]
    """The style of each named part of `python_syntax.HIGHLIGHTS`."""

    def style(self, part: str) -> Style:
        """The style of a named part; a plain one for a name that has none."""
        return Style.parse(self.parts.get(part, ""))


DARK = CodeColours(
    name="nntutor-dark",
    text="#e4e6eb",
    background="#15171c",
    cursor_line="#20242c",
    selection="#2c4260",
    bracket="#3a4254",
    gutter="#8f98a8",
    error="#ff9c8f",
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
    parts={
        "attribute": "#1c1f26",
        "call": "#0a4c86",
        "builtin": "#00554f",
        "parameter": "#5b2d91",
        "decorator": "#5b2d91",
        "definition": "bold #0a4c86",
        "number": "#1f5c1f",
        "constant": "#1f5c1f",
        "string": "#7a3c00",
        "interpolation": "#1c1f26",
        "comment": "italic #4d5562",
        "self": "italic #5b2d91",
        "keyword": "bold #8a1458",
    },
)


def colours(*, dark: bool) -> CodeColours:
    """The set for a dark or a light app theme."""
    return DARK if dark else LIGHT


def editor_theme(chosen: CodeColours) -> TextAreaTheme:
    """The colours as an editor theme, nothing of which is left to the app's CSS."""
    return TextAreaTheme(
        name=chosen.name,
        base_style=Style(color=chosen.text, bgcolor=chosen.background),
        gutter_style=Style(color=chosen.gutter, bgcolor=chosen.background),
        cursor_style=Style(color=chosen.background, bgcolor=chosen.text),
        cursor_line_style=Style(bgcolor=chosen.cursor_line),
        cursor_line_gutter_style=Style(color=chosen.text, bgcolor=chosen.cursor_line, bold=True),
        bracket_matching_style=Style(bgcolor=chosen.bracket, underline=True),
        selection_style=Style(bgcolor=chosen.selection),
        syntax_styles={part: chosen.style(part) for part in chosen.parts},
    )
