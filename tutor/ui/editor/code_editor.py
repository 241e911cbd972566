"""An editor for Python programs, which takes text and posts `TextArea.Changed`.

It draws colours, a marked line, marked parts of lines, and shapes after lines. `area` defines its
keys. It knows nothing of lessons and runs; panes load its text and mark its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.text import unify_line_ends
from tutor.ui.editor.area import EditingArea, EditorMessage
from tutor.ui.editor.decorations import Decoration, Decorations, append_to_row
from tutor.ui.editor.indentation import indent_of
from tutor.ui.theme import has_shades
from tutor.ui.widgets import late
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import DARK, CodeColours, colours_for_theme
from tutor.ui.widgets.code_themes import editor_theme, theme_name

NON_BREAKING = "\u00a0"

MAX_DRAWN = 1_000
"""Number of drawn rows kept in the cache."""


class CodeEditor(Verbatim, EditingArea):
    """An editor for code, with at most one marked line.

    Rows and columns are counted from 0; the marked line, as in Python's messages, from 1.
    """

    DEFAULT_CSS = """
    CodeEditor {
        border: none;
        padding: 0;
        scrollbar-size-vertical: 1;
        &:focus { border: none; }
    }
    """

    class ErrorCleared(EditorMessage):
        """Posted when the mark of a line is removed, or its line edited."""

    def __init__(
        self,
        text: str = "",
        *,
        glyphs: GlyphName = "unicode",
        soft_wrap: bool = True,
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        """Create an editor of plain text; `enable_highlighting` colours it later.

        Without `soft_wrap`, the view scrolls sideways.
        """
        self.mark_glyph = ""
        """The glyph beside the marked line and before its message."""
        self.marks = GLYPHS[glyphs]
        self.text_edited: Callable[[], None] = lambda: None
        """Called at each edit, before the message about it, which waits behind typed keys."""
        self._drawn: dict[tuple[object, ...], Strip] = {}
        """Drawn rows by everything that their look depends on."""
        self._decorations = Decorations()
        self.shows_shapes = True
        """True to draw shapes, if there are any."""
        super().__init__(unify_line_ends(text), soft_wrap=soft_wrap, id=id)
        self.colours = DARK
        self._apply_colours(DARK, plain=False)

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._follow_theme)

    def _follow_theme(self) -> None:
        theme = self.app.current_theme
        self._apply_colours(
            colours_for_theme(theme.name, dark=theme.dark), plain=not has_shades(self.app)
        )

    def _apply_colours(self, colours: CodeColours, *, plain: bool) -> None:
        self.colours = colours
        self.register_theme(editor_theme(colours, plain=plain))
        self.theme = theme_name(colours, plain=plain)

    def enable_highlighting(self) -> None:
        """Load the grammar and colour the code; about 50 ms the first time."""
        # a new language makes a new document, with the cursor at its start
        selection, scroll = self.selection, self.scroll_offset
        with self.changing_rows(), self.prevent(TextArea.SelectionChanged):
            self.register_language("python", *late.python_highlighting())
            self.language = "python"
            self.selection = selection
            self.scroll_to(scroll.x, scroll.y, animate=False)

    # Text and cursor

    def load_text(self, text: str) -> None:
        """Load another text, with the cursor at its start and an empty undo history."""
        self.clear_error()
        self._decorations = Decorations()
        super().load_text(text)

    @property
    def first_row(self) -> int:
        """First visible row, from 0."""
        return int(self.scroll_offset.y)

    def scroll_to_line(self, line: int) -> None:
        """Scroll to the line, counted from 1, if it is hidden; the cursor stays."""
        if line - 1 not in range(self.first_row, self.first_row + self.size.height):
            self.scroll_to(y=max(0, line - 1 - self.size.height // 2), animate=False)

    # Repaints of changed rows

    def draw_row(self, y: int) -> Strip:
        """Return a row of the editor with the text after its line, if it fits."""
        look = self.row_look(y)
        decorations = self._decorations.at(look.line)
        drawn_for = (look, decorations, decorations and (self.mark_glyph, self.shows_shapes))
        strip = self._drawn.get(drawn_for)
        if strip is None:
            if len(self._drawn) > MAX_DRAWN:
                self._drawn.clear()
            strip = self.draw_line(y)
            if decorations:
                strip = self._decorated(strip, y, look.line, decorations)
            self._drawn[drawn_for] = strip
        return strip

    def notify_style_update(self) -> None:
        """Clear the cache of drawn rows, because colours changed."""
        self._drawn.clear()
        super().notify_style_update()

    def _decorated(
        self, strip: Strip, y: int, line: int, decorations: Sequence[Decoration]
    ) -> Strip:
        """Add decorations to a row; text after the line only if it fits."""
        gutter, code = strip.crop(0, self.gutter_width), strip.crop(self.gutter_width)
        # only the first row of a wrapped line has its number in the gutter
        is_first = gutter.text.strip() == str(line + 1)
        by_kind = {each.kind: each for each in decorations}
        mark, shape = by_kind.get("mark"), by_kind.get("shape")
        if mark is not None and is_first:
            colours = self.colours
            colour = colours.error if self.mark_glyph == self.marks.error else colours.here
            style = Style(color=colours.background, bgcolor=colour, bold=True)
            gutter = self._signed(line, self.mark_glyph, style)
            message = f"{self.mark_glyph} {mark.text}"
            code = append_to_row(code, message, Style(color=colour, italic=True))
        elif "mistake" in by_kind and is_first:
            base = next((segment.style for segment in gutter if segment.style), Style())
            style = base + Style(color=self.colours.error, bold=True)
            gutter = self._signed(line, self.marks.mistake, style)
        if shape is not None and self.shows_shapes and self._is_last_row(y, line):
            text = self.document.get_line(line)
            blanks = cell_len(text.expandtabs(self.indent_width)) - cell_len(text.rstrip())
            # a sign before it: its colour alone would be nearly that of a comment
            words, style = f"{self.marks.bar} {shape.text}", Style(color=self.colours.gutter)
            code = append_to_row(code, words, style, blanks=max(0, blanks))
        return Strip.join([gutter, code])

    def _signed(self, line: int, sign: str, style: Style) -> Strip:
        return Strip([Segment(f"{line + 1:>{self.gutter_width - 2}}{sign} ", style)])

    def _is_last_row(self, y: int, line: int) -> bool:
        end = line, len(self.document.get_line(line))
        return self.wrapped_document.location_to_offset(end).y == y + self.scroll_offset.y

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        for each in self._decorations.at(line_index):
            if each.kind == "mistake":
                line.stylize(Style(underline=True, color=self.colours.error), each.start, each.end)
            elif each.kind == "mark":
                line.stylize(Style(underline=True), len(indent_of(line.plain)))
        if NON_BREAKING in line.plain:
            for index, character in enumerate(line.plain):
                if character == NON_BREAKING:
                    line.stylize(Style(underline=True, reverse=True), index, index + 1)
        return line

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit; marks move with their lines, and edited lines lose theirs."""
        with self.changing_rows():
            result = super().edit(edit)
            self._follow_text()
        return result

    def undo(self) -> None:
        """Undo the last step; marks move with their lines."""
        with self.changing_rows():
            super().undo()
            self._follow_text()

    def redo(self) -> None:
        """Redo the step undone last; marks move with their lines."""
        with self.changing_rows():
            super().redo()
            self._follow_text()

    def _follow_text(self) -> None:
        self.text_edited()
        affected = self._decorations.follow(self.document.lines)
        if "mark" in affected:
            self._show_error()
            if not self.error_line:
                self.post_message(self.ErrorCleared())
        if "mistake" in affected:
            self._repaint()

    # The marked line

    def mark_error(self, line: int, message: str, source: str | None = None) -> None:
        """Mark a line that failed, with the message after it and in the lower border.

        Lines are counted from 1 in `source`, the text that ran, or in the current text if None. The
        mark goes to the line's current place, and nowhere if the line was edited since. A line
        outside the text removes an earlier mark.
        """
        self._mark(line, message, self.marks.error, source)

    def mark_here(self, line: int, message: str, source: str | None = None) -> None:
        """Mark the line at which the program is paused, with a separate glyph."""
        self._mark(line, message, self.marks.here, source)

    def _mark(self, line: int, message: str, glyph: str, source: str | None) -> None:
        self.clear_error()
        lines = self.document.lines if source is None else unify_line_ends(source).split("\n")
        if 1 <= line <= len(lines):
            self.mark_glyph = glyph
            mark = Decoration(line - 1, "mark", message)
            self._decorations.put("mark", (mark,), lines, self.document.lines)
            if self.error_line:
                self._show_error()
            else:
                self.post_message(self.ErrorCleared())

    @property
    def error_line(self) -> int:
        """The marked line, counted from 1; 0 if there is none."""
        return next((mark.row + 1 for mark in self._decorations.of("mark")), 0)

    @property
    def error_message(self) -> str:
        """The message after the marked line; "" if no line is marked."""
        return next((mark.text for mark in self._decorations.of("mark")), "")

    def _show_error(self) -> None:
        words = f"{self.mark_glyph} line {self.error_line}: {self.error_message}"
        self.border_subtitle = Text(words) if self.error_line else None
        self._repaint()

    def clear_error(self) -> None:
        """Remove the mark and post `ErrorCleared`, if a line is marked."""
        if self.error_line:
            self._decorations.put("mark", (), (), self.document.lines)
            self._show_error()
            self.post_message(self.ErrorCleared())

    # Marked parts of lines

    @property
    def mistakes(self) -> Sequence[Decoration]:
        """The marked parts of lines, at their current places."""
        return self._decorations.of("mistake")

    def put_mistakes(self, mistakes: Iterable[Decoration], source: str) -> None:
        """Mark parts of lines of `source` that are still in the text.

        They replace all earlier ones. Editing a line removes its marks.
        """
        with self.changing_rows():
            self._decorations.put("mistake", mistakes, source.split("\n"), self.document.lines)
            self._repaint()

    # Shapes after lines

    def put_shapes(self, shapes: Mapping[int, str], source: str) -> None:
        """Put texts after lines of `source`, counted from 1, that are still in the text.

        They replace all earlier ones. Editing a line removes its text.
        """
        with self.changing_rows():
            new = (Decoration(line - 1, "shape", text) for line, text in shapes.items())
            lines = unify_line_ends(source).split("\n")
            self._decorations.put("shape", new, lines, self.document.lines)

    def show_shapes(self, shown: bool) -> None:
        """Draw or hide the shapes."""
        with self.changing_rows():
            self.shows_shapes = shown

    def _repaint(self) -> None:
        self.notify_style_update()  # drops the rows that Textual keeps drawn
        self.refresh()
