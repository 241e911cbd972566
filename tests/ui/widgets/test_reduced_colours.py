"""With 16 colours each text can be read, and keeps its hue where that is possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color

from tutor.ui.theme import DARK_PALETTE, LIGHT_PALETTE, Palette, has_shades
from tutor.ui.widgets.reduced_colours import (
    BACKGROUNDS,
    MIN_CONTRAST,
    ReducedColours,
    readable_pair,
    worst_contrast,
)

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, COLOURS)
def test_any_two_colours_become_a_readable_pair(
    ink: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    text, under = readable_pair(ink, ground)
    assert worst_contrast(text, under) >= MIN_CONTRAST
    assert under in BACKGROUNDS


@pytest.mark.parametrize(
    ("palette", "name", "expected"),
    [
        (DARK_PALETTE, "success", {2, 10}),
        (DARK_PALETTE, "error", {9}),
        (DARK_PALETTE, "warning", {11}),
        (DARK_PALETTE, "primary", {6, 14}),
        (DARK_PALETTE, "muted", {7}),
        (DARK_PALETTE, "text", {15}),
        (LIGHT_PALETTE, "error", {1}),
        (LIGHT_PALETTE, "primary", {4, 12}),
        (LIGHT_PALETTE, "success", {0}),  # no green can be read on white everywhere
        (LIGHT_PALETTE, "text", {0}),
    ],
)
def test_a_colour_keeps_its_hue(palette: Palette, name: str, expected: set[int]) -> None:
    ink, ground = (Color.parse(c).rgb for c in (getattr(palette, name), palette.background))
    assert readable_pair(ink, ground)[0] in expected


def test_attributes_stay_and_what_has_no_colour_gets_one_that_can_be_read() -> None:
    segments = [Segment("a", Style(bold=True)), Segment("b", None)]
    bold, none = ReducedColours().apply(segments, Color.parse("#000000"))
    assert bold.style is not None
    assert bold.style.bold
    assert (str(bold.style.color and bold.style.color.name), none.style) == ("color(15)", None)


@pytest.mark.parametrize(
    ("system", "shades"), [("standard", False), ("256", True), ("truecolor", True)]
)
def test_shades_need_256_colours(
    monkeypatch: pytest.MonkeyPatch, system: str, *, shades: bool
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", system)
    assert has_shades(App()) is shades
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_shades(App())
