"""Code can be read: every colour against every field it may stand on."""

from __future__ import annotations

import re

import pytest
from rich.color import Color

from tutor.ui.widgets.code_themes import DARK, LIGHT, CodeColours, colours, editor_theme
from tutor.ui.widgets.heat_scale import contrast
from tutor.ui.widgets.python_syntax import HIGHLIGHTS


def ratio(one: str, other: str) -> float:
    return contrast(Color.parse(one).get_truecolor(), Color.parse(other).get_truecolor())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
def test_every_text_stands_out(theme: CodeColours) -> None:
    inks = {part: style.split()[-1] for part, style in theme.parts.items()}
    inks |= {"text": theme.text}
    for field in (theme.background, theme.cursor_line, theme.selection, theme.bracket):
        low = {part: ratio(ink, field) for part, ink in inks.items() if ratio(ink, field) < 4.5}
        assert low == {}, field
    assert ratio(theme.gutter, theme.background) >= 4.5
    assert ratio(theme.error, theme.background) >= 4.5
    assert ratio(theme.error, theme.cursor_line) >= 4.5
    assert ratio(theme.background, theme.text) >= 4.5  # the cursor


def test_every_part_has_a_colour() -> None:
    parts = set(re.findall(r"@(\w+)", HIGHLIGHTS))
    assert set(DARK.parts) == set(LIGHT.parts) == parts


def test_the_set_follows_the_app() -> None:
    assert colours(dark=True) is DARK
    assert colours(dark=False) is LIGHT
    assert editor_theme(DARK).syntax_styles["keyword"].bold
