"""Resizing of the workspace's panes, by key or by dragging a border with the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from msgspec import Struct
from textual import events
from textual.containers import Container
from textual.geometry import Region

from tutor.first_screen.layout import BELOW, CHARTS, LayoutState, charts_of
from tutor.first_screen.layout_sizes import (
    Direction,
    LayoutSizes,
    Part,
    drawer_rows,
    moved_part,
)
from tutor.ui.placement import Placement

NOT_THAT_WAY = "This pane cannot be made {direction} here."
SIZES_RESET = "The panes have their usual sizes again."


class DraggedBorder(Struct, frozen=True):
    """A border that the mouse drags. All numbers are cells."""

    part: Part
    cells: int
    """Size of the part at the start of the drag."""
    x: int
    y: int
    """Start of the drag, from the top left corner of all panes."""
    per_column: int = 0
    per_row: int = 0
    """Growth of the part per column to the right, or per row down: 1, -1, or 0 for none."""


class PanesBody(Container):
    """The container of all panes, whose borders the mouse drags."""

    def __init__(
        self, placement: Callable[[], Placement], resize: Callable[[Part, int], None]
    ) -> None:
        super().__init__(id="body")
        self._placement = placement
        self._resize = resize
        self._dragged: DraggedBorder | None = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start dragging the border under the mouse, if there is one."""
        self._dragged, now = None, self._placement()
        x, y = event.screen_offset - self.region.offset
        for part, region, per_column, per_row in _borders(now):
            if region.contains(x, y):
                cells = cells_of(now.sizes, part)
                self._dragged = DraggedBorder(part, cells, x, y, per_column, per_row)
                self.capture_mouse()
                return

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Resize the panes so that the dragged border follows the mouse."""
        border = self._dragged
        if border is not None:
            x, y = event.screen_offset - self.region.offset
            delta = (x - border.x) * border.per_column + (y - border.y) * border.per_row
            self._resize(border.part, border.cells + delta)

    def on_mouse_up(self) -> None:
        """End the drag and keep the sizes."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()


def cells_of(sizes: LayoutSizes, part: Part) -> int:
    """Return the columns or rows of the part."""
    cells: int = getattr(sizes, part)
    return cells


def useless_resizing(layout: LayoutState) -> frozenset[str]:
    """Return the commands that resize the current pane but would move no border."""
    ways = get_args(Direction)
    useless = {way for way in ways if moved_part(layout, way) is None}
    return frozenset(useless if len(useless) < len(ways) else (*useless, "usual_sizes"))


_Border = tuple[Part, Region, int, int]
"""Its part, its region, and `per_column` and `per_row` of a DraggedBorder."""


def _borders(placement: Placement) -> list[_Border]:
    """Return the borders in the order of preference; the frames make each two cells thick."""
    layout, sizes = placement.layout, placement.sizes
    if placement.grid == ("", ""):
        return []
    has_charts = not placement.shown.isdisjoint(CHARTS)
    drawer = drawer_rows(layout, sizes) if has_charts else 0
    height, right = placement.rows - drawer, placement.columns
    borders: list[_Border] = []
    if has_charts and layout.size == "wide":
        right -= sizes.charts
        borders.append(("charts", Region(right - 1, 0, 2, placement.rows), -1, 0))
        borders.append(("curve", Region(right, sizes.curve - 1, sizes.charts, 2), 0, 1))
    elif has_charts:
        borders.append(("charts", Region(0, height - 1, right, 2), 0, -1))
        if len(charts_of(layout)) == 2:
            borders.append(("curve", Region(sizes.curve - 1, height, 2, drawer), 1, 0))
    if layout.has_text:
        borders.append(("lesson", Region(sizes.lesson - 1, 0, 2, height), 1, 0))
    if not placement.shown.isdisjoint(BELOW):
        top = height - sizes.below
        borders.append(("below", Region(sizes.lesson, top - 1, right - sizes.lesson, 2), 0, -1))
    return borders
