"""The shades of charts in terminals of many and of few colours."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from rich.color import Color, ColorSystem

from tutor.ui.charts.heat_scale import LEVELS
from tutor.ui.charts.shades import (
    FEW,
    FIELD_LEVELS,
    FIELDS,
    MANY,
    UNDER_TEXT,
    Shades,
    readable,
)
from tutor.ui.contrast import Colour, contrast, luminance

KINDS = pytest.mark.parametrize("shades", [MANY, FEW], ids=["many", "few"])


def rgb(colour: Color) -> Colour:
    red, green, blue = colour.get_truecolor()
    return red, green, blue


def hue(colour: Color) -> float:
    """The hue in degrees."""
    red, green, blue = rgb(colour)
    return math.degrees(math.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue))


def ramps(shades: Shades) -> list[list[Color]]:
    """All scales, from the middle to the end."""
    levels = range(LEVELS + 1)
    fields = range(FIELD_LEVELS + 1)
    return [
        *([shades.signed(side * level / LEVELS) for level in levels] for side in (-1, 1)),
        *([shades.field(winner, level) for level in fields] for winner in range(len(FIELDS))),
    ]


@KINDS
def test_shades_become_darker_and_keep_their_hue(shades: Shades) -> None:
    for ramp in ramps(shades):
        lights = [luminance(rgb(colour)) for colour in ramp]
        assert lights == sorted(lights, reverse=True)
        coloured = [colour for colour in ramp if max(rgb(colour)) - min(rgb(colour)) > 20]
        for one, other in pairwise(coloured):
            apart = abs(hue(one) - hue(other)) % 360
            assert min(apart, 360 - apart) < 45, (one, other)


@KINDS
def test_both_sides_and_all_classes_are_told_apart(shades: Shades) -> None:
    ends = [ramp[-1] for ramp in ramps(shades)[2:]]
    assert len(set(ends)) == len(FIELDS)
    assert len({shades.signed(-1), shades.signed(0), shades.signed(1)}) == 3
    for end in (shades.signed(-1), shades.signed(1)):
        assert contrast(rgb(end), rgb(shades.signed(0))) >= 3


@KINDS
def test_texts_can_be_read_on_every_shade(shades: Shades) -> None:
    for colour in (each for ramp in ramps(shades) for each in ramp):
        assert contrast(rgb(readable(colour)), rgb(colour)) >= 4.5
    for level in range(-LEVELS, LEVELS + 1):
        under = shades.signed(level / LEVELS * UNDER_TEXT)
        assert contrast(rgb(under), (0, 0, 0)) >= 7


def test_many_colours_show_each_level_and_256_are_sent_as_they_are() -> None:
    levels = range(-LEVELS, LEVELS + 1)
    assert len({MANY.signed(level / LEVELS) for level in levels}) == len(levels)
    for ramp in ramps(FEW):
        assert all(each.downgrade(ColorSystem.EIGHT_BIT) == each for each in ramp)
