"""How the app looks: its theme, what is drawn where colours or signs are few, and motion.

A mixin of `tutor.ui.app`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from textual import events
from textual.app import App, SystemCommand
from textual.filter import LineFilter, Monochrome, NoColor
from textual.scrollbar import ScrollBar, ScrollBarRender

from tutor.config import Config
from tutor.progress.chosen_theme import remember_theme, remembered_theme
from tutor.ui.safe_lines import SafeLines
from tutor.ui.theme import DARK, LABELS, THEMES
from tutor.ui.widgets.code_colours import colours
from tutor.ui.widgets.reduced_colours import ReducedColours, has_shades


class WholeCells(ScrollBarRender):
    """A scrollbar without parts of a cell, for which ASCII has no signs."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


class Appearance(App[None]):
    """Dresses the app once it has its settings. The classes `-plain` (too few colours for shades,
    or none) and `-ascii` are for style sheets."""

    _tutor_filters: tuple[LineFilter, ...] = ()

    def apply_theme(self, config: Config, data: Path) -> None:
        """`data`: the folder where a choice of theme is kept."""
        self._configured = config.theme
        self._data = data
        for theme in THEMES:
            self.register_theme(theme)
        wanted = remembered_theme(data, config.theme)
        self._set_first_theme(wanted if wanted in self.available_themes else DARK.name)
        ascii_only = config.glyphs == "ascii"
        self._tutor_filters = tuple(_filters(self, ascii_only=ascii_only))
        self.set_class(not has_shades(self), "-plain")
        self.set_class(ascii_only, "-ascii")
        ScrollBar.renderer = WholeCells if ascii_only else ScrollBarRender
        if config.motion == "reduced":
            self.animation_level = "none"

    def _set_first_theme(self, theme: str) -> None:
        """As assigning it does, but before there is anything to be drawn, all styles would be
        parsed a second time for that."""
        self.set_reactive(App.theme, theme)
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode")
        self.set_class(not dark, "-light-mode")
        self.add_class(f"-theme-{theme}")
        self.stylesheet.set_variables(self.get_css_variables())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """No cursor blinks: it would send bytes all day long. Not told by class: input fields are
        slow to import, and the first frame has none."""
        if getattr(event.widget, "cursor_blink", False):
            event.widget.cursor_blink = False  # type: ignore[attr-defined] # so asked above

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of code, for style sheets: `$code-keyword` and the like."""
        theme = self.current_theme
        parts = colours(theme.name, dark=theme.dark).parts
        return {f"code-{part}": style.split()[-1] for part, style in parts.items()}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and ours after them. Without colours there are no greys either."""
        textual_filters = [
            each for each in super().get_line_filters() if not isinstance(each, Monochrome)
        ]
        return [*textual_filters, *self._tutor_filters]

    def theme_commands(self) -> Iterable[SystemCommand]:
        """For the palette: a command for each theme."""
        for name, label in LABELS.items():
            choose = partial(self.choose_theme, name)
            yield SystemCommand(f"{label} colours", f"Use the theme {name}.", choose)

    def choose_theme(self, name: str) -> None:
        """Uses a theme, now and from now on."""
        self.theme = name
        try:
            remember_theme(self._data, name, self._configured)
        except OSError as error:
            self.theme_not_kept(str(error.strerror or error))

    def theme_not_kept(self, reason: str) -> None:
        """The choice holds until the app ends."""


def _filters(app: Appearance, *, ascii_only: bool) -> Iterable[LineFilter]:
    yield SafeLines()
    if ascii_only:
        from tutor.ui.widgets.ascii_filter import (
            AsciiFilter,  # a first frame with all signs does without
        )

        yield AsciiFilter()
    if app.no_color:
        yield NoColor()
    elif not has_shades(app):
        yield ReducedColours()
