"""The given code above an editor: as many lines as the editor can spare, or all of them."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from tutor.course.model import Step
from tutor.first_screen.given_code import CLOSE, SHOW_ALL, all_givens, folded_givens, shown_givens
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.marks import Marks
from tutor.ui.widgets.code_view import CodeView

OPEN_EDITOR_ROWS = 3
"""Minimum rows of the editor while all givens are shown."""


class EditorGivens(VerticalScroll, can_focus=False):
    """The given code; it takes the focus while it is open and does not fit."""

    @dataclass
    class FocusWanted(Message):
        """Posted when givens or editor should get the focus."""

        widget: Widget

    def __init__(self, editor: CodeEditor, marks: Marks) -> None:
        self.view = CodeView(
            id="givens",
            key_note=marks.fill(SHOW_ALL),
            close_note=marks.fill(CLOSE),
            glyphs=marks.glyphs,
        )
        super().__init__(self.view, id="givens-scroll")
        self._editor = editor
        self._area = (0, 0)
        """Columns and rows of givens and editor together."""

    def begin(self, step: Step) -> None:
        self.view.opened = False
        self.view.code = all_givens(step)
        self.view.folded = folded_givens(step)
        self.can_focus = False
        self.display = bool(self.view.code.strip())
        self.fit()

    def make_room(self, columns: int, rows: int) -> None:
        self._area = columns, rows
        self.styles.max_height = max(1, rows - OPEN_EDITOR_ROWS)
        self.fit()

    def fit(self) -> None:
        """Show as many lines as the editor can spare for its text."""
        lines = self.view.folded or self.view.code
        self.view.preview_lines = shown_givens(lines, self._editor.text, *self._area)

    @on(CodeView.Toggled)
    def _move_focus_later(self) -> None:
        self.call_after_refresh(self._move_focus)

    def _move_focus(self) -> None:
        """Focus open givens that do not fit, so that keys scroll them; else unfocus them."""
        had_focus = self.has_focus
        self.can_focus = self.view.opened and self.max_scroll_y > 0
        if self.can_focus and self.parent is not None and self.parent.display:
            self.post_message(self.FocusWanted(self))
        elif had_focus:
            self._editor.focus()
