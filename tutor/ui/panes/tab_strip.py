"""The numbered names of the panes, for layouts that do not show all of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic


class TabStrip(StableStatic):
    """A line with the panes' names; a click on one goes there, as Esc and its number do."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__(one_row=True, id="tab-strip")
        self.marks = marks
        self._tabs: tuple[Sequence[str], str, frozenset[str]] = ((), "", frozenset())

    def show_tabs(self, names: Sequence[str], current: str, unread: frozenset[str]) -> None:
        """Show the names, with `current` in brackets and a mark on the panes in `unread`."""
        self._tabs = (names, current, unread)
        self._fit()

    def on_resize(self) -> None:
        """Move the names closer together where the line is short."""
        self._fit()

    def _fit(self) -> None:
        names, current, unread = self._tabs
        wide = Content("").join(
            self._wide_tab(number, name, current, unread) for number, name in enumerate(names, 1)
        )
        width = self.content_size.width
        self.update_if_changed(
            wide if not width or wide.cell_length <= width else self._narrow_line()
        )

    def _wide_tab(self, number: int, name: str, current: str, unread: frozenset[str]) -> Content:
        mark = self.marks.busy if name in unread and name != current else " "
        words = f"{number} {name.capitalize()}"
        if name == current:
            return Content.styled(f"[{words}]", "bold reverse")
        return Content.styled(f" {words}{mark}", f"@click=screen.pane({number})")

    def _narrow_line(self) -> Content:
        """Return the line for a short width.

        The brackets take the place of gaps, and the mark is between number and name.
        """
        names, current, unread = self._tabs
        line = Content("")
        for number, name in enumerate(names, 1):
            if name == current:
                line += Content.styled(f"[{number} {name.capitalize()}]", "bold reverse")
                continue
            gap = "" if number == 1 or names[number - 2] == current else " "
            mark = self.marks.busy if name in unread else " "
            words = f"{number}{mark}{name.capitalize()}"
            line += Content.assemble(gap, (words, f"@click=screen.pane({number})"))
        return line
