"""Set the columns and rows that were computed for each part of the workspace.

Only numbers belong here: `workspace.tcss` says which parts stand beside or above each other.
"""

from __future__ import annotations

from textual.dom import DOMNode

from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    has_two_charts,
    visible_panes,
)
from tutor.first_screen.layout_sizes import LayoutSizes, drawer_rows
from tutor.first_screen.step_screen import FRAME_ROWS


def place_parts(workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes) -> None:
    """Set the numbers of this layout, and remove those of the layout before."""
    shown = visible_panes(layout)
    workspace.set_class(sizes.spread, "spread")
    _set_grid(workspace, layout, sizes, has_charts=bool(shown & set(CHARTS)))
    _set_heights(workspace, layout, sizes)
    page = (layout.display.is_page or layout.single_column) and not layout.single
    for widget in workspace.query("#lesson, #work"):
        widget.styles.width = sizes.lesson if page else None
    for widget in workspace.query("#verdict, #output, #hints"):
        widget.styles.height = sizes.below if _has_fixed_height(layout, shown) else None
    split = not layout.single and has_two_charts(shown)
    for widget in workspace.query("#loss"):
        widget.styles.width = sizes.curve if split and layout.size == "medium" else None
        widget.styles.height = sizes.curve if split and layout.size == "wide" else None
    for widget in workspace.query("#charts"):
        beside = layout.curve_beside or layout.tensors_below
        widget.styles.height = sizes.below if beside else None


def _set_grid(
    workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes, *, has_charts: bool
) -> None:
    for body in workspace.query("#body"):
        if layout.single or layout.single_column or layout.display.is_page:
            return
        drawer = drawer_rows(layout, sizes) if has_charts else 0
        beside = has_charts and layout.size == "wide"
        body.styles.grid_columns = (
            f"{sizes.lesson} 1fr {sizes.charts}" if beside else f"{sizes.lesson} 1fr"
        )
        body.styles.grid_rows = f"1fr {drawer}" if drawer else "1fr"


def _set_heights(workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes) -> None:
    """Limit text and quiz in a single column, so that they leave rows for the verdict."""
    for names, max_rows in (("#lesson", sizes.text), ("#quiz", sizes.quiz)):
        for widget in workspace.query(names):
            widget.styles.max_height = max_rows if layout.single_column else None
        for widget in workspace.query(f"{names} > VerticalScroll"):
            widget.styles.max_height = max_rows - FRAME_ROWS if layout.single_column else None


def _has_fixed_height(layout: LayoutState, shown: frozenset[str]) -> bool:
    """Return True if the pane below has the computed rows, not those it needs or all."""
    if layout.single_column or not shown & set(BELOW) or not shown & set(ABOVE):
        return False
    return not (layout.single and layout.display.is_question)
