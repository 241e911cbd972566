"""What the tmux around this process is set to. Pure but for `inspect_tmux`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

from msgspec import Struct

from tutor.doctor.findings import Finding, good, note

SECTION = "Terminal"

QUICK_ENOUGH_MS = 50
"""Above that, Esc is felt to hang."""

_QUESTIONS = (
    ("display-message", "-p", "#{version}"),
    ("show-options", "-sv", "escape-time"),
    ("show-options", "-sv", "set-clipboard"),
)
_DEADLINE_S = 2.0


class TmuxFacts(Struct, frozen=True):
    """As tmux tells it."""

    version: str
    escape_ms: int
    """How long it waits after an Esc, in case it begins a longer sequence."""
    clipboard: str
    """`on`: a program inside may set the clipboard of the terminal around."""


def inspect_tmux(environ: Mapping[str, str]) -> TmuxFacts | None:
    """None outside of tmux, and where it does not answer."""
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
        version, escape_ms, clipboard = output
        return TmuxFacts(version, int(escape_ms), clipboard)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def examine_tmux(environ: Mapping[str, str], facts: TmuxFacts | None) -> Iterator[Finding]:
    """What to set, where it is not set so already."""
    if not environ.get("TMUX"):
        return
    if facts is None:
        yield note(
            SECTION,
            "Inside a tmux that does not answer. Esc is seen at once with "
            "`set -sg escape-time 10`, and what you copy reaches your own clipboard with "
            "`set -sg set-clipboard on`.",
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
            f"tmux has set-clipboard {facts.clipboard}: what you copy does not reach your own "
            "clipboard.",
            "`set -sg set-clipboard on` in ~/.tmux.conf lets it through.",
        )
