"""Gives each part of the desk the columns and rows that were worked out for it.

Only numbers stand here: how parts stand beside or above each other is told by `desk.tcss`.
"""

from __future__ import annotations

from textual.dom import DOMNode

from tutor.ui.screens.layout import ABOVE, BELOW, CHARTS, LayoutState, visible_panes
from tutor.ui.screens.layout_sizes import LayoutSizes, drawer_of

FRAME = 4
"""Rows around what is scrolled: the frame, and the lines below that say what to do."""


def place_parts(workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes) -> None:
    """Sets the numbers, and takes away those of the layout before."""
    shown = visible_panes(layout)
    workspace.set_class(sizes.spread, "spread")
    _set_grid(workspace, layout, sizes, charting=bool(shown & set(CHARTS)))
    _set_heights(workspace, layout, sizes)
    page = (layout.display.is_page or layout.single_column) and not layout.single
    for one in workspace.query("#lesson, #work"):
        one.styles.width = sizes.lesson if page else None
    for one in workspace.query("#verdict, #output, #hints"):
        one.styles.height = sizes.below if _is_given_rows(layout, shown) else None
    split = not layout.single and set(CHARTS) <= shown
    for one in workspace.query("#loss"):
        one.styles.width = sizes.curve if split and layout.size == "medium" else None
        one.styles.height = sizes.curve if split and layout.size == "wide" else None
    for one in workspace.query("#charts"):
        one.styles.height = sizes.below if layout.curve_beside else None


def _set_grid(
    workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes, *, charting: bool
) -> None:
    for body in workspace.query("#body"):
        if layout.single or layout.single_column or layout.display.is_page:
            return
        drawer = drawer_of(layout, sizes) if charting else 0
        beside = charting and layout.size == "wide"
        body.styles.grid_columns = (
            f"{sizes.lesson} 1fr {sizes.charts}" if beside else f"{sizes.lesson} 1fr"
        )
        body.styles.grid_rows = f"1fr {drawer}" if drawer else "1fr"


def _set_heights(workspace: DOMNode, layout: LayoutState, sizes: LayoutSizes) -> None:
    """On a page text and quiz are as high as they need to be, and leave room for the verdict."""
    for names, part in (("#lesson", sizes.text), ("#quiz", sizes.quiz)):
        for one in workspace.query(names):
            one.styles.max_height = part if layout.single_column else None
        for one in workspace.query(f"{names} > VerticalScroll"):
            one.styles.max_height = part - FRAME if layout.single_column else None


def _is_given_rows(layout: LayoutState, shown: frozenset[str]) -> bool:
    """Whether what stands below has a fixed height: else as many rows as it needs, or all."""
    if layout.single_column or not shown & set(BELOW) or not shown & set(ABOVE):
        return False
    return not (layout.single and layout.display.is_question)
