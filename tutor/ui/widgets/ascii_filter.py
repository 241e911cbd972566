"""What frames, bars and signs become where only ASCII is drawn, one cell for one cell.

For the app, as the last word: most signs are chosen from a `GlyphSet` long before. Widgets whose
text is the learner's own are `Verbatim`: there a `−` must not look like a minus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

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
    "~": "…",
    "%": "◐",
    "'": "‘’",
    '"': "“”",
}
REPLACEMENTS: dict[int, str] = {
    **dict.fromkeys(_FRAMES, "+"),
    **dict.fromkeys(_BLOCKS, "#"),
    **dict.fromkeys(_BRAILLE, "*"),
    **{
        ord(glyph): replacement
        for replacement, glyphs in _GLYPHS_BY_REPLACEMENT.items()
        for glyph in glyphs
    },
}
"""Letters that a lesson needs, such as σ, are not in it."""


class AsciiFilter(LineFilter):
    """Draws frames and signs in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list, if all of it is ASCII."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [
            Segment(text.translate(REPLACEMENTS), style, control)
            for text, style, control in segments
        ]


class Verbatim(Widget):
    """A mixin, put in front of a widget class: its text is shown as it is."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All but `AsciiFilter`."""
        return [each for each in super().get_line_filters() if not isinstance(each, AsciiFilter)]
