"""The numbered names of the panes, where only one of them is on screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tutor.ui.said import Said
from tutor.ui.signs import Signs


class TabStrip(Said):
    """A click on a name goes there; Esc and the number do so without a mouse."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(one_row=True, id="tab-strip")
        self.signs = signs

    def show_tabs(self, names: Sequence[str], current: str, news: frozenset[str]) -> None:
        """`current` stands in brackets; a sign marks the panes that have something new."""
        tabs = [self._tab(n, name, current, news) for n, name in enumerate(names, 1)]
        self.say(Content("").join(tabs))

    def _tab(self, number: int, name: str, current: str, news: frozenset[str]) -> Content:
        sign = self.signs.busy if name in news and name != current else " "
        words = f"{number} {name.capitalize()}"
        if name == current:
            return Content.styled(f"[{words}]", "bold reverse")
        return Content.styled(f" {words}{sign}", f"@click=screen.pane({number})")
