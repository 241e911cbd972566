"""Colours for terminals with only 16 of them, or none.

The 16 colours depend on the terminal's palette. A text keeps its hue only if it is readable in both
common palettes; otherwise it becomes grey, black or white.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.ui.contrast import Colour, contrast

MIN_CONTRAST = 4.5
"""Minimum contrast ratio of text in WCAG 2.1, level AA."""

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
"""Colours 0 to 15 of xterm; `VGA` has those of the console."""

BLACK, WHITE = 0, 15
GREYS = (BLACK, 7, 8, WHITE)
"""Numbers of the 16 colours without a hue."""
MIN_CHROMA = 40
"""Minimum difference of a colour's largest and smallest part, 0 to 255, to look coloured."""
MAX_HUE_DISTANCE = 0.6
"""Maximum sum of the differences of three parts, each 0 to 1, of two similar hues."""
BACKGROUNDS = (BLACK, 4, 7, WHITE)
"""Numbers of background colours on which black or white is readable in both palettes."""


def worst_contrast(text: int, background: int) -> float:
    """Return the lower contrast of two of the 16 colours in both palettes."""
    return min(contrast(palette[text], palette[background]) for palette in (VGA, XTERM))


def nearest(colour: Colour, allowed: tuple[int, ...]) -> int:
    """Return the number of the allowed colour that looks most like `colour`.

    It has the same hue if possible; otherwise it is a grey.
    """
    same_hue = [number for number in allowed if _has_hue_of(number, colour)]
    greys = [number for number in allowed if number in GREYS]
    return min(same_hue or greys, key=lambda number: _distance(VGA[number], colour))


@lru_cache(4096)
def readable_pair(text: Colour, background: Colour) -> tuple[int, int]:
    """Return numbers of text and background that are readable in both palettes."""
    background_number = nearest(background, BACKGROUNDS)
    readable = tuple(
        number for number in range(16) if worst_contrast(number, background_number) >= MIN_CONTRAST
    )
    return nearest(text, readable), background_number


class ReducedColours(LineFilter):
    """A filter that reduces colours to the terminal's 16 and keeps each text readable."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in the 16 colours; those without a style stay unchanged."""
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
    """Return the three parts of a colour, scaled to span 0 to 1."""
    low, high = min(colour), max(colour)
    return tuple((part - low) / (high - low) for part in colour)


def _distance(one: Colour, other: Colour) -> float:
    """Return the distance of two colours, roughly as seen (https://www.compuphase.com/cmetric.htm)."""
    mean = (one[0] + other[0]) / 2
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return (2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2
