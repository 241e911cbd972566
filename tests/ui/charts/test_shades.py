"""The shades of charts in terminals of many and of few colours."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from rich.color import Color, ColorSystem

from tutor.ui.charts.heat_scale import LEVELS
from tutor.ui.charts.shades import (
    BLACK,
    FEW,
    FIELD_LEVELS,
    FIELDS,
    MANY,
    UNDER_TEXT,
    WHITE,
    Shades,
    readable,
    visible,
)
from tutor.ui.contrast import Colour, contrast, luminance

KINDS = pytest.mark.parametrize("shades", [MANY, FEW], ids=["many", "few"])


def rgb(colour: Color, *, few: bool = False) -> Colour:
    """The colour as a terminal shows it."""
    shown = colour.downgrade(ColorSystem.EIGHT_BIT) if few else colour
    red, green, blue = shown.get_truecolor()
    return red, green, blue


def hue(colour: Colour) -> float:
    """The hue in degrees."""
    red, green, blue = colour
    return math.degrees(math.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue))


def ramps(shades: Shades) -> list[list[Colour]]:
    """All scales as a terminal shows them, from the middle to the end."""
    levels, fields = range(LEVELS + 1), range(FIELD_LEVELS + 1)
    drawn = [
        *([shades.signed(side * level / LEVELS) for level in levels] for side in (-1, 1)),
        *([shades.field(winner, level) for level in fields] for winner in range(len(FIELDS))),
    ]
    return [[rgb(colour, few=shades.few) for colour in ramp] for ramp in drawn]


@KINDS
def test_shades_become_darker_and_keep_their_hue(shades: Shades) -> None:
    for ramp in ramps(shades):
        lights = [luminance(colour) for colour in ramp]
        assert lights == sorted(lights, reverse=True)
        assert len(set(lights)) >= FIELD_LEVELS + 1
        coloured = [colour for colour in ramp if max(colour) - min(colour) > 20]
        for one, other in pairwise(coloured):
            apart = abs(hue(one) - hue(other)) % 360
            assert min(apart, 360 - apart) < 45, (one, other)


@KINDS
def test_both_sides_and_all_classes_are_told_apart(shades: Shades) -> None:
    blues, oranges, *fields = ramps(shades)
    assert len({ramp[-1] for ramp in fields}) == len(FIELDS)
    assert len({blues[0], blues[-1], oranges[-1]}) == 3
    assert contrast(blues[-1], blues[0]) >= 3
    assert contrast(oranges[-1], oranges[0]) >= 3


@KINDS
def test_texts_can_be_read_on_every_shade(shades: Shades) -> None:
    for colour in (each for ramp in ramps(shades) for each in ramp):
        assert contrast(rgb(readable(Color.from_rgb(*colour))), colour) >= 4.5
    for level in range(-LEVELS, LEVELS + 1):
        under = shades.signed(level / LEVELS * UNDER_TEXT)
        assert contrast(rgb(under, few=shades.few), (0, 0, 0)) >= 7


def test_many_colours_show_each_level() -> None:
    levels = range(-LEVELS, LEVELS + 1)
    assert len({MANY.signed(level / LEVELS) for level in levels}) == len(levels)


@pytest.mark.parametrize("ground", [BLACK, WHITE])
def test_a_colour_that_is_not_seen_comes_nearer_to_one_that_is(ground: Color) -> None:
    blue, yellow = Color.from_rgb(0, 0, 160), Color.from_rgb(255, 255, 0)
    seen = [rgb(visible(ground, each)) for each in (blue, yellow)]
    assert all(contrast(each, rgb(ground)) >= 3 for each in seen)
    assert (seen[1] == (255, 255, 0)) is (ground is BLACK)
    assert seen[0][2] > seen[0][0]
