"""The last word on what reaches the terminal: no line holds a control character. For the app alone.

Texts are made printable where they are made. This filter stands behind all of them, so that a text
somebody forgot can garble nothing.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.text import COMMANDS


class SafeLines(LineFilter):
    """Drops what would command the terminal instead of being shown."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list, if all of it is safe."""
        if not any(COMMANDS.search(segment.text) for segment in segments):
            return segments
        return [
            Segment(COMMANDS.sub("", text), style, control) for text, style, control in segments
        ]
