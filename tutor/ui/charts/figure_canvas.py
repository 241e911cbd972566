"""A canvas of characters and fine dots, on which the figures of the course are drawn.

A cell holds either a character or 2 × 4 dots (braille), and has one ink. What is drawn later wins
the cell. This module knows no Textual: `FigureView` turns inks into styles.
"""

from __future__ import annotations

from itertools import groupby
from typing import TypeAlias

from tutor.course.figures.parts import Ink, Span
from tutor.first_screen.glyphs import GlyphName
from tutor.first_screen.transcription import transcribed

Line: TypeAlias = tuple[Span, ...]
"""A row of a drawing: texts with their inks, from the left."""

DOT_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of a braille dot by column and row within its cell (Unicode block U+2800)."""

ASCII_SPELLINGS = (
    ("−", "-"),
    ("·", "*"),
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
"""Replacements for a terminal without these characters; formulas have their own."""
ARROW = ("→", ">")
"""The same for an arrow in a box, which must stay as wide as it is."""


def spell(text: str, glyphs: GlyphName) -> str:
    """Return the text in the characters of a set: ASCII replacements, or the text as it is."""
    if glyphs == "unicode":
        return text
    text = transcribed(text.replace(*ARROW), glyphs)
    for character, replacement in ASCII_SPELLINGS:
        text = text.replace(character, replacement)
    return text


class Canvas:
    """A canvas of `width` × `height` cells with 2 × 4 dots each; (0, 0) is at the upper left."""

    def __init__(self, width: int, height: int, glyphs: GlyphName) -> None:
        self.width = width
        self.height = height
        self._glyphs: GlyphName = glyphs
        self._texts = [[" "] * width for _ in range(height)]
        self._dots = [[0] * width for _ in range(height)]
        self._inks: list[list[Ink]] = [["plain"] * width for _ in range(height)]

    def dot(self, x: int, y: int, ink: Ink) -> None:
        """Set the dot at (x, y), counted in dots; do nothing outside the canvas.

        Dots of another ink in the same cell go.
        """
        column, row = x // 2, y // 4
        if not (0 <= column < self.width and 0 <= row < self.height):
            return
        if self._inks[row][column] != ink:
            self._dots[row][column] = 0
        self._dots[row][column] |= DOT_BITS[x % 2][y % 4]
        self._inks[row][column] = ink

    def write(self, column: int, row: int, text: str, ink: Ink) -> None:
        """Write text from a cell on, over what is there.

        Text that would reach beyond the right edge is moved left, so that it stays whole.
        """
        text = spell(text, self._glyphs)
        column = max(0, min(column, self.width - len(text)))
        for offset, character in enumerate(text[: self.width]):
            self._texts[row][column + offset] = character
            self._dots[row][column + offset] = 0
            self._inks[row][column + offset] = ink

    def lines(self) -> tuple[Line, ...]:
        """Return the rows, with neighbours of one ink joined and without blanks at their end."""
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
