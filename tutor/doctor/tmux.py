"""The examination of the tmux around this process, which `inspect_tmux` asks for its options."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

from msgspec import Struct

from tutor.doctor.findings import Finding, good, note

SECTION = "Terminal"

QUICK_ENOUGH_MS = 50
"""Delay of Esc above which the key seems to hang."""

_QUESTIONS = (
    ("display-message", "-p", "#{version}"),
    ("show-options", "-sv", "escape-time"),
    ("show-options", "-sv", "set-clipboard"),
    ("display-message", "-p", "features:#{client_termfeatures}"),
)
_DEADLINE_S = 2.0
"""Seconds that tmux has to answer."""


class TmuxFacts(Struct, frozen=True):
    """Version and options of a tmux, as it reports them."""

    version: str
    escape_ms: int
    """Milliseconds that it waits after an Esc, in case that begins a longer sequence."""
    clipboard: str
    """`on`: a program inside may set the clipboard of the outer terminal."""
    features: str = ""
    """Capabilities of the outer terminal, separated by commas."""


def inspect_tmux(environ: Mapping[str, str]) -> TmuxFacts | None:
    """Ask tmux for its options; return None outside of tmux, or if it does not answer."""
    if not environ.get("TMUX"):
        return None
    command = [word for question in _QUESTIONS for word in (*question, ";")]
    try:
        output = subprocess.run(
            ["tmux", *command[:-1]],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=True,
        ).stdout.split()
        version, escape_ms, clipboard, features = output
        return TmuxFacts(version, int(escape_ms), clipboard, features.removeprefix("features:"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def examine_tmux(environ: Mapping[str, str], facts: TmuxFacts | None) -> Iterator[Finding]:
    """Yield findings on options that should be changed; none outside of tmux."""
    if not environ.get("TMUX"):
        return
    if facts is None:
        yield note(
            SECTION,
            "Inside tmux, which did not answer. With `set -sg escape-time 10` Esc acts at once, "
            "and with `set -sg set-clipboard on` copied text reaches your own clipboard.",
        )
        return
    if facts.escape_ms <= QUICK_ENOUGH_MS:
        yield good(SECTION, f"Inside tmux {facts.version}: Esc waits {facts.escape_ms} ms there.")
    else:
        yield note(
            SECTION,
            f"Inside tmux {facts.version}: Esc waits {facts.escape_ms} ms there.",
            "Make that shorter with `set -sg escape-time 10` in ~/.tmux.conf.",
        )
    if facts.clipboard != "on":
        yield note(
            SECTION,
            f"tmux has set-clipboard {facts.clipboard}: copied text does not reach your own "
            "clipboard.",
            "`set -sg set-clipboard on` in ~/.tmux.conf lets it through.",
        )
