"""All text can be read: measured on each cell of what is drawn, in each theme and state, with all
colours and with 256 of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cells import Cell, cells_of, is_behind, is_scrollbar, widget_under
from tests.support.pane_states import walk
from tests.support.sampling import drawn
from tests.support.tutor_app import MEDIUM, NARROW
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.ui.charts.heat import HeatMap
from tutor.ui.theme import CONTRAST, DARK, LIGHT

ENOUGH = {DARK.name: 4.5, LIGHT.name: 4.5, CONTRAST.name: 7.0}
ENOUGH_FOR_LINES = 3.0

LINES = {chr(code) for code in (*range(0x2500, 0x2580), *range(0x2800, 0x2900))}
"""Frames, axes and curves."""
EDGES = set("▌▎▁▔▊")
"""Edges of text that is quoted or given."""
FIELDS = set("▀")
"""Two values of a heat map in one cell: both of its colours are data."""


LOOKS = [(DARK.name, NARROW), (DARK.name, MEDIUM), (LIGHT.name, MEDIUM), (CONTRAST.name, NARROW)]


def enough_for(app: TutorApp, cell: Cell) -> float:
    if cell.text in FIELDS:
        return 0
    if cell.text in LINES | EDGES:
        return ENOUGH_FOR_LINES
    if cell.text in "+-0" and isinstance(widget_under(app, cell), HeatMap):
        return ENOUGH[DARK.name]  # on a shade, which is data; black or white is the most there is
    return ENOUGH[app.theme]


def lowest(cell: Cell) -> float:
    return min(cell.contrast, cell.contrast_of_256)


@pytest.mark.timeout(240)  # some sixty states, each drawn
@pytest.mark.parametrize(("theme", "size"), drawn(LOOKS, 1, "contrast"))
async def test_every_cell_can_be_read(tmp_path: Path, theme: str, size: tuple[int, int]) -> None:
    low: dict[str, str] = {}

    def look(state: str, app: TutorApp) -> None:
        for cell in cells_of(app):
            if cell.text.isspace() or lowest(cell) >= ENOUGH[CONTRAST.name]:
                continue
            if is_scrollbar(app, cell) or is_behind(app, cell):
                continue
            if lowest(cell) < enough_for(app, cell):
                where = f"{state} ({cell.x}, {cell.y})"
                low[f"{cell.text!r} {cell.foreground} on {cell.background}"] = where

    await walk(tmp_path, size, look, Config(theme=theme))
    assert low == {}
