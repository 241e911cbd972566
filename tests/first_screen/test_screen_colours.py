"""The colours of the first screen are those that Textual and Rich make of the themes.

`python -m tests.first_screen.test_screen_colours` writes them down anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from pprint import pformat
from typing import cast
from unittest.mock import patch

from rich.color import ColorSystem
from rich.style import Style
from textual.app import App
from textual.color import Color

from tutor.config import Config
from tutor.first_screen import screen_colours
from tutor.first_screen.lines import LOOKS
from tutor.ui.appearance import Appearance
from tutor.ui.terminal.screen_mirror import _color_codes
from tutor.ui.theme import THEMES
from tutor.ui.widgets.drawn_lines import _colours

ON_PANEL = ("foreground", "success")
"""Colours of the top line; all others are for text."""
FORES = sorted({"foreground", *(look.fore for look in LOOKS.values())} - {""})


def _variables(theme: str) -> dict[str, str]:
    with patch.dict(os.environ):
        app = Appearance()
        app.apply_theme(Config(theme=theme), Path("/nowhere"))
        return _colours(cast("App[object]", app))


def _codes(style: Style, colors: ColorSystem) -> tuple[str, str]:
    return (
        _color_codes(style.color, colors, foreground=True),
        _color_codes(style.bgcolor, colors, foreground=False),
    )


def _pairs() -> set[tuple[str, str]]:
    """Texts and grounds by the names of their colours."""
    marked = {(fore, ground) for fore in FORES for ground in ("background", "surface")}
    own = {(look.fore or "foreground", look.back) for look in LOOKS.values() if look.back}
    return marked | own | {(fore, "panel") for fore in ON_PANEL}


def _styles(theme: str) -> Iterator[tuple[str, str, Style]]:
    variables = _variables(theme)
    for fore, back in sorted(_pairs()):
        colours = (Color.parse(variables[name]).rich_color for name in (fore, back))
        yield fore, back, Style.from_color(*colours)


def expected() -> dict[str, dict[str, dict[str, tuple[str, str]]]]:
    """For each theme and number of colours: the codes of text and background by their names."""
    found: dict[str, dict[str, dict[str, tuple[str, str]]]] = {}
    for theme in (each.name for each in THEMES):
        systems: dict[str, dict[str, tuple[str, str]]] = {}
        for fore, back, style in _styles(theme):
            name = f"{fore} on {back}"
            systems.setdefault("truecolor", {})[name] = _codes(style, ColorSystem.TRUECOLOR)
            systems.setdefault("256", {})[name] = _codes(style, ColorSystem.EIGHT_BIT)
        found[theme] = systems
    return found


def test_the_colours_are_those_of_the_app() -> None:
    assert expected() == screen_colours.CODES, f"{__doc__}"


if __name__ == "__main__":
    file = Path(screen_colours.__file__)
    head, _, _ = file.read_text().partition("CODES")
    table = pformat(expected(), width=96, sort_dicts=True)
    file.write_text(
        f"{head}CODES: dict[str, dict[str, dict[str, tuple[str, str]]]] = {table}\n"
        '"""Parameters of SGR for text and its background: by theme, colours and names."""\n'
    )
