"""The tab strip: the numbered names of a step's panes, whole, as many as fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tutor.first_screen.lines import cell_count


class Tab(NamedTuple):
    """A piece of the strip."""

    text: str
    number: int = 0
    """Number of the pane to which a click leads; 0 for none."""
    is_here: bool = False
    """True if it names the focused pane."""


def tabs(
    names: Sequence[str], here: str, width: int, *, unread: Collection[str] = (), mark: str = " "
) -> tuple[Tab, ...]:
    """Return the strip for a width, with `mark` at the panes in `unread`; 0 is any width.

    If not all names fit, one last piece counts the others; the current pane is always named.
    """
    numbered = list(enumerate(names, 1))
    wide = tuple(
        _wide(number, name, here, mark if name in unread else " ") for number, name in numbered
    )
    if not width or _width(wide) <= width:
        return wide
    for count in range(len(names), 0, -1):
        first = [row for row in numbered if row[1] != here][: count - 1]
        shown = [row for row in numbered if row[1] == here or row in first]
        hidden = [row for row in numbered if row not in shown]
        strip = tuple(_close(shown, here, unread, mark))
        if hidden:
            news = mark if any(name in unread for _, name in hidden) else ""
            strip = (*strip, Tab(" "), Tab(f"+{len(hidden)}{news}", hidden[0][0]))
        if _width(strip) <= width or count == 1:
            return strip
    return ()


def _width(strip: Sequence[Tab]) -> int:
    return sum(cell_count(tab.text) for tab in strip)


def _wide(number: int, name: str, here: str, mark: str) -> Tab:
    words = f"{number} {name.capitalize()}"
    return Tab(f"[{words}]", is_here=True) if name == here else Tab(f" {words}{mark}", number)


def _close(
    numbered: Sequence[tuple[int, str]], here: str, unread: Collection[str], mark: str
) -> list[Tab]:
    """Return the strip for a short width: brackets replace gaps.

    The mark is between number and name.
    """
    strip: list[Tab] = []
    before = here
    for number, name in numbered:
        if name == here:
            strip.append(Tab(f"[{number} {name.capitalize()}]", is_here=True))
        else:
            if before != here:
                strip.append(Tab(" "))
            strip.append(
                Tab(f"{number}{mark if name in unread else ' '}{name.capitalize()}", number)
            )
        before = name
    return strip
