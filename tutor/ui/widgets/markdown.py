"""Markdown whose code has the colours of the editor. For the panes that show a lesson's texts."""

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
"""By the names of Pygments; all else has the colour of the text. The app has the variables."""


def _style(token: TokenType) -> str:
    return STYLES.get(str(token), "")


class CodeTheme(HighlightTheme):
    """Has a style for each name that Textual's has one for."""

    STYLES = {token: _style(token) for token in HighlightTheme.STYLES}  # noqa: RUF012 - as Textual's


class Fence(MarkdownFence):
    """A block of code."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """The colours follow the theme by their variables."""
        return highlight(code, language=language or "text", theme=CodeTheme)


class Markdown(widgets.Markdown):
    """As Textual's."""

    BLOCKS = widgets.Markdown.BLOCKS | dict.fromkeys(("fence", "code_block"), Fence)
