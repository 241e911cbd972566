"""The colours of code as themes of Textual's text area. For the editor; slow to import."""

from __future__ import annotations

from rich.style import Style
from textual.widgets.text_area import TextAreaTheme

from tutor.ui.widgets.code_colours import CodeColours


def editor_theme(chosen: CodeColours, *, plain: bool = False) -> TextAreaTheme:
    """The colours as an editor theme, nothing of which is left to the app's CSS.

    `plain`: cursor, its line, and the selection are told by attributes, for few or no colours.
    """
    return TextAreaTheme(
        name=theme_name(chosen, plain=plain),
        base_style=Style(color=chosen.text, bgcolor=chosen.background),
        gutter_style=Style(color=chosen.gutter, bgcolor=chosen.background),
        syntax_styles={part: chosen.style(part) for part in chosen.parts},
        **(_plain_marks() if plain else _coloured_marks(chosen)),
    )


def theme_name(chosen: CodeColours, *, plain: bool) -> str:
    """What the editor theme of these colours is called."""
    return f"{chosen.name}-plain" if plain else chosen.name


def _coloured_marks(chosen: CodeColours) -> dict[str, Style]:
    return {
        "cursor_style": Style(color=chosen.background, bgcolor=chosen.text),
        "cursor_line_style": Style(bgcolor=chosen.cursor_line),
        "cursor_line_gutter_style": Style(color=chosen.text, bgcolor=chosen.cursor_line, bold=True),
        "bracket_matching_style": Style(bgcolor=chosen.bracket, underline=True),
        "selection_style": Style(bgcolor=chosen.selection),
    }


def _plain_marks() -> dict[str, Style]:
    return {
        "cursor_style": Style(reverse=True, underline=True, bold=True),
        "cursor_line_style": Style(),
        "cursor_line_gutter_style": Style(reverse=True, bold=True),
        "bracket_matching_style": Style(underline=True),
        "selection_style": Style(reverse=True),
    }
