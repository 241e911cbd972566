"""Code can be read: every colour against every field it may stand on."""

from __future__ import annotations

import re

import pytest
from rich.color import Color

from tutor.ui.contrast import contrast
from tutor.ui.widgets.code_colours import (
    CONTRAST,
    DARK,
    LIGHT,
    SETS,
    CodeColours,
    colours_for_theme,
)
from tutor.ui.widgets.code_themes import editor_theme
from tutor.ui.widgets.python_syntax import HIGHLIGHTS


def ratio(one: str, other: str) -> float:
    return contrast(Color.parse(one).get_truecolor(), Color.parse(other).get_truecolor())


@pytest.mark.parametrize("theme", SETS, ids=lambda theme: str(theme.name))
def test_every_text_stands_out(theme: CodeColours) -> None:
    enough = 7 if theme is CONTRAST else 4.5
    inks = {part: style.split()[-1] for part, style in theme.parts.items()}
    inks |= {"text": theme.text}
    for field in (theme.background, theme.cursor_line, theme.selection, theme.bracket):
        low = {part: ratio(ink, field) for part, ink in inks.items() if ratio(ink, field) < enough}
        assert low == {}, field
    assert ratio(theme.gutter, theme.background) >= enough
    assert ratio(theme.error, theme.background) >= enough
    assert ratio(theme.error, theme.cursor_line) >= enough
    assert ratio(theme.background, theme.text) >= enough  # the cursor


def test_every_part_has_a_colour() -> None:
    parts = set(re.findall(r"@(\w+)", HIGHLIGHTS))
    assert [set(each.parts) for each in SETS] == [parts] * 3


def test_the_set_follows_the_app() -> None:
    assert [colours_for_theme(each.name, dark=True) for each in SETS] == list(SETS)
    assert colours_for_theme("dracula", dark=True) is DARK
    assert colours_for_theme("dracula", dark=False) is LIGHT
    assert editor_theme(DARK).syntax_styles["keyword"].bold


@pytest.mark.parametrize("theme", SETS, ids=lambda theme: str(theme.name))
def test_without_shades_cursor_line_and_selection_are_told_by_attributes(
    theme: CodeColours,
) -> None:
    plain = editor_theme(theme, plain=True)
    marks = (plain.cursor_style, plain.selection_style, plain.cursor_line_gutter_style)
    assert all(mark is not None and mark.reverse and mark.bgcolor is None for mark in marks)
    assert plain.cursor_style != plain.selection_style
