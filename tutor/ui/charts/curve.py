"""A widget that shows losses as a curve over steps.

It takes numbers and draws them, and knows nothing of runs or training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tutor.first_screen.glyphs import PlotName
from tutor.ui.charts.axes import (
    MAX_NUMBER,
    MIN_NUMBER,
    Axis,
    has_place,
    linear_axis,
    log_axis,
    smooth,
)
from tutor.ui.charts.curve_plot import (
    MIN_SMOOTHED,
    NOTHING_BESIDE,
    Beside,
    LossPlot,
    placed,
    steps_axis,
)
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces

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
        "loss-chart--before",
        "loss-chart--other",
        "loss-chart--check",
        "loss-chart--broken",
    }
    DEFAULT_CSS: ClassVar[str] = """
    LossChart {
        height: 1fr;
        & > .loss-chart--line { color: $text-primary; text-style: bold; }
        & > .loss-chart--raw { color: $text-muted; }
        & > .loss-chart--axis { color: $text-muted; }
        & > .loss-chart--note { text-style: italic; }
        & > .loss-chart--before { color: $text-muted; }
        & > .loss-chart--other { color: $text-secondary; }
        & > .loss-chart--check { color: $text-accent; text-style: bold; }
        & > .loss-chart--broken { color: $text-error; text-style: bold; }
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
        self.beside = NOTHING_BESIDE
        self.set_reactive(LossChart.glyphs, glyphs)
        self.set_reactive(LossChart.unit, unit)

    def show_losses(
        self,
        losses: Sequence[float],
        *,
        room_for: Sequence[float] = (),
        cursor: int = 0,
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        """Show all losses so far; axes start afresh unless these continue the ones shown.

        Args:
            losses: All losses of a run so far, not only the new ones.
            room_for: Losses that the axes have room for from the start, as a replay needs it.
            cursor: The step to mark, counted from 1; 0 for none.
            beside: What is drawn beside the curve.
        """
        losses, room_for = tuple(losses), tuple(room_for)
        with self.redrawing():
            known_count = len(self.losses)
            # compared as text, since nan does not equal itself
            continues = repr(losses[:known_count][-1:]) == repr(self.losses[-1:])
            if len(losses) < known_count or not continues or room_for != self.room_for:
                self.axis = None
            self.losses, self.room_for, self.cursor = losses, room_for, cursor
            self.beside = beside

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
        notes = list(self.beside.notes)
        if self.beside is NOTHING_BESIDE:
            broken = ((n, each) for n, each in enumerate(self.losses, 1) if not math.isfinite(each))
            notes += [f"loss became {loss} at {self.unit} {step}" for step, loss in broken][:1]
        low = sum(1 for loss in self.losses if -math.inf < loss < MIN_NUMBER) if self.log_y else 0
        if low:
            notes.append(f"{low} not above 0: no place on a log scale")
        if beyond := sum(1 for loss in self.losses if MAX_NUMBER < abs(loss) < math.inf):
            notes.append(f"{beyond} beyond {MAX_NUMBER:g}: no place on any scale")
        return tuple(notes)

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the summary, the curve with its axes, and the notes."""
        if not self.losses:
            return wrap_pieces(self.empty, width)
        heading = wrap_pieces(self.summary if self.show_summary else "", width)
        notes = [row for note in self.notes for row in wrap_pieces(note, width, "loss-chart--note")]
        points = placed(self.losses, log=self.log_y)
        min_columns, min_rows = MIN_SIZE
        plot_height = height - len(heading) - len(notes)
        if not points or width < min_columns or plot_height < min_rows:
            return [*wrap_pieces(self.summary, width), *notes]
        return [*heading, *self._draw_plot(width, plot_height), *notes]

    def _draw_plot(self, width: int, height: int) -> list[list[Piece]]:
        values = [loss for _, loss in placed(self.room_for or self.losses, log=self.log_y)]
        beside = [loss for _, loss in self.beside.checks]
        beside += [loss for losses in self.beside.others for loss in losses]
        values += [loss for loss in beside if has_place(loss, log=self.log_y)]
        self.axis = (log_axis if self.log_y else linear_axis)(values, self.axis)
        plot = LossPlot(
            self.losses,
            steps_axis(max(len(self.losses), len(self.room_for))),
            self.axis,
            self.cursor,
            self.beside,
            self.glyphs,
        )
        return plot.draw(width, height)
