"""Segments for the lines of `first_screen`, in the colours of the app's theme."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color

from tutor.first_screen import lines as looks
from tutor.first_screen.lines import Look, TextRun
from tutor.ui.widgets.code_colours import colours_for_theme


class LineStyles:
    """Styles of an app's theme, cached on their first use."""

    def __init__(self) -> None:
        self._theme = ""
        self._styles: dict[looks.Style, Style] = {}

    def segments(self, app: App[object], runs: Iterable[TextRun], base: Style) -> list[Segment]:
        """Return the runs as segments; `base` is the style of the widget."""
        return [Segment(run.text, base + self.style(app, run.style)) for run in runs]

    def style(self, app: App[object], style: looks.Style) -> Style:
        if self._theme != app.theme:
            self._theme, self._styles = app.theme, {}
        if style not in self._styles:
            colours = _colours(app)
            drawn = (_drawn(looks.LOOKS[mark], colours) for mark in style)
            self._styles[style] = Style.combine((Style.null(), *drawn))
        return self._styles[style]


def _colours(app: App[object]) -> dict[str, str]:
    theme = app.current_theme
    code = colours_for_theme(theme.name, dark=theme.dark)
    parts = {f"code-{part}": style.split()[-1] for part, style in code.parts.items()}
    grounds = {
        "code-text": code.text,
        "code-background": code.background,
        "code-gutter": code.gutter,
    }
    return {**app.theme_variables, **parts, **grounds}


def _drawn(look: Look, colours: dict[str, str]) -> Style:
    return Style.parse(" ".join(look.attributes)) + Style(
        color=Color.parse(colours[look.fore]).rich_color if look.fore else None,
        bgcolor=Color.parse(colours[look.back]).rich_color if look.back else None,
    )
