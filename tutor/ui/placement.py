"""Compute which parts of the workspace are on screen, and their size.

Pure functions of the learner's choices, the session's state and the size of the terminal.
`workspace.py` sets the result, and `workspace.tcss` arranges the parts.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.model import LATE_VIEWS, Step
from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    MIN_HIGH_ROWS,
    TINY_BELOW,
    LayoutState,
    charts_of,
    has_scrubber,
    has_tabs,
    layout_size,
    visible_panes,
)
from tutor.first_screen.layout_sizes import (
    ChosenSizes,
    LayoutSizes,
    compute_sizes,
    drawer_rows,
    layout_name,
    text_area,
    work_area,
)
from tutor.session.state import State
from tutor.ui.views import views_with_content

TROUBLE = ("failed", "absent", "unreachable")
"""Phases of a worker whose reason the learner needs to see."""
OUTPUT_MARGIN = 3
"""Columns of the output without text: a blank at both sides, and the scrollbar."""


class PartCells(Struct, frozen=True):
    """The cells of a part; None leaves them to the style sheet."""

    width: int | None = None
    height: int | None = None
    max_height: int | None = None


class Placement(Struct, frozen=True):
    """Everything that is set in the workspace for a layout on a terminal."""

    layout: LayoutState
    columns: int = 0
    rows: int = 0
    """Cells of all panes together."""
    sizes: LayoutSizes = LayoutSizes(lesson=0, charts=0, below=0, curve=0)
    shown: frozenset[str] = frozenset()
    """Ids of the parts on screen: panes and what contains them."""
    classes: frozenset[str] = frozenset()
    """Classes of the workspace."""
    parts: Mapping[str, PartCells] = {}
    """Cells by the id of the part."""
    grid: tuple[str, str] = ("", "")
    """Columns and rows of the grid of panes; "" where they are not in a grid."""
    work: tuple[int, int] = (0, 0)
    """Columns and rows of the pane to answer in, within its frame."""
    text: tuple[int, int] = (0, 0)
    """Columns and rows of the lesson's text, within its frame."""

    @property
    def output_columns(self) -> int:
        """Columns of a run's output, also while it is not on screen."""
        return max(1, self.work[0] - OUTPUT_MARGIN)


def follow_state(layout: LayoutState, state: State, columns: int, rows: int) -> LayoutState:
    views, verdict = views_with_content(state), state.verdict
    names = _with_late_views(layout, state.step, views)
    paragraphs = (*verdict.message.split("\n"), *verdict.evidence) if verdict is not None else ()
    return replace(
        layout,
        names=names,
        size=layout_size(names, columns),
        tiny=rows < TINY_BELOW,
        high=rows >= MIN_HIGH_ROWS,
        has_content=state.latest != "nothing",
        verdict=tuple(map(len, paragraphs)),
        has_trouble=bool(state.worker.reason) and state.worker.phase in TROUBLE,
        filled=views.intersection(CHARTS),
        trouble_in_model=state.trouble_in_model and state.activity is None,
        paused=state.paused is not None and state.paused.phase != "none",
    )


def _with_late_views(
    layout: LayoutState, step: Step | None, views: frozenset[str]
) -> tuple[str, ...]:
    """Return the names of the panes, with those that the run added at the end.

    A step that names its views has no others. But plots, pads and surfaces are always shown.
    """
    if step is None or not layout.has_charts:
        return layout.names
    late = ("plot", "pad", "surface") if step.views else (*LATE_VIEWS, "plot")
    added = (name for name in late if name in views and name not in layout.names)
    return (*layout.names, *added)


def place(
    layout: LayoutState, chosen: Mapping[str, ChosenSizes], columns: int, rows: int
) -> Placement:
    """Return the placement of all parts.

    `chosen` are the learner's sizes by the name of the layout; `columns` and `rows` are those of
    the panes and the tab strip.
    """
    rows -= has_tabs(layout)
    sizes = compute_sizes(layout, chosen.get(layout_name(layout), ChosenSizes()), columns, rows)
    shown = visible_panes(layout)
    return Placement(
        layout=layout,
        columns=columns,
        rows=rows,
        sizes=sizes,
        shown=_shown_parts(layout, shown),
        classes=_classes(layout, sizes, shown),
        parts=_cells(layout, sizes, shown),
        grid=_grid(layout, sizes, shown),
        work=work_area(layout, sizes, columns, rows),
        text=text_area(layout, sizes, columns, rows),
    )


def _shown_parts(layout: LayoutState, panes: frozenset[str]) -> frozenset[str]:
    parts = {
        "work": not panes.isdisjoint((*ABOVE, *BELOW)),
        "charts": not panes.isdisjoint(CHARTS),
        "scrubber": has_scrubber(layout),
        "tab-strip": has_tabs(layout),
    }
    return panes.union(name for name, is_shown in parts.items() if is_shown)


def _classes(layout: LayoutState, sizes: LayoutSizes, panes: frozenset[str]) -> frozenset[str]:
    classes = {
        layout.size: True,
        "tiny": layout.tiny,
        "single": layout.single,
        "collapsed-below": layout.collapsed_below,
        "stepping": layout.tensors_below,
        "reading": layout.display.is_page,
        "asking": layout.display.is_question,
        "sliding": layout.display.has_large_charts,
        "single-column": layout.single_column,
        "own": not layout.has_text,
        "charting": not panes.isdisjoint(CHARTS),
        "spread": sizes.spread,
    }
    return frozenset(name for name, is_set in classes.items() if is_set)


def _grid(layout: LayoutState, sizes: LayoutSizes, panes: frozenset[str]) -> tuple[str, str]:
    is_stacked = layout.display.is_page or layout.display.has_large_charts
    if layout.single or layout.single_column or is_stacked:
        return "", ""
    has_charts = not panes.isdisjoint(CHARTS)
    drawer = drawer_rows(layout, sizes) if has_charts else 0
    text = f"{sizes.lesson} " if layout.has_text else ""
    beside = f" {sizes.charts}" if has_charts and layout.size == "wide" else ""
    return f"{text}1fr{beside}", f"1fr {drawer}" if drawer else "1fr"


def _cells(
    layout: LayoutState, sizes: LayoutSizes, panes: frozenset[str]
) -> Mapping[str, PartCells]:
    is_page = (layout.display.is_page or layout.single_column) and not layout.single
    page = sizes.lesson if is_page else None
    is_column = layout.single_column
    below = PartCells(height=sizes.below if _has_fixed_height(layout, panes) else None)
    charts_below = layout.curve_beside or layout.tensors_below
    cells = {
        # in a single column, to leave rows for the verdict
        "lesson": PartCells(page, max_height=sizes.text if is_column else None),
        "quiz": PartCells(max_height=sizes.quiz if is_column else None),
        "work": PartCells(page),
        **dict.fromkeys(BELOW, below),
        **dict.fromkeys(CHARTS, PartCells()),
        "charts": PartCells(
            width=sizes.charts if layout.display.has_large_charts else None,
            height=sizes.below if charts_below else None,
        ),
    }
    charts = charts_of(layout)
    if len(charts) == 2 and not layout.single:
        is_stacked = layout.charts_in_column
        cells[charts[0]] = (
            PartCells(height=sizes.curve) if is_stacked else PartCells(width=sizes.curve)
        )
    return cells


def _has_fixed_height(layout: LayoutState, panes: frozenset[str]) -> bool:
    """Return True if the pane below has computed rows, not its own height or all rows."""
    if layout.single_column or panes.isdisjoint(BELOW) or panes.isdisjoint(ABOVE):
        return False
    return not (layout.single and layout.display.is_question)
