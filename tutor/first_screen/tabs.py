"""The words of the tab strip: the numbered names of a step's panes, as close as they must be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tutor.first_screen.lines import cell_count


class Tab(NamedTuple):
    """A piece of the strip."""

    text: str
    number: int = 0
    """The number of the pane to which a click leads, 0 for none."""
    is_here: bool = False
    """Whether it names the pane that is looked at."""


def tabs(
    names: Sequence[str], here: str, width: int, *, unread: Collection[str] = (), mark: str = " "
) -> tuple[Tab, ...]:
    """Return the strip for a width, with `mark` at the panes in `unread`; 0 is any width."""
    wide = tuple(
        _wide(number, name, here, mark if name in unread else " ")
        for number, name in enumerate(names, 1)
    )
    if not width or sum(cell_count(tab.text) for tab in wide) <= width:
        return wide
    longest = max(map(len, names), default=0)
    for letters in range(longest, 0, -1):
        narrow = tuple(_narrow(names, here, unread, mark, letters))
        if letters == 1 or sum(cell_count(tab.text) for tab in narrow) <= width:
            return narrow
    return ()


def _wide(number: int, name: str, here: str, mark: str) -> Tab:
    words = f"{number} {name.capitalize()}"
    return Tab(f"[{words}]", is_here=True) if name == here else Tab(f" {words}{mark}", number)


def _narrow(
    names: Sequence[str], here: str, unread: Collection[str], mark: str, letters: int
) -> list[Tab]:
    """Return the strip for a short width, with the first `letters` letters of each other name.

    The brackets take the place of gaps, and the mark is between number and name.
    """
    strip: list[Tab] = []
    for number, name in enumerate(names, 1):
        if name == here:
            strip.append(Tab(f"[{number} {name.capitalize()}]", is_here=True))
            continue
        if number > 1 and names[number - 2] != here:
            strip.append(Tab(" "))
        between = mark if name in unread else " "
        strip.append(Tab(f"{number}{between}{name[:letters].capitalize()}", number))
    return strip
