"""A Markdown widget whose code blocks have the colours of the editor.

Panes show the texts of a lesson with it. It is slow to import, so they import it where they first
need it: the editor comes first.
"""

from __future__ import annotations

from textual import widgets
from textual.content import Content
from textual.highlight import HighlightTheme, TokenType, highlight
from textual.widgets.markdown import MarkdownFence

STYLES = {
    "Token.Comment": "italic $code-comment",
    "Token.Keyword": "bold $code-keyword",
    "Token.Keyword.Constant": "$code-constant",
    "Token.Keyword.Namespace": "bold $code-keyword",
    "Token.Literal.Number": "$code-number",
    "Token.Literal.String": "$code-string",
    "Token.Literal.String.Doc": "$code-string",
    "Token.Literal.String.Double": "$code-string",
    "Token.Name.Builtin": "$code-builtin",
    "Token.Name.Builtin.Pseudo": "italic $code-self",
    "Token.Name.Class": "bold $code-definition",
    "Token.Name.Decorator": "$code-decorator",
    "Token.Name.Function": "bold $code-definition",
    "Token.Operator.Word": "bold $code-keyword",
}
"""The style of each token of Pygments; other tokens have the colour of the text.

The app defines the variables (`Appearance.get_theme_variable_defaults`).
"""


def _style(token: TokenType) -> str:
    return STYLES.get(str(token), "")


class CodeTheme(HighlightTheme):
    """A highlight theme with a style for every token that Textual's own theme styles."""

    STYLES = {token: _style(token) for token in HighlightTheme.STYLES}  # noqa: RUF012 - as Textual's


class Fence(MarkdownFence):
    """A block of code in Markdown, coloured by `CodeTheme`."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """Return the code with colours that are variables, which follow the theme of the app."""
        return highlight(code, language=language or "text", theme=CodeTheme)


class Markdown(widgets.Markdown):
    """Textual's Markdown widget with `Fence` for its blocks of code."""

    BLOCKS = widgets.Markdown.BLOCKS | dict.fromkeys(("fence", "code_block"), Fence)
