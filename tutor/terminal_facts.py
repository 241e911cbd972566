"""What a terminal can show, as far as its environment tells. For ui and doctor, so that the one
does what the other says. Pure but for `encoding`.
"""

from __future__ import annotations

import locale
from collections.abc import Mapping
from typing import Literal

Colours = Literal["standard", "256", "truecolor"]
"""16 colours, 256, or 16 million, named as Rich and Textual name them."""
GlyphSetName = Literal["unicode", "ascii"]

COLOURS: tuple[Colours, ...] = ("standard", "256", "truecolor")

MIN_SIZE = (60, 16)
"""Columns and rows below which nothing useful fits."""

CHART_RATE = 10.0
REMOTE_CHART_RATE = 5.0
"""How often in a second charts are drawn at most, and over SSH, where much may wait on the way
before it shows."""

FULL_REPAINT = "NNTUTOR_FULL_REPAINT"
"""The variable that asks for whole widgets to be sent, not only for what changed in them."""

RATE_VARIABLE = "NNTUTOR_FPS"
MAX_RATE = 30.0
MIN_RATE = 0.1

_TRUECOLOR_TERMS = ("kitty", "alacritty", "foot", "ghostty", "wezterm", "direct")
"""Terminals that have all colours, by a part of TERM."""

_CONSOLE = "linux"
"""TERM of the Linux console: 16 colours, and a font with few signs beyond ASCII."""


def colours(environ: Mapping[str, str]) -> Colours:
    """How many colours to use."""
    return colours_and_why(environ)[0]


def colours_and_why(environ: Mapping[str, str]) -> tuple[Colours, str]:
    """The same, and what it follows from, to be put after a comma. What the learner asks for in
    TEXTUAL_COLOR_SYSTEM goes first."""
    term = environ.get("TERM", "")
    colorterm = environ.get("COLORTERM", "").lower()
    for name in COLOURS:
        if environ.get("TEXTUAL_COLOR_SYSTEM") == name:
            return name, "as TEXTUAL_COLOR_SYSTEM asks for"
    if term == _CONSOLE:
        return "standard", "as this is the Linux console"
    if environ.get("TMUX"):
        # often claims to be `screen`, which would mean 16
        return "256", "which tmux brings down to what the terminal around it has"
    if colorterm in ("truecolor", "24bit"):
        return "truecolor", f"as COLORTERM is {colorterm}"
    if any(part in term for part in _TRUECOLOR_TERMS):
        return "truecolor", f"as TERM is {term}"
    if "256color" in term:
        return "256", f"as TERM is {term}, and COLORTERM does not promise more"
    return "standard", "as neither TERM nor COLORTERM promises more"


def no_colour(environ: Mapping[str, str]) -> bool:
    """Whether colours are not wanted at all (no-color.org: set, and not empty)."""
    return bool(environ.get("NO_COLOR"))


def glyphs(environ: Mapping[str, str], encoding: str) -> GlyphSetName:
    """ASCII where signs would come out wrong."""
    return "unicode" if is_utf8(encoding) and environ.get("TERM") != _CONSOLE else "ascii"


def is_utf8(encoding: str) -> bool:
    """Whether that is a name of UTF-8."""
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def encoding() -> str:
    """The encoding of the locale, which is that of the terminal; whatever mode Python runs in."""
    return locale.getencoding()


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether this is a session over SSH."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def chart_rate(environ: Mapping[str, str]) -> float | None:
    """How often in a second the learner wants charts drawn at most. None: as the line allows.

    Raises ValueError, with words for the learner, if that is no rate.
    """
    value = environ.get(RATE_VARIABLE, "")
    if not value:
        return None
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if MIN_RATE <= rate <= MAX_RATE:
        return rate
    raise ValueError(
        f"{RATE_VARIABLE} is {value[:20]}, but should be a number from {MIN_RATE:g} to "
        f"{MAX_RATE:g}: how often in a second charts are drawn. It is left aside."
    )


def too_small(columns: int, rows: int) -> bool:
    """Tell whether the terminal is smaller than what is needed."""
    return columns < MIN_SIZE[0] or rows < MIN_SIZE[1]
