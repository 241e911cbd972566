"""The numbered names of the panes, for layouts that do not show them all."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tutor.first_screen.tabs import Tab, tabs
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic


class TabStrip(StableStatic):
    """A line with the panes' names; a click goes to a pane, as Esc and its number do."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__(one_row=True, id="tab-strip")
        self.marks = marks
        self._tabs: tuple[Sequence[str], str, frozenset[str]] = ((), "", frozenset())

    def show_tabs(self, names: Sequence[str], current: str, unread: frozenset[str]) -> None:
        """Show the names, with `current` in brackets and a mark on the panes in `unread`."""
        self._tabs = (names, current, unread)
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        names, current, unread = self._tabs
        width = self.content_size.width
        strip = tabs(names, current, width, unread=unread, mark=self.marks.busy)
        self.update_if_changed(Content.assemble(*((tab.text, _style(tab)) for tab in strip)))


def _style(tab: Tab) -> str:
    if tab.is_here:
        return "bold reverse"
    return f"@click=screen.pane({tab.number})" if tab.number else ""
