"""A widget that shows a tensor as a map of shades or as a table of numbers.

It takes values and a shape, and knows nothing of PyTorch, which the app must not import.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from rich.color import Color
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.widgets import heat_scale
from tutor.ui.widgets.heat_scale import LEVELS, NumberGrid, Sample
from tutor.ui.widgets.picture import Picture, Piece, join_pieces, wrap_pieces
from tutor.ui.widgets.reduced_colours import has_shades

CELL_WIDTH = 2
"""Columns of one value in the map, which make its cell about as wide as high."""
MIN_SIZE = (12, 4)
"""Columns and rows that a map with its labels needs; with less there is only the summary."""
NUMBER_WIDTH = 8
"""Columns of one number in the table, without the space before it."""


class HeatMap(Picture, can_focus=True):
    """A map of a tensor's values in 15 shades about 0, with labels, a legend and notes.

    The values farthest from 0 have a plus or minus on their shade. Two rows of values share a row
    of the terminal where they would not fit otherwise. Without colours each value is a plus or
    minus and a box, the fuller the farther from 0.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("m", "toggle_values", "Numbers")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat-map--label", "heat-map--note"}
    DEFAULT_CSS: ClassVar[str] = """
    HeatMap {
        height: 1fr;
        & > .heat-map--label { color: $text-muted; }
        & > .heat-map--note { text-style: italic; }
    }
    """

    numeric: reactive[bool] = reactive(False)
    """Whether numbers are shown in place of shades."""
    coloured: reactive[bool] = reactive(True)
    """Whether the map has colours; False where the terminal has none, or too few for shades."""

    def __init__(
        self,
        *,
        glyphs: GlyphName = "unicode",
        coloured: bool = True,
        empty: str = "No tensor yet. Run your program to see its tensors.",
        show_summary: bool = True,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Create a map without values.

        Args:
            glyphs: The set of glyphs for boxes, half cells and notes.
            coloured: Whether colours may be used, if the terminal has enough of them.
            empty: The text before there are values.
            show_summary: Whether the first row is the summary, where there is space for it.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.grid = NumberGrid(0, 0, ())
        self.shape: tuple[int, ...] = ()
        self.limit = 0.0
        self.empty = empty
        self.show_summary = show_summary
        self.marks = GLYPHS[glyphs]
        self.set_reactive(HeatMap.coloured, coloured)

    def on_mount(self) -> None:
        """Do without colours if the terminal has too few for shades, which only the app knows."""
        self.coloured = self.coloured and has_shades(self.app)

    def show_values(self, values: Sequence[float], shape: tuple[int, ...]) -> None:
        """Show a tensor: its values row by row, and its shape, `()` for a single number.

        Raises ValueError if there are not as many values as the shape says.
        """
        grid = heat_scale.to_grid(values, shape)
        with self.redrawing():
            self.grid, self.shape = grid, shape
            self.limit = heat_scale.max_magnitude(grid.values)

    def action_toggle_values(self) -> None:
        """Switch between shades and numbers."""
        with self.redrawing():
            self.numeric = not self.numeric

    def watch_numeric(self) -> None:
        """Draw the picture anew; a repaint alone would show the old one."""
        with self.redrawing():
            pass

    def watch_coloured(self) -> None:
        """Draw the picture anew; a repaint alone would show the old one."""
        with self.redrawing():
            pass

    @property
    def summary(self) -> str:
        """The shape, and mean, standard deviation, minimum and maximum of the finite values."""
        values = [value for value in self.grid.values if math.isfinite(value)]
        shape = heat_scale.shape_text(self.shape)
        if not values:
            return f"{shape} no finite value" if self.grid.values else f"{shape} no values"
        mean = math.fsum(values) / len(values)
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
        low, high = heat_scale.format_signed(min(values)), heat_scale.format_signed(max(values))
        middle = f"mean {heat_scale.format_signed(mean)} std {spread:.3g}"
        return f"{shape} {middle} min {low} max {high}" if len(values) > 1 else f"{shape} {high}"

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the summary, the map or table, its legend and its notes."""
        if not self.grid.values:
            return wrap_pieces(self.summary if self.shape else self.empty, width)
        heading = wrap_pieces(self.summary if self.show_summary else "", width)
        if len(heading) * 4 > height:
            heading = []  # more than a quarter of the height: the map matters more
        if self.shape == () or width < MIN_SIZE[0] or height - len(heading) < MIN_SIZE[1]:
            return wrap_pieces(self.summary, width)
        draw = self._draw_numbers if self.numeric else self._draw_shades
        legend = [] if self.numeric else [self._legend(width)]
        body_height = height - len(heading) - len(legend)
        body, notes = draw(width, body_height)
        note_rows = wrap_pieces(self.marks.between.join(notes), width, "heat-map--note")
        if len(body) + len(note_rows) > body_height:
            body, notes = draw(width, max(2, body_height - len(note_rows)))
            note_rows = wrap_pieces(self.marks.between.join(notes), width, "heat-map--note")
        return [*heading, *body, *legend, *note_rows]

    # Shades

    def _draw_shades(self, width: int, height: int) -> tuple[list[list[Piece]], list[str]]:
        """Return at most `height` rows, column labels and map, and the notes about them."""
        halves = bool(self.coloured and self.marks.half)
        margin = len(str(self.grid.rows - 1)) + 1
        columns = heat_scale.sample(self.grid.columns, (width - margin) // CELL_WIDTH)
        halves = bool(self.coloured and self.marks.half and self.grid.rows > height - 1)
        rows = heat_scale.sample(self.grid.rows, (height - 1) * (2 if halves else 1))
        notes = self._notes(rows, columns)
        picture = [self._column_labels(columns, margin, CELL_WIDTH)]
        step = 2 if halves else 1
        for index in range(0, len(rows.indexes), step):
            pair = rows.indexes[index : index + step]
            label: Piece = (f"{pair[0]:>{margin - 1}} ", "heat-map--label")
            cells = [
                self._cell([self._level(r, c) for r in pair], halves=halves)
                for c in columns.indexes
            ]
            picture.append([label, *join_pieces(cells)])
        return picture, notes

    def _level(self, row: int, column: int) -> int | None:
        return heat_scale.level(self.grid.at(row, column), self.limit)

    def _cell(self, levels: list[int | None], *, halves: bool) -> Piece:
        if None in levels:
            return "?" * CELL_WIDTH, self.rich_style + Style(bold=True)
        known = [level for level in levels if level is not None]
        if not self.coloured:
            return self._uncoloured(known[0]), ""
        if halves:
            upper, lower = known[0], known[-1]
            if len(known) == 1:
                return self.marks.half * CELL_WIDTH, self.rich_style + _text_style(
                    heat_scale.shade(upper)
                )
            return self.marks.half * CELL_WIDTH, _cell_style(
                heat_scale.shade(lower), heat_scale.shade(upper)
            )
        colour = heat_scale.shade(known[0])
        return f"{heat_scale.sign(known[0])} ", _cell_style(colour, heat_scale.text_colour(colour))

    def _uncoloured(self, level: int) -> str:
        """Return a plus or minus, and a box that is fuller the farther the level is from 0."""
        ramp = self.marks.ramp
        filled = ramp[math.ceil(abs(level) / LEVELS * (len(ramp) - 1))]
        return ("+" if level > 0 else "-" if level < 0 else " ") + filled

    def _legend(self, width: int) -> list[Piece]:
        """Return all shades between the two limits, or every third where the row is too narrow."""
        low, high = (heat_scale.format_signed(value) for value in (-self.limit, self.limit))
        shades_width = width - len(low) - len(high) - 2
        every = 1 if shades_width >= 2 * LEVELS + 1 else 3
        levels = range(-LEVELS + (every == 3), LEVELS + 1, every)
        cell_width = CELL_WIDTH if shades_width >= CELL_WIDTH * len(levels) else 1
        shades = [self._legend_cell(level, cell_width) for level in levels]
        return [
            (f"{low} ", "heat-map--label"),
            *join_pieces(shades),
            (f" {high}", "heat-map--label"),
        ]

    def _legend_cell(self, level: int, cell_width: int) -> Piece:
        text, style = self._cell([level], halves=False)
        text = text[-1:] if not self.coloured else text[:1]
        if level == 0:
            text = "0"
        return (
            text * cell_width if not self.coloured and level else f"{text:<{cell_width}}"
        ), style

    # Numbers

    def _draw_numbers(self, width: int, height: int) -> tuple[list[list[Piece]], list[str]]:
        """Return column labels and rows of the table, and the notes about them."""
        margin = len(str(self.grid.rows - 1)) + 1
        columns = heat_scale.sample(self.grid.columns, (width - margin) // (NUMBER_WIDTH + 1))
        rows = heat_scale.sample(self.grid.rows, max(1, height - 1))
        picture = [self._column_labels(columns, margin, NUMBER_WIDTH + 1)]
        for row in rows.indexes:
            cells = "".join(
                f" {heat_scale.format_signed(self.grid.at(row, column)):>{NUMBER_WIDTH}}"
                for column in columns.indexes
            )
            picture.append([(f"{row:>{margin - 1}} ", "heat-map--label"), (cells, "")])
        return picture, self._notes(rows, columns)

    # Labels and notes of both

    def _column_labels(self, columns: Sample, margin: int, cell_width: int) -> list[Piece]:
        """Return the row of column numbers: all, or in narrow cells every second or fewer."""
        label_width = len(str(columns.indexes[-1])) + 1
        every = 1 if cell_width > label_width else max(2, math.ceil(label_width / cell_width))
        text = "".join(
            f"{number:<{cell_width * every}}"
            if cell_width == CELL_WIDTH
            else f"{number:>{cell_width}}"
            for number in columns.indexes[::every]
        )
        return [(" " * margin + text.rstrip(), "heat-map--label")]

    def _notes(self, rows: Sample, columns: Sample) -> list[str]:
        non_finite = sum(1 for value in self.grid.values if not math.isfinite(value))
        notes = [
            self.grid.note,
            heat_scale.sampled_note("row", rows),
            heat_scale.sampled_note("column", columns),
            f"{non_finite} nan or inf" if non_finite else "",
        ]
        return [note for note in notes if note]


def _cell_style(background: heat_scale.Colour, text: heat_scale.Colour) -> Style:
    return Style(bgcolor=Color.from_rgb(*background)) + _text_style(text)


def _text_style(text: heat_scale.Colour) -> Style:
    return Style(color=Color.from_rgb(*text))
