"""A mixin that repaints only the rows of a widget that look different.

Textual repaints a whole widget when one of its reactives changes; over SSH that is some 20 KB for
one key. A widget that inherits from `RowRefresh` remembers how each row looked when it was last
painted. After changes made inside `changing_rows()` it compares row by row, and paints those that
differ. Every other refresh is Textual's own, so a forgotten `changing_rows()` costs bytes but never
shows a wrong picture.
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
    """A mixin for a widget that draws row by row; list it before the widget class."""

    changing_depth = 0
    """Number of open `changing_rows()` blocks, which may be nested."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # passed on as they come
        self.rows_painted: dict[int, Strip] = {}
        """Last painted content rows, by number."""
        super().__init__(*args, **kwargs)

    def draw_row(self, y: int) -> Strip:
        """Return row `y` of the visible content, counted from its upper edge.

        Widgets override this in place of `render_line`. The default is a blank row.
        """
        return Strip.blank(self.size.width, self.rich_style)

    def render_line(self, y: int) -> Strip:
        """Return row `y` for Textual to paint, and remember its look."""
        strip = self.draw_row(y)
        self.rows_painted[y] = strip
        return strip

    @contextmanager
    def changing_rows(self) -> Iterator[None]:
        """Repaint, at the end of the block, only the rows that changed.

        Change inside only what `draw_row` shows. A changed border or style needs a `refresh()` of
        the whole widget.
        """
        self.changing_depth += 1
        try:
            yield
        finally:
            self.changing_depth -= 1
            if self.changing_depth == 0:
                self.refresh_changed_rows()

    def refresh_changed_rows(self) -> None:
        """Ask for a repaint of the rows that differ from the last painted ones.

        A hidden widget has no size; it is painted as a whole when it is shown.
        """
        width, height = self.size
        if not self.is_mounted or not height:
            self.refresh()
            return
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
        """Refresh as Textual does, but defer repaints inside `changing_rows()` to its end.

        A layout or recompose is never deferred.
        """
        if self.changing_depth == 0:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if layout or recompose:
            super().refresh(repaint=False, layout=layout, recompose=recompose)
        return self
