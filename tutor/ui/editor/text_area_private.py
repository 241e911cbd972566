"""The only file that uses private parts of Textual's text area; check it with each release.

It is separate from `tutor.ui.terminal.textual_private` because the first frame has no text area.
The work per key must not grow with the text, as it does in Textual: there each key parses the whole
text with one Python call for each piece, and colours it; and each drawn row joins all lines, and
counts all rows. If a release renames its private parts, some of this falls back to Textual's own
code: slow in a long text, never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from textual.document._document import Document, EditResult, Location
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.document._wrapped_document import WrappedDocument
from textual.strip import Strip
from textual.widgets import TextArea, _text_area
from tree_sitter import Language, Parser, Query, Tree

from tutor.ui.widgets import late

Part = tuple[int, int | None, str]
"""A named part of a line: first byte, end byte or None for the line's end, name."""

BLOCK = 16
"""Number of lines whose parts are queried at once."""


class RowLook(NamedTuple):
    """Everything that the look of a row depends on in the text area."""

    line: int
    """Line of the text, from 0; -1 below the text."""
    rest: tuple[object, ...]


class _RowCountingDocument(WrappedDocument):
    """A wrapped document that caches its number of rows."""

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)


class _ParsedDocument(SyntaxAwareDocument):
    """A document whose syntax tree is parsed on the first use after an edit."""

    def __init__(self, text: str, language: Language) -> None:
        Document.__init__(self, text)
        self.language = language
        self._parser = Parser(language)
        self._text: str | None = None
        self._tree: Tree | None = None
        self._is_parsed = False

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = super().text
        return self._text

    @property
    def _syntax_tree(self) -> Tree:  # type: ignore[override] # Textual's is an attribute
        if self._tree is None:
            self._tree = self._parser.parse(self.text.encode())
        elif not self._is_parsed:
            self._tree = self._parser.parse(self.text.encode(), self._tree)
        self._is_parsed = True
        return self._tree

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        top, bottom = sorted((start, end))
        replaced = self.get_text_range(top, bottom)
        start_point = self._point(top)
        above = self.newline.join(self.lines[: top[0]]).encode()
        start_byte = len(above) + len(self.newline) * bool(top[0]) + start_point[1]
        old_end_point = self._point(bottom)
        result = Document.replace_range(self, start, end, text)
        if self._tree is not None:
            self._tree.edit(
                start_byte=start_byte,
                old_end_byte=start_byte + len(replaced.encode()),
                new_end_byte=start_byte + len(text.encode()),
                start_point=start_point,
                old_end_point=old_end_point,
                new_end_point=self._point(result.end_location),
            )
        self._text, self._is_parsed = None, False
        return result

    def _point(self, location: Location) -> tuple[int, int]:
        row, column = location
        is_inside = row < self.line_count
        return row, len(self.lines[row][:column].encode()) if is_inside else 0


class _PartsOnDemand(dict[int, list[Part]]):
    """Named parts of lines, queried when a line is first used."""

    def __init__(self, document: SyntaxAwareDocument, query: Query) -> None:
        super().__init__()
        self._document = document
        self._query = query

    def __bool__(self) -> bool:
        """Return True: Textual takes an empty mapping for no colours at all."""
        return True

    def __missing__(self, row: int) -> list[Part]:
        first = row // BLOCK * BLOCK
        rows = range(first, first + BLOCK)
        self.update({each: [] for each in rows})
        found = self._document.query_syntax_tree(self._query, (first, 0), (rows.stop, 0))
        for node, name in late.in_order(found):
            (top, start), (bottom, end) = node.start_point, node.end_point
            for each in range(max(top, first), min(bottom + 1, rows.stop)):
                part = start if each == top else 0, end if each == bottom else None, name
                self[each].append(part)
        return self[row]


class QuickTextArea(TextArea):
    """A text area whose work per key does not grow with the text."""

    def _set_document(self, text: str, language: str | None) -> None:
        with _quick_documents():
            super()._set_document(text, language)

    def _build_highlight_map(self) -> None:
        query, document = self._highlight_query, self.document
        if query is None or not isinstance(document, SyntaxAwareDocument):
            super()._build_highlight_map()
        else:
            self._highlights = _PartsOnDemand(document, query)

    def draw_line(self, y: int) -> Strip:
        """Draw row `y` of the visible content, bypassing the cache."""
        return self._render_line(y)

    def row_look(self, y: int) -> RowLook:
        """Return everything that the look of row `y` of the visible content depends on."""
        scroll_x, scroll_y = self.scroll_offset
        rows = self.wrapped_document._offset_to_line_info
        width = self.size.width
        if y + scroll_y >= len(rows):
            return RowLook(-1, (width, self.theme))
        line, section = rows[y + scroll_y]
        start, end = selection = self.selection
        bracket = self._matching_bracket_location if start == end else None
        has_cursor = end[0] == line
        has_selection = start != end and min(selection)[0] <= line <= max(selection)[0]
        has_bracket = bracket is not None and (has_cursor or bracket[0] == line)
        rest = (
            section,
            self.document.get_line(line),
            tuple(self._highlights[line]) if self._highlights else None,
            *self.wrapped_document.get_offsets(line),
            (end, self._draw_cursor, self.suggestion) if has_cursor else None,
            selection if has_selection else None,
            bracket if has_bracket else None,
            width,
            self.wrap_width if self.soft_wrap else (scroll_x, self.virtual_size.width),
            self.gutter_width,
            self.theme,
            self.read_only,
            self.show_cursor,
            self.show_line_numbers,
            self.line_number_start,
            self.highlight_cursor_line,
            self.match_cursor_bracket,
            self.indent_width,
        )
        return RowLook(line, rest)


@contextmanager
def _quick_documents() -> Iterator[None]:
    """Make the text area create quick documents; it has no public way to pass one."""
    module: Any = _text_area
    kept = module.SyntaxAwareDocument, module.WrappedDocument
    module.SyntaxAwareDocument, module.WrappedDocument = _ParsedDocument, _RowCountingDocument
    try:
        yield
    finally:
        module.SyntaxAwareDocument, module.WrappedDocument = kept
