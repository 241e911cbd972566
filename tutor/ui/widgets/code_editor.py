"""An editor for Python programs, which takes text and posts `TextArea.Changed`.

It keeps everything of Textual's editor but the keys F6, F7 and Tab, and adds what code needs:
indentation, comments, pastes made safe, a marked line, colours, and repaints of changed rows only.
It knows nothing of lessons and runs; panes load its text and mark its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Selection

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.text import clean_paste, unify_line_ends
from tutor.ui.theme import has_shades
from tutor.ui.widgets import indentation
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import DARK, CodeColours, colours_for_theme
from tutor.ui.widgets.code_themes import editor_theme, theme_name
from tutor.ui.widgets.immediate_keys import act_at_once, actions_by_key
from tutor.ui.widgets.line_ends import LineEnds, append_to_row
from tutor.ui.widgets.line_moves import IN_OR_OUT, MOVING_KEYS, FixedRows, exchanged, other_row
from tutor.ui.widgets.row_refresh import RowRefresh

APP_KEYS = frozenset({"f6", "f7"})
"""Keys that Textual's editor binds to selecting, and that this one leaves to the app."""

MAX_TEXT = 40_000
"""The number of characters the text may reach by a paste; a longer paste is refused.

Each key parses the whole text, so typing in a very long one would lag.
"""

NON_BREAKING = "\u00a0"


def _inherited_bindings() -> list[BindingType]:
    return [
        binding
        for binding in TextArea.BINDINGS
        if not (isinstance(binding, Binding) and binding.key in APP_KEYS)
    ]


class CodeEditor(RowRefresh, Verbatim, TextArea, inherit_bindings=False):
    """A `TextArea` for code, with at most one marked line.

    Rows and columns are counted from 0; the marked line, as in Python's messages, from 1.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *_inherited_bindings(),
        Binding("tab", "indent", "Indent", show=False),
        Binding("shift+tab", "dedent", "Dedent", show=False),
        Binding("ctrl+underscore,ctrl+slash", "toggle_comment", "Comment", show=False),
    ]
    ACTIONS: ClassVar[dict[str, str]] = actions_by_key(BINDINGS)
    DEFAULT_CSS = """
    CodeEditor {
        border: none;
        padding: 0;
        scrollbar-size-vertical: 1;
        &:focus { border: none; }
    }
    """

    @dataclass
    class PasteRefused(Message):
        """The message that a paste was too long, and that nothing of it was inserted."""

        editor: CodeEditor
        characters: int
        """The number of characters of the paste."""
        limit: int
        """The number of characters that the whole text may have."""

        @property
        def control(self) -> CodeEditor:
            """The editor that refused the paste."""
            return self.editor

    @dataclass
    class ErrorCleared(Message):
        """The message that the marked line was edited, or its mark taken away."""

        editor: CodeEditor

        @property
        def control(self) -> CodeEditor:
            """The editor that had the mark."""
            return self.editor

    @dataclass
    class WritingRefused(Message):
        """The message that nothing can be written where lines are only moved."""

        editor: CodeEditor

        @property
        def control(self) -> CodeEditor:
            """The editor that refused it."""
            return self.editor

    def __init__(
        self,
        text: str = "",
        *,
        glyphs: GlyphName = "unicode",
        soft_wrap: bool = True,
        read_only: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Create an editor of plain text; `enable_highlighting` colours it after the first frame.

        Args:
            text: The text at first, with any kind of line ends.
            glyphs: The set of glyphs for the mark of a line.
            soft_wrap: Whether long lines are wrapped; else the view scrolls sideways.
            read_only: Whether the text can only be read and copied.
        """
        self.error_line = 0
        """The marked line, counted from 1; 0 if there is none."""
        self.error_message = ""
        """The message behind the marked line; "" if no line is marked."""
        self.error_text = ""
        """The marked line as it was when it was marked: an edit of it takes the mark away."""
        self.mark_glyph = ""
        """The glyph beside the marked line and before its message."""
        self.marks = GLYPHS[glyphs]
        self.fixed: FixedRows | None = None
        """Where lines are only moved, taken out and put in: the rows that stay; else None."""
        self._is_moving = False
        """Whether an edit moves lines, or puts in a whole text, and so is no writing."""
        self._shapes = LineEnds()
        super().__init__(
            unify_line_ends(text),
            soft_wrap=soft_wrap,
            read_only=read_only,
            show_line_numbers=True,
            tab_behavior="focus",  # "indent" would take Escape as well
            name=name,
            id=id,
            classes=classes,
        )
        self.cursor_blink = False  # a blinking cursor sends bytes all day long
        self.colours = DARK
        self._apply_colours(DARK, plain=False)

    def on_mount(self) -> None:
        """Follow the theme of the app from here on."""
        self.watch(self.app, "theme", self._follow_theme)

    def _follow_theme(self) -> None:
        theme = self.app.current_theme
        self._apply_colours(
            colours_for_theme(theme.name, dark=theme.dark), plain=not has_shades(self.app)
        )

    def _apply_colours(self, colours: CodeColours, *, plain: bool) -> None:
        self.colours = colours
        # without shades it must differ by more than its colour
        self._shapes.style = Style(color=colours.gutter, italic=plain)
        self.register_theme(editor_theme(colours, plain=plain))
        self.theme = theme_name(colours, plain=plain)

    def enable_highlighting(self) -> None:
        """Load the grammar and colour the code, which takes some 50 ms the first time."""
        from tutor.ui.widgets.python_syntax import HIGHLIGHTS, python_language

        # a new language makes a new document, with the cursor at its start
        selection, scroll = self.selection, self.scroll_offset
        with self.changing_rows(), self.prevent(TextArea.SelectionChanged):
            self.register_language("python", python_language(), HIGHLIGHTS)
            self.language = "python"
            self.selection = selection
            self.scroll_to(scroll.x, scroll.y, animate=False)

    # Text and cursor

    def load_text(self, text: str) -> None:
        """Show another text from its beginning; earlier edits can no longer be undone."""
        self.clear_error()
        self._shapes.put({}, ())
        super().load_text(unify_line_ends(text))

    def reset_to(self, text: str) -> None:
        """Replace the whole text in one step that Undo takes back, and keep the cursor in place."""
        cursor = self.cursor_location
        with self._moving():
            end = self.document.end
            self.replace(unify_line_ends(text), (0, 0), end, maintain_selection_offset=False)
        self.move_cursor(self.clamp_visitable(cursor))

    def go_to(self, row: int, column: int) -> None:
        """Move the cursor there, or as near as the text allows, and scroll to it."""
        self.move_cursor(self.clamp_visitable((row, column)))

    # Repaints of changed rows

    def draw_row(self, y: int) -> Strip:
        """Return a row of the editor, with what stands behind its line, if that fits."""
        return self._shapes.draw(self, self._draw_mark(TextArea.render_line(self, y)), y)

    def _draw_mark(self, strip: Strip) -> Strip:
        """Return the row; that of a marked line with its glyph, and its message if that fits."""
        gutter_width = self.gutter_width
        # only the first row of a wrapped line has its number in the gutter
        if not self.error_line or strip.crop(0, gutter_width).text.strip() != str(self.error_line):
            return strip
        colours = self.colours
        colour = colours.error if self.mark_glyph == self.marks.error else colours.here
        gutter_text = f"{self.error_line:>{gutter_width - 2}}{self.mark_glyph} "
        style = Style(color=colours.background, bgcolor=colour, bold=True)
        code = strip.crop(gutter_width)
        message = f"{self.mark_glyph} {self.error_message}"
        code = append_to_row(code, message, Style(color=colour, italic=True))
        return Strip.join([Strip([Segment(gutter_text, style)]), code])

    def get_line(self, line_index: int) -> Text:
        """Return a line, underlined if it is marked, with its non-breaking spaces made visible."""
        line = super().get_line(line_index)
        if line_index == self.error_line - 1:
            line.stylize(Style(underline=True), len(indentation.indent_of(line.plain)))
        if NON_BREAKING in line.plain:
            for index, character in enumerate(line.plain):
                if character == NON_BREAKING:
                    line.stylize(Style(underline=True, reverse=True), index, index + 1)
        return line

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit, and move the mark with its line or take it away.

        Every change of the text comes through here, except undo and redo. Where lines are only
        moved, writing is refused.
        """
        if self.fixed is not None and not self._is_moving:
            self.post_message(self.WritingRefused(self))
            return EditResult(self.cursor_location, "")
        removed_lines = edit.bottom[0] - edit.top[0]
        is_above_mark = edit.bottom[0] < self.error_line - 1
        with self.changing_rows():
            result = super().edit(edit)
            if self.error_line and is_above_mark:
                self.error_line += edit.text.count("\n") - removed_lines
            self._forget_edited_error()
            self._shapes.follow(self.document.lines)
        return result

    def undo(self) -> None:
        """Undo the last step; the mark goes if its line has changed."""
        with self.changing_rows():
            super().undo()
            self._forget_edited_error()
            self._shapes.follow(self.document.lines)

    def redo(self) -> None:
        """Redo the step undone last; the mark goes if its line has changed."""
        with self.changing_rows():
            super().redo()
            self._forget_edited_error()
            self._shapes.follow(self.document.lines)

    def move_cursor(
        self,
        location: tuple[int, int],
        select: bool = False,
        center: bool = False,
        record_width: bool = True,
    ) -> None:
        """Move the cursor as Textual does, and repaint only the rows that look different."""
        with self.changing_rows():
            super().move_cursor(location, select, center, record_width)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, except while Undo has cut off the text above it.

        Textual raises ValueError there when the scrollbar goes at the same moment; it scrolls
        again once the cursor is back in the text.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    # The marked line

    def mark_error(self, line: int, message: str) -> None:
        """Mark a line that failed, with the message behind it and in the lower border.

        Lines are counted from 1. The mark goes when the line is edited. A line outside the text
        marks nothing, and takes an earlier mark away.
        """
        self._mark(line, message, self.marks.error)

    def mark_here(self, line: int, message: str) -> None:
        """Mark the line at which a paused program stands, with a glyph of its own."""
        self._mark(line, message, self.marks.here)

    def _mark(self, line: int, message: str, glyph: str) -> None:
        if not 1 <= line <= self.document.line_count:
            self.clear_error()
            return
        self.error_line, self.error_message, self.mark_glyph = line, message, glyph
        self.error_text = self.document.get_line(line - 1)
        self.border_subtitle = Text(f"{glyph} line {line}: {message}")
        self._repaint()

    def clear_error(self) -> None:
        """Take the mark away, and post `ErrorCleared`, if a line is marked."""
        if self.error_line:
            self.error_line, self.error_message, self.error_text = 0, "", ""
            self.border_subtitle = None
            self._repaint()
            self.post_message(self.ErrorCleared(self))

    def _forget_edited_error(self) -> None:
        if not self.error_line:
            return
        row = self.error_line - 1
        if row >= self.document.line_count or self.document.get_line(row) != self.error_text:
            self.clear_error()

    # Shapes behind lines

    def put_shapes(self, shapes: Mapping[int, str], source: str) -> None:
        """Put texts behind lines of `source`, counted from 1, where they are still in the text.

        They replace those before. Each goes when its line is edited.
        """
        with self.changing_rows():
            rows = {line - 1: text for line, text in shapes.items()}
            self._shapes.put(rows, unify_line_ends(source).split("\n"))
            self._shapes.follow(self.document.lines)

    def show_shapes(self, shown: bool) -> None:
        """Draw the shapes that were put, or hide them."""
        with self.changing_rows():
            self._shapes.is_shown = shown

    @property
    def shows_shapes(self) -> bool:
        """Whether shapes are drawn where there are any."""
        return self._shapes.is_shown

    def _repaint(self) -> None:
        self.notify_style_update()  # drops the rows that Textual keeps drawn
        self.refresh()

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Run the action of the key at once, in the order of typing; Enter indents the new line."""
        if self.fixed is not None and event.key in MOVING_KEYS:
            event.stop()
            event.prevent_default()
            self._move_line(event.key, self.fixed)
        elif event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._break_line()
        else:
            await act_at_once(self, event, self.ACTIONS)

    def _move_line(self, key: str, fixed: FixedRows) -> None:
        """Exchange the line of the cursor with a neighbour, or take it out or in."""
        row, column = self.cursor_location
        lines = self.document.lines
        if key in IN_OR_OUT and fixed.leave(row, len(lines)):
            with self._moving():
                self.selection = Selection.cursor((row, column))
                self._change_lines(indentation.toggle_comments)
        other = other_row(key, row, len(lines), fixed)
        if other is not None:
            first, last, text = exchanged(lines, row, other)
            with self.changing_rows(), self._moving():
                self.replace(text, (first, 0), (last, len(lines[last])))
                self.move_cursor(self.clamp_visitable((other, column)))

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Let edits through that are no writing; Undo takes them back in one step."""
        self.history.checkpoint()
        self._is_moving = True
        try:
            yield
        finally:
            self._is_moving = False
            self.history.checkpoint()

    def _break_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.document.get_text_range((0, 0), start)
        indent = indentation.next_line_indent(before)
        rest = self.document.get_line(end[0])[end[1] :]
        if before.rpartition("\n")[2].strip():  # spaces at the break would add to the indentation
            end = (end[0], end[1] + len(rest) - len(rest.lstrip(" \t")))
        self.replace("\n" + indent, start, end, maintain_selection_offset=False)

    def action_delete_left(self) -> None:
        """Delete the selection, a level of indentation, or one character."""
        row, column = self.cursor_location
        count = indentation.backspace_length(self.document.get_line(row)[:column])
        if self.read_only or not self.selection.is_empty or count == 1:
            super().action_delete_left()
            return
        self.delete((row, column - count), (row, column), maintain_selection_offset=False)

    def action_indent(self) -> None:
        """Indent the selected lines; without a selection, insert spaces up to the next stop."""
        if self.read_only:
            return
        if self.selection.is_empty:
            row, column = self.cursor_location
            width = self.get_column_width(row, column)
            self.insert(indentation.spaces_to_next_stop(width), maintain_selection_offset=False)
        else:
            self._change_lines(indentation.indent_lines)

    def action_dedent(self) -> None:
        """Dedent the line of the cursor, or the selected lines."""
        self._change_lines(indentation.dedent_lines)

    def action_toggle_comment(self) -> None:
        """Comment the line of the cursor, or the selected lines, out or back in."""
        self._change_lines(indentation.toggle_comments)

    def _change_lines(self, change: Callable[[Sequence[str]], list[str]]) -> None:
        """Replace the selected lines in one step, and select the same characters again."""
        first, last = self._selected_rows()
        old = [self.document.get_line(row) for row in range(first, last + 1)]
        new = change(old)
        if self.read_only or new == old:
            return
        selection = self.selection

        def moved_location(location: tuple[int, int]) -> tuple[int, int]:
            row, column = location
            if not first <= row <= last:
                return location
            return row, _moved_column(column, old[row - first], new[row - first])

        with self.changing_rows():
            self.replace("\n".join(new), (first, 0), (last, len(old[-1])))
            self.selection = Selection(
                moved_location(selection.start), moved_location(selection.end)
            )

    def _selected_rows(self) -> tuple[int, int]:
        """Return the first and last selected row, without one that is only touched at its start."""
        start, end = sorted(self.selection)
        if end[0] > start[0] and end[1] == 0:
            return start[0], end[0] - 1
        return start[0], end[0]

    # The clipboard

    def on_paste(self, event: events.Paste) -> None:
        """Insert text from the clipboard of the terminal."""
        event.stop()
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Insert text that was copied within the app."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Replace the selection by a text made safe, or post `PasteRefused` if it is too long."""
        if self.read_only:
            return
        start, end = sorted(self.selection)
        kept_length = len(self.text) - len(self.document.get_text_range(start, end))
        if len(text) + kept_length > MAX_TEXT:
            self.post_message(self.PasteRefused(self, len(text), MAX_TEXT))
            return
        self.replace(clean_paste(text), start, end, maintain_selection_offset=False)


def _moved_column(column: int, old: str, new: str) -> int:
    """Return the column of a character after a change in its line's indentation; 0 stays 0."""
    return max(0, min(len(new), column + len(new) - len(old))) if column else 0
