"""The track of the scrubber: a line for all steps of a run, with a knob at the current one.

Plain numbers in, one row of text out.
"""

from __future__ import annotations

from tutor.first_screen.glyphs import GlyphSet

MIN_WIDTH = 12
"""Minimum cells of the track, including both ends."""


def track(width: int, step: int, count: int, marks: GlyphSet) -> str:
    """Return a track of `width` cells with the knob at `step` of `count`, from 1."""
    cells = max(1, width - 2)
    at = min(cells - 1, (max(step, 1) - 1) * cells // max(1, count)) if step < count else cells - 1
    line = marks.horizontal
    return f"{marks.vertical}{line * at}{marks.marker}{line * (cells - at - 1)}{marks.vertical}"


def share_at(x: int, width: int) -> float:
    """Return the share of the run at cell `x` of a track, from 0 left to 1 right."""
    cells = max(1, width - 2)
    return min(max(x - 1, 0), cells - 1) / max(1, cells - 1)
