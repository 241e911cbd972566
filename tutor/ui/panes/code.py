"""The pane Code: the locked givens, the editor with the learner's code, and a line about it.

The pane never saves: it reports changes, and the screen hands the text to the session. Grammar and
colours are slow to import and come after the first frame, by `wake`.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import EditHistory

from tutor.course.kinds import kind_of
from tutor.course.line_order import fixed_rows
from tutor.course.model import Step
from tutor.first_screen.given_code import MARGIN, rows_of
from tutor.first_screen.text_lines import pinned_above_code, text_width
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.run_text import phase_words
from tutor.ui.editor.area import EditorMessage
from tutor.ui.editor.bars import EditorBars
from tutor.ui.editor.buffer_line import NO_BLANK, ONE_LINE, REFUSALS, BufferLine
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.editor_givens import EditorGivens
from tutor.ui.editor.first_blank import FirstBlank
from tutor.ui.editor.marker_watch import MarkerWatch
from tutor.ui.editor.name_help import NameHelp
from tutor.ui.editor.whole_lines import FixedRows
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.slices import import_in_turns
from tutor.ui.widgets.lesson_text import LessonText

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

    @dataclass
    class HelpFailed(Message):
        """Posted when a fault of the tutor stopped the help with names or a check for mistakes."""

        fault: Exception

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("code", timeline, marks=marks)
        self._pinned_task = LessonText(id="code-task")
        """The beginning of the task, for layouts that do not show the text."""
        self.editor = CodeEditor(id="editor", glyphs=marks.glyphs)
        self._givens = EditorGivens(self.editor, marks)
        self.givens = (self._givens.view,)
        self.markers = MarkerWatch(self.editor, told=self._update_line, failed=self._tell_fault)
        self._line = BufferLine(self.editor, self.markers, marks)
        self.editor.show_next_mistake = self._line.show_next_mistake
        self.bars = EditorBars(self, self.editor, self._line, marks, self._update_line)
        self.editor.open_bar = self.bars.open_fields
        self.name_help = NameHelp(
            self,
            self.editor,
            marks,
            told=self._update_line,
            say=self._line.warn,
            failed=self._tell_fault,
        )
        self.editor.take_key_first = self.name_help.take_key
        self.editor.complete_name = self.name_help.complete
        self.editor.show_documentation = self.name_help.ask_for_documentation
        self._first_blank = FirstBlank(self.editor)
        self._step: Step | None = None
        """Step whose code is in the editor; None before the first."""
        self._taken = ""
        """Text that was last loaded, or last returned by `take_change`."""
        self._saved_buffers: dict[str, _SavedBuffer] = {}
        """Buffers of steps left since the app started, by step id."""
        self._is_awake = False
        self._marked_for: tuple[object, ...] = ()
        """Run, verdict and pause of the marked line, with a flag for a run that continues."""

    def compose(self) -> ComposeResult:
        yield self._pinned_task
        yield self._givens
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
        self.call_after_refresh(self._givens.view.enable_highlighting)

    def draw(self, old: State | None, new: State) -> None:
        is_new_step = old is None or old.step is not new.step
        if is_new_step and new.step is not None and kind_of(new.step).has_program:
            self._givens.begin(new.step)
        marked_for = (new.ending, new.verdict, new.paused, _runs_own_code(new))
        if marked_for != self._marked_for:
            self._marked_for = marked_for
            self._mark_line(new)
        if old is not None and old.last_run != new.last_run:
            self.bars.forget_answer()
        if new.worker.phase == "ready" and (old is None or old.worker.phase != "ready"):
            self.markers.worker_is_ready()
        ending = new.ending
        if ending is not None and (old is None or ending is not old.ending):
            self.editor.put_shapes(dict(ending.shapes), ending.source)

    def let_edit(self, watched: str) -> None:
        self.editor.read_only = bool(watched)
        if watched:
            self.name_help.close_all()
        if watched != self._line.watched:
            self._line.watched = watched
            self._update_line()

    def focus_target(self) -> Widget:
        return self.bars.focused or self.editor

    @property
    def source(self) -> str:
        return self.editor.text

    def make_room(self, columns: int, rows: int, *, alone: bool) -> None:
        """Adapt to the layout, which gives the pane this many inner columns and rows.

        `alone` is True if no other pane is on screen; the line then names the key for the task.
        """
        self._line.is_alone, self._line.room = alone, columns - 2
        left = rows - 1 - self._pin_task(columns, rows)  # the last line has one
        self.name_help.close()
        self._update_line()
        self._givens.make_room(columns, left)
        self.bars.give_rows(left // 2)

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

    def load(self, step: Step, source: str) -> None:
        """Load the code of another step into the editor.

        If it equals the buffer left there, cursor, scroll and undo history are restored too. Each
        step has a separate history, so that undo never restores another step's code.
        """
        left = _take_buffer(self.editor)
        if self._step is not None:
            self._saved_buffers[self._step.id] = left
        self._step = step
        self.editor.fixed = FixedRows(*fixed_rows(step)) if kind_of(step).has_only_moves else None
        self.bars.close()
        self.editor.load_text(source)
        self._taken = self.editor.text
        self._givens.fit()
        self.markers.begin(step if self.editor.fixed is None else None)
        self.name_help.begin(step if self.editor.fixed is None else None)
        self._first_blank.begin(step)
        saved = self._saved_buffers.pop(step.id, None)
        if saved is not None and saved.text == self._taken:
            self.editor.history = saved.history
            self.return_to(*saved.cursor, saved.first_row)
        self._first_blank.select()  # where the editor has the focus already
        self._update_line()

    def take_change(self) -> tuple[Step, str] | None:
        """Return the step and its code if it changed since it was loaded or last taken."""
        source = self.editor.text
        if self._step is None or source == self._taken:
            return None
        self._taken = source
        return self._step, source

    def replace_source(self, source: str) -> None:
        """Replace the code with an outside edit, and keep the scroll position."""
        first_row = self.editor.first_row
        self.editor.reset_to(source)
        self.call_after_refresh(self.editor.scroll_to, y=first_row, animate=False)

    def return_to(self, row: int, column: int, scroll: int) -> None:
        """Move the cursor to `row` and `column`, and make `scroll` the first visible row."""
        self._first_blank.return_to((row, column))
        self.editor.move_cursor((row, column))
        self.call_after_refresh(self.editor.scroll_to, y=scroll, animate=False)

    def close_opened(self) -> bool:
        """Close the list or bar that the learner opened; return False if none was open.

        An answer without the focus closes too, but counts as none: Esc and a letter still act.
        """
        had_keys = self.bars.focused is not None or not self.bars.has_answer
        return self.name_help.close_for_now() or (self.bars.close() and had_keys)

    # What happens in the pane

    @on(events.DescendantFocus)
    def _select_first_blank(self) -> None:
        if self._first_blank.select():
            self._update_line()

    @on(events.DescendantBlur)
    def _close_list(self) -> None:
        self.name_help.close()

    @on(TextArea.Changed, "#editor")
    def _post_change(self, event: TextArea.Changed) -> None:
        event.stop()
        self.markers.text_changed()
        self.name_help.text_changed()
        self._givens.fit()
        if self.editor.text != self._taken:
            self.post_message(self.SourceChanged())

    @on(TextArea.SelectionChanged, "#editor")
    def _post_cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self.markers.cursor_moved()
        self.name_help.cursor_moved()
        self._update_line()
        self.post_message(self.CursorMoved())

    @on(EditorMessage)
    def _tell(self, event: EditorMessage) -> None:
        """Show the reason of a refusal until the cursor moves, or the removal of a mark."""
        event.stop()
        if isinstance(event, CodeEditor.ErrorCleared):
            self._update_line()
        elif isinstance(event, CodeEditor.NoBlank):
            self._line.update_if_changed(NO_BLANK)
        else:
            self._line.warn(REFUSALS[type(event)].format(event=event))

    def on_bar_field_lines_left_out(self, event: Message) -> None:
        """Warn that the field has one line; its help returns with the next question."""
        event.stop()
        self._line.warn(ONE_LINE)

    def _tell_fault(self, fault: Exception) -> None:
        self.post_message(self.HelpFailed(fault))

    def _update_line(self) -> None:
        self._line.told = self.bars.told
        self._line.tip = self.name_help.tip
        self._line.offers_names = self.name_help.is_open
        self._line.show_place()

    def _mark_line(self, state: State) -> None:
        self.editor.clear_error()
        activity, ending, verdict = state.activity, state.ending, state.verdict
        paused = state.paused
        if activity is not None and paused is not None and paused.line is not None:
            source = activity.part.whole if activity.part is not None else activity.source
            self.editor.mark_here(paused.line, phase_words(paused), source)
            self.editor.scroll_to_line(self.editor.error_line or paused.line)
        elif _runs_own_code(state):
            pass  # the last run or verdict is outdated
        elif ending is not None:
            if ending.line:
                self.editor.mark_error(ending.line, ending.error or "it was here", ending.source)
        elif verdict is not None and verdict.line and not verdict.accepted:
            words = "fill this in" if verdict.kind == "not-attempted" else "look here"
            self.editor.mark_error(verdict.line, verdict.error or words, state.judged or None)
        self._update_line()


def _take_buffer(editor: CodeEditor) -> _SavedBuffer:
    """Return the buffer, and give the editor an empty history.

    `load_text` clears the editor's history object, which would clear the saved one too.
    """
    history = editor.history
    editor.history = EditHistory(
        history.max_checkpoints, history.checkpoint_timer, history.checkpoint_max_characters
    )
    return _SavedBuffer(editor.text, editor.cursor_location, editor.first_row, history)


def _runs_own_code(state: State) -> bool:
    """Return True while the learner's own program runs or is checked."""
    return state.activity is not None and state.activity.kind != "experiment"
