"""The surface of a loss in words."""

from __future__ import annotations

import math

from tests.support.surfaces import surface, zigzag
from tutor.session.words.surface_text import look_words, surface_words, told_lines
from tutor.wire.maps import SurfacePoint, Trail

FALL = Trail("fall", (SurfacePoint(0, 0.0, 0.0, 4.0), SurfacePoint(1, 1.0, -0.5, 1.5)))


def test_the_line_names_step_numbers_and_loss() -> None:
    shown = surface(zigzag(steps=12))
    now = Trail("", shown.trails[0].points[:3])
    assert surface_words(shown, now) == "step 2 of 12 · loss 8.348 · slope 0.366, bias -0.36"


def test_the_sentence_tells_the_lowest_place_and_the_letters_of_several_trails() -> None:
    one = surface(FALL)
    assert look_words(one, one.trails) == (
        "Dark: low loss. Lowest seen: 0.3072 at slope 0.935, bias -0.839."
    )
    low = Trail("low", (SurfacePoint(0, 1.02, -0.96, 0.2519),))
    assert "Lowest seen: 0.2519 at slope 1.02, bias -0.96." in look_words(surface(low), ())
    two = surface(zigzag(), FALL)
    assert look_words(two, two.trails, coloured=False).startswith(
        "a: this run, b: fall. Dots: contours."
    )


def test_each_trail_is_told_with_its_ends_and_turns() -> None:
    area, swings, falls = told_lines(surface(zigzag("swings"), FALL))
    assert area.startswith("The loss over slope from -1 to 3 and bias from -2 to 1. Lowest seen")
    assert swings.startswith("Swings: 12 steps, from slope -0.1, bias 0, loss ")
    assert swings.endswith("On the way slope turns round 11 times and bias turns round 0 times.")
    assert falls.startswith("Fall: 1 step, from slope 0, bias 0, loss 4 to slope 1, bias -0.5, ")


def test_places_without_a_loss_are_not_the_lowest() -> None:
    def half(x: float, y: float) -> float:
        return x + y if x > 0 else math.nan

    shown = surface(FALL, of=half)
    assert "Lowest seen: -1.968 at slope 0.0323, bias -2." in look_words(shown, shown.trails)
