"""A line filter that draws frames, bars and glyphs in ASCII, cell by cell.

The app applies it to every line; most glyphs were already chosen from a `GlyphSet`, and the
formulas of texts transcribed. A widget that shows text of the learner's own is `Verbatim`: a typed
`−`, which Python refuses, must not look like a minus there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.first_screen.transcription import IN_ONE_CELL

if TYPE_CHECKING:
    from textual.widget import Widget
else:
    # Textual takes the style sheet from the first base that is a widget: this must not be one.
    Widget = object

_FRAMES = range(0x2500, 0x2580)
_BLOCKS = range(0x2580, 0x25A0)
_BRAILLE = range(0x2800, 0x2900)
_GLYPHS_BY_REPLACEMENT = {
    "-": "─━┄┅┈┉╌╍═╴╶╸╺╼╾▔–—−‒▱▪",
    "|": "│┃┆┇┊┋╎╏║╵╷╹╻╽╿▏▎▍▌▐▕",
    "_": "▁▂",
    " ": "\u2800\u00a0",
    ".": "░",
    "x": "✗✘×",
    "X": "╳",
    "/": "╱",
    "\\": "╲",
    "+": "✓✔",
    "*": "●•·⭑∙◆",
    "o": "○◦◯",
    "#": "▰■",
    "v": "▾▼",
    "^": "▴▲",
    ">": "▸▶›‣►",
    "<": "◂◀‹",
    "!": "⚠",
    "~": "…±",
    "%": "◐",
    "'": "‘’",
    '"': "“”",
}
REPLACEMENTS: dict[int, str] = {
    **{ord(letter): one for letter, one in IN_ONE_CELL.items()},
    **dict.fromkeys(_FRAMES, "+"),
    **dict.fromkeys(_BLOCKS, "#"),
    **dict.fromkeys(_BRAILLE, "*"),
    **{
        ord(glyph): replacement
        for replacement, glyphs in _GLYPHS_BY_REPLACEMENT.items()
        for glyph in glyphs
    },
}
"""ASCII character by code point. Letters of other languages are not in it."""


class AsciiFilter(LineFilter):
    """A filter that draws frames, glyphs and signs of formulas in ASCII; letters stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII; the same list if they already are."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [
            Segment(text.translate(REPLACEMENTS), style, control)
            for text, style, control in segments
        ]


class Verbatim(Widget):
    """A mixin that keeps `AsciiFilter` off a widget; list it before the widget class."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return all line filters except `AsciiFilter`."""
        return [each for each in super().get_line_filters() if not isinstance(each, AsciiFilter)]
