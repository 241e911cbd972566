"""The signs that the interface draws with, as data: one set for Unicode terminals, one for ASCII.

Every state has a sign of its own, so that nothing is told by colour alone. For panes and widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GlyphName = Literal["unicode", "ascii"]
PlotName = Literal["braille", "blocks", "ascii"]


@dataclass(frozen=True, kw_only=True)
class GlyphSet:
    """Signs of one cell each, unless said otherwise."""

    right: str
    wrong: str
    error: str
    here: str
    """A program stands at this line."""
    note: str
    caret: str
    """Stands before the line that the keys act on."""
    chosen: str
    """A box or ring that is ticked; three cells, like `not_chosen`."""
    not_chosen: str
    opened: str
    closed: str
    bar: str
    """The left edge of text that cannot be changed."""
    between: str
    """Between parts of one line, with blanks around; three cells."""
    more: str
    """Stands where text was cut off."""
    half: str
    """One cell whose upper half is filled; empty where there is no such sign."""
    ramp: str
    """From nothing to everything, six cells."""
    corner: str
    horizontal: str
    vertical: str
    tick: str
    """Where a label meets the vertical axis."""
    marker: str
    """One measured point in a chart."""
    cursor: str
    """The point that is looked at."""


UNICODE = GlyphSet(
    right="✓",
    wrong="✗",
    error="✗",
    here="►",
    note="·",
    caret="›",
    chosen="(●)",
    not_chosen="( )",
    opened="▾",
    closed="▸",
    bar="▎",
    between=" · ",
    more="…",
    half="▀",
    ramp=" ·░▒▓█",
    corner="└",
    horizontal="─",
    vertical="│",
    tick="┤",
    marker="●",
    cursor="◆",
)

ASCII = GlyphSet(
    right="+",
    wrong="x",
    error="x",
    here=">",
    note="-",
    caret=">",
    chosen="(*)",
    not_chosen="( )",
    opened="v",
    closed=">",
    bar="|",
    between=" - ",
    more="~",
    half="",
    ramp=" .:+*#",
    corner="+",
    horizontal="-",
    vertical="|",
    tick="+",
    marker="o",
    cursor="@",
)

GLYPHS: dict[GlyphName, GlyphSet] = {"unicode": UNICODE, "ascii": ASCII}
