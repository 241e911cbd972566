"""Imports of panes that wait until something is used: figures take 30 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from tutor.first_screen.glyphs import GlyphName
    from tutor.ui.charts.figure import FigureView


def figure_views(names: Iterable[str], rows: int, glyphs: GlyphName) -> list[FigureView]:
    from tutor.course.figures import FIGURES
    from tutor.ui.charts.figure import FigureView

    return [
        FigureView(name, rows=rows, glyphs=glyphs, classes="lesson-part")
        for name in names
        if name in FIGURES
    ]


def figures_in(widget: Widget) -> Iterable[FigureView]:
    from tutor.ui.charts.figure import FigureView

    return widget.query(FigureView)
