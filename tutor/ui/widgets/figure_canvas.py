"""A grid of characters with fine dots under them, for drawings. For widgets; knows no Textual.

A character cell holds either a written character or 2 × 4 dots (braille), and has one ink.
What is drawn later wins the cell.
"""

from __future__ import annotations

from itertools import groupby
from typing import TypeAlias

from tutor.course.figures.parts import Ink, Span
from tutor.ui.widgets.glyphs import GlyphName

Line: TypeAlias = tuple[Span, ...]
"""One row of a drawing: texts and their inks, from the left."""

DOT_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bit of a braille dot by column and row within its cell (Unicode block U+2800)."""

ASCII_SPELLINGS = (
    ("e⁻ᶻ", "e^-z"),
    ("pᵢ", "p_i"),
    ("zᵢ", "z_i"),
    ("zⱼ", "z_j"),
    ("Σⱼ", "sum_j"),
    ("Σ", "sum"),
    ("σ", "s"),
    ("∂", "d"),
    ("‖", "|"),
    ("←", "<-"),
    ("≥", ">="),
    ("−", "-"),
    ("·", "*"),
    ("→", ">"),
    ("│", "|"),
    ("─", "-"),
    ("┤", "|"),
    ("├", "|"),
    ("└", "+"),
    ("╭", "+"),
    ("╮", "+"),
    ("╰", "+"),
    ("╯", "+"),
    ("┐", "+"),
    ("┘", "+"),
    ("█", "#"),
    ("░", ":"),
    ("▶", ">"),
    ("◀", "<"),
    ("●", "o"),
)
"""What stands for what on a terminal without these characters; longer ones first."""


def spell(text: str, glyphs: GlyphName) -> str:
    """The text in the characters of that set."""
    if glyphs == "unicode":
        return text
    for character, replacement in ASCII_SPELLINGS:
        text = text.replace(character, replacement)
    return text


class Canvas:
    """`width` × `height` cells, that is 2·width × 4·height dots; (0, 0) is the top left."""

    def __init__(self, width: int, height: int, glyphs: GlyphName) -> None:
        self.width = width
        self.height = height
        self._glyphs: GlyphName = glyphs
        self._texts = [[" "] * width for _ in range(height)]
        self._dots = [[0] * width for _ in range(height)]
        self._inks: list[list[Ink]] = [["plain"] * width for _ in range(height)]

    def dot(self, x: int, y: int, ink: Ink) -> None:
        """Sets one dot; outside of the canvas nothing happens."""
        column, row = x // 2, y // 4
        if not (0 <= column < self.width and 0 <= row < self.height):
            return
        if self._inks[row][column] != ink:
            self._dots[row][column] = 0
        self._dots[row][column] |= DOT_BITS[x % 2][y % 4]
        self._inks[row][column] = ink

    def write(self, column: int, row: int, text: str, ink: Ink) -> None:
        """Writes over what is there, moved left as far as needed to stay whole."""
        text = spell(text, self._glyphs)
        column = max(0, min(column, self.width - len(text)))
        for offset, character in enumerate(text[: self.width]):
            self._texts[row][column + offset] = character
            self._dots[row][column + offset] = 0
            self._inks[row][column + offset] = ink

    def lines(self) -> tuple[Line, ...]:
        """The rows, neighbours of one ink joined, blanks at the end cut off."""
        return tuple(self._line(row) for row in range(self.height))

    def _line(self, row: int) -> Line:
        cells = [
            (self._character(column, row), self._inks[row][column]) for column in range(self.width)
        ]
        while cells and cells[-1][0] == " ":
            cells.pop()
        return tuple(
            ("".join(character for character, _ in group), ink)
            for ink, group in groupby(cells, key=lambda cell: cell[1])
        )

    def _character(self, column: int, row: int) -> str:
        dots = self._dots[row][column]
        if not dots:
            return self._texts[row][column]
        if self._glyphs == "unicode":
            return chr(0x2800 | dots)
        return "." if self._inks[row][column] == "dim" else "*"
