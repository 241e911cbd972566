"""The last word on what reaches the terminal: no line holds a control character. For the app alone.

Texts are made printable where they are made. This filter stands behind all of them, so that a text
somebody forgot can garble nothing.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of reading. All are no columns wide."""


class SafeLines(LineFilter):
    """Drops what would command the terminal instead of being shown."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list, if all of it is safe."""
        if not any(UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [Segment(UNSAFE.sub("", text), style, control) for text, style, control in segments]
