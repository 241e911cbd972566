"""Preparing the environment and the standard streams before textual is imported.

For `tutor.ui.launch`. Nothing of textual may be imported here: it reads several of these settings
while it is being imported, and would not see them later.
"""

from __future__ import annotations

import codecs
import io
import os
import subprocess
import sys
from collections.abc import Mapping, MutableMapping

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
    promises_truecolor,
)

REMOTE_DEFAULTS = {
    "TEXTUAL_FPS": "30",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""Settings over SSH that send fewer bytes: fewer frames, no animation, scrolling by rows."""

SLOW_RATE = "2"
"""Maximum drawings of a chart per second with `--slow`."""

LOCAL_FPS = "120"
"""Frames per second without SSH. Textual draws at its next tick: at its usual 60 a second that
alone would delay a key by up to 17 ms."""

TMUX_DEADLINE_S = 0.1
"""Seconds that tmux has to report the features of its terminal."""

ESCAPE_DELAY_MS = "25"
"""Milliseconds that a lone Esc is held back, in case it begins a longer sequence."""


def prepare_environment(
    environ: MutableMapping[str, str] = os.environ, *, slow: bool = False
) -> None:
    """Set defaults for textual; valid settings of the learner stay.

    `slow` sets the defaults for SSH, and slows charts down.
    """
    environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS)
    environ["TEXTUAL_COLOR_SYSTEM"] = colours(environ, tmux_features(environ))
    if "NO_COLOR" in environ and not no_colour(environ):
        del environ["NO_COLOR"]  # empty means not set, but textual checks only if it exists
    if slow:
        environ.setdefault(RATE_VARIABLE, SLOW_RATE)
    if slow or is_remote(environ):
        for name, value in REMOTE_DEFAULTS.items():
            environ.setdefault(name, value)
    environ.setdefault("TEXTUAL_FPS", LOCAL_FPS)


def tmux_features(environ: Mapping[str, str]) -> str:
    """Return the features of the terminal around tmux, separated by commas.

    It is "" outside of tmux, where COLORTERM promises nothing, and if tmux does not answer: the
    first frame waits for it, some 3 ms.
    """
    if not (environ.get("TMUX") and promises_truecolor(environ)):
        return ""
    command = ["tmux", "display-message", "-p", "#{client_termfeatures}"]
    try:
        return subprocess.run(
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TMUX_DEADLINE_S,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def resolve_glyphs(config: Config, environ: MutableMapping[str, str] = os.environ) -> Config:
    chosen = config.glyphs or glyphs(environ, encoding())
    return msgspec.structs.replace(config, glyphs=chosen)


def environment_problems(environ: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    try:
        chart_rate(environ)
    except ValueError as error:
        return (str(error),)
    return ()


def replace_unencodable() -> None:
    """Write each character that the terminal's encoding lacks as `?`.

    So every character still takes its column, and rows stay whole. A locale with UTF-8 needs
    nothing. The locale C does not reveal the encoding, so Python's choice of UTF-8 is kept.
    """
    name = encoding()
    if is_utf8(name) or codecs.lookup(name).name == "ascii":
        return
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=name, errors="replace")


def terminal_problem(environ: MutableMapping[str, str] = os.environ) -> str | None:
    """Return the reason why the app cannot open here, with advice; None if it can."""
    if not _on_a_terminal():
        return (
            "The tutor needs a terminal for input and output. Start it in a terminal window, "
            "without a pipe. `nntutor plain` and `nntutor grade STEP FILE` work without one."
        )
    if environ.get("TERM", "") in ("", "dumb"):
        return (
            f"TERM is {environ.get('TERM') or 'not set'}: this terminal cannot place text on the "
            "screen. If it can, start with `TERM=xterm-256color nntutor`."
        )
    return None


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
