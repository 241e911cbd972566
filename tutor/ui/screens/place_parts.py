"""Set the columns and rows that were computed for each part of the workspace.

This module sets numbers only: `workspace.tcss` arranges the parts.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.widget import Widget

from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    charts_of,
    visible_panes,
)
from tutor.first_screen.layout_sizes import LayoutSizes, drawer_rows
from tutor.first_screen.step_screen import FRAME_ROWS

_CONTAINERS = ("body", "work", "charts")
"""Parts that contain other parts."""


def place_parts(workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes) -> None:
    """Set the numbers of this layout, and remove those of the previous one."""
    shown = visible_panes(layout)
    workspace.set_class(sizes.spread, "spread")
    parts = _parts_of(workspace)
    _set_grid(parts, layout, sizes, has_charts=bool(shown & set(CHARTS)))
    _set_heights(parts, layout, sizes)
    page = (layout.display.is_page or layout.single_column) and not layout.single
    for widget in _named(parts, "lesson", "work"):
        widget.styles.width = sizes.lesson if page else None
    for widget in _named(parts, "verdict", "output", "hints"):
        widget.styles.height = sizes.below if _has_fixed_height(layout, shown) else None
    charts = charts_of(layout)
    first = charts[0] if len(charts) == 2 and not layout.single else ""
    for widget in _named(parts, *CHARTS):
        split = widget.id == first
        is_column = layout.charts_in_column
        widget.styles.width = sizes.curve if split and not is_column else None
        widget.styles.height = sizes.curve if split and is_column else None
    for widget in _named(parts, "charts"):
        beside = layout.curve_beside or layout.tensors_below
        widget.styles.height = sizes.below if beside else None
        widget.styles.width = sizes.charts if layout.display.has_large_charts else None


def _parts_of(workspace: DOMNode) -> dict[str, Widget]:
    """Return the mounted parts by id.

    A query would also search the panes, which takes longer than the rest of this module.
    """
    parts: dict[str, Widget] = {}
    holders = [workspace]
    while holders:
        for widget in holders.pop().children:
            parts[widget.id or ""] = widget
            if widget.id in _CONTAINERS:
                holders.append(widget)
    return parts


def _named(parts: Mapping[str, Widget], *names: str) -> list[Widget]:
    return [parts[name] for name in names if name in parts]


def _set_grid(
    parts: Mapping[str, Widget], layout: LayoutState, sizes: LayoutSizes, *, has_charts: bool
) -> None:
    for body in _named(parts, "body"):
        is_stacked = layout.display.is_page or layout.display.has_large_charts
        if layout.single or layout.single_column or is_stacked:
            return
        drawer = drawer_rows(layout, sizes) if has_charts else 0
        beside = has_charts and layout.size == "wide"
        text = f"{sizes.lesson} " if layout.has_text else ""
        body.styles.grid_columns = f"{text}1fr {sizes.charts}" if beside else f"{text}1fr"
        body.styles.grid_rows = f"1fr {drawer}" if drawer else "1fr"


def _set_heights(parts: Mapping[str, Widget], layout: LayoutState, sizes: LayoutSizes) -> None:
    """Limit text and quiz in a single column, to leave rows for the verdict."""
    for name, max_rows in (("lesson", sizes.text), ("quiz", sizes.quiz)):
        for widget in _named(parts, name):
            widget.styles.max_height = max_rows if layout.single_column else None
            for inner in widget.children:
                if isinstance(inner, VerticalScroll):
                    inner.styles.max_height = (
                        max_rows - FRAME_ROWS if layout.single_column else None
                    )


def _has_fixed_height(layout: LayoutState, shown: frozenset[str]) -> bool:
    """Return True if the pane below has computed rows, not its own height or all rows."""
    if layout.single_column or not shown & set(BELOW) or not shown & set(ABOVE):
        return False
    return not (layout.single and layout.display.is_question)
