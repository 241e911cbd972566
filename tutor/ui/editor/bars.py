"""What opens below an editor: fields to find, replace and go to a line, and to ask the last run.

One of them is open at most. For the pane that owns the editor, which says what a bar tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from tutor.course.blanks import next_blank
from tutor.ui.editor.buffer_line import BufferLine
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.finding import FindOptions
from tutor.ui.marks import Marks

if TYPE_CHECKING:
    from tutor.ui.editor.area import BarName
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.find_bar import EditorBar

HOW_TO_REPLACE = "Enter replaces it, {key:replace} all"
"""What is said while the field of what to put in its place has the focus."""


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
        """Open bars in the pane, above its line; `update_line` is called when `told` changes."""
        self._pane = pane
        self._editor = editor
        self._line = line
        self._marks = marks
        self._update_line = update_line
        self._bar: EditorBar | AskBar | None = None
        self._questions: AskBar | None = None
        """The bar, if it is the one for questions."""
        self._asked: list[str] = []
        """What the last run was asked, since the app started."""
        self._rows = 0
        self._options = FindOptions()
        """Those of the last search, with which the next one begins."""

    @property
    def told(self) -> str:
        """What the open bar says; "" if none is open, or only an answer is on screen."""
        if self._bar is None or (self.has_answer and self.focused is None):
            return ""
        return self._bar.told

    @property
    def has_answer(self) -> bool:
        """Whether the field for questions is open, with the answer to the last one."""
        return self._questions is not None

    @property
    def focused(self) -> Widget | None:
        """The field that has the focus; None if none of a bar has it."""
        is_here = self._bar is not None and self._bar.has_focus_within
        return self._pane.screen.focused if is_here else None

    async def open_fields(self, name: BarName) -> None:
        """Open the fields of that name, and give them the keys."""
        from tutor.ui.editor.find_bar import EditorBar  # rarely needed

        bar = EditorBar(
            self._editor,
            name,
            options=self._options,
            how_to_replace=self._marks.fill(HOW_TO_REPLACE),
            close=self.close,
        )
        await self._open(bar)
        # at once: what is typed next is meant for the field
        self._pane.screen.set_focus(bar.first_field)

    async def open_questions(self) -> None:
        """Open the field for questions; ask for what is selected within a line."""
        selected = self._editor.selected_text if self._editor.has_focus else ""
        bar = await self.open_answer()
        self._pane.screen.set_focus(bar.field)
        self._update_line()
        if "\n" not in selected and next_blank([selected], (0, 0)) is None:
            bar.ask(selected)

    async def open_answer(self) -> AskBar:
        """Open the field for questions, or return the one that is open, without giving it keys."""
        from tutor.ui.editor.ask_bar import AskBar  # not needed before a run

        if self._questions is not None:
            return self._questions
        bar = AskBar(self._asked, told_changed=self._update_line, ellipsis=self._marks.ellipsis)
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
        """Close the bar that is open, and give the editor the keys; return False if none is."""
        bar, self._bar, self._questions = self._bar, None, None
        if bar is None:
            return False
        if bar.has_focus_within:
            self._pane.screen.set_focus(self._editor)
        bar.remove()
        self._update_line()
        return True

    def give_rows(self, most: int) -> None:
        """Let an answer have so many rows at most."""
        self._rows = most
        if self._questions is not None:
            self._questions.give_rows(most)

    def forget_answer(self) -> None:
        """Take away the answer to the last question: it is that of another run."""
        if self._questions is not None:
            self._questions.clear()
