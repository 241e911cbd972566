"""The glyphs that widgets draw with, as data: one set for Unicode terminals, one for ASCII.

Every state has a glyph of its own, so that no state is shown by colour alone. Panes have a set of
their own for words (`tutor.ui.marks`), which names the set that their widgets draw with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GlyphName = Literal["unicode", "ascii"]
"""The name of a `GlyphSet`."""


@dataclass(frozen=True, kw_only=True)
class GlyphSet:
    """The glyphs of one kind of terminal, one cell wide unless their field says otherwise."""

    name: GlyphName
    right: str
    """Before the word "right" in feedback."""
    wrong: str
    """Before the word "wrong" in feedback."""
    error: str
    """Beside a line of code that failed."""
    here: str
    """Beside the current line of a paused program."""
    mistake: str
    """Beside a line of code that would fail in any run."""
    note: str
    """Before a remark among printed lines."""
    caret: str
    """Before the line that the keys act on."""
    chosen: str
    """A filled ring, where one statement is chosen; three cells wide."""
    not_chosen: str
    """An empty ring, three cells wide."""
    ticked: str
    """A ticked box, where many statements may be chosen; three cells wide."""
    not_ticked: str
    """An empty box, three cells wide."""
    opened: str
    """Before a heading whose content is shown whole."""
    closed: str
    """Before a heading whose content is shown in part."""
    bar: str
    """The left edge of locked code, and of what a program wrote to stderr."""
    between: str
    """Between the parts of one line, with blanks around it; three cells wide."""
    more: str
    """The end of a text that was cut off."""
    half: str
    """A cell whose upper half is filled; "" without such a character."""
    ramp: str
    """Six glyphs of one cell, from empty to filled."""
    corner: str
    """The point where the axes of a chart meet."""
    horizontal: str
    """One cell of the horizontal axis."""
    vertical: str
    """One cell of the vertical axis."""
    tick: str
    """The point where a label meets the vertical axis."""
    marker: str
    """A measured point in a chart."""
    cursor: str
    """The point at the cursor of a chart."""
    check: str
    """A loss that was computed without training, in a chart."""
    border: str
    """The beginning of an epoch, on the horizontal axis."""
    levels: str
    """Bars of one cell, from empty to full."""
    square: str
    """A part of a lying bar."""
    spread: str
    """Between a mean and its standard deviation, with blanks around it."""
    update: str
    """The relative size of an update."""
    fills: str
    """Four fillings of bars."""


UNICODE = GlyphSet(
    name="unicode",
    right="✓",
    wrong="✗",
    error="✗",
    here="►",
    mistake="!",
    note="·",
    caret="›",
    chosen="(●)",
    not_chosen="( )",
    ticked="[■]",
    not_ticked="[ ]",
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
    cursor="┼",
    check="◆",
    border="┴",
    levels=" ▁▂▃▄▅▆▇",
    square="▪",
    spread=" ± ",
    update="|Δw|/|w|",
    fills="█▒░▓",
)

ASCII = GlyphSet(
    name="ascii",
    right="+",
    wrong="x",
    error="x",
    here=">",
    mistake="!",
    note="-",
    caret=">",
    chosen="(*)",
    not_chosen="( )",
    ticked="[x]",
    not_ticked="[ ]",
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
    check="x",
    border="'",
    levels=" .:-=+*#",
    square="=",
    spread=" +- ",
    update="|dw|/|w|",
    fills="#=:%",
)

GLYPHS: dict[GlyphName, GlyphSet] = {"unicode": UNICODE, "ascii": ASCII}
