"""Repainting only the rows that look different. For the widgets of this room that draw row by row.

Textual repaints a whole widget when one of its reactives changes; over SSH that is some 20 KB for
one key. A widget that inherits from `RowRefresh` remembers what each row looked like when it was
last painted. Changes made inside `changing_rows()` end with a comparison, row by row, and only the
rows that differ are painted. Every other refresh goes the usual way, so forgetting to use it costs
bytes, never a wrong picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget
else:
    # Textual takes the style sheet from the first base that is a widget: this must not be one.
    Widget = object


class RowRefresh(Widget):
    """A mixin, put in front of a widget class that draws row by row."""

    changing_depth = 0
    """How many `changing_rows()` are open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # passed on as they come
        self.rows_painted: dict[int, Strip] = {}
        """Each content row as it was last handed to the screen."""
        super().__init__(*args, **kwargs)

    def draw_row(self, y: int) -> Strip:
        """The content row `y` as it is now, counted from the upper edge of the visible content.

        The default is blank; widgets override it in place of `render_line`.
        """
        return Strip.blank(self.size.width, self.rich_style)

    def render_line(self, y: int) -> Strip:
        """Called by Textual for the rows it paints."""
        strip = self.draw_row(y)
        self.rows_painted[y] = strip
        return strip

    @contextmanager
    def changing_rows(self) -> Iterator[None]:
        """Inside, change what `draw_row` shows and nothing else: borders and styles need more."""
        self.changing_depth += 1
        try:
            yield
        finally:
            self.changing_depth -= 1
            if self.changing_depth == 0:
                self.refresh_changed_rows()

    def refresh_changed_rows(self) -> None:
        """Asks for a repaint of the rows that differ from what was painted last."""
        if not self.is_mounted:
            self.refresh()
            return
        width, height = self.size
        for y in range(height):
            if self.rows_painted.get(y) != self.draw_row(y):
                self.refresh(Region(0, y, width, 1))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """As Textual's, but repaints asked for inside `changing_rows()` wait for its end."""
        if self.changing_depth == 0:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if layout or recompose:
            super().refresh(repaint=False, layout=layout, recompose=recompose)
        return self
