"""The terminal, as far as its environment tells, and what follows for the tutor. Pure but for
`look`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tutor.doctor.findings import Finding, bad, good, note

SECTION = "Terminal"

SMALLEST = (60, 16)
ROOMY = (100, 30)
"""From this width on, two panes stand side by side."""


@dataclass(frozen=True)
class TerminalFacts:
    """What was found."""

    environ: Mapping[str, str] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    """Columns and rows; None where standard output is no terminal."""
    encoding: str = "utf-8"
    """Of standard output."""


def look() -> TerminalFacts:
    """At the terminal of this process."""
    size: tuple[int, int] | None = None
    try:
        columns, rows = os.get_terminal_size()
        size = (columns, rows)
    except OSError:
        pass
    return TerminalFacts(dict(os.environ), size, sys.stdout.encoding or "ascii")


def examine_terminal(facts: TerminalFacts) -> Iterator[Finding]:
    """One finding for each thing that the tutor cares about."""
    yield _kind(facts.environ)
    yield _colours(facts.environ)
    yield _size(facts.size)
    yield _encoding(facts.encoding)
    if facts.environ.get("TMUX"):
        yield note(
            SECTION,
            "Inside tmux. Esc is seen at once with `set -sg escape-time 10`, and what you copy "
            "reaches your own clipboard with `set -g set-clipboard on`.",
        )
    if facts.environ.get("SSH_CONNECTION") or facts.environ.get("SSH_TTY"):
        yield note(SECTION, "Over SSH. To save bytes there are fewer frames and no animations.")


def _kind(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if term in ("", "dumb"):
        return bad(
            SECTION,
            f"TERM is {term or 'not set'}: the tutor cannot place text on the screen.",
            "If the terminal can, start with `TERM=xterm-256color nntutor`.",
        )
    return good(SECTION, f"TERM is {term}.")


def _colours(environ: Mapping[str, str]) -> Finding:
    if environ.get("NO_COLOR"):
        return note(SECTION, "NO_COLOR is set: no colours. Each state has a sign as well.")
    if chosen := environ.get("TEXTUAL_COLOR_SYSTEM"):
        return good(SECTION, f"TEXTUAL_COLOR_SYSTEM asks for the colours `{chosen}`.")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return good(SECTION, "16 million colours (COLORTERM).")
    if environ.get("TMUX") or "256color" in environ.get("TERM", ""):
        return good(SECTION, "256 colours.")
    return note(
        SECTION,
        "16 colours: neither TERM nor COLORTERM promises more. Heat maps are coarse.",
        "If the terminal can do more, start with `TERM=xterm-256color nntutor`.",
    )


def _size(size: tuple[int, int] | None) -> Finding:
    if size is None:
        return note(SECTION, "This output goes to a file or a pipe: the size is not known.")
    columns, rows = size
    shown = f"{columns} columns, {rows} rows"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        smallest = f"{SMALLEST[0]} columns and {SMALLEST[1]} rows"
        return bad(SECTION, f"{shown}: too small.", f"Make the window at least {smallest}.")
    if columns < ROOMY[0] or rows < ROOMY[1]:
        return note(
            SECTION,
            f"{shown}: one pane at a time.",
            f"From {ROOMY[0]} columns and {ROOMY[1]} rows on, task and code stand side by side.",
        )
    return good(SECTION, f"{shown}.")


def _encoding(encoding: str) -> Finding:
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return good(SECTION, "Text is UTF-8.")
    return bad(
        SECTION,
        f"Text is {encoding}, not UTF-8: formulas and charts come out wrong.",
        'Set LANG=C.UTF-8, and `glyphs = "ascii"` in config.toml if the font lacks signs.',
    )
