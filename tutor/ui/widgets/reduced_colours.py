"""What is left of the colours where a terminal has 16 of them, or none. For widgets and the app.

The 16 are the terminal's own: nobody knows what they look like. A text keeps its colour only if it
can be read in the two palettes that most others are like; else it is black or white.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from tutor.ui.widgets.heat_scale import Colour, contrast

MIN_CONTRAST = 4.5

VGA: tuple[Colour, ...] = (
    (0x00, 0x00, 0x00),
    (0xAA, 0x00, 0x00),
    (0x00, 0xAA, 0x00),
    (0xAA, 0x55, 0x00),
    (0x00, 0x00, 0xAA),
    (0xAA, 0x00, 0xAA),
    (0x00, 0xAA, 0xAA),
    (0xAA, 0xAA, 0xAA),
    (0x55, 0x55, 0x55),
    (0xFF, 0x55, 0x55),
    (0x55, 0xFF, 0x55),
    (0xFF, 0xFF, 0x55),
    (0x55, 0x55, 0xFF),
    (0xFF, 0x55, 0xFF),
    (0x55, 0xFF, 0xFF),
    (0xFF, 0xFF, 0xFF),
)
XTERM: tuple[Colour, ...] = (
    (0x00, 0x00, 0x00),
    (0xCD, 0x00, 0x00),
    (0x00, 0xCD, 0x00),
    (0xCD, 0xCD, 0x00),
    (0x00, 0x00, 0xEE),
    (0xCD, 0x00, 0xCD),
    (0x00, 0xCD, 0xCD),
    (0xE5, 0xE5, 0xE5),
    (0x7F, 0x7F, 0x7F),
    (0xFF, 0x00, 0x00),
    (0x00, 0xFF, 0x00),
    (0xFF, 0xFF, 0x00),
    (0x5C, 0x5C, 0xFF),
    (0xFF, 0x00, 0xFF),
    (0x00, 0xFF, 0xFF),
    (0xFF, 0xFF, 0xFF),
)
"""The colours 0 to 15 of the console and of xterm."""

BLACK, WHITE = 0, 15
GREYS = (BLACK, 7, 8, WHITE)
MIN_CHROMA = 40
"""A colour whose parts differ by less looks grey."""
MAX_HUE_DISTANCE = 0.6
"""Hues are as far apart as the sum of their three parts, each from 0 to 1."""
BACKGROUNDS = (BLACK, 4, 7, WHITE)
"""Colours on which either black or white can be read in both palettes."""


def has_shades(app: App[Any]) -> bool:
    """Whether there are enough colours to tell shades of one from another."""
    return not app.no_color and app.console.color_system in ("256", "truecolor")


def worst_contrast(text: int, background: int) -> float:
    """The lower contrast of the two palettes."""
    return min(contrast(palette[text], palette[background]) for palette in (VGA, XTERM))


def nearest(colour: Colour, allowed: tuple[int, ...]) -> int:
    """The colour of the 16 that looks most like it: one of its hue, or else a grey."""
    same_hue = [number for number in allowed if _has_hue_of(number, colour)]
    greys = [number for number in allowed if number in GREYS]
    return min(same_hue or greys, key=lambda number: _distance(VGA[number], colour))


@lru_cache(4096)
def readable_pair(text: Colour, background: Colour) -> tuple[int, int]:
    """Numbers of a text colour and of the colour under it."""
    background_number = nearest(background, BACKGROUNDS)
    readable = tuple(
        number for number in range(16) if worst_contrast(number, background_number) >= MIN_CONTRAST
    )
    return nearest(text, readable), background_number


class ReducedColours(LineFilter):
    """Brings all colours down to the 16, so that each text can be read."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same texts in colours of the terminal's own."""
        default = background.rgb
        return [
            Segment(text, style if style is None else _reduce_style(style, default), control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _reduce_style(style: Style, default_background: Colour) -> Style:
    background = _triplet(style.bgcolor, default_background)
    text = _triplet(style.color, (0xFF, 0xFF, 0xFF) if sum(background) < 382 else (0, 0, 0))
    text_number, background_number = readable_pair(text, background)
    return style + Style(color=f"color({text_number})", bgcolor=f"color({background_number})")


def _triplet(colour: RichColor | None, default: Colour) -> Colour:
    if colour is None or colour.is_default:
        return default
    red, green, blue = colour.get_truecolor()
    return red, green, blue


def _has_hue_of(number: int, colour: Colour) -> bool:
    if number in GREYS or max(colour) - min(colour) < MIN_CHROMA:
        return False
    pairs = zip(_hue(VGA[number]), _hue(colour), strict=True)
    return sum(abs(one - other) for one, other in pairs) <= MAX_HUE_DISTANCE


def _hue(colour: Colour) -> tuple[float, ...]:
    """The same colour as strong and as bright as it can be."""
    low, high = min(colour), max(colour)
    return tuple((part - low) / (high - low) for part in colour)


def _distance(one: Colour, other: Colour) -> float:
    """As the eye sees it, roughly: https://www.compuphase.com/cmetric.htm."""
    mean = (one[0] + other[0]) / 2
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return (2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2
