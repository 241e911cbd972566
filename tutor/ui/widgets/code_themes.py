"""The colours of code as themes of Textual's text area.

Only the editor imports this: Textual's text area is slow to import. Others read `code_colours`.
"""

from __future__ import annotations

from rich.style import Style
from textual.widgets.text_area import TextAreaTheme

from tutor.ui.widgets.code_colours import CodeColours


def editor_theme(colours: CodeColours, *, plain: bool = False) -> TextAreaTheme:
    """Return the colours as an editor theme that does not depend on the app's CSS.

    With `plain`, attributes such as reverse mark the cursor, its line and the selection, for
    terminals with few colours or none.
    """
    return TextAreaTheme(
        name=theme_name(colours, plain=plain),
        base_style=Style(color=colours.text, bgcolor=colours.background),
        gutter_style=Style(color=colours.gutter, bgcolor=colours.background),
        syntax_styles={part: colours.style(part) for part in colours.parts},
        **_marks(colours, plain=plain),
    )


def theme_name(colours: CodeColours, *, plain: bool) -> str:
    return f"{colours.name}-plain" if plain else colours.name


def _marks(colours: CodeColours, *, plain: bool) -> dict[str, Style]:
    if plain:
        return {
            "cursor_style": Style(reverse=True, underline=True, bold=True),
            "cursor_line_style": Style(),
            "cursor_line_gutter_style": Style(reverse=True, bold=True),
            "bracket_matching_style": Style(underline=True),
            "selection_style": Style(reverse=True),
        }
    line = colours.cursor_line
    return {
        "cursor_style": Style(color=colours.background, bgcolor=colours.text),
        "cursor_line_style": Style(bgcolor=line),
        "cursor_line_gutter_style": Style(color=colours.text, bgcolor=line, bold=True),
        "bracket_matching_style": Style(bgcolor=colours.bracket, underline=True),
        "selection_style": Style(bgcolor=colours.selection),
    }
