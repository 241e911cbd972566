"""The signs that panes set beside words, and what to write where a terminal has only ASCII."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.ui.widgets.glyphs import GlyphName, PlotName


@dataclass(frozen=True)
class Signs:
    """One column each, apart from `between` and `dot`."""

    glyphs: GlyphName = "unicode"
    """The set that widgets draw with."""
    plot: PlotName = "braille"
    tick: str = "✓"
    cross: str = "✗"
    open: str = "○"
    helped: str = "◐"
    """Done, with some of the solution in sight."""
    busy: str = "●"
    warning: str = "⚠"
    full: str = "▰"
    empty: str = "▱"
    between: str = " › "
    dot: str = " · "
    ellipsis: str = "…"
    down: str = "▼"


UNICODE = Signs()
ASCII = Signs(
    glyphs="ascii",
    plot="ascii",
    tick="+",
    cross="x",
    open="o",
    helped="%",
    busy="*",
    warning="!",
    full="#",
    empty="-",
    between=" > ",
    dot=" - ",
    ellipsis="...",
    down="v",
)


def signs_of(glyphs: GlyphName | None) -> Signs:
    """The signs that go with a set of glyphs; without a choice, Unicode."""
    return ASCII if glyphs == "ascii" else UNICODE
