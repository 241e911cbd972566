"""A text area with the keys, edits, pastes and clipboard of a code editor.

`tutor.ui.keys` assigns keys to actions, and plain functions in `tutor.ui.editor` compute the edits;
this module connects the two. It repaints changed rows only, and draws nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.widgets.text_area import Edit, EditResult, Selection

from tutor.course.blanks import next_blank, previous_blank
from tutor.text import clean_paste, unify_line_ends
from tutor.ui.editor import indentation, late, whole_lines
from tutor.ui.editor.brackets import PutIn, closer_for, is_in_text, wrapped
from tutor.ui.editor.pasting import pasted
from tutor.ui.editor.text_area_private import QuickTextArea
from tutor.ui.editor.text_edit import Place, Span, TextEdit, word_at
from tutor.ui.editor.whole_lines import IN_OR_OUT, MOVING_KEYS, FixedRows, exchanged, other_row
from tutor.ui.keys import EDITOR_KEYS, NO_USER_KEYS, EditorKeys, UserKeys, editor_binding_id
from tutor.ui.widgets.immediate_keys import act_at_once
from tutor.ui.widgets.row_refresh import RowRefresh

MAX_TEXT = 40_000
"""Maximum length of the text in characters after a paste; a longer paste is refused.

Each key parses the whole text, so typing in a very long one would lag.
"""

MAX_UNDO = 5_000
"""Maximum number of undo steps. Textual's 50 is less than the typing of one program."""

BarName = Literal["find", "replace", "line"]

_DOUBLE, _TRIPLE = 2, 3
_ENDS_NAME = re.compile(r"(?:[^\W\d]\w*|\w\.|[)\]]\.)\Z")


def _action_of(row: EditorKeys) -> str:
    if row.name in whole_lines.LINE_CHANGES:
        return f"change_lines({row.name!r})"
    return row.action or row.name


def _bindings() -> list[BindingType]:
    return [
        Binding(
            ",".join(row.keys),
            _action_of(row),
            row.name,
            show=False,
            id=editor_binding_id(row.name),
        )
        for row in EDITOR_KEYS
        if row.keys
    ]


class EditorMessage(Message):
    """A message of an editor to the pane around it."""


class EditingArea(RowRefresh, QuickTextArea, inherit_bindings=False):
    """A `TextArea` with the keys and edits of a code editor."""

    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    @dataclass
    class PasteRefused(EditorMessage):
        """Posted when a paste is too long; nothing was inserted."""

        characters: int
        """Length of the paste."""
        limit: int
        """Maximum length of the whole text."""

    class WritingRefused(EditorMessage):
        """Posted when writing is refused because lines can only be moved."""

    @dataclass
    class LineStays(EditorMessage):
        """Posted when the cursor's line cannot be moved that way, or not at all."""

        first: int
        """First movable line, counted from 1."""
        last: int
        """Last movable line."""

    class NoBlank(EditorMessage):
        """Posted when there is no blank to go to."""

    def __init__(
        self,
        text: str,
        *,
        soft_wrap: bool,
        id: str | None,  # noqa: A002  # Textual's name for it
    ) -> None:
        self.fixed: FixedRows | None = None
        """Rows that cannot be moved; None if the text can be edited freely."""
        self.closes_brackets = True
        """True to insert a closing bracket after an opening one."""
        self._is_moving = False
        """True while an edit moves lines or replaces the whole text, which is always allowed."""
        self.open_bar: Callable[[BarName], Awaitable[None]] = _do_nothing
        """Opens the fields of that name and focuses them before it returns."""
        self.show_next_mistake: Callable[[], Awaitable[None]] = _do_nothing
        """Goes to the next mistake in the text and shows its message."""
        self.take_key_first: Callable[[str], bool] = lambda _: False
        """Handles a key before the editor does; returns False to leave it to the editor."""
        self.complete_name: Callable[[], bool] = lambda: False
        """Offers completions of the name at the cursor; returns False if there never are any."""
        self.show_documentation: Callable[[], None] = lambda: None
        """Shows the documentation of the name at the cursor."""
        self._put_in = PutIn()
        self._copied_lines = ""
        """Whole lines copied last without a selection; "" after any other copy."""
        self._last_key = ""
        self.actions: Mapping[str, str] = MappingProxyType({})
        """Action by key."""
        self._second: Mapping[str, str] = MappingProxyType({})
        self.use_keys(NO_USER_KEYS)
        super().__init__(
            text,
            soft_wrap=soft_wrap,
            show_line_numbers=True,
            tab_behavior="focus",  # "indent" would take Escape as well
            max_checkpoints=MAX_UNDO,
            id=id,
        )
        self.cursor_blink = False  # a blinking cursor sends bytes all day long

    def use_keys(self, user_keys: UserKeys) -> None:
        """Apply the table of keys, with the learner's changes."""
        self.actions = {
            key: _action_of(row) for row in EDITOR_KEYS for key in user_keys.get(row.name, row.keys)
        }
        self._second = {key: _action_of(row) for row in EDITOR_KEYS for key in row.twice}

    async def act(self, name: str) -> None:
        row = next(row for row in EDITOR_KEYS if row.name == name)
        await self.run_action(_action_of(row))

    # Edits

    @property
    def span(self) -> Span:
        """Start and cursor of the selection."""
        return self.selection.start, self.selection.end

    def load_text(self, text: str) -> None:
        """Load another text, with the cursor at its start and an empty undo history."""
        self._put_in.places.clear()
        super().load_text(unify_line_ends(text))

    def reset_to(self, text: str) -> None:
        """Replace the whole text as one undo step, and keep the cursor in place."""
        cursor = self.cursor_location
        with self._moving():
            end = self.document.end
            self.replace(unify_line_ends(text), (0, 0), end, maintain_selection_offset=False)
        self.move_cursor(self.clamp_visitable(cursor))

    def go_to(self, row: int, column: int) -> None:
        """Move the cursor there, or as near as the text allows, and scroll to it."""
        self.move_cursor(self.clamp_visitable((row, column)))

    def select_span(self, span: Span) -> None:
        """Select from one place to another, with the cursor at the second; scroll there."""
        with self.changing_rows():
            self.selection = Selection(*map(self.clamp_visitable, span))
            self.record_cursor_width()
            self.history.checkpoint()

    def apply(self, change: TextEdit | None) -> None:
        """Apply a change, if there is one, as one undo step."""
        if change is None or self.read_only:
            return
        with self.changing_rows():
            self.history.checkpoint()
            self.replace(change.text, change.start, change.end)
            if self.fixed is None or self._is_moving:
                self.select_span(change.selection)

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit; refuse writing while lines can only be moved.

        Every change of the text except undo and redo comes through here.
        """
        if self.fixed is not None and not self._is_moving:
            self.post_message(self.WritingRefused())
            return EditResult(self.cursor_location, "")
        top, bottom = edit.top, edit.bottom
        with self.changing_rows():
            result = super().edit(edit)
            self._put_in.follow(top, bottom, result.end_location)
        return result

    def undo(self) -> None:
        """Undo the last step, unless the editor is read-only."""
        if self.read_only:
            return
        self._put_in.places.clear()
        with self.changing_rows():
            super().undo()
            # otherwise the next typed text would join the step before, which may be a paste
            self.history.checkpoint()

    def redo(self) -> None:
        """Redo the step undone last, unless the editor is read-only."""
        if self.read_only:
            return
        self._put_in.places.clear()
        with self.changing_rows():
            super().redo()

    def move_cursor(
        self,
        location: tuple[int, int],
        select: bool = False,
        center: bool = False,
        record_width: bool = True,
    ) -> None:
        """Move the cursor as Textual does, but repaint only the rows that change."""
        with self.changing_rows():
            super().move_cursor(location, select, center, record_width)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, unless Undo has removed the text above it.

        Textual raises ValueError there if the scrollbar disappears too; it scrolls again once the
        cursor is back in the text.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Run the key's action at once, in typing order; Enter indents the new line."""
        again = self._second.get(event.key) if event.key == self._last_key else None
        self._last_key = "" if again else event.key
        if self.take_key_first(event.key):
            pass
        elif self.fixed is not None and event.key in MOVING_KEYS and not self.read_only:
            self._move_line(event.key, self.fixed)
        elif again is not None:
            await self.run_action(again)
        elif event.key == "enter" and not self.read_only:
            self._break_line()
        elif not (event.character and self._type_sign(event.character)):
            await act_at_once(self, event, self.actions)
            return
        event.stop()
        event.prevent_default()

    def _type_sign(self, character: str) -> bool:
        """Handle a character that does more than insert itself; return False otherwise."""
        if self.read_only or self.fixed is not None:
            return False
        if not self.selection.is_empty:
            change = wrapped(self.document.lines, self.span, character)
            self.apply(change if self.closes_brackets else None)
            return self.closes_brackets and change is not None
        if character == ":":
            return self._end_clause()
        if character in indentation.CLOSING:
            return self._type_closer(character)
        return self.closes_brackets and self._open_bracket(character)

    def _end_clause(self) -> bool:
        """Insert the colon of a clause such as `else:`, and dedent it to its statement."""
        row, column = place = self.cursor_location
        lines = self.document.lines
        indent = indentation.clause_indent(lines[:row], f"{lines[row][:column]}:")
        if indent is None or lines[row][column:].strip() or is_in_text(self._text_before(place)):
            return False
        self.replace(":", place, place, maintain_selection_offset=False)
        self._indent_line(row, indent)
        return True

    def _type_closer(self, character: str) -> bool:
        """Type over an inserted bracket; align one that begins its line with its partner."""
        row, column = place = self.cursor_location
        indent = indentation.closer_indent(self._text_before(place), character)
        is_put_in = self._put_in.is_at(place, self.document.lines, character)
        if is_put_in:
            self._put_in.places.remove(place)
            self.move_cursor((row, column + 1))
        elif indent is not None:
            self.replace(character, place, place, maintain_selection_offset=False)
        if indent is not None:
            self._indent_line(row, indent)
        return is_put_in or indent is not None

    def _indent_line(self, row: int, indent: str) -> None:
        """Change the indentation of a line as a separate undo step."""
        old = indentation.indent_of(self.document.get_line(row))
        if indent != old:
            self.history.checkpoint()
            self.replace(indent, (row, 0), (row, len(old)))
            self.history.checkpoint()

    def _open_bracket(self, character: str) -> bool:
        """Insert a bracket with its partner; return False if none is inserted."""
        row, column = place = self.cursor_location
        if character not in indentation.OPENING:
            return False
        before = self._text_before(place)
        closer = closer_for(character, before, self.document.get_line(row)[column:])
        if closer:
            with self.changing_rows():
                self.replace(character + closer, place, place, maintain_selection_offset=False)
                self.move_cursor((row, column + 1))
            self._put_in.places.append((row, column + 1))
        return bool(closer)

    def _text_before(self, place: Place) -> str:
        row, column = place
        lines = self.document.lines
        return "\n".join((*lines[:row], lines[row][:column]))

    def _move_line(self, key: str, fixed: FixedRows) -> None:
        """Swap the cursor's line with a neighbour, or remove or restore it."""
        row, column = self.cursor_location
        rows = self.document.lines
        other = other_row(key, row, len(rows), fixed)
        if key in IN_OR_OUT and fixed.leave(row, len(rows)):
            with self._moving():
                self.selection = Selection.cursor((row, column))
                self._change_lines(indentation.toggle_comments)
        elif other is not None:
            first, last, text = exchanged(rows, row, other)
            with self.changing_rows(), self._moving():
                self.replace(text, (first, 0), (last, len(rows[last])))
                self.move_cursor(self.clamp_visitable((other, column)))
        else:
            self.post_message(self.LineStays(fixed.above + 1, len(rows) - fixed.below))

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Allow edits that are not writing, and group them as one undo step."""
        self.history.checkpoint()
        self._is_moving = True
        try:
            yield
        finally:
            self._is_moving = False
            self.history.checkpoint()

    def _break_line(self) -> None:
        start, end = sorted(self.selection)
        before = self._text_before(start)
        indent = indentation.next_line_indent(before)
        rest = self.document.get_line(end[0])[end[1] :]
        if before.rpartition("\n")[2].strip():  # spaces at the break would add to the indentation
            end = (end[0], end[1] + len(rest) - len(rest.lstrip(" \t")))
        self.replace("\n" + indent, start, end, maintain_selection_offset=False)

    def action_delete_left(self) -> None:
        """Delete the selection, a level of indentation, an empty pair, or one character."""
        row, column = place = self.cursor_location
        line = self.document.get_line(row)
        count = indentation.backspace_length(line[:column])
        if self.read_only or not self.selection.is_empty:
            super().action_delete_left()
        elif self._put_in.is_at(place, self.document.lines, _partner(line[:column])):
            self.history.checkpoint()
            self.delete((row, column - 1), (row, column + 1), maintain_selection_offset=False)
        elif count == 1:
            super().action_delete_left()
        else:
            self.delete((row, column - count), place, maintain_selection_offset=False)

    def action_delete_to_start_of_line(self) -> None:
        """Delete to the start of the line including its wrapped rows, then the line break."""
        row, column = self.cursor_location
        self._delete_or((row, 0), self.action_delete_left, is_there=column == 0)

    async def action_delete_to_end_of_line_or_delete_line(self) -> None:
        """Delete to the end of the line including its wrapped rows, then the line break."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        delete_line = partial(self.action_change_lines, "delete_line")
        at_end = self.action_delete_right if line else delete_line
        self._delete_or((row, len(line)), at_end, is_there=column == len(line))

    def _delete_or(self, to: Place, otherwise: Callable[[], None], *, is_there: bool) -> None:
        """Delete up to a place, or call `otherwise` if that deletes nothing."""
        if is_there:
            otherwise()
        elif not self.read_only:
            self.delete(self.cursor_location, to, maintain_selection_offset=False)

    # Lines

    def action_indent(self) -> None:
        if self.read_only:
            return
        if self.selection.is_empty:
            row, column = self.cursor_location
            if self._is_in_name() and self.complete_name():
                return
            width = self.get_column_width(row, column)
            self.insert(indentation.spaces_to_next_stop(width), maintain_selection_offset=False)
        else:
            self._change_lines(indentation.indent_lines)

    def _is_in_name(self) -> bool:
        """Return True if a name ends at the cursor, outside strings and comments."""
        row, column = self.cursor_location
        if not _ENDS_NAME.search(self.document.get_line(row)[:column]):
            return False
        return late.read_cursor(self.document.lines, row, column).is_code

    def action_change_lines(self, name: str) -> None:
        self.apply(whole_lines.LINE_CHANGES[name](self.document.lines, self.span))

    def _change_lines(self, change: Callable[[Sequence[str]], list[str]]) -> None:
        self.apply(whole_lines.change_lines(self.document.lines, self.span, change))

    # Places

    def action_text_start(self, select: bool = False) -> None:
        self.move_cursor((0, 0), select)

    def action_text_end(self, select: bool = False) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end, select)

    def action_next_blank(self) -> None:
        """Select the next blank, so that typing replaces it."""
        here = self.selection
        self._select_blank(next_blank(self.document.lines, max(here)))

    def action_previous_blank(self) -> None:
        """Select the previous blank, so that typing replaces it."""
        self._select_blank(previous_blank(self.document.lines, min(self.selection)))

    def _select_blank(self, blank: Span | None) -> None:
        if blank is None:
            self.post_message(self.NoBlank())
        else:
            self.select_span(blank)

    def on_click(self, event: events.Click) -> None:
        self._last_key = ""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if event.chain == _DOUBLE:
            start, end = word_at(line, column)
            self.select_span(((row, start), (row, end)))
        elif event.chain == _TRIPLE:
            self.select_span(((row, 0), (row, len(line))))

    async def action_open_bar(self, name: BarName) -> None:
        await self.open_bar(name)

    async def action_next_mistake(self) -> None:
        """Go to the next mistake that can be found without a run."""
        await self.show_next_mistake()

    def action_complete(self) -> None:
        """Offer names at the cursor; while lines can only be moved, explain that."""
        if not self.complete_name() and self.fixed is not None:
            self.post_message(self.WritingRefused())

    def action_documentation(self) -> None:
        self.show_documentation()

    # The clipboard

    def action_copy(self) -> None:
        """Copy the selection; without one, the cursor's line."""
        rows = self.document.lines
        is_line = self.selection.is_empty
        text = whole_lines.whole_lines(rows, self.span) if is_line else self.selected_text
        self._copied_lines = text if is_line else ""
        self.app.copy_to_clipboard(text)

    def action_cut(self) -> None:
        """Cut the selection; without one, the cursor's line."""
        if self.read_only:
            return
        self.action_copy()
        if self._copied_lines:
            self.action_change_lines("delete_line")
        else:
            self.history.checkpoint()
            self.delete(*self.span, maintain_selection_offset=False)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste text copied within the app; whole lines go above the cursor's line."""
        text = self.app.clipboard
        if text and text == self._copied_lines and self.selection.is_empty:
            row, column = self.cursor_location
            place = row + text.count("\n"), column
            self._insert(TextEdit(text, (row, 0), (row, 0), (place, place)))
        else:
            self._paste(text)

    def _paste(self, text: str) -> None:
        self._insert(pasted(clean_paste(text), self.document.lines, *sorted(self.selection)))

    def _insert(self, change: TextEdit) -> None:
        """Apply a change that inserts text, or post `PasteRefused` if it is too long."""
        if self.read_only or not change.text:
            return
        kept = len(self.text) - len(self.document.get_text_range(change.start, change.end))
        if len(change.text) + kept > MAX_TEXT:
            self.post_message(self.PasteRefused(len(change.text), MAX_TEXT))
            return
        if change.start == change.selection[0]:
            self.history.checkpoint()
            self.replace(change.text, change.start, change.end, maintain_selection_offset=False)
            self.history.checkpoint()
        else:
            self.apply(change)


async def _do_nothing(*_: object) -> None:
    """Stand in for a part that an editor does not have, such as its bars."""


def _partner(before: str) -> str:
    """Return the bracket that closes the one before the cursor, or " "."""
    index = indentation.OPENING.find(before[-1:]) if before else -1
    return indentation.CLOSING[index] if index >= 0 else " "
