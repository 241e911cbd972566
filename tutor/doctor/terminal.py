"""The terminal, as far as its environment tells, and what follows for the tutor. Pure but for
`look`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tutor.doctor.findings import Finding, bad, good, note
from tutor.terminal import Colours, colours, encoding, glyphs, is_remote, is_utf8, no_colour

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
    """Of the locale."""


def look() -> TerminalFacts:
    """At the terminal of this process."""
    size: tuple[int, int] | None = None
    try:
        columns, rows = os.get_terminal_size()
        size = (columns, rows)
    except OSError:
        pass
    return TerminalFacts(dict(os.environ), size, encoding())


def examine_terminal(facts: TerminalFacts) -> Iterator[Finding]:
    """One finding for each thing that the tutor cares about."""
    yield _kind(facts.environ)
    yield _colours(facts.environ)
    yield _size(facts.size)
    yield _signs(facts.environ, facts.encoding)
    if facts.environ.get("TMUX"):
        yield note(
            SECTION,
            "Inside tmux. Esc is seen at once with `set -sg escape-time 10`, and what you copy "
            "reaches your own clipboard with `set -g set-clipboard on`.",
        )
    if is_remote(facts.environ):
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


_COLOURS: dict[Colours, str] = {
    "standard": "16 colours",
    "256": "256 colours",
    "truecolor": "16 million colours",
}


def _colours(environ: Mapping[str, str]) -> Finding:
    if no_colour(environ):
        return note(SECTION, "NO_COLOR is set: no colours. Each state has a sign as well.")
    found = colours(environ)
    if environ.get("TEXTUAL_COLOR_SYSTEM") == found:
        return good(SECTION, f"{_COLOURS[found]}, as TEXTUAL_COLOR_SYSTEM asks for.")
    if found != "standard":
        return good(SECTION, f"{_COLOURS[found]}.")
    return note(
        SECTION,
        "16 colours: neither TERM nor COLORTERM promises more. Heat maps are drawn with signs.",
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


def _signs(environ: Mapping[str, str], encoding: str) -> Finding:
    if not is_utf8(encoding):
        return bad(
            SECTION,
            f"Text is {encoding}, not UTF-8: frames and charts are drawn in ASCII, and letters "
            "such as σ in the lessons may come out wrong.",
            "If the terminal can do UTF-8, start with `LC_ALL=C.UTF-8 nntutor`.",
        )
    if glyphs(environ, encoding) == "ascii":
        return note(
            SECTION,
            "The font of this console has few signs: frames and charts are drawn in ASCII.",
            'If it has them all, set `glyphs = "unicode"` in config.toml.',
        )
    return good(SECTION, "Text is UTF-8.")
