"""What the terminal and its environment need before textual is imported. Used by cli and app.

Imports nothing of textual: several of these settings are read while it is being imported.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import MutableMapping

import msgspec

from tutor.config import Config
from tutor.terminal_facts import (
    RATE_VARIABLE,
    chart_rate,
    colours,
    encoding,
    glyphs,
    is_remote,
    is_utf8,
    no_colour,
)

REMOTE_DEFAULTS = {
    "TEXTUAL_FPS": "30",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""Over SSH each byte counts: fewer frames, no animation, whole rows when scrolling."""

SLOW_RATE = "2"
"""Drawings of charts in a second that `--slow` asks for."""

LOCAL_FPS = "120"
"""Textual draws at the next of its ticks: at 60 a second that alone is up to 17 ms."""

ESCAPE_DELAY_MS = "25"
"""How long a lone Esc is held back in case it begins a longer sequence."""


def prepare_environment(
    environ: MutableMapping[str, str] = os.environ, *, slow: bool = False
) -> None:
    """Sets defaults for textual; what the learner has set stays, unless it means nothing. `slow`:
    as over SSH, and charts are drawn seldom."""
    environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS)
    environ["TEXTUAL_COLOR_SYSTEM"] = colours(environ)
    if "NO_COLOR" in environ and not no_colour(environ):
        del environ["NO_COLOR"]  # empty means nothing; textual looks only whether it is there
    if slow:
        environ.setdefault(RATE_VARIABLE, SLOW_RATE)
    if slow or is_remote(environ):
        for name, value in REMOTE_DEFAULTS.items():
            environ.setdefault(name, value)
    environ.setdefault("TEXTUAL_FPS", LOCAL_FPS)


def resolve_glyphs(config: Config, environ: MutableMapping[str, str] = os.environ) -> Config:
    """The settings with what they leave to the terminal decided for this one."""
    chosen = config.glyphs or glyphs(environ, encoding())
    return msgspec.structs.replace(config, glyphs=chosen)


def environment_problems(environ: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """What the learner has set that means nothing, in words."""
    try:
        chart_rate(environ)
    except ValueError as error:
        return (str(error),)
    return ()


def replace_unencodable() -> None:
    """Where the terminal has another set of letters, what that lacks becomes one `?`: rows stay
    whole. In the locale C nothing is known of the terminal, and Python's UTF-8 is kept."""
    name = encoding()
    if is_utf8(name) or codecs.lookup(name).name == "ascii":
        return
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=name, errors="replace")


def terminal_problem(environ: MutableMapping[str, str] = os.environ) -> str | None:
    """Why the app cannot open here, with what to do, or None if it can."""
    if not _on_a_terminal():
        return (
            "The tutor needs a terminal for input and output. Start it in a terminal window, "
            "without a pipe. `nntutor grade STEP FILE` works without one."
        )
    if environ.get("TERM", "") in ("", "dumb"):
        return (
            f"TERM is {environ.get('TERM') or 'not set'}: this terminal cannot place text on the "
            "screen. If it can, start with `TERM=xterm-256color nntutor`."
        )
    return None


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
