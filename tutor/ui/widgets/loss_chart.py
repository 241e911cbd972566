"""A widget that shows losses as a curve over steps.

It takes numbers and draws them, and knows nothing of runs or training.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tutor.first_screen.glyphs import ASCII, UNICODE, PlotName
from tutor.ui.widgets.braille import DotCanvas
from tutor.ui.widgets.chart_scale import (
    Axis,
    Point,
    format_label,
    linear_axis,
    log_axis,
    log_ticks,
    smooth,
    steps_extent,
    thin,
    ticks,
)
from tutor.ui.widgets.picture import Picture, Piece, join_pieces, wrap_pieces

MIN_SMOOTHED = 64
"""Losses from which on the line is smoothed, with the losses themselves as dots behind it."""
OFF_CHART = 1_000
"""A number of dots that surely leads out of the chart."""
MIN_SIZE = (16, 4)
"""Columns and rows that a curve with its axes needs; with less there are only words."""


class LossChart(Picture, can_focus=True):
    """A chart of losses whose axes seldom move, so that a new loss changes few cells.

    Steps are counted from 1. The horizontal axis ends at 8, 12, 16, …; the vertical one only grows
    until the losses of another run are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("l", "toggle_log", "Log scale")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "loss-chart--line",
        "loss-chart--raw",
        "loss-chart--axis",
        "loss-chart--note",
        "loss-chart--cursor",
    }
    DEFAULT_CSS: ClassVar[str] = """
    LossChart {
        height: 1fr;
        & > .loss-chart--line { color: $text-primary; text-style: bold; }
        & > .loss-chart--raw { color: $text-muted; }
        & > .loss-chart--axis { color: $text-muted; }
        & > .loss-chart--note { text-style: italic; }
        & > .loss-chart--cursor { color: $text-warning; text-style: bold; }
    }
    """

    log_y: reactive[bool] = reactive(False)
    """Whether the vertical axis is logarithmic."""
    glyphs: reactive[PlotName] = reactive[PlotName]("braille")
    """The characters that the curve is drawn with: a terminal's font may lack braille."""
    unit: reactive[str] = reactive("step")
    """The noun for what the losses are counted in."""

    def __init__(
        self,
        *,
        glyphs: PlotName = "braille",
        unit: str = "step",
        empty: str = "No losses yet. Run a training loop to see its curve.",
        show_summary: bool = True,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Create a chart without losses.

        Args:
            glyphs: The characters that the curve is drawn with.
            unit: The noun for what the losses are counted in.
            empty: The text before the first loss.
            show_summary: Whether the first row is the summary.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.losses: tuple[float, ...] = ()
        self.room_for: tuple[float, ...] = ()
        """The losses that the axes have room for; () if they grow with the losses shown."""
        self.empty = empty
        self.show_summary = show_summary
        self.axis: Axis | None = None
        """The vertical axis as drawn last, which the next one holds; None to start afresh."""
        self.cursor = 0
        """The step that is marked, counted from 1; 0 if none is."""
        self.set_reactive(LossChart.glyphs, glyphs)
        self.set_reactive(LossChart.unit, unit)

    def show_losses(
        self, losses: Sequence[float], *, room_for: Sequence[float] = (), cursor: int = 0
    ) -> None:
        """Show all losses so far; axes start afresh unless these continue the ones shown.

        Args:
            losses: All losses of a run so far, not only the new ones.
            room_for: Losses that the axes have room for from the start, as a replay needs it.
            cursor: The step to mark, counted from 1; 0 for none.
        """
        losses, room_for = tuple(losses), tuple(room_for)
        with self.redrawing():
            known_count = len(self.losses)
            # compared as text, since nan does not equal itself
            continues = repr(losses[:known_count][-1:]) == repr(self.losses[-1:])
            if len(losses) < known_count or not continues or room_for != self.room_for:
                self.axis = None
            self.losses, self.room_for, self.cursor = losses, room_for, cursor

    def action_toggle_log(self) -> None:
        """Switch between a linear and a logarithmic vertical axis."""
        with self.redrawing():
            self.log_y = not self.log_y

    def watch_log_y(self) -> None:
        """Draw with a new axis: a linear and a logarithmic one have no ends in common."""
        with self.redrawing():
            self.axis = None

    def watch_glyphs(self) -> None:
        """Draw the picture anew; a repaint alone would show the old one."""
        with self.redrawing():
            pass

    @property
    def summary(self) -> str:
        """The last loss and its step in words; "" without losses."""
        if not self.losses:
            return ""
        last = f"loss {self.losses[-1]:.4g} at {self.unit} {len(self.losses)}"
        if len(self.losses) >= MIN_SMOOTHED and math.isfinite(self.losses[-1]):
            last += f", smoothed {smooth(self.losses)[-1]:.4g}"
        return f"{last}, log scale" if self.log_y else last

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about losses that have no place on the curve: nan, inf, or 0 on a log scale."""
        notes = []
        for step, loss in enumerate(self.losses, 1):
            if not math.isfinite(loss):
                notes.append(f"loss became {loss} at {self.unit} {step}")
                break
        unplaced = sum(1 for loss in self.losses if loss <= 0 and math.isfinite(loss))
        if self.log_y and unplaced:
            notes.append(f"{unplaced} not above 0: no place on a log scale")
        return tuple(notes)

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the summary, the curve with its axes, and the notes."""
        if not self.losses:
            return wrap_pieces(self.empty, width)
        heading = wrap_pieces(self.summary if self.show_summary else "", width)
        notes = [row for note in self.notes for row in wrap_pieces(note, width, "loss-chart--note")]
        points = self._points(self.losses)
        min_columns, min_rows = MIN_SIZE
        plot_height = height - len(heading) - len(notes)
        if not points or width < min_columns or plot_height < min_rows:
            return [*wrap_pieces(self.summary, width), *notes]
        return [*heading, *self._draw_plot(points, width, plot_height), *notes]

    def _points(self, losses: Sequence[float]) -> list[Point]:
        """Return the losses that have a place on the axis, each with its step."""
        return [
            (step, loss)
            for step, loss in enumerate(losses, 1)
            if math.isfinite(loss) and (loss > 0 or not self.log_y)
        ]

    def _draw_plot(self, points: list[Point], width: int, height: int) -> list[list[Piece]]:
        marks = ASCII if self.glyphs == "ascii" else UNICODE
        values = [loss for _, loss in self._points(self.room_for or self.losses)]
        self.axis = (log_axis if self.log_y else linear_axis)(values, self.axis)
        rows = height - 2
        labels = self._vertical_labels(self.axis, rows)
        label_width = max(len(text) for text in labels.values())
        columns = width - label_width - 2
        x_axis = Axis(0, steps_extent(max(len(self.losses), len(self.room_for))))
        cells = self._draw_cells(points, columns, rows, x_axis, self.axis)
        picture: list[list[Piece]] = []
        for row in range(rows):
            edge = marks.tick if row in labels else marks.vertical
            text = f"{labels.get(row, ''):>{label_width}} {edge}"
            picture.append([(text, "loss-chart--axis"), *cells[row]])
        left = " " * (label_width + 1)
        picture.append([(left + marks.corner + marks.horizontal * columns, "loss-chart--axis")])
        picture.append([(left + self._horizontal_labels(x_axis, columns), "loss-chart--axis")])
        return picture

    def _vertical_labels(self, axis: Axis, rows: int) -> dict[int, str]:
        """Return the labels of the vertical axis by row, two at least; row 0 is the highest."""
        max_labels = max(1, (rows - 1) // 2)
        values = log_ticks(axis.low, axis.high, max_labels) if axis.log else ()
        values = values or ticks(axis.low, axis.high, min(4, max_labels))
        if len(values) < 2:
            values = (axis.low, axis.high)
        return {rows - 1 - axis.place(value, rows): format_label(value) for value in values}

    def _horizontal_labels(self, axis: Axis, columns: int) -> str:
        """Return the row of step numbers under their columns: 0, the end, and quarters that fit."""
        text = [" "] * (columns + 1)
        quarter = axis.high / 4
        free_from = 0
        for value in (0, axis.high, 2 * quarter, quarter, 3 * quarter):
            number = format_label(value) if value < 1000 else f"{value:.0f}"
            at = 1 + axis.place(value, columns) - (len(number) // 2 if value else 0)
            at = max(free_from, min(at, columns + 1 - len(number)))
            around = text[max(0, at - 1) : at + len(number) + 1]
            if all(cell == " " for cell in around):
                text[at : at + len(number)] = number
        return "".join(text)

    def _draw_cells(
        self, points: list[Point], columns: int, rows: int, x_axis: Axis, y_axis: Axis
    ) -> list[list[Piece]]:
        line, raw = (DotCanvas(columns, rows, self.glyphs) for _ in range(2))
        markers: set[tuple[int, int]] = set()

        def to_dot(point: Point) -> tuple[int, int]:
            x = x_axis.place(point[0], line.width)
            return x, line.height - 1 - y_axis.place(point[1], line.height)

        is_smoothed = len(points) >= MIN_SMOOTHED
        curve = points
        if is_smoothed:
            for point in thin(points, 4 * line.width):
                raw.dot(*to_dot(point))
            curve = list(
                zip([x for x, _ in points], smooth([loss for _, loss in points]), strict=True)
            )
        dots = [(step, *to_dot((step, loss))) for step, loss in thin(curve, 2 * line.width)]
        for (previous, x0, y0), (step, x1, y1) in zip(dots[:1] + dots, dots, strict=False):
            if self._is_connected(int(previous), int(step)):
                line.line(x0, y0, x1, y1)
            else:
                line.dot(x1, y1)
        if len(points) * 3 <= columns:
            markers = {(x // line.dots_across, y // line.dots_down) for _, x, y in dots}
        cursor_cell = self._cursor_dot(to_dot)
        if cursor_cell is not None:
            column, dot = cursor_cell
            cursor_cell = column // line.dots_across, dot // line.dots_down
        return [self._cells_of_row(row, line, raw, markers, cursor_cell) for row in range(rows)]

    def _cursor_dot(self, to_dot: Callable[[Point], tuple[int, int]]) -> tuple[int, int] | None:
        """Return the dot of the marked step, None if no step is marked.

        The dot of a loss that has no place is above the chart, so that only its line is seen.
        """
        if not 1 <= self.cursor <= len(self.losses):
            return None
        loss = self.losses[self.cursor - 1]
        if self._has_place(loss):
            return to_dot((self.cursor, loss))
        assert self.axis is not None
        return to_dot((self.cursor, self.axis.high))[0], -OFF_CHART

    def _is_connected(self, previous: int, step: int) -> bool:
        """Return True if all losses after step `previous` up to `step` have a place."""
        return step - previous <= 1 or all(map(self._has_place, self.losses[previous:step]))

    def _has_place(self, loss: float) -> bool:
        """Return True if the loss can be drawn: finite, and above 0 on a log scale."""
        return math.isfinite(loss) and (loss > 0 or not self.log_y)

    def _cells_of_row(
        self,
        row: int,
        line: DotCanvas,
        raw: DotCanvas,
        markers: set[tuple[int, int]],
        cursor_cell: tuple[int, int] | None,
    ) -> list[Piece]:
        """Return a row of the plot; where several things share a cell, one of them is drawn.

        The cursor comes first, then a marker, the line, and the raw losses. An upright line through
        empty cells leads to the cursor.
        """
        marks = ASCII if self.glyphs == "ascii" else UNICODE
        cells: list[Piece] = []
        for column in range(line.columns):
            text, style = raw.text(column, row, "."), "loss-chart--raw"
            if line.text(column, row) != " ":
                text, style = line.text(column, row), "loss-chart--line"
            if (column, row) in markers:
                text, style = marks.marker, "loss-chart--line"
            if cursor_cell == (column, row):
                text, style = marks.cursor, "loss-chart--cursor"
            elif cursor_cell is not None and cursor_cell[0] == column and text == " ":
                text, style = marks.vertical, "loss-chart--cursor"
            cells.append((text, style))
        return join_pieces(cells)
