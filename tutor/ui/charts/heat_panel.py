"""Draws the values of one tensor as rows of a given size: shades, or numbers on their shades.

`HeatMap` arranges the panels. A tensor of one dimension is folded into several rows if it is too
long for one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rich.color import Color
from rich.style import Style

from tutor.first_screen.glyphs import GlyphSet
from tutor.ui.charts import heat_scale
from tutor.ui.charts.heat_scale import (
    IMAGE_SIDE,
    LEVELS,
    NumberFormat,
    NumberGrid,
    first_images,
    pooled,
)
from tutor.ui.charts.picture import Piece, join_pieces
from tutor.ui.charts.shades import BLACK, UNDER_TEXT, Shades, on, readable

CELL_WIDTH = 2
"""Columns of one value in the map, which make its cell roughly square."""
GAP = 3
"""Columns between two panels."""
MAX_ZOOM = 3
"""Maximum size of a value of a kernel, in pixels along a side."""
FOLDS = (64, 50, 40, 32, 25, 20, 16, 10, 8, 5, 4)
"""Possible row lengths of a folded tensor of one dimension."""
LABEL, NOTE = "heat-map--label", "heat-map--note"


@dataclass(frozen=True)
class Panel:
    """The values of a tensor, its gradient or its change, with a title."""

    title: str
    grid: NumberGrid
    detail: str = ""
    """A second part of the title, shown if it fits."""

    def heading(self, width: int, *more: str) -> list[list[Piece]] | None:
        for detail in (self.detail, ""):
            text = ", ".join(filter(None, (self.title, detail, *more)))
            if len(text) <= width:
                return [[(text, LABEL)]] if text else []
        return None

    @cached_property
    def limit(self) -> float:
        return heat_scale.max_magnitude(self.grid.values)

    @cached_property
    def formats(self) -> tuple[NumberFormat, ...]:
        """Possible formats of its numbers, the most exact first."""
        return heat_scale.number_formats(self.grid.values)


@dataclass(frozen=True)
class Cells:
    """The drawn values, with the labels of their rows and columns."""

    labels: range
    columns: range
    rows: list[Sequence[float]]


def chosen_cells(grid: NumberGrid, rows: range, columns: range) -> Cells:
    return Cells(rows, columns, [[grid.at(row, column) for column in columns] for row in rows])


def whole_cells(grid: NumberGrid, width: int, cell_width: int) -> Cells | None:
    """Return all values in rows of at most `width` screen columns; None if too wide.

    Only a single row is folded.
    """
    room = (width - margin_of(grid)) // cell_width
    if grid.columns <= room:
        return chosen_cells(grid, range(grid.rows), range(grid.columns))
    length = next((each for each in FOLDS if each <= room), 0)
    if grid.rows != 1 or not length:
        return None
    starts = range(0, grid.columns, length)
    return Cells(starts, range(length), [grid.values[at : at + length] for at in starts])


def margin_of(grid: NumberGrid) -> int:
    return len(str(grid.rows - 1 if grid.rows > 1 else grid.columns - 1)) + 1


def _arrangement(
    tile: tuple[int, int], count: int, inputs: int, width: int, height: int
) -> tuple[int, int, int] | None:
    """Return how many tiles are abreast, how large a value is, and the rows of pixels.

    None if they do not fit.
    """
    down, across = tile
    for zoom in range(MAX_ZOOM, 0, -1):
        fitting = (width + 1) // (across * zoom + 1)
        abreast = inputs if inputs > 1 else min(count, fitting)
        if not 0 < abreast <= fitting:
            continue
        pixels = -(-count // abreast) * (down * zoom + 1) - 1
        if -(-pixels // 2) <= height:
            return abreast, zoom, pixels
    return None


@dataclass(frozen=True)
class Painter:
    """Draws panels in the glyphs and colours of a terminal."""

    signs: GlyphSet
    shades: Shades | None
    style: Style
    """Style of the widget, to which that of a value is added."""

    # All values of a tensor

    def numbers(self, panel: Panel, width: int, height: int) -> list[list[Piece]] | None:
        """Return the title and all numbers, each on its shade; None if they do not fit."""
        narrowest = whole_cells(panel.grid, width, 2)
        if narrowest is None or len(narrowest.rows) >= height:
            return None  # before all its values are formatted
        for format_ in panel.formats:
            cells = whole_cells(panel.grid, width, format_.width + 1)
            units = f"in units of 1e{format_.exponent}" if format_.exponent else ""
            title = panel.heading(width, units)
            if cells is None or title is None or len(title) + 1 + len(cells.rows) > height:
                continue
            return [*title, *self._number_rows(panel, cells, format_)]
        return None

    def colours(self, panel: Panel, width: int, height: int) -> list[list[Piece]] | None:
        """Return the title and a shade for each value; None if they do not fit."""
        panel = self.fitted(panel, width, height - 1, whole=True)
        tiles = self._tiles(panel, width, height - 1)
        if tiles is not None:
            title = panel.heading(width, f"up to {panel.limit:.3g}")
            return None if title is None else [*title, *tiles]
        cells = whole_cells(panel.grid, width, CELL_WIDTH)
        title = panel.heading(width, f"up to {panel.limit:.3g}")
        if cells is None or title is None or len(cells.rows) > (height - 2) * self._halves:
            return None
        return [*title, *self._shade_rows(panel, cells, height - 2)]

    # Shades

    def map(self, panel: Panel, width: int, height: int) -> tuple[list[list[Piece]], list[str]]:
        """Return at most `height` rows of shades, and notes about omitted values."""
        grid = panel.grid
        if (tiles := self._tiles(panel, width, height)) is not None:
            return tiles, [grid.note]
        cells = whole_cells(grid, width, CELL_WIDTH)
        most = (height - 1) * self._halves
        if cells is None or len(cells.rows) > most:
            cells = _sampled_cells(grid, width, most, CELL_WIDTH)
        return self._shade_rows(panel, cells, height - 1), _notes(grid, cells)

    def fitted(self, panel: Panel, width: int, height: int, *, whole: bool = False) -> Panel:
        """Return the panel with images as small as they must be.

        If these do not fit either, it has the first few of them, unless it must be `whole`.
        """
        if panel.grid.tile != (IMAGE_SIDE, IMAGE_SIDE) or self._halves == 1:
            return panel
        for by in (1, 2, 4):
            side = IMAGE_SIDE // by
            if _arrangement((side, side), panel.grid.rows, 1, width, height) is not None:
                return replace(panel, grid=pooled(panel.grid, by)) if by > 1 else panel
        count = (width + 1) // (side + 1) * ((2 * height + 1) // (side + 1))  # 1 for the gap
        if whole or not count:
            return panel
        return replace(panel, grid=pooled(first_images(panel.grid, count), by))

    def _tiles(self, panel: Panel, width: int, height: int) -> list[list[Piece]] | None:
        """Return kernels of a convolution, or images, as large as they fit.

        A row has those of one output; where each output has one, as many as fit. None without
        colours, without room, or for any other tensor.
        """
        grid = panel.grid
        if grid.tile is None or self._halves == 1:
            return None
        down, across = grid.tile
        count = len(grid.values) // (down * across)
        arrangement = _arrangement(grid.tile, count, grid.inputs, width, height)
        return None if arrangement is None else self._as_pixels(panel, *arrangement)

    def _as_pixels(self, panel: Panel, abreast: int, zoom: int, pixels: int) -> list[list[Piece]]:
        """Draw that many rows of pixels, two in each row of the terminal."""
        grid = panel.grid
        down, across = grid.tile or (1, 1)
        columns = abreast * (across * zoom + 1) - 1

        def shade(row: int, column: int) -> Color | None:
            tile_row, y = divmod(row, down * zoom + 1)
            tile_column, x = divmod(column, across * zoom + 1)
            tile = tile_row * abreast + tile_column
            at = (tile * down + y // zoom) * across + x // zoom
            if y == down * zoom or x == across * zoom or at >= len(grid.values):
                return None  # between two tiles, or after the last one
            level = heat_scale.level(grid.values[at], panel.limit)
            if level is None or self.shades is None:
                return None
            return self.shades.signed(level / LEVELS)

        rows: list[list[Piece]] = []
        for top in range(0, pixels, 2):
            cells: list[Piece] = []
            for column in range(columns):
                upper, lower = shade(top, column), shade(top + 1, column)
                if upper is None and lower is None:
                    cells.append((" ", ""))
                elif upper is None:
                    cells.append((self.signs.half, self.style + Style(color=lower, reverse=True)))
                elif lower is None:
                    cells.append((self.signs.half, self.style + Style(color=upper)))
                else:
                    cells.append((self.signs.half, on(lower, upper)))
            rows.append(join_pieces(cells))
        return rows

    @property
    def _halves(self) -> int:
        """The maximum rows of shades that share a row of the terminal."""
        return 2 if self.shades and self.signs.half else 1

    def _shade_rows(self, panel: Panel, cells: Cells, height: int) -> list[list[Piece]]:
        margin, limit = margin_of(panel.grid), panel.limit
        step = self._halves if len(cells.rows) > height else 1
        picture = [_column_labels(cells.columns, margin, CELL_WIDTH)]
        for index in range(0, len(cells.rows), step):
            pair = cells.rows[index : index + step]
            shades = [
                self._shade(
                    [heat_scale.level(row[at], limit) for row in pair if at < len(row)], step
                )
                for at in range(len(pair[0]))
            ]
            picture.append([(f"{cells.labels[index]:>{margin - 1}} ", LABEL), *join_pieces(shades)])
        return picture

    def _shade(self, levels: Sequence[int | None], step: int) -> Piece:
        if None in levels:
            return "?" * CELL_WIDTH, self.style + Style(bold=True)
        known = [each for each in levels if each is not None]
        if self.shades is None:
            return self._uncoloured(known[0]), ""
        upper, lower = (self.shades.signed(each / LEVELS) for each in (known[0], known[-1]))
        if step == 1:
            return f"{heat_scale.sign(known[0])} ", on(upper, readable(upper))
        half = self.signs.half * CELL_WIDTH
        if len(known) == 1:
            return half, self.style + Style(color=upper)
        return half, on(lower, upper)

    def _uncoloured(self, level: int) -> str:
        """Return a sign, and a box that is fuller the farther the level is from 0."""
        ramp = self.signs.ramp
        filled = ramp[math.ceil(abs(level) / LEVELS * (len(ramp) - 1))]
        return ("+" if level > 0 else "-" if level < 0 else " ") + filled

    def legend(self, panel: Panel, width: int) -> list[Piece]:
        """Return all shades between the limits, or a few if the row is too narrow."""
        low, high = (heat_scale.format_signed(end) for end in (-panel.limit, panel.limit))
        shades_width = width - len(low) - len(high) - 2
        levels = range(-LEVELS, LEVELS + 1)
        if shades_width < len(levels):
            levels = levels[1::3]
        cell_width = CELL_WIDTH if shades_width >= CELL_WIDTH * len(levels) else 1
        shades = [self._legend_cell(each, cell_width) for each in levels]
        return [(f"{low} ", LABEL), *join_pieces(shades), (f" {high}", LABEL)]

    def _legend_cell(self, level: int, cell_width: int) -> Piece:
        text, style = self._shade([level], 1)
        text = text[:1] if self.shades else text[-1:]
        text = text if level else "0"
        repeated = self.shades is None and level
        return text * cell_width if repeated else f"{text:<{cell_width}}", style

    # Numbers

    def table(self, panel: Panel, width: int, height: int) -> tuple[list[list[Piece]], list[str]]:
        """Return at most `height` rows of some numbers, and notes about omitted ones."""
        format_ = panel.formats[0]
        cells = _sampled_cells(panel.grid, width, height - 1, format_.width + 1)
        return self._number_rows(panel, cells, format_), _notes(panel.grid, cells)

    def _number_rows(self, panel: Panel, cells: Cells, format_: NumberFormat) -> list[list[Piece]]:
        margin, cell_width = margin_of(panel.grid), format_.width + 1
        picture = [_column_labels(cells.columns, margin, cell_width)]
        for label, row in zip(cells.labels, cells.rows, strict=True):
            numbers = [
                (f"{format_.text(value):>{cell_width}}", self._number_style(value, panel.limit))
                for value in row
            ]
            picture.append([(f"{label:>{margin - 1}} ", LABEL), *join_pieces(numbers)])
        return picture

    def _number_style(self, value: float, limit: float) -> Style | str:
        level = heat_scale.level(value, limit)
        if level is None:
            return self.style + Style(bold=True)
        if self.shades is None:
            return ""
        return on(self.shades.signed(level / LEVELS * UNDER_TEXT), BLACK)


def _sampled_cells(grid: NumberGrid, width: int, rows: int, cell_width: int) -> Cells:
    columns = heat_scale.sample(grid.columns, (width - margin_of(grid)) // cell_width)
    return chosen_cells(grid, heat_scale.sample(grid.rows, rows), columns)


def _notes(grid: NumberGrid, cells: Cells) -> list[str]:
    non_finite = sum(1 for value in grid.values if not math.isfinite(value))
    is_folded = grid.rows == 1 and len(cells.labels) > 1
    notes = [
        grid.note,
        "" if is_folded else heat_scale.sampled_note("row", cells.labels),
        heat_scale.sampled_note("column", cells.columns),
        f"{non_finite} nan or inf" if non_finite else "",
    ]
    return [note for note in notes if note]


def beside(panels: Sequence[Sequence[Sequence[Piece]]]) -> list[list[Piece]]:
    joined: list[list[Piece]] = [[] for _ in range(max(map(len, panels)))]
    left = 0
    for rows in panels:
        for target, row in zip(joined, rows, strict=False):
            blank = left - sum(len(text) for text, _ in target)
            target += [(" " * blank, "")] if blank else []
            target += row
        left += max(sum(len(text) for text, _ in row) for row in rows) + GAP
    return joined


def stacked(panels: Sequence[Sequence[Sequence[Piece]]], height: int) -> list[list[Piece]]:
    blank = len(panels) - 1 <= height - sum(map(len, panels))
    joined: list[list[Piece]] = []
    for rows in panels:
        joined += [[]] if joined and blank else []
        joined += [list(row) for row in rows]
    return joined


def _column_labels(columns: Sequence[int], margin: int, cell_width: int) -> list[Piece]:
    """Return the row of column numbers; in narrow cells, only every second or fewer."""
    label_width = len(str(columns[-1])) + 1
    every = 1 if cell_width > label_width else max(2, math.ceil(label_width / cell_width))
    text = "".join(
        f"{number:<{cell_width * every}}" if cell_width == CELL_WIDTH else f"{number:>{cell_width}}"
        for number in columns[::every]
    )
    return [(" " * margin + text.rstrip(), LABEL)]
