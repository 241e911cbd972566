"""Resizing of the workspace's panes, by key or by dragging a border with the mouse."""

from __future__ import annotations

from typing import get_args

from msgspec import Struct
from msgspec.structs import replace
from textual.geometry import Region

from tutor.first_screen.layout import BELOW, CHARTS, LayoutState, charts_of, visible_panes
from tutor.first_screen.layout_sizes import (
    ChosenSizes,
    Direction,
    LayoutSizes,
    Part,
    compute_sizes,
    drawer_rows,
    layout_name,
    moved_part,
)

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


class PaneResizer:
    """The sizes that the learner chose, by layout, until the app ends.

    They are the sizes that fitted on screen, not the requested ones.
    """

    def __init__(self) -> None:
        self._chosen: dict[str, ChosenSizes] = {}

    def sizes(self, layout: LayoutState, columns: int, rows: int) -> LayoutSizes:
        """Return the sizes of all parts; `columns` and `rows` are the total."""
        return compute_sizes(layout, self._chosen_for(layout), columns, rows)

    def move(self, layout: LayoutState, direction: Direction, columns: int, rows: int) -> str:
        """Resize the current pane by one step.

        Return an error message, or "" on success.
        """
        before = self.sizes(layout, columns, rows)
        part_move = moved_part(layout, direction)
        if part_move is None:
            return NOT_THAT_WAY.format(direction=direction)
        part, delta = part_move
        self.set_part(layout, part, cells_of(before, part) + delta, columns, rows)
        if self.sizes(layout, columns, rows) == before:
            return NOT_THAT_WAY.format(direction=direction)
        return ""

    def set_part(
        self, layout: LayoutState, part: Part, cells: int, columns: int, rows: int
    ) -> None:
        """Set the part to that many cells, or to as many as fit."""
        wanted = replace(self._chosen_for(layout), **{part: max(1, cells)})
        fitting = cells_of(compute_sizes(layout, wanted, columns, rows), part)
        self._chosen[layout_name(layout)] = replace(wanted, **{part: fitting})

    def drag(
        self, layout: LayoutState, border: DraggedBorder, x: int, y: int, columns: int, rows: int
    ) -> None:
        """Resize a part so that its border follows the mouse to `x`, `y`."""
        delta = (x - border.x) * border.per_column + (y - border.y) * border.per_row
        self.set_part(layout, border.part, border.cells + delta, columns, rows)

    def reset(self, layout: LayoutState) -> str:
        """Restore the default sizes of this layout, and return a message."""
        self._chosen.pop(layout_name(layout), None)
        return SIZES_RESET

    def _chosen_for(self, layout: LayoutState) -> ChosenSizes:
        return self._chosen.get(layout_name(layout), ChosenSizes())


def useless_resizing(layout: LayoutState) -> frozenset[str]:
    """Return the commands that resize the current pane but would move no border."""
    ways = get_args(Direction)
    useless = {way for way in ways if moved_part(layout, way) is None}
    return frozenset(useless if len(useless) < len(ways) else (*useless, "usual_sizes"))


def cells_of(sizes: LayoutSizes, part: Part) -> int:
    """Return the columns or rows of the part."""
    return {
        "lesson": sizes.lesson,
        "charts": sizes.charts,
        "below": sizes.below,
        "curve": sizes.curve,
    }[part]


def border_at(
    layout: LayoutState, sizes: LayoutSizes, x: int, y: int, columns: int, rows: int
) -> DraggedBorder | None:
    """Return the border at a position, or None; the frames make it two cells thick.

    `x` and `y` are counted from the top left corner of all panes.
    """
    for part, region, per_column, per_row in _borders(layout, sizes, columns, rows):
        if region.contains(x, y):
            return DraggedBorder(part, cells_of(sizes, part), x, y, per_column, per_row)
    return None


_Border = tuple[Part, Region, int, int]
"""Its part, its region, and `per_column` and `per_row` of a DraggedBorder."""


def _borders(layout: LayoutState, sizes: LayoutSizes, columns: int, rows: int) -> list[_Border]:
    is_fixed = layout.display.is_page or layout.display.has_large_charts
    if layout.single or layout.single_column or is_fixed:
        return []
    shown = visible_panes(layout)
    has_charts = bool(shown & set(CHARTS))
    has_both_charts = len(charts_of(layout)) == 2
    drawer = drawer_rows(layout, sizes) if has_charts else 0
    height, right = rows - drawer, columns
    borders: list[_Border] = []
    if has_charts and layout.size == "wide":
        right = columns - sizes.charts
        borders.append(("charts", Region(right - 1, 0, 2, rows), -1, 0))
        borders.append(("curve", Region(right, sizes.curve - 1, sizes.charts, 2), 0, 1))
    elif has_charts:
        borders.append(("charts", Region(0, height - 1, columns, 2), 0, -1))
        if has_both_charts:
            borders.append(("curve", Region(sizes.curve - 1, height, 2, drawer), 1, 0))
    if layout.has_text:
        borders.append(("lesson", Region(sizes.lesson - 1, 0, 2, height), 1, 0))
    if shown & set(BELOW):
        top = height - sizes.below
        borders.append(("below", Region(sizes.lesson, top - 1, right - sizes.lesson, 2), 0, -1))
    return borders
