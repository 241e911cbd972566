"""The cells of the screen, with their text, colours and attributes.

The tests' way into Textual's compositor: there is no public way to the colours of all cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App
from textual.screen import ModalScreen
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from tutor.ui.contrast import Colour, contrast


@dataclass(frozen=True)
class Cell:
    """One character on the screen; a colour is None where the terminal's default is used."""

    x: int
    y: int
    text: str
    foreground: Colour | None
    background: Colour | None
    style: Style

    @property
    def contrast(self) -> float:
        """The contrast of the character to its background."""
        assert self.foreground is not None
        assert self.background is not None
        return _contrast(self.foreground, self.background)

    @property
    def contrast_of_256(self) -> float:
        """The contrast in a terminal of 256 colours."""
        assert self.foreground is not None
        assert self.background is not None
        return _contrast(_of_256(self.foreground), _of_256(self.background))

    @property
    def colourless(self) -> tuple[str, bool, bool, bool, bool]:
        """The text, and whether it is bold, italic, underlined and reversed."""
        style = self.style
        return (
            self.text,
            bool(style.bold),
            bool(style.italic),
            bool(style.underline),
            bool(style.reverse),
        )


def cells_of(app: App[None]) -> list[Cell]:
    """Return all cells of the screen, row by row from the upper left."""
    cells: list[Cell] = []
    for y, strip in enumerate(app.screen._compositor.render_strips(app.size)):
        x = 0
        for text, style, _ in strip:
            for character in text:
                cells.append(_cell(x, y, character, style or Style()))
                x += cell_len(character)
    return cells


def widget_under(app: App[None], cell: Cell) -> Widget:
    """Return the widget that drew the cell."""
    return app.screen.get_widget_at(cell.x, cell.y)[0]


def is_scrollbar(app: App[None], cell: Cell) -> bool:
    """Return True if the cell is part of a scrollbar."""
    return isinstance(widget_under(app, cell), ScrollBar)


def is_behind(app: App[None], cell: Cell) -> bool:
    """Return True if the cell belongs to the inactive screen behind a pop-up."""
    return isinstance(widget_under(app, cell), ModalScreen)


def colourless_cells(app: App[None]) -> list[tuple[str, bool, bool, bool, bool]]:
    """Return all cells as a terminal without colours shows them."""
    return [cell.colourless for cell in cells_of(app)]


def _cell(x: int, y: int, text: str, style: Style) -> Cell:
    foreground, background = _colour(style.color), _colour(style.bgcolor)
    if style.reverse:
        foreground, background = background, foreground
    return Cell(x, y, text, foreground, background, style)


@cache
def _contrast(foreground: Colour, background: Colour) -> float:
    return contrast(foreground, background)


@cache
def _of_256(colour: Colour) -> Colour:
    red, green, blue = Color.from_rgb(*colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
    return red, green, blue


def _colour(colour: Color | None) -> Colour | None:
    if colour is None or colour.is_default:
        return None
    red, green, blue = colour.get_truecolor()
    return red, green, blue
