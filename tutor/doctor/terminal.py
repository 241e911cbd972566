"""The examination of the terminal: the features that the tutor uses, with reasons.

Only `inspect_terminal` queries the terminal of this process; the findings follow from its result,
by the same functions as in the app (`tutor.terminal_facts`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tutor.config import Config
from tutor.doctor import tmux
from tutor.doctor.findings import Finding, bad, good, note
from tutor.terminal_facts import (
    CHART_RATE,
    MIN_SIZE,
    RATE_VARIABLE,
    REMOTE_CHART_RATE,
    Colours,
    chart_rate,
    colours_and_why,
    encoding,
    glyphs,
    is_remote,
    is_utf8,
    no_colour,
    too_small,
)

SECTION = "Terminal"

ROOMY = (100, 30)
"""Minimum columns and rows for two panes side by side."""


@dataclass(frozen=True)
class TerminalFacts:
    """The facts of a terminal from which the findings follow."""

    environ: Mapping[str, str] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    """Columns and rows; None if standard output is no terminal."""
    encoding: str = "utf-8"
    """Encoding of the locale."""
    tmux: tmux.TmuxFacts | None = None
    """None outside of tmux, or if it does not answer."""
    repaint_reason: str = ""
    """Reason for sending whole panes, not only changed cells; empty if only cells are sent."""


def inspect_terminal(*, repaint_reason: str = "") -> TerminalFacts:
    """Return the facts of this process's terminal; only ui knows the `repaint_reason`."""
    size: tuple[int, int] | None = None
    try:
        columns, rows = os.get_terminal_size()
        size = (columns, rows)
    except OSError:
        pass
    environ = dict(os.environ)
    return TerminalFacts(environ, size, encoding(), tmux.inspect_tmux(environ), repaint_reason)


def examine_terminal(facts: TerminalFacts, config: Config) -> Iterator[Finding]:
    """Yield findings on all that the tutor needs of a terminal."""
    yield _kind(facts.environ)
    yield _colours(facts.environ, facts.tmux.features if facts.tmux else "")
    yield _size(facts.size)
    yield from _glyphs(facts, config)
    yield _motion(facts.environ, config)
    yield from tmux.examine_tmux(facts.environ, facts.tmux)
    yield _repaint(facts.repaint_reason)
    yield _charts(facts.environ)


def _kind(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if term in ("", "dumb"):
        return bad(
            SECTION,
            f"TERM is {term or 'not set'}: the tutor cannot place text on the screen.",
            "If the terminal supports it, start with `TERM=xterm-256color nntutor`.",
        )
    return good(SECTION, f"TERM is {term}.")


_COLOURS: dict[Colours, str] = {
    "standard": "16 colours",
    "256": "256 colours",
    "truecolor": "16 million colours",
}


def _colours(environ: Mapping[str, str], tmux_features: str) -> Finding:
    if no_colour(environ):
        return note(SECTION, "NO_COLOR is set: no colours. Signs show each state.")
    colours, why = colours_and_why(environ, tmux_features)
    text = f"{_COLOURS[colours]}, {why}."
    if colours != "standard" or environ.get("TEXTUAL_COLOR_SYSTEM") == colours:
        return good(SECTION, text)
    return note(
        SECTION,
        f"{text} Heat maps are drawn with signs.",
        "If the terminal supports more, start with `TERM=xterm-256color nntutor`.",
    )


def _size(size: tuple[int, int] | None) -> Finding:
    if size is None:
        return note(SECTION, "This output goes to a file or a pipe: the size is unknown.")
    columns, rows = size
    shown = f"{columns} columns, {rows} rows"
    if too_small(columns, rows):
        smallest = f"{MIN_SIZE[0]} columns and {MIN_SIZE[1]} rows"
        return bad(SECTION, f"{shown}: too small.", f"Make the window at least {smallest}.")
    if columns < ROOMY[0] or rows < ROOMY[1]:
        return note(
            SECTION,
            f"{shown}: one pane at a time.",
            f"From {ROOMY[0]} columns and {ROOMY[1]} rows on, task and code are side by side.",
        )
    return good(SECTION, f"{shown}.")


def _glyphs(facts: TerminalFacts, config: Config) -> Iterator[Finding]:
    if not is_utf8(facts.encoding):
        yield bad(
            SECTION,
            f"Text is {facts.encoding}, not UTF-8: letters such as σ may look wrong.",
            "If the terminal supports UTF-8, start with `LC_ALL=C.UTF-8 nntutor`.",
        )
    best = glyphs(facts.environ, facts.encoding)
    drawn = "in ASCII" if (config.glyphs or best) == "ascii" else "with Unicode"
    frames = f"Frames and charts are drawn {drawn}"
    if config.glyphs is not None:
        yield good(SECTION, f"{frames}: `glyphs` in config.toml.")
    elif best == "unicode":
        yield good(SECTION, f"{frames}: text is UTF-8.")
    elif is_utf8(facts.encoding):
        yield note(
            SECTION,
            f"{frames}: the font of this console has few other characters.",
            'If it has them all, set `glyphs = "unicode"` in config.toml.',
        )
    else:
        yield note(SECTION, f"{frames}: text is not UTF-8.")


def _motion(environ: Mapping[str, str], config: Config) -> Finding:
    if config.motion == "reduced":
        return good(SECTION, "Animations are off: `motion` in config.toml.")
    text = "A run that is too short to follow is replayed slowly."
    if is_remote(environ):
        return note(SECTION, f"Over SSH: fewer frames, no animations. {text}")
    return good(SECTION, text)


def _repaint(repaint_reason: str) -> Finding:
    if not repaint_reason:
        return good(SECTION, "Only cells that changed are sent: a key costs about 150 bytes.")
    return note(
        SECTION,
        f"Whole panes are sent: {repaint_reason}. Everything works; a key costs a few kilobytes.",
        "If something looks odd, the action Redraw sends the whole screen again.",
    )


def _charts(environ: Mapping[str, str]) -> Finding:
    try:
        rate, why = chart_rate(environ), f"as set by {RATE_VARIABLE}"
    except ValueError as error:
        return bad(SECTION, str(error), f"Correct it, or `unset {RATE_VARIABLE}`.")
    if rate is None:
        remote = is_remote(environ)
        rate = REMOTE_CHART_RATE if remote else CHART_RATE
        why = (
            "because this is an SSH session"
            if remote
            else "because the connection is not known to be slow"
        )
    frequency = f"Charts are drawn up to {rate:g} times a second, {why}"
    return good(SECTION, f"{frequency}; less often while the terminal falls behind.")
