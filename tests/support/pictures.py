"""The difference between two SVG pictures of a screen, in words."""

from __future__ import annotations

import difflib
import html
import re
from collections import defaultdict

from tests.support.tutor_app import text_of_picture

_STYLE = re.compile(r"\.terminal-(?:\d+-)?(r\d+) \{ ([^}]*?) ?\}")
_TEXT = re.compile(
    r'<text class="terminal-(?:\d+-)?(r\d+)" x="([\d.]+)"[^>]*'
    r'#terminal-(?:\d+-)?line-(\d+)\)">([^<]*)</text>'
)
_GROUND = re.compile(r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"')
_CELL = (12.2, 24.4)
_MAX_ROWS = 12


def difference(before: str, seen: str) -> str:
    """Return a diff of the screens' texts, or of colours and attributes if these are equal."""
    lines = _diff(text_of_picture(before).split("\n"), text_of_picture(seen).split("\n"))
    if lines:
        return "\n".join(["The screen shows another text:", *lines])
    old, new = _drawn(before), _drawn(seen)
    rows = [row for row in sorted(old.keys() | new.keys()) if old[row] != new[row]]
    report = [f"Colours or attributes differ in rows {', '.join(map(str, rows))}, counted from 0:"]
    for row in rows[:_MAX_ROWS]:
        report += [f"row {row}", *_diff(sorted(old[row]), sorted(new[row]))]
    return "\n".join(report) if rows else "The pictures differ in what is not part of the screen."


def _diff(old: list[str], new: list[str]) -> list[str]:
    return list(difflib.unified_diff(old, new, "as it was", "as it is", lineterm="", n=1))


def _drawn(svg: str) -> defaultdict[int, list[str]]:
    """Map each row to its pieces: the first column, the text or the length, and the style."""
    styles = dict(_STYLE.findall(svg))
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for name, x, row, text in _TEXT.findall(svg):
        column = round(float(x) / _CELL[0])
        rows[int(row)].append(f"{column:3} {html.unescape(text)!r} {styles.get(name, '')}")
    for colour, x, y, width in _GROUND.findall(svg):
        column, length = (round(float(number) / _CELL[0]) for number in (x, width))
        rows[round((float(y) - 1.5) / _CELL[1])].append(f"{column:3} ground {length} {colour}")
    return rows
