"""The pane Code: the locked givens, the editor with the learner's code, and a line about it.

The pane never saves: it reports changes, and the screen hands the text to the session. Grammar and
colours are slow to import and come after the first frame, by `wake`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import EditHistory

from tutor.course.blanks import next_blank
from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.line_order import fixed_rows
from tutor.course.model import Step
from tutor.first_screen.given_code import (
    CLOSE,
    MARGIN,
    SHOW_ALL,
    all_givens,
    folded_givens,
    rows_of,
    shown_givens,
)
from tutor.first_screen.text_lines import pinned_above_code, text_width
from tutor.session.pausing import paused_at, phase_words
from tutor.session.state import PartRun, State
from tutor.ui.editor.bars import EditorBars
from tutor.ui.editor.buffer_line import HOW_TO_MOVE, NO_BLANK, STAYS, BufferLine
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.line_moves import FixedRows
from tutor.ui.editor.marker_watch import MarkerWatch
from tutor.ui.editor.name_help import AskedName, NameHelp
from tutor.ui.editor.text_edit import selected_rows
from tutor.ui.editor.whole_lines import lines_alone
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.slow_imports import import_in_turns
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText

if TYPE_CHECKING:
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.completion_list import CompletionList
    from tutor.ui.editor.text_edit import Span

OPEN_EDITOR_ROWS = 3
"""Minimum rows of the editor while all givens are shown."""

ONE_LINE = "There is room for one line: the other lines of the paste are left out."

SLOW_TO_IMPORT = ("tree_sitter", "tree_sitter_python", "tutor.ui.widgets.python_syntax")
"""Modules that highlighting imports."""


@dataclass(frozen=True)
class _SavedBuffer:
    """The buffer of a step that the learner left, with its undo history."""

    text: str
    cursor: tuple[int, int]
    first_row: int
    history: EditHistory


class CodePane(Pane):
    """The pane in which the learner writes code."""

    class SourceChanged(Message):
        """Posted when the buffer changes; `take_change` returns the text on arrival."""

    class CursorMoved(Message):
        """Posted when the cursor moves."""

    class NameAsked(Message):
        """Posted when the learner asks for the documentation of a name."""

        def __init__(self, name: AskedName) -> None:
            super().__init__()
            self.name = name

    class HelpFailed(Message):
        """Posted when a fault of the tutor stopped the help with names or a check for mistakes."""

        def __init__(self, fault: Exception) -> None:
            super().__init__()
            self.fault = fault

    class FocusWanted(Message):
        """Posted when a part of the pane should get the focus."""

        def __init__(self, widget: Widget) -> None:
            super().__init__()
            self.widget = widget

    def __init__(self, *, marks: Marks) -> None:
        super().__init__("code", marks=marks)
        self._pinned_task = LessonText(id="code-task")
        """The beginning of the task, for layouts that do not show the text."""
        self._givens = CodeView(
            id="givens",
            key_note=marks.fill(SHOW_ALL),
            close_note=marks.fill(CLOSE),
            glyphs=marks.glyphs,
        )
        self._givens_scroll = VerticalScroll(self._givens, id="givens-scroll", can_focus=False)
        self.editor = CodeEditor(id="editor", glyphs=marks.glyphs)
        self.markers = MarkerWatch(self.editor, told=self._update_line, failed=self._tell_fault)
        self._line = BufferLine(self.editor, self.markers, marks)
        self.editor.show_next_mistake = self._line.show_next_mistake
        self._bars = EditorBars(self, self.editor, self._line, marks, self._update_line)
        self.editor.open_bar = self._bars.open_fields
        self.name_help = NameHelp(
            self.editor,
            make_list=self._make_list,
            told=self._update_line,
            say=self._line.warn,
            failed=self._tell_fault,
        )
        self.editor.take_key_first = self.name_help.take_key
        self.editor.complete_name = self.name_help.complete
        self.editor.show_documentation = self._ask_for_documentation
        self._step: Step | None = None
        """Step whose code is in the editor; None before the first."""
        self._taken = ""
        """Text that was last loaded, or last returned by `take_change`."""
        self._saved_buffers: dict[str, _SavedBuffer] = {}
        """Buffers of steps left since the app started, by step id."""
        self._area = (0, 0)
        """Columns and rows of givens and editor together."""
        self._is_awake = False
        self._marked_for: tuple[object, ...] = ()
        """Run, verdict and pause of the marked line, with a flag for a run that continues."""
        self._selects_blank = False
        """True if the blank at the cursor is selected once the editor gets the focus."""
        self._is_begun = False
        """True if the cursor was restored instead of placed at the first blank."""

    def compose(self) -> ComposeResult:
        yield self._pinned_task
        yield self._givens_scroll
        yield self.editor
        yield self._line

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.editor, "scroll_y", self._close_list, init=False)
        if self._is_awake:
            self._enable_highlighting()

    async def wake(self) -> None:
        """Import and enable highlighting; call this after the first frame."""
        await import_in_turns(SLOW_TO_IMPORT)
        self._is_awake = True
        if self.is_mounted:
            self._enable_highlighting()

    def _enable_highlighting(self) -> None:
        self.call_after_refresh(self.editor.enable_highlighting)
        self.call_after_refresh(self._givens.enable_highlighting)

    def draw(self, old: State | None, new: State) -> None:
        """Show the step's givens, and mark the line of the last run or verdict."""
        is_new_step = old is None or old.step is not new.step
        if is_new_step and new.step is not None and kind_of(new.step).has_program:
            self._givens.opened = False
            self._givens.code = all_givens(new.step)
            self._givens.folded = folded_givens(new.step)
            self._givens_scroll.can_focus = False
            self._givens_scroll.display = bool(self._givens.code.strip())
            self._fit_givens()
        marked_for = (new.ending, new.verdict, paused_at(new), _runs_own_code(new))
        if marked_for != self._marked_for:
            self._marked_for = marked_for
            self._mark_line(new)
        if old is not None and old.last_run != new.last_run:
            self._bars.forget_answer()
        if new.worker.phase == "ready" and (old is None or old.worker.phase != "ready"):
            self.markers.worker_is_ready()
        ending = new.ending
        if ending is not None and (old is None or ending is not old.ending):
            self.editor.put_shapes(dict(ending.shapes), ending.source)

    def let_edit(self, watched: str) -> None:
        """Make the editor editable, unless the file of this name replaces it."""
        self.editor.read_only = bool(watched)
        if watched:
            self.name_help.close_all()
        if watched != self._line.watched:
            self._line.watched = watched
            self._update_line()

    def focus_target(self) -> Widget:
        """Return the editor, or the focused field below it."""
        return self._bars.focused or self.editor

    @property
    def selected_part(self) -> tuple[str, PartRun]:
        """The selected lines, or the cursor's line, as a program, and their range."""
        span = self.editor.span
        first, last = selected_rows(span)
        program = lines_alone(self.editor.document.lines, span)
        return program, PartRun(self.source, first + 1, last + 1)

    @property
    def source(self) -> str:
        """The code in the editor."""
        return self.editor.text

    @property
    def cursor(self) -> tuple[int, int]:
        """The row and column of the cursor, from 0."""
        return self.editor.cursor_location

    @property
    def first_row(self) -> int:
        """First visible row of the code, from 0."""
        return int(self.editor.scroll_offset.y)

    def make_room(self, columns: int, rows: int, *, alone: bool) -> None:
        """Adapt to the layout, which gives the pane this many inner columns and rows.

        `alone` is True if no other pane is on screen; the line then names the key for the task.
        """
        self._line.is_alone, self._line.room = alone, columns - 2
        self._area = columns, rows - 1 - self._pin_task(columns, rows)  # the last line has one
        self.name_help.close()
        self._givens_scroll.styles.max_height = max(1, self._area[1] - OPEN_EDITOR_ROWS)
        self._update_line()
        self._fit_givens()
        self._bars.give_rows(self._area[1] // 2)

    def _pin_task(self, columns: int, rows: int) -> int:
        """Show the beginning of the task if its text is hidden; return the rows it takes."""
        step = self._step
        self._pinned_task.text = step.task if step is not None and self._line.is_alone else ""
        task = len(self._pinned_task.lines(text_width(columns)))
        code_rows = rows_of(self.editor.text, columns - MARGIN, rows)
        pinned = pinned_above_code(task, code_rows, rows)
        self._pinned_task.display = pinned > 0
        if not pinned:
            return 0
        self._pinned_task.styles.height = pinned + 1  # the rule below it has one
        return pinned + 1

    def _fit_givens(self) -> None:
        """Show as many lines of the givens as the editor can spare."""
        self._givens.preview_lines = shown_givens(
            self._givens.folded or self._givens.code, self.editor.text, *self._area
        )

    @property
    def can_fold_givens(self) -> bool:
        """True if the givens have more lines than their closed view shows."""
        return self._givens.display and self._givens.collapsible

    def toggle_givens(self) -> None:
        """Show all of the givens, or only their first lines."""
        self._givens.toggle()
        self._let_scroll_givens()

    @on(CodeView.Toggled)
    def _let_scroll_givens(self) -> None:
        self.call_after_refresh(self._focus_open_givens)

    def _focus_open_givens(self) -> None:
        """Focus open givens that do not fit, so that keys scroll them; else unfocus them."""
        scroll = self._givens_scroll
        had_focus = scroll.has_focus
        scroll.can_focus = self._givens.opened and scroll.max_scroll_y > 0
        if scroll.can_focus and self.display:
            self.post_message(self.FocusWanted(scroll))
        elif had_focus:
            self.editor.focus()

    def show_shapes(self, *, shown: bool) -> None:
        """Show or hide the shapes that a run found at the ends of its lines."""
        self.editor.show_shapes(shown)

    @property
    def shows_shapes(self) -> bool:
        """True if shapes are shown after a run found any."""
        return self.editor.shows_shapes

    def load(self, step: Step, source: str) -> None:
        """Load the code of another step into the editor.

        If it equals the buffer left there, cursor, scroll and undo history are restored too. Each
        step has a separate history, so that undo never restores another step's code.
        """
        self._save_buffer()
        self._step = step
        self.editor.fixed = FixedRows(*fixed_rows(step)) if kind_of(step).has_only_moves else None
        self.close_bar()
        self.editor.load_text(source)
        self._taken = self.editor.text
        self._fit_givens()
        self.markers.begin(step if self.editor.fixed is None else None)
        self.name_help.begin(step if self.editor.fixed is None else None)
        self._go_to_first_blank()
        saved = self._saved_buffers.pop(step.id, None)
        if saved is not None and saved.text == self._taken:
            self.editor.history = saved.history
            self.return_to(*saved.cursor, saved.first_row)
        self._update_line()

    def _first_blank(self) -> Span | None:
        """Return the first blank; None without one, or after the learner has written code."""
        step, editor = self._step, self.editor
        has_blanks = kind_of(step).has_task and editor.fixed is None
        if step is None or not has_blanks or editor.text != scaffold_of(step):
            return None
        return next_blank(editor.document.lines, (0, 0))

    def _go_to_first_blank(self) -> None:
        """Move the cursor to the first blank, unless the learner has written code."""
        blank = self._first_blank()
        self._selects_blank, self._is_begun = blank is not None, False
        if blank is not None:
            with self.editor.prevent(TextArea.SelectionChanged):  # the app moved the cursor
                self.editor.go_to(*blank[0])

    @on(events.DescendantFocus)
    def _select_first_blank(self) -> None:
        """Select the blank at the cursor, so that typing replaces it."""
        if not (self._selects_blank and self.editor.has_focus):
            return
        self._selects_blank = False
        blank = self._first_blank()
        if blank is not None and self.editor.selection.is_empty and self.cursor in blank:
            with self.editor.prevent(TextArea.SelectionChanged):
                self.editor.select_span(blank)
            self._update_line()
            if self.first_row and not self._is_begun:
                self.call_after_refresh(self._scroll_to_blank)

    def _scroll_to_blank(self) -> None:
        """Scroll just far enough to show the blank, as the first screen does.

        The editor has its final height now; it was lower when the blank was selected.
        """
        if self._first_blank() is not None:
            editor = self.editor
            row = editor.wrapped_document.location_to_offset(self.cursor).y
            editor.scroll_to(y=max(0, row + 1 - editor.size.height), animate=False)

    def _save_buffer(self) -> None:
        """Save the buffer, and give the editor an empty history.

        `load_text` clears the editor's history object, which would clear the saved one too.
        """
        history = self.editor.history
        if self._step is not None:
            self._saved_buffers[self._step.id] = _SavedBuffer(
                self.editor.text, self.cursor, self.first_row, history
            )
        self.editor.history = EditHistory(
            history.max_checkpoints, history.checkpoint_timer, history.checkpoint_max_characters
        )

    def take_change(self) -> tuple[Step, str] | None:
        """Return the step and its code if it changed since it was loaded or last taken."""
        source = self.editor.text
        if self._step is None or source == self._taken:
            return None
        self._taken = source
        return self._step, source

    def reset_to(self, source: str) -> None:
        """Replace all of the code with `source`, such as the scaffold; undo restores it."""
        self.editor.reset_to(source)

    def replace_source(self, source: str) -> None:
        """Replace the code with an outside edit, and keep the scroll position."""
        first_row = self.first_row
        self.editor.reset_to(source)
        self.call_after_refresh(self.editor.scroll_to, y=first_row, animate=False)

    def return_to(self, row: int, column: int, scroll: int) -> None:
        """Move the cursor to `row` and `column`, and make `scroll` the first visible row."""
        self._selects_blank, self._is_begun = (row, column) in (self._first_blank() or ()), True
        self.editor.move_cursor((row, column))
        self.call_after_refresh(self.editor.scroll_to, y=scroll, animate=False)

    @on(TextArea.Changed, "#editor")
    def _post_change(self, event: TextArea.Changed) -> None:
        event.stop()
        self.markers.text_changed()
        self.name_help.text_changed()
        self._fit_givens()
        if self.editor.text != self._taken:
            self.post_message(self.SourceChanged())

    @on(TextArea.SelectionChanged, "#editor")
    def _post_cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self.markers.cursor_moved()
        self.name_help.cursor_moved()
        self._update_line()
        self.post_message(self.CursorMoved())

    @on(CodeEditor.ErrorCleared, "#editor")
    def _hide_error(self, event: CodeEditor.ErrorCleared) -> None:
        event.stop()
        self._update_line()

    @on(CodeEditor.PasteRefused, "#editor")
    def _show_paste_refusal(self, event: CodeEditor.PasteRefused) -> None:
        """Show the reason for the refusal until the cursor moves."""
        event.stop()
        self._line.warn(
            f"{event.characters:,} characters are too many to paste: "
            f"the code may have {event.limit:,}."
        )

    @on(CodeEditor.WritingRefused, "#editor")
    def _show_how_to_move(self, event: CodeEditor.WritingRefused) -> None:
        """Show the keys that move lines until the cursor moves."""
        event.stop()
        self._line.warn(HOW_TO_MOVE)

    @on(CodeEditor.LineStays, "#editor")
    def _tell_line_stays(self, event: CodeEditor.LineStays) -> None:
        event.stop()
        self._line.warn(STAYS.format(first=event.first, last=event.last))

    @on(CodeEditor.NoBlank, "#editor")
    def _tell_no_blank(self, event: CodeEditor.NoBlank) -> None:
        event.stop()
        self._line.update_if_changed(NO_BLANK)

    # Names

    async def _make_list(self) -> CompletionList:
        from tutor.ui.editor.completion_list import CompletionList  # not needed at the start

        names = CompletionList(self.marks.ellipsis)
        await self.mount(names)
        return names

    @on(events.DescendantBlur)
    def _close_list(self) -> None:
        self.name_help.close()

    def on_completion_list_picked(self, event: CompletionList.Picked) -> None:
        """Insert the name that was clicked."""
        event.stop()
        self.name_help.accept(event.row)

    def _tell_fault(self, fault: Exception) -> None:
        self.post_message(self.HelpFailed(fault))

    def _ask_for_documentation(self) -> None:
        self.run_worker(self._post_asked_name(), group="documentation", exclusive=True)

    async def _post_asked_name(self) -> None:
        name = await self.name_help.name_at_cursor()
        if name is not None:
            self.post_message(self.NameAsked(name))

    # Bars below the code

    async def open_questions(self) -> None:
        """Open the field for questions, and ask for the selection if it is within a line."""
        await self._bars.open_questions()

    async def open_answer(self) -> AskBar:
        """Return the field for questions, opened if needed, without focusing it."""
        return await self._bars.open_answer()

    def close_opened(self) -> bool:
        """Close the list or bar that the learner opened; return False if none was open.

        An answer without the focus closes too, but counts as none: Esc and a letter still act.
        """
        had_keys = self._bars.focused is not None or not self._bars.has_answer
        return self.name_help.close_for_now() or (self.close_bar() and had_keys)

    def close_bar(self) -> bool:
        """Close the bar below the code; return False if none was open."""
        return self._bars.close()

    def on_editor_bar_told(self, event: Message) -> None:
        event.stop()
        self._update_line()

    def on_bar_field_lines_left_out(self, event: Message) -> None:
        """Warn that the field has one line; its help returns with the next question."""
        event.stop()
        self._line.warn(ONE_LINE)

    def on_ask_bar_asked(self) -> None:
        """Show the bar's help in place of a warning; the screen answers the question."""
        self._update_line()

    def _update_line(self) -> None:
        self._line.told = self._bars.told
        self._line.tip = self.name_help.tip
        self._line.offers_names = self.name_help.is_open
        self._line.show_place()

    def _scroll_to_line(self, line: int) -> None:
        """Scroll to the line, counted from 1, if it is hidden; the cursor stays."""
        if line - 1 not in range(self.first_row, self.first_row + self.editor.size.height):
            self.editor.scroll_to(y=max(0, line - 1 - self.editor.size.height // 2), animate=False)

    def _mark_line(self, state: State) -> None:
        """Mark the line of the newest run or verdict, if it is still in the text."""
        self.editor.clear_error()
        activity, ending, verdict = state.activity, state.ending, state.verdict
        paused = paused_at(state)
        if activity is not None and paused is not None and paused.line is not None:
            source = activity.part.whole if activity.part is not None else activity.source
            self.editor.mark_here(paused.line, phase_words(paused), source)
            self._scroll_to_line(self.editor.error_line or paused.line)
        elif _runs_own_code(state):
            pass  # the last run or verdict is outdated
        elif ending is not None:
            if ending.line:
                self.editor.mark_error(ending.line, ending.error or "it was here", ending.source)
        elif verdict is not None and verdict.line and not verdict.accepted:
            words = "fill this in" if verdict.kind == "not-attempted" else "look here"
            self.editor.mark_error(verdict.line, verdict.error or words, state.judged or None)
        self._update_line()


def _runs_own_code(state: State) -> bool:
    """Return True while the learner's own program runs or is checked."""
    return state.activity is not None and state.activity.kind != "experiment"
