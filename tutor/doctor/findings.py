"""Findings, and the report of all of them."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Literal

from msgspec import Struct

from tutor.text import printable

State = Literal["good", "bad", "note"]
"""`bad` keeps something from working; a `note` is a limit worth knowing."""

_MARKS: dict[State, str] = {"good": "✓", "bad": "✗", "note": "–"}
_PLAIN_MARKS: dict[State, str] = {"good": "ok ", "bad": "BAD", "note": "-  "}
_MAX_WIDTH = 100


class Finding(Struct, frozen=True):
    """One result of the examination."""

    section: str
    state: State
    text: str
    """The finding and its consequences, as sentences."""
    todo: str = ""
    """Remedy, as a sentence; empty if there is nothing to do."""


def good(section: str, text: str) -> Finding:
    return Finding(section, "good", text)


def bad(section: str, text: str, todo: str = "") -> Finding:
    return Finding(section, "bad", text, todo)


def note(section: str, text: str, todo: str = "") -> Finding:
    """Return a finding that something works, with a limit worth knowing."""
    return Finding(section, "note", text, todo)


def healthy(findings: Iterable[Finding]) -> bool:
    """Return True if no finding is bad."""
    return all(finding.state != "bad" for finding in findings)


def report(findings: Sequence[Finding], *, encoding: str | None = None) -> str:
    """Return the findings as text: by section, wrapped, with a summary as the last line.

    It has only characters of the encoding, by default that of standard output.
    """
    encoding = encoding or sys.stdout.encoding or "utf-8"
    marks = _MARKS if _can_encode("".join(_MARKS.values()), encoding) else _PLAIN_MARKS
    width = min(_MAX_WIDTH, shutil.get_terminal_size().columns)
    lines: list[str] = []
    for section, group in groupby(findings, attrgetter("section")):
        lines += [section, *(_formatted(finding, marks, width) for finding in group), ""]
    lines.append(_summary(findings))
    return "\n".join(lines).encode(encoding, "replace").decode(encoding)


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _formatted(finding: Finding, marks: dict[State, str], width: int) -> str:
    mark = f"  {marks[finding.state]} "
    text = f"{finding.text} {finding.todo}".strip()
    return textwrap.fill(
        printable(text.replace("\n", " ")),
        width=width,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _summary(findings: Sequence[Finding]) -> str:
    number = sum(finding.state == "bad" for finding in findings)
    if number == 0:
        return "Everything that the tutor needs is here."
    return "One thing needs attention." if number == 1 else f"{number} things need attention."
