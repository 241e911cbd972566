"""The app's look: its theme, fallbacks for few colours or characters, and motion.

The base class of the app in `tutor.ui.app`, used there alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.segment import Segment
from textual import events
from textual.app import App, SystemCommand
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.scrollbar import ScrollBar, ScrollBarRender

from tutor.config import Config
from tutor.progress.chosen_theme import remember_theme, remembered_theme
from tutor.text import COMMANDS
from tutor.ui.screens import late
from tutor.ui.theme import DARK, LABELS, THEMES, has_shades


class WholeCells(ScrollBarRender):
    """A scrollbar that fills whole cells only: ASCII has no characters for fractions of one."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


class SafeLines(LineFilter):
    """Drop control characters from every line, so that a missed text cannot command the terminal.

    Texts are made printable at their source; this filter comes after all others.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without such characters; the same list if there are none."""
        if not any(COMMANDS.search(segment.text) for segment in segments):
            return segments
        return [
            Segment(COMMANDS.sub("", text), style, control) for text, style, control in segments
        ]


class Appearance(App[None]):
    """An app with a theme that the learner chooses, adapted to the terminal.

    For style sheets it has the classes `-plain`, if there are too few colours for shades, and
    `-ascii`, if there are no other characters.
    """

    _tutor_filters: tuple[LineFilter, ...] = ()

    def apply_theme(self, config: Config, data: Path) -> None:
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
        """Set the theme before the first frame, with all effects of assigning it.

        Assigning it would parse all styles a second time, which delays the first frame.
        """
        self.set_reactive(App.theme, theme)
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode")
        self.set_class(not dark, "-light-mode")
        self.add_class(f"-theme-{theme}")
        self.stylesheet.set_variables(self.get_css_variables())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Stop the focused widget's cursor from blinking, which would send bytes.

        The check is for an attribute, not for a class: input fields are slow to import, and the
        first frame has none.
        """
        if getattr(event.widget, "cursor_blink", False):
            event.widget.cursor_blink = False  # type: ignore[attr-defined] # checked above

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters, then the tutor's.

        Without colours Textual would draw greys, with `Monochrome`; it is left out, since
        NO_COLOR asks for no colour at all.
        """
        textual_filters = [
            each for each in super().get_line_filters() if not isinstance(each, Monochrome)
        ]
        return [*textual_filters, *self._tutor_filters]

    def theme_commands(self) -> Iterable[SystemCommand]:
        for name, label in LABELS.items():
            choose = partial(self.choose_theme, name)
            yield SystemCommand(f"{label} colours", f"Use the theme {name}.", choose)

    def choose_theme(self, name: str) -> None:
        self.theme = name
        try:
            remember_theme(self._data, name, self._configured)
        except OSError as error:
            self.theme_not_kept(str(error.strerror or error))

    def theme_not_kept(self, reason: str) -> None:
        """Report that the theme holds only until the app ends; subclasses override this."""


def _filters(app: Appearance, *, ascii_only: bool) -> Iterable[LineFilter]:
    yield SafeLines()
    if ascii_only:
        yield late.ascii_filter()
    if app.no_color:
        yield NoColor()
    elif not has_shades(app):
        yield late.reduced_colours()
