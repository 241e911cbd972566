"""The two colour themes. All text stands at 4.5:1 or better; colour is never the only sign."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="nntutor-dark",
    dark=True,
    primary="#6cb6ff",
    secondary="#c9a6f5",
    accent="#ffb454",
    foreground="#e6e6e6",
    background="#15181c",
    surface="#1c2026",
    panel="#272d36",
    success="#7fd38b",
    warning="#f2c55c",
    error="#ff8f8f",
    variables={
        "text-muted": "#a9b1bb",
        "block-cursor-foreground": "#15181c",
        "block-cursor-background": "#e6e6e6",
        "scrollbar": "#4a525e",
        "scrollbar-background": "#1c2026",
        "scrollbar-hover": "#6b7684",
        "scrollbar-active": "#8a96a6",
        "border": "#6cb6ff",
        "border-blurred": "#66707e",
        "footer-key-foreground": "#ffb454",
        "link-color": "#6cb6ff",
    },
)

LIGHT = Theme(
    name="nntutor-light",
    dark=False,
    primary="#0b5cad",
    secondary="#6b3fa0",
    accent="#8a4b00",
    foreground="#1b1f24",
    background="#fbfbf9",
    surface="#f3f3f0",
    panel="#e4e6e8",
    success="#156b2c",
    warning="#7a5200",
    error="#b3261e",
    variables={
        "text-muted": "#4c5560",
        "block-cursor-foreground": "#fbfbf9",
        "block-cursor-background": "#1b1f24",
        "scrollbar": "#a3abb5",
        "scrollbar-background": "#f3f3f0",
        "scrollbar-hover": "#7d8792",
        "scrollbar-active": "#5c6670",
        "border": "#0b5cad",
        "border-blurred": "#808993",
        "footer-key-foreground": "#8a4b00",
        "link-color": "#0b5cad",
    },
)

THEMES = (DARK, LIGHT)
