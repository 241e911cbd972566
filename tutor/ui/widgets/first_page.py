"""A step's first screen as one widget, in the place of the panes until they are there."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tutor.first_screen.lines import Line
from tutor.first_screen.step_screen import FirstStep, step_lines
from tutor.ui.widgets.drawn_lines import LineStyles


class FirstPage(Widget):
    """The text of a step, and its code where that has room; it takes no keys."""

    def __init__(self) -> None:
        super().__init__(id="first-page")
        self._first: FirstStep | None = None
        self._styles = LineStyles()
        self._lines: tuple[Line, ...] = ()
        self._lines_are_for = (0, 0)

    @property
    def step_id(self) -> str:
        """The id of the step that is shown, "" if there is none."""
        return self._first.step.id if self._first is not None else ""

    def show(self, first: FirstStep | None) -> None:
        """Show what is known of a step; with None, nothing."""
        self._first = first
        self._lines, self._lines_are_for = (), (0, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a row of the first screen."""
        width, base = self.size.width, self.rich_style
        if self._first is not None and self._lines_are_for != self.size:
            self._lines_are_for = self.size
            self._lines = step_lines(self._first, *self.size, self.app.size.height)
        runs = self._lines[y].runs if y < len(self._lines) else ()
        segments: list[Segment] = self._styles.segments(self.app, runs, base)
        return Strip(segments).adjust_cell_length(width, base)
