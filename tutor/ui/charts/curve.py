"""A chart of losses as a curve over steps, with other curves, checks and borders.

It takes numbers and knows nothing of runs or training. Curves differ in form as well as in colour:
the main curve is solid, other curves of the same run are dashed, and that of the previous run is
dotted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import itemgetter, sub
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tutor.first_screen.glyphs import GlyphSet
from tutor.ui.charts.axes import (
    MAX_NUMBER,
    MIN_NUMBER,
    Axis,
    column_labels,
    framed,
    has_place,
    linear_axis,
    log_axis,
    row_labels,
    steps_extent,
    ticks,
    with_place,
)
from tutor.ui.charts.canvas import Canvas, Pen
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.marks import UNICODE, Marks

Point = tuple[float, float]
"""A step and its value."""

MIN_SIZE = (16, 4)
"""Minimum columns and rows of a curve with axes; smaller charts show only text."""
MIN_SMOOTHED = 64
"""Minimum number of losses to smooth the line; the losses themselves become dots behind it."""
NOISE = 0.01
"""Share of the range of all losses by which they must differ from the smoothed line on average.
Measured: .001 to .005 where a step sees all rows, .014 to .031 in batches of 16 to 128 digits."""
CHECK_COLUMNS = 4
"""Minimum columns per check: more checks would hide the curve."""
BORDER_COLUMNS = 3
"""Minimum columns per border: of more borders, only some are marked."""

LINE = Pen("loss-chart--line")
RAW = Pen("loss-chart--raw", ".")
BEFORE = Pen("loss-chart--before", ":", (1, 4))


@dataclass(frozen=True)
class Beside:
    """Everything drawn beside the curve of losses; its steps are counted from 1 too."""

    others: tuple[Sequence[float], ...] = ()
    """Further curves of the same run."""
    before: Sequence[float] = ()
    """Curve of the previous run, drawn within the axes of this one."""
    checks: Sequence[Point] = ()
    """Losses computed without training, each with the step before it."""
    borders: Sequence[int] = ()
    """The steps after which an epoch begins."""
    broken: int = 0
    """Step at which the loss became nan or infinite; 0 if it did not."""
    notes: tuple[str, ...] = ()
    """Sentences below the plot, in place of the chart's own."""


NOTHING_BESIDE = Beside()


class LossChart(Picture, can_focus=True):
    """A chart of losses whose axes rarely move, so that a new loss changes few cells.

    Steps are counted from 1. While losses arrive, the horizontal axis ends at 8, 12, 16, …; the
    vertical axis only grows until the losses of another run are shown.
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
    """True for a logarithmic vertical axis."""

    def __init__(
        self,
        *,
        marks: Marks = UNICODE,
        empty: str = "No losses yet. Run a training loop to see its curve.",
        show_summary: bool = True,
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        """Create a chart without losses; with `show_summary`, its first row is the summary."""
        super().__init__(marks=marks, id=id)
        self.losses: tuple[float, ...] = ()
        self.room_for: tuple[float, ...] = ()
        """Losses that the axes have room for; () if they grow with the losses on screen."""
        self.empty = empty
        self.show_summary = show_summary
        self.axis: Axis | None = None
        """Last drawn vertical axis, which the next one covers; None to start afresh."""
        self.cursor = 0
        """Marked step, counted from 1; 0 for none."""
        self.beside = NOTHING_BESIDE

    def show_losses(
        self,
        losses: Sequence[float],
        *,
        room_for: Sequence[float] = (),
        cursor: int = 0,
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        """Show all losses so far; axes start afresh unless these continue the ones shown.

        The axes have room for the losses `room_for` from the start, for a replay. `cursor` is the
        step to mark, counted from 1; 0 for none.
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
        with self.redrawing():
            self.log_y = not self.log_y

    def watch_log_y(self) -> None:
        """Draw with a new axis: a linear and a logarithmic one share no ends."""
        with self.redrawing():
            self.axis = None

    @property
    def summary(self) -> str:
        if not self.losses:
            return ""
        last = f"loss {self.losses[-1]:.4g} at step {len(self.losses)}"
        return f"{last}, log scale" if self.log_y else last

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about losses that have no place on the curve: nan, inf, or 0 on a log scale."""
        notes = list(self.beside.notes)
        if len(with_place(self.losses, log=self.log_y)) == len(self.losses):
            return tuple(notes)
        if self.beside is NOTHING_BESIDE:
            broken = ((n, each) for n, each in enumerate(self.losses, 1) if not math.isfinite(each))
            notes += [f"loss became {loss} at step {step}" for step, loss in broken][:1]
        low = sum(1 for loss in self.losses if -math.inf < loss < MIN_NUMBER) if self.log_y else 0
        if low:
            notes.append(f"{low} not above 0: no place on a log scale")
        if beyond := sum(1 for loss in self.losses if MAX_NUMBER < abs(loss) < math.inf):
            notes.append(f"{beyond} beyond {MAX_NUMBER:g}: no place on any scale")
        return tuple(notes)

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        if not self.losses:
            return wrap_pieces(self.empty, width)
        heading = wrap_pieces(self.summary if self.show_summary else "", width)
        notes = [row for note in self.notes for row in wrap_pieces(note, width, "loss-chart--note")]
        plot_height = height - len(heading) - len(notes)
        has_points = with_place(self.losses, log=self.log_y)
        if not has_points or width < MIN_SIZE[0] or plot_height < MIN_SIZE[1]:
            return [*wrap_pieces(self.summary, width), *notes]
        return [*heading, *self._draw_plot(width, plot_height), *notes]

    def _draw_plot(self, width: int, height: int) -> list[list[Piece]]:
        values = [*(self.room_for or self.losses), *(loss for _, loss in self.beside.checks)]
        values += [loss for losses in self.beside.others for loss in losses]
        placed_values = with_place(values, log=self.log_y)
        self.axis = (log_axis if self.log_y else linear_axis)(placed_values, self.axis)
        # the axis of an ended run ends with its last step
        steps = Axis(0, len(self.room_for) or steps_extent(len(self.losses)))
        plot = LossPlot(self.losses, steps, self.axis, self.cursor, self.beside, self.signs)
        return plot.draw(width, height)


@dataclass(frozen=True)
class LossPlot:
    """A curve of losses with its axes, ready to be drawn."""

    losses: Sequence[float]
    x_axis: Axis
    y_axis: Axis
    cursor: int
    """Marked step; 0 for none."""
    beside: Beside
    signs: GlyphSet

    @cached_property
    def points(self) -> list[Point]:
        """The steps whose losses have a place, each with its loss."""
        return placed(self.losses, self.y_axis)

    def draw(self, width: int, height: int) -> list[list[Piece]]:
        labels = row_labels(self.y_axis, height - 2, 4)
        columns = width - max(map(len, labels.values())) - 2
        canvas = Canvas(columns, height - 2, self.signs.name)
        dots = self._draw_curves(canvas)
        self._draw_uprights(canvas)
        are_few = len(self.points) * 3 <= columns
        self._draw_signs(canvas, dots if are_few else ())
        numbers = column_labels(self.x_axis, columns, _step_labels(self.x_axis.high))
        floor = self._floor(columns)
        return framed(canvas.cells, labels, floor, numbers, self.signs, "loss-chart--axis")

    def _floor(self, columns: int) -> str:
        cells = [self.signs.horizontal] * columns
        borders = [each for each in self.beside.borders if 0 < each <= self.x_axis.high]
        every = max(1, math.ceil(len(borders) * BORDER_COLUMNS / columns))
        for border in borders[every - 1 :: every]:
            cells[self.x_axis.place(border, columns)] = self.signs.border
        return "".join(cells)

    def _dot(self, canvas: Canvas, step: float, loss: float) -> tuple[int, int]:
        y = canvas.height - 1 - self.y_axis.place(loss, canvas.height)
        return self.x_axis.place(step, canvas.width), y

    def _draw_curves(self, canvas: Canvas) -> list[tuple[int, int]]:
        self._draw_curve(canvas, self._clipped(self.beside.before), BEFORE)
        for losses in self.beside.others:
            pen = Pen("loss-chart--other", "+", (3, 5))
            self._draw_curve(canvas, self._clipped(losses), pen)
        if smooth(tuple(with_place(self.losses, log=self.y_axis.log)), log=self.y_axis.log):
            for point in thin(self.points, 4 * canvas.width):
                canvas.dot(*self._dot(canvas, *point), RAW)
        return self._draw_curve(canvas, self.losses, LINE)

    def _clipped(self, losses: Sequence[float]) -> list[float]:
        """Return the losses within the axes; losses that are too high become nan."""
        low, high = self.y_axis.low, self.y_axis.high
        inside = losses[: int(self.x_axis.high)]
        return [loss if low <= loss <= high else math.nan for loss in inside]

    def _draw_curve(
        self, canvas: Canvas, losses: Sequence[float], pen: Pen
    ) -> list[tuple[int, int]]:
        """Draw the curve, smoothed if it is long and noisy, and return its dots."""
        curve = self.points if losses is self.losses else placed(losses, self.y_axis)
        is_whole = len(curve) == len(losses)
        if smoothed := smooth(tuple(with_place(losses, log=self.y_axis.log)), log=self.y_axis.log):
            curve = list(zip([step for step, _ in curve], smoothed, strict=True))
        curve = thin(curve, 2 * canvas.width)
        dots = [self._dot(canvas, *point) for point in curve]
        for at, (step, _) in enumerate(curve):
            previous = int(curve[at - 1][0]) if at else int(step)
            between = losses[previous : int(step)]
            if is_whole or all(has_place(loss, log=self.y_axis.log) for loss in between):
                canvas.line(*dots[max(0, at - 1)], *dots[at], pen)
            else:
                canvas.dot(*dots[at], pen)
        return dots

    def _draw_uprights(self, canvas: Canvas) -> None:
        """Draw vertical lines at the step where the loss broke, and at the cursor."""
        for step, last, style in (
            (self.cursor, len(self.losses), "loss-chart--cursor"),
            (self.beside.broken, self.x_axis.high, "loss-chart--broken"),
        ):
            column = self.x_axis.place(step, canvas.width) // canvas.across
            for row in range(canvas.rows):
                if 0 < step <= last and canvas.is_blank(column, row):
                    canvas.write(column, row, self.signs.vertical, style)

    def _draw_signs(self, canvas: Canvas, markers: Sequence[tuple[int, int]]) -> None:
        signs, log = self.signs, self.y_axis.log
        for x, y in markers:
            canvas.write(x // canvas.across, y // canvas.down, signs.marker, "loss-chart--line")
        inside = [
            (step, loss)
            for step, loss in self.beside.checks
            if step <= self.x_axis.high and has_place(loss, log=log)
        ]
        every = max(1, -(-len(inside) * CHECK_COLUMNS // canvas.columns))
        for step, loss in inside[::-1][::every]:
            if self.y_axis.low <= loss <= self.y_axis.high:
                x, y = self._dot(canvas, step, loss)
                canvas.write(x // canvas.across, y // canvas.down, signs.check, "loss-chart--check")
        if 1 <= self.cursor <= len(self.losses):
            loss = self.losses[self.cursor - 1]
            if has_place(loss, log=log):
                x, y = self._dot(canvas, self.cursor, loss)
                column, row = x // canvas.across, y // canvas.down
                canvas.write(column, row, signs.cursor, "loss-chart--cursor")


def placed(losses: Sequence[float], axis: Axis) -> list[Point]:
    if len(with_place(losses, log=axis.log)) == len(losses):
        return list(enumerate(losses, 1))
    return [(step, loss) for step, loss in enumerate(losses, 1) if has_place(loss, log=axis.log)]


def _step_labels(high: float) -> list[tuple[float, str]]:
    """Return the labels of an axis of steps, the most important first."""
    quarters = (high / 2, high / 4, 3 * high / 4)
    inside = quarters if high % 4 == 0 else ticks(0, high, max(1, min(4, int(high))))
    return [(each, f"{each:.0f}") for each in (0, high, *inside)]


def is_smoothed(losses: Sequence[float], *, log: bool) -> bool:
    return bool(smooth(tuple(with_place(losses, log=log)), log=log))


@lru_cache(maxsize=8)
def smooth(values: tuple[float, ...], *, log: bool = False) -> tuple[float, ...]:
    """Return the mean around each value, or () if these are few or without noise.

    A mean is of as many values before as after: it follows the curve without lagging behind it. The
    first and the last value stay. With `log` it is the geometric mean.
    """
    if len(values) < MIN_SMOOTHED:
        return ()
    if log:
        return tuple(10**level for level in smooth(tuple(map(math.log10, values))))
    sums = (0.0, *accumulate(values))
    half = max(4, len(values) // 40)
    width = 2 * half + 1
    means = (
        *((sums[2 * at + 1] - sums[0]) / (2 * at + 1) for at in range(half)),
        *(total / width for total in map(sub, sums[width:], sums)),
        *((sums[-1] - sums[-2 - 2 * far]) / (2 * far + 1) for far in reversed(range(half))),
    )
    noise = math.fsum(map(abs, map(sub, values, means))) / len(values)
    return means if noise > NOISE * (max(values) - min(values)) else ()


def thin(points: Sequence[Point], max_points: int) -> list[Point]:
    """Return at most `max_points` of the points, without losing a peak.

    The first and the last point stay. The others are divided into buckets of equal size, of which
    the lowest and the highest point stay. A `max_points` below 4 leaves all points.
    """
    if len(points) <= max_points or max_points < 4:
        return list(points)
    buckets = (max_points - 2) // 2
    inner = points[1:-1]
    kept = [points[0]]
    for index in range(buckets):
        bucket = inner[index * len(inner) // buckets : (index + 1) * len(inner) // buckets]
        if bucket:
            extremes = {min(bucket, key=itemgetter(1)), max(bucket, key=itemgetter(1))}
            kept += sorted(extremes)
    return [*kept, points[-1]]
