"""Text stands out from its background in both themes."""

from __future__ import annotations

import itertools

import pytest
from textual.color import Color
from textual.theme import Theme

from tutor.ui.theme import THEMES

TEXTS = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
BACKGROUNDS = ("background", "surface", "panel")


def _luminance(color: Color) -> float:
    channels = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def _contrast(a: str, b: str) -> float:
    """As WCAG 2.1 defines it: 1 is none, 21 is black on white."""
    low, high = sorted((_luminance(Color.parse(a)), _luminance(Color.parse(b))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
def test_all_text_has_contrast(theme: Theme) -> None:
    for text, background in itertools.product(TEXTS, BACKGROUNDS):
        ratio = _contrast(getattr(theme, text), getattr(theme, background))
        assert ratio >= 4.5, (text, background, round(ratio, 2))
    for background in BACKGROUNDS:
        assert _contrast(theme.variables["text-muted"], getattr(theme, background)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
def test_frames_and_cursor_can_be_seen(theme: Theme) -> None:
    assert _contrast(theme.variables["border-blurred"], str(theme.background)) >= 3.0
    cursor = theme.variables["block-cursor-background"]
    assert _contrast(cursor, theme.variables["block-cursor-foreground"]) >= 4.5
