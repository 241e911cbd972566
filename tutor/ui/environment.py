"""What the terminal and its environment need before textual is imported. Used by cli and app.

Imports nothing of textual: several of these settings are read while it is being imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

REMOTE_DEFAULTS = {
    "TEXTUAL_FPS": "30",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""Over SSH each byte counts: fewer frames, no animation, whole rows when scrolling."""

ESCAPE_DELAY_MS = "25"
"""How long a lone Esc is held back in case it begins a longer sequence."""


def prepare_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Sets defaults for textual; what the learner has set stays."""
    environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS)
    if environ.get("TMUX"):
        # tmux often claims to be `screen`, which would leave 16 colours
        environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    if is_remote(environ):
        for name, value in REMOTE_DEFAULTS.items():
            environ.setdefault(name, value)


def is_remote(environ: MutableMapping[str, str] = os.environ) -> bool:
    """Whether this is a session over SSH."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


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
