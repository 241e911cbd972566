"""The capabilities of a terminal, according to its environment.

Both ui and doctor use these functions, so that doctor reports what the app does. They read nothing
but their arguments, except `encoding` and `waiting_input`.
"""

from __future__ import annotations

import fcntl
import locale
import sys
import termios
from collections.abc import Mapping
from typing import Literal

Colours = Literal["standard", "256", "truecolor"]
"""Number of colours, 16, 256 or 16 million, under the names of Rich and Textual."""
GlyphSetName = Literal["unicode", "ascii"]

COLOURS: tuple[Colours, ...] = ("standard", "256", "truecolor")

MIN_SIZE = (60, 16)
"""Minimum columns and rows."""

CHART_RATE = 10.0
REMOTE_CHART_RATE = 5.0
"""Maximum charts drawn in a second by default over SSH, where much of the output may still be on
its way when the terminal seems to keep up.
"""

FULL_REPAINT = "NNTUTOR_FULL_REPAINT"
"""Variable that makes the app send whole widgets, not only changed cells."""

RATE_VARIABLE = "NNTUTOR_FPS"
"""Variable with the maximum number of charts drawn in a second."""
MAX_RATE = 30.0
MIN_RATE = 0.1

_TRUECOLOR_TERMS = ("kitty", "alacritty", "foot", "ghostty", "wezterm", "direct")
"""Parts of TERM that identify terminals with 16 million colours."""

_CONSOLE = "linux"
"""TERM of the Linux console, which has 16 colours and a font with few glyphs beyond ASCII."""


def colours(environ: Mapping[str, str], tmux_features: str = "") -> Colours:
    """Return the number of colours to use; for the arguments see `colours_and_why`."""
    return colours_and_why(environ, tmux_features)[0]


def colours_and_why(environ: Mapping[str, str], tmux_features: str = "") -> tuple[Colours, str]:
    """Return the number of colours to use, and a clause with the reason, for after a comma.

    TEXTUAL_COLOR_SYSTEM, by which the learner can choose, takes precedence. `tmux_features` are
    those of the terminal around tmux, as tmux lists them.
    """
    term = environ.get("TERM", "")
    colorterm = environ.get("COLORTERM", "").lower()
    for name in COLOURS:
        if environ.get("TEXTUAL_COLOR_SYSTEM") == name:
            return name, "as set by TEXTUAL_COLOR_SYSTEM"
    if term == _CONSOLE:
        return "standard", "because this is the Linux console"
    if environ.get("TMUX"):
        if promises_truecolor(environ) and "RGB" in tmux_features.split(","):
            return "truecolor", f"because COLORTERM is {colorterm}, and tmux passes them on"
        # its TERM is often `screen`, which would mean 16 colours
        return "256", "which tmux reduces to those of the terminal around it"
    if promises_truecolor(environ):
        return "truecolor", f"as COLORTERM is {colorterm}"
    if any(part in term for part in _TRUECOLOR_TERMS):
        return "truecolor", f"as TERM is {term}"
    if "256color" in term:
        return "256", f"as TERM is {term}, and COLORTERM does not promise more"
    return "standard", "as neither TERM nor COLORTERM promises more"


def promises_truecolor(environ: Mapping[str, str]) -> bool:
    """Return True if COLORTERM says that the terminal has 16 million colours."""
    return environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")


def no_colour(environ: Mapping[str, str]) -> bool:
    """Return True if colours are not wanted: NO_COLOR is set and not empty (no-color.org)."""
    return bool(environ.get("NO_COLOR"))


def glyphs(environ: Mapping[str, str], encoding: str) -> GlyphSetName:
    """Return `ascii` if other glyphs would be garbled, else `unicode`."""
    return "unicode" if is_utf8(encoding) and environ.get("TERM") != _CONSOLE else "ascii"


def is_utf8(encoding: str) -> bool:
    """Return True if this is a name of UTF-8, such as `utf8` or `UTF-8`."""
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def encoding() -> str:
    """Return the encoding of the locale, and so of the terminal, whatever mode Python runs in."""
    return locale.getencoding()


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return True if this is a session over SSH."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def chart_rate(environ: Mapping[str, str]) -> float | None:
    """Return the learner's maximum of charts a second; None without one.

    Raises ValueError, with a message for the learner, if the variable holds no such rate.
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
        f"{MAX_RATE:g}: the number of times per second that charts are drawn. It is ignored."
    )


def too_small(columns: int, rows: int) -> bool:
    """Return True if a terminal of this size is smaller than `MIN_SIZE`."""
    return columns < MIN_SIZE[0] or rows < MIN_SIZE[1]


def waiting_input(descriptor: int) -> int:
    """Return the number of bytes waiting in the terminal's input; 0 if it is no terminal."""
    try:
        waiting = fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4))
    except OSError:
        return 0
    return int.from_bytes(waiting, sys.byteorder)
