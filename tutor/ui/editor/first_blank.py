"""The first blank of a step: the cursor starts there, and typing replaces it."""

from __future__ import annotations

from textual.widgets import TextArea

from tutor.course.blanks import next_blank
from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.text_edit import Place, Span


class FirstBlank:
    """The first blank in the code of an editor, until the learner has written code."""

    def __init__(self, editor: CodeEditor) -> None:
        self._editor = editor
        self._step: Step | None = None
        self._is_due = False
        """True if the blank is selected once the editor gets the focus."""
        self._is_begun = False
        """True if the cursor was restored instead of placed at the blank."""

    def begin(self, step: Step) -> None:
        """Move the cursor to the first blank of another step, if there is one."""
        self._step = step
        blank = self._blank()
        self._is_due, self._is_begun = blank is not None, False
        if blank is not None:
            with self._editor.prevent(TextArea.SelectionChanged):  # the app moved the cursor
                self._editor.go_to(*blank[0])

    def return_to(self, place: Place) -> None:
        """Expect the cursor at this place, where the learner left it."""
        self._is_due, self._is_begun = place in (self._blank() or ()), True

    def select(self) -> bool:
        """Select the blank at the cursor after the editor got the focus; return True if it did."""
        editor = self._editor
        if not (self._is_due and editor.has_focus):
            return False
        self._is_due = False
        blank = self._blank()
        if blank is None or not editor.selection.is_empty or editor.cursor_location not in blank:
            return False
        with editor.prevent(TextArea.SelectionChanged):
            editor.select_span(blank)
        if editor.first_row and not self._is_begun:
            editor.call_after_refresh(self._scroll_to_it)
        return True

    def _blank(self) -> Span | None:
        """Return the first blank; None without one, or after the learner has written code."""
        step, editor = self._step, self._editor
        has_blanks = kind_of(step).has_task and editor.fixed is None
        if step is None or not has_blanks or editor.text != scaffold_of(step):
            return None
        return next_blank(editor.document.lines, (0, 0))

    def _scroll_to_it(self) -> None:
        """Scroll just far enough to show the blank, as the first screen does.

        The editor has its final height now; it was lower when the blank was selected.
        """
        editor = self._editor
        if self._blank() is not None:
            row = editor.wrapped_document.location_to_offset(editor.cursor_location).y
            editor.scroll_to(y=max(0, row + 1 - editor.size.height), animate=False)
