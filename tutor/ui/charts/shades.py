"""The colours of charts: shades on both sides of 0, and the fields of classes.

Blue is negative, orange positive, the middle light. People who do not see red or green can
distinguish the two ends, and both have a contrast of at least 3 : 1 to the middle. The nearest of
256 colours would be pink, olive and brown, so those shades are chosen by hand: each is darker than
the previous one, and of the same hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rich.color import Color
from rich.style import Style
from textual.app import App

from tutor.ui.contrast import Colour, contrast
from tutor.ui.theme import has_shades

UNDER_TEXT = 0.4
"""Strength of shades behind numbers: black has a contrast of 7 : 1 to all of them."""
FIELD_LEVELS = 4
"""Shades between undecided and certain: few, so that few cells change between two drawings."""
MIN_CONTRAST = 4.5
MIN_CONTRAST_OF_POINTS = 3.0

MIDDLE: Colour = (0xD9, 0xD9, 0xD9)
"""Colour of 0, and of a field where all classes are alike."""
NEGATIVE: Colour = (0x06, 0x48, 0x74)
POSITIVE: Colour = (0x8A, 0x4A, 0x00)
FIELDS: tuple[Colour, ...] = (
    *((0x0B, 0x4F, 0x7D), (0x8A, 0x4A, 0x00), (0x00, 0x5F, 0x4B), (0x6E, 0x2E, 0x6E)),
    *((0x5C, 0x57, 0x00), (0x3E, 0x44, 0x52), (0x7C, 0x1F, 0x2B), (0x00, 0x42, 0x42)),
)
"""Fields of the classes, each dark enough for its ink."""
INKS: tuple[Colour, ...] = (
    *((0xBF, 0xE6, 0xFF), (0xFF, 0xE0, 0xA8), (0xB8, 0xF5, 0xE0), (0xF6, 0xCC, 0xF6)),
    *((0xF2, 0xEC, 0x9A), (0xD8, 0xDE, 0xEA), (0xFF, 0xCC, 0xD2), (0xA8, 0xF0, 0xF0)),
)
"""Points of the classes."""

HEIGHTS: tuple[Colour, ...] = (
    *((0x05, 0x0A, 0x24), (0x2B, 0x12, 0x5A), (0x6A, 0x1B, 0x6E), (0xA0, 0x2C, 0x5C)),
    *((0xB8, 0x48, 0x40),),
)
"""Shades of heights from the lowest to the highest, each lighter than the one before."""
HEIGHTS_OF_256 = (0x000000, 0x00005F, 0x000087, 0x5F0087, 0x87005F, 0xAF005F, 0xAF5F5F)
BLUES = (0xE6E6E6, 0xAFD7FF, 0x5FAFFF, 0x0087D7, 0x005FAF)
"""Shades of 256 colours, from the middle to the end. Each is one of the 256, or is rounded to the
intended light or dark grey."""
ORANGES = (0xE6E6E6, 0xFFD7AF, 0xFFAF5F, 0xD78700, 0xAF5F00)
FIELDS_OF_256 = (
    *(BLUES, ORANGES),
    (0xE6E6E6, 0x87D7AF, 0x5FAF87, 0x00875F, 0x005F00),
    (0xE6E6E6, 0xD7AFD7, 0xAF87AF, 0x875F87, 0x5F005F),
    (0xE6E6E6, 0xD7D7AF, 0xAFAF87, 0x87875F, 0x5F5F00),
    (0xE6E6E6, 0xC2C2C2, 0x8A8A8A, 0x6C6C6C, 0x444444),
    (0xE6E6E6, 0xD7AFAF, 0xAF8787, 0x875F5F, 0x870000),
    (0xE6E6E6, 0xAFD7D7, 0x87AFAF, 0x5F8787, 0x005F5F),
)
INKS_OF_256 = (0xAFD7FF, 0xFFD7AF, 0xAFFFD7, 0xFFD7FF, 0xFFFFAF, 0xE6E6E6, 0xFFD7D7, 0xAFFFFF)


@dataclass(frozen=True)
class Shades:
    """The shades of a terminal with 256 colours or many more."""

    few: bool = False
    """True for a terminal of 256 colours."""

    def signed(self, part: float) -> Color:
        """Return the shade of a number, from -1 at one end to 1 at the other."""
        if self.few:
            return _picked(ORANGES if part > 0 else BLUES, abs(part))
        return _blended(POSITIVE if part > 0 else NEGATIVE, abs(part))

    def field(self, winner: int, level: int) -> Color:
        """Return the shade of a class, from 0, undecided, to `FIELD_LEVELS`, certain."""
        part = level / FIELD_LEVELS
        if self.few:
            return _picked(FIELDS_OF_256[winner % len(FIELDS_OF_256)], part)
        return _blended(FIELDS[winner % len(FIELDS)], part)

    def height(self, part: float) -> Color:
        """Return the shade of a height, from 0, the lowest, to 1."""
        if self.few:
            return _of_256(HEIGHTS_OF_256[round(part * (len(HEIGHTS_OF_256) - 1))])
        place = part * (len(HEIGHTS) - 1)
        low = min(int(place), len(HEIGHTS) - 2)
        pairs = zip(HEIGHTS[low], HEIGHTS[low + 1], strict=True)
        return Color.from_rgb(*(round(a + (b - a) * (place - low)) for a, b in pairs))

    def ink(self, winner: int) -> Color:
        """Return the colour of a class's points."""
        at = winner % len(INKS)
        return _of_256(INKS_OF_256[at]) if self.few else Color.from_rgb(*INKS[at])


BLACK, WHITE = Color.from_rgb(0, 0, 0), Color.from_rgb(255, 255, 255)
MANY, FEW = Shades(), Shades(few=True)


def shades_of(app: App[Any]) -> Shades | None:
    """Return the terminal's shades; None if it has too few colours."""
    if not has_shades(app):
        return None
    return FEW if app.console.color_system == "256" else MANY


@lru_cache(maxsize=256)
def readable(background: Color, wanted: Color | None = None) -> Color:
    """Return the wanted text colour, or black or white if it is unreadable there."""
    ground = _rgb(background)
    if wanted is not None and contrast(_rgb(wanted), ground) >= MIN_CONTRAST:
        return wanted
    return max(BLACK, WHITE, key=lambda colour: contrast(_rgb(colour), ground))


def visible(background: Color, wanted: Color) -> Color:
    """Return the colour, or the nearest one towards black or white that is seen there."""
    ground, own = _rgb(background), _rgb(wanted)
    end = _rgb(readable(background))
    for part in range(5):
        mixed = tuple(round(a + (b - a) * part / 5) for a, b in zip(own, end, strict=True))
        if contrast((mixed[0], mixed[1], mixed[2]), ground) >= MIN_CONTRAST_OF_POINTS:
            return Color.from_rgb(*mixed)
    return readable(background)


def two_colours(upper: Color, lower: Color, half: str) -> tuple[str, Style]:
    """Return a cell of two colours, where `half` is the character of an upper half."""
    return (" ", on(upper)) if upper == lower else (half, on(lower, upper))


@lru_cache(maxsize=1024)
def on(background: Color, text: Color | None = None, *, bold: bool = False) -> Style:
    return Style(bgcolor=background, color=text, bold=bold or None)


def _picked(ramp: tuple[int, ...], part: float) -> Color:
    return _of_256(ramp[round(part * (len(ramp) - 1))])


def _of_256(colour: int) -> Color:
    return Color.from_rgb(colour >> 16, colour >> 8 & 0xFF, colour & 0xFF)


@lru_cache(maxsize=256)
def _blended(end: Colour, part: float) -> Color:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(MIDDLE, end, strict=True))
    return Color.from_rgb(red, green, blue)


def _rgb(colour: Color) -> Colour:
    red, green, blue = colour.get_truecolor()
    return red, green, blue
