"""The bars below an editor: find, replace, go to a line, and ask the last run.

At most one of them is open. The pane that owns the editor shows the bar's help.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from tutor.course.blanks import next_blank
from tutor.ui.editor import late
from tutor.ui.editor.buffer_line import BufferLine
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.finding import FindOptions
from tutor.ui.marks import Marks

if TYPE_CHECKING:
    from tutor.ui.editor.area import BarName
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.find_bar import EditorBar

HOW_TO_REPLACE = "Enter replaces it, {key:replace} all"
"""Help while the replacement field has the focus."""


class EditorBars:
    """The bars of one editor."""

    def __init__(
        self,
        pane: Widget,
        editor: CodeEditor,
        line: BufferLine,
        marks: Marks,
        update_line: Callable[[], None],
    ) -> None:
        """Make bars above the pane's line; `update_line` is called when `told` changes."""
        self._pane = pane
        self._editor = editor
        self._line = line
        self._marks = marks
        self._update_line = update_line
        self._bar: EditorBar | AskBar | None = None
        self._questions: AskBar | None = None
        """The open bar, if it is the one for questions."""
        self._asked: list[str] = []
        """Questions asked since the app started."""
        self._rows = 0
        self._options = FindOptions()
        """Options of the last search, reused by the next one."""

    @property
    def told(self) -> str:
        """Help of the open bar; "" if none is open, or if only an answer is on screen."""
        if self._bar is None or (self.has_answer and self.focused is None):
            return ""
        return self._bar.told

    @property
    def has_answer(self) -> bool:
        """True if the field for questions is open and shows an answer."""
        return self._questions is not None

    @property
    def focused(self) -> Widget | None:
        """The focused field of a bar, or None."""
        is_here = self._bar is not None and self._bar.has_focus_within
        return self._pane.screen.focused if is_here else None

    async def open_fields(self, name: BarName) -> None:
        bar = late.editor_bar(
            self._editor,
            name,
            options=self._options,
            how_to_replace=self._marks.fill(HOW_TO_REPLACE),
            close=self.close,
            told_changed=self._update_line,
        )
        await self._open(bar)
        # at once, since the next typed text belongs to the field
        self._pane.screen.set_focus(bar.first_field)

    async def open_questions(self) -> None:
        """Open the field for questions, and ask for the selection if it is within a line."""
        selected = self._editor.selected_text if self._editor.has_focus else ""
        bar = await self.open_answer()
        self._pane.screen.set_focus(bar.field)
        self._update_line()
        if "\n" not in selected and next_blank([selected], (0, 0)) is None:
            bar.ask(selected)

    async def open_answer(self) -> AskBar:
        """Return the field for questions, opened if needed, without focusing it."""
        if self._questions is not None:
            return self._questions
        bar = late.ask_bar(self._asked, self._update_line, self._marks.ellipsis)
        await self._open(bar)
        self._questions = bar
        bar.give_rows(self._rows)
        self._update_line()
        return bar

    async def _open(self, bar: EditorBar | AskBar) -> None:
        self.close()
        self._bar = bar
        await self._pane.mount(bar, before=self._line)

    def close(self) -> bool:
        """Close the open bar and focus the editor; return False if none is open."""
        bar, self._bar, self._questions = self._bar, None, None
        if bar is None:
            return False
        if bar.has_focus_within:
            self._pane.screen.set_focus(self._editor)
        bar.remove()
        self._update_line()
        return True

    def give_rows(self, most: int) -> None:
        """Limit the answer to this many rows."""
        self._rows = most
        if self._questions is not None:
            self._questions.give_rows(most)

    def forget_answer(self) -> None:
        """Remove the answer, which belongs to an earlier run."""
        if self._questions is not None:
            self._questions.clear()
