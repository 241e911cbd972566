"""Compute the columns and rows of each part of the workspace.

The learner's sizes are limited so that every other part has its minimum, and no part can be pushed
off the screen. Pure functions; `tutor/ui/placement.py` places parts by them.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    charts_of,
    visible_panes,
)

Direction = Literal["wider", "narrower", "taller", "shorter"]
"""Direction in which a key resizes the focused pane."""
Part = Literal["lesson", "charts", "below", "curve"]
"""Parts of the workspace whose size the learner can choose; fields of `LayoutSizes`."""

COLUMN_STEP = 4
ROW_STEP = 2
"""Cells by which a key moves a border."""

PAGE_COLUMNS = 82
"""Columns of a reading page: 76 of text, and the frame."""

SPREAD_COLUMNS = 150
"""Columns of a page with its figures beside the text."""

MIN_SPREAD_COLUMNS = 112
"""Minimum columns of the workspace for figures beside the text."""

LARGE_CHARTS_PERCENT = 58
"""Share of the columns that charts have beside sliders."""

CARD_COLUMNS = 104
"""Columns of a question under its text."""

MIN_LESSON = 36
MIN_WORK = 40
CODE_COLUMNS = 62
"""Columns of code if the text can spare them: 60, and the frame."""
MAP_LESSON = 40
"""Columns of the text beside a map on a wide screen; the map gets all the rest."""
MIN_CHARTS = 36
MIN_ABOVE = 8
"""Rows of the pane to answer in, with its frame."""
MIN_ALONE = 6
"""Rows of the same pane without a frame, if one pane is shown at a time."""
MIN_BELOW = 4
MIN_DRAWER = 6


class ChosenSizes(Struct, frozen=True):
    """The sizes that the learner gave the panes of one layout; 0 leaves a size to the layout."""

    lesson: int = 0
    charts: int = 0
    below: int = 0
    curve: int = 0


class LayoutSizes(Struct, frozen=True):
    """The size of each part, in columns or rows, on a terminal of a certain size."""

    lesson: int
    """Columns of the lesson."""
    charts: int
    """Columns of the charts beside the work, or rows below it; 0 if there are none."""
    below: int
    """Rows of the pane below the one to answer in."""
    curve: int
    """Rows of the first of two charts above the other, or columns beside it."""
    text: int = 0
    """Rows of the text, at most, above a question in one column."""
    quiz: int = 0
    """Rows of the quiz there, at most."""
    spread: bool = False
    """True if figures are beside the text."""


def layout_name(layout: LayoutState) -> str:
    """Return the key of its chosen sizes: the size class, and the kind of layout."""
    if not layout.has_text:
        return f"{layout.size}-own"
    return f"{layout.size}-quiz" if layout.display.is_question else layout.size


def compute_sizes(layout: LayoutState, chosen: ChosenSizes, columns: int, rows: int) -> LayoutSizes:
    """Return the sizes of all parts.

    `chosen` are the learner's own, 0 for those left to the layout; `columns` and `rows` are those
    of all panes together.
    """
    if layout.display.is_page:
        return _page_sizes(layout, columns, rows)
    if layout.display.has_large_charts:
        return _large_chart_sizes(layout, columns, rows)
    beside, drawer = _chart_sizes(layout, chosen, columns, rows)
    lesson = _lesson_size(layout, chosen, columns, columns - beside - MIN_WORK)
    below = chosen.below or _default_below(layout, columns - lesson - 2, rows, drawer)
    max_below = rows - drawer - (MIN_ALONE if layout.single else MIN_ABOVE)
    return LayoutSizes(
        lesson=lesson,
        charts=drawer or beside,
        below=_fit(below, MIN_BELOW, max_below),
        curve=_curve_size(layout, chosen, columns, rows),
        # a verdict or hint gets its rows once it is there
        text=rows * (42 if layout.has_content else 60) // 100,
        quiz=rows * 40 // 100,
    )


def drawer_rows(layout: LayoutState, sizes: LayoutSizes) -> int:
    """Return the rows of the charts below all other panes; 0 if they are elsewhere."""
    return 0 if layout.single or layout.charts_in_column else sizes.charts


def work_area(layout: LayoutState, sizes: LayoutSizes, columns: int, rows: int) -> tuple[int, int]:
    """Return columns and rows within the frame of the pane to answer in.

    The pane below it has as many columns. In one column with the text the rows are an estimate.
    """
    shown = visible_panes(layout)
    if layout.display.has_large_charts and shown & set(CHARTS):
        return columns - sizes.charts - 2, rows // 2
    if layout.single:
        return columns, rows - (sizes.below if layout.collapsed_below else 0)
    if layout.display.is_page or layout.single_column:
        return sizes.lesson - 2, rows // 2
    has_charts = bool(shown & set(CHARTS))
    beside = sizes.charts if has_charts and layout.size == "wide" else 0
    drawer = drawer_rows(layout, sizes) if has_charts else 0
    below = sizes.below if shown & set(BELOW) else 0
    return columns - sizes.lesson - beside - 2, rows - drawer - below - 2


def text_area(layout: LayoutState, sizes: LayoutSizes, columns: int, rows: int) -> tuple[int, int]:
    """Return columns and rows of the lesson within its frame."""
    if layout.single:
        return columns - 2, rows
    if layout.display.has_large_charts:
        return sizes.lesson - 4, rows // 2 - 2
    drawer = drawer_rows(layout, sizes) if visible_panes(layout) & set(CHARTS) else 0
    return sizes.lesson - 4, rows - drawer - 2


def _chart_sizes(
    layout: LayoutState, chosen: ChosenSizes, columns: int, rows: int
) -> tuple[int, int]:
    """Return columns of the charts beside the work and rows below it; one of them is 0."""
    if layout.single or not visible_panes(layout) & set(CHARTS):
        return 0, 0
    if layout.size == "wide":
        share, most = (28, 56) if layout.has_text else (42, 84)
        if _shows_map(layout) and layout.has_text:
            most = columns - CODE_COLUMNS - max(MAP_LESSON, columns * 24 // 100)
            share = 100
        default = _fit(columns * share // 100, 44, most)
        max_columns = columns - (MIN_LESSON if layout.has_text else 0) - MIN_WORK
        return _fit(chosen.charts or default, MIN_CHARTS, max_columns), 0
    return 0, _fit(
        chosen.charts or _default_drawer(layout), MIN_DRAWER, rows - MIN_ABOVE - MIN_BELOW
    )


def _shows_map(layout: LayoutState) -> bool:
    return layout.second_chart in layout.filled & {"map", "surface"}


def _default_drawer(layout: LayoutState) -> int:
    """Return the drawer's rows: of 35 in all, the editor has 11 if its code needs them."""
    if _shows_map(layout) or layout.second_chart == "pad":
        rows = 18 if layout.high else 14  # the largest pane: it shows what is learnt
    elif layout.has_losses:
        rows = 14 if layout.high else 10  # eight within the frame
    else:
        rows = 10 if layout.high else 8  # alone, tensors have the whole width
    return rows + layout.has_losses  # one row for the scrubber


def _page_sizes(layout: LayoutState, columns: int, rows: int) -> LayoutSizes:
    spread = layout.figures and not layout.single and columns >= MIN_SPREAD_COLUMNS
    width = SPREAD_COLUMNS if spread else PAGE_COLUMNS
    return LayoutSizes(lesson=min(columns, width), charts=0, below=rows, curve=rows, spread=spread)


def _large_chart_sizes(layout: LayoutState, columns: int, rows: int) -> LayoutSizes:
    """Return the sizes around sliders: charts in a column at the right, the rest beside them."""
    if layout.single:
        below = 6 if layout.tiny else 8
    else:
        below = MIN_BELOW if layout.is_empty_below else rows // 4
    charts = columns * LARGE_CHARTS_PERCENT // 100
    return LayoutSizes(
        lesson=columns - charts, charts=charts, below=below, curve=max(MIN_DRAWER, rows * 3 // 10)
    )


def _lesson_size(layout: LayoutState, chosen: ChosenSizes, columns: int, max_columns: int) -> int:
    if not layout.has_text:
        return 0
    if layout.single_column:
        default = min(columns, CARD_COLUMNS)
    elif layout.size == "wide" and layout.has_charts:
        default = _fit(columns * 36 // 100, 57, 72)
    else:
        share = 43
        if layout.display.is_question and layout.figures and layout.size == "medium":
            share = 58  # the answer is read off a figure
        most = 72 if layout.display.has_charts else 90
        default = _fit(columns * share // 100, MIN_LESSON, most)
    if layout.display.has_charts:
        default = min(default, max_columns + MIN_WORK - CODE_COLUMNS)
    return _fit(chosen.lesson or default, MIN_LESSON, max_columns)


def _default_below(layout: LayoutState, columns: int, rows: int, drawer: int) -> int:
    if layout.single:
        return 6 if layout.tiny else 8
    if layout.is_empty_below:
        return MIN_BELOW
    if drawer:
        usual = 10 if layout.high else 7 - layout.has_losses  # the scrubber's, which the code keeps
        needed = 0
        if layout.below == "verdict" and layout.verdict:
            # an estimate from the lengths of its paragraphs; its heading has three rows
            width = max(MIN_WORK, columns - 3)
            needed = 5 + sum(1 + length // width for length in layout.verdict)
        return max(usual, min(needed, rows - drawer - MIN_ABOVE - 2))
    return rows * 2 // 5


def _curve_size(layout: LayoutState, chosen: ChosenSizes, columns: int, rows: int) -> int:
    if layout.size == "wide":
        default = max(11, rows // 4) if _shows_map(layout) else rows // 2
        return _fit(chosen.curve or default, MIN_DRAWER, rows - MIN_DRAWER)
    # tensors are beside a list of their names
    return _fit(chosen.curve or columns * 42 // 100, MIN_CHARTS, columns - MIN_CHARTS)


def _fit(cells: int, minimum: int, maximum: int) -> int:
    """Limit `cells` to the range; if that is empty, to `maximum`, the free space."""
    return max(1, min(max(cells, minimum), maximum))


def moved_part(layout: LayoutState, direction: Direction) -> tuple[Part, int] | None:
    """Return the part to resize for the focused pane, and the number of cells.

    None if no border of that pane can move in that direction.
    """
    if layout.display.has_large_charts:
        return None
    grows = 1 if direction in ("wider", "taller") else -1
    if direction in ("wider", "narrower"):
        part, sign = _column_of(layout)
        cells = COLUMN_STEP
    else:
        part, sign = _row_of(layout)
        cells = ROW_STEP
    return (part, sign * grows * cells) if part is not None else None


_PartMove = tuple[Part | None, int]
"""A part, and 1 if it grows together with the focused pane, -1 if it shrinks."""


def _column_of(layout: LayoutState) -> _PartMove:
    if layout.single or layout.single_column or layout.display.is_page:
        return None, 0
    if layout.pane in CHARTS:
        if layout.size == "wide":
            return "charts", 1
        return _curve_move(layout)
    if not layout.has_text:
        return ("charts" if visible_panes(layout) & set(CHARTS) else None), -1
    return "lesson", (1 if layout.pane == "lesson" else -1)


def _curve_move(layout: LayoutState) -> _PartMove:
    """Return the move of the border between two charts."""
    charts = charts_of(layout)
    return ("curve" if len(charts) == 2 else None), (1 if layout.pane == charts[0] else -1)


def _row_of(layout: LayoutState) -> _PartMove:
    shown = visible_panes(layout)
    if layout.single_column or layout.display.is_page:
        return None, 0
    if layout.pane in ABOVE:
        return ("below" if shown & set(BELOW) else None), -1
    if layout.single:
        return None, 0
    if layout.pane in BELOW:
        return "below", 1
    if layout.size == "wide":
        return _curve_move(layout) if layout.pane in CHARTS else (None, 1)
    charting = bool(shown & set(CHARTS))
    return ("charts" if charting else None), (-1 if layout.pane == "lesson" else 1)
