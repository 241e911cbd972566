"""The colour themes: dark, light, and one of high contrast.

No meaning depends on colour alone. All text has a contrast of at least 4.5 : 1, and of 7 : 1 in the
last theme. Every colour that Textual would otherwise blend from others is named here, so that what
is drawn is what was chosen. Dark greys have little colour in them: of a terminal's 256 colours, the
nearest to a bluish grey is navy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.theme import Theme


def has_shades(app: App[Any]) -> bool:
    """Return True if the terminal has enough colours for shades of one colour."""
    return not app.no_color and app.console.color_system in ("256", "truecolor")


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of a theme."""

    background: str
    """Background of panes, code and pictures."""
    surface: str
    """Background of dialogs, and of the lines at the edges of the screen."""
    panel: str
    """Background of the first line and the status line."""
    text: str
    muted: str
    """Less important text."""
    line: str
    """Frames of panes without the focus."""
    primary: str
    """Headings, and the frame with the focus."""
    secondary: str
    accent: str
    """Keys, and code within text."""
    success: str
    warning: str
    error: str
    cursor: str
    """Background of the highlighted entry of a list."""
    cursor_text: str
    cursor_blurred: str
    """Background of the highlighted entry of a list without the focus."""
    selection: str
    """Background of selected text."""
    selection_text: str
    bar: str
    """The moving part of a scrollbar."""


def _theme(name: str, colours: Palette, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        dark=dark,
        primary=colours.primary,
        secondary=colours.secondary,
        accent=colours.accent,
        foreground=colours.text,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        boost=colours.surface,
        success=colours.success,
        warning=colours.warning,
        error=colours.error,
        variables={**_texts(colours), **_lists(colours), **_frames(colours)},
    )


def _texts(colours: Palette) -> dict[str, str]:
    return {
        "text": colours.text,
        "text-muted": colours.muted,
        "text-disabled": colours.muted,
        "foreground-muted": colours.muted,
        "foreground-disabled": colours.muted,
        "text-primary": colours.primary,
        "text-secondary": colours.secondary,
        "text-accent": colours.accent,
        "text-success": colours.success,
        "text-warning": colours.warning,
        "text-error": colours.error,
        "link-color": colours.primary,
        "link-color-hover": colours.cursor_text,
        "link-background-hover": colours.cursor,
        "footer-key-foreground": colours.accent,
    }


def _lists(colours: Palette) -> dict[str, str]:
    return {
        "block-cursor-background": colours.cursor,
        "block-cursor-foreground": colours.cursor_text,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": colours.cursor_blurred,
        "block-cursor-blurred-foreground": colours.text,
        "block-cursor-blurred-text-style": "bold",
        "block-hover-background": colours.panel,
        "input-cursor-background": colours.text,
        "input-cursor-foreground": colours.background,
        "input-selection-background": colours.selection,
        "input-selection-foreground": colours.selection_text,
        "screen-selection-background": colours.selection,
        "screen-selection-foreground": colours.selection_text,
    }


def _frames(colours: Palette) -> dict[str, str]:
    return {
        "border": colours.primary,
        "border-blurred": colours.line,
        "scrollbar": colours.bar,
        "scrollbar-hover": colours.muted,
        "scrollbar-active": colours.primary,
        "scrollbar-background": colours.surface,
        "scrollbar-background-hover": colours.surface,
        "scrollbar-background-active": colours.surface,
        "scrollbar-corner-color": colours.surface,
    }


DARK_PALETTE = Palette(
    background="#15171c",
    surface="#1d1f24",
    panel="#272a31",
    text="#e4e6eb",
    muted="#a9b1bd",
    line="#626b7a",
    primary="#6cb6ff",
    secondary="#c9a6f5",
    accent="#ffb454",
    success="#7fd38b",
    warning="#f2c55c",
    error="#ff9c8f",
    cursor="#214b7c",
    cursor_text="#ffffff",
    cursor_blurred="#2f333b",
    selection="#2a2e70",
    selection_text="#ffffff",
    bar="#4a525e",
)

LIGHT_PALETTE = Palette(
    background="#fbfbfa",
    surface="#f2f3f3",
    panel="#e6e8ea",
    text="#1c1f26",
    muted="#4d5562",
    line="#808993",
    primary="#0b5cad",
    secondary="#6b3fa0",
    accent="#8a4a00",
    success="#156b2c",
    warning="#7a5200",
    error="#a3200d",
    cursor="#0b5cad",
    cursor_text="#ffffff",
    cursor_blurred="#d8dde2",
    selection="#c9def5",
    selection_text="#1c1f26",
    bar="#a3abb5",
)

CONTRAST_PALETTE = Palette(
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    text="#ffffff",
    muted="#d6d6d6",
    line="#a0a0a0",
    primary="#8fd3ff",
    secondary="#e3c8ff",
    accent="#ffd24a",
    success="#86f59a",
    warning="#ffe066",
    error="#ffb4a8",
    cursor="#ffffff",
    cursor_text="#000000",
    cursor_blurred="#3a3a3a",
    selection="#ffe066",
    selection_text="#000000",
    bar="#a0a0a0",
)

DARK = _theme("nntutor-dark", DARK_PALETTE, dark=True)
LIGHT = _theme("nntutor-light", LIGHT_PALETTE, dark=False)
CONTRAST = _theme("nntutor-contrast", CONTRAST_PALETTE, dark=True)

THEMES = (DARK, LIGHT, CONTRAST)
LABELS = {DARK.name: "Dark", LIGHT.name: "Light", CONTRAST.name: "High contrast"}
"""Names of the themes in the palette."""
