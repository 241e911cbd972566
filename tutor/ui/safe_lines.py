"""The last filter before the terminal: it removes control characters from every line.

For the app alone. Texts are made printable at their source; this filter comes after all of them, so
that a text that was missed cannot command the terminal.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.text import COMMANDS


class SafeLines(LineFilter):
    """A line filter that drops characters which would command the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without such characters; the same list if there are none."""
        if not any(COMMANDS.search(segment.text) for segment in segments):
            return segments
        return [
            Segment(COMMANDS.sub("", text), style, control) for text, style, control in segments
        ]
