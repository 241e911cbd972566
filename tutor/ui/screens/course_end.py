"""The end of the course: a page after the last step, with a list of steps to come back to.

Enter opens the step that is chosen in the list.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.course.model import CourseOutline
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.screens.course_end_words import end_rows, end_text, end_title
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.widgets.row_list import RowList

KEYS = "PgDn turns the page, Esc leaves."
KEYS_WITH_STEPS = f"Up, Down choose, Enter opens. {KEYS}"


class CourseEnd(ModalScreen[str | None]):
    """The page after the last step; its result is the id of the step to go to, or None."""

    CSS_PATH = "course_end.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("enter", "choose", "Open", show=False),
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
    ]

    def __init__(self, course: CourseOutline, state: State, marks: Marks) -> None:
        """Make the page for the whole course and what the learner has done of it."""
        super().__init__()
        self._title = end_title(course, state)
        self._text = VerticalScroll(
            LessonText(end_text(course, state, marks)), id="course-end-text", can_focus=False
        )
        self._rows = end_rows(course, state, marks)
        self._list = RowList(id="course-end-list")
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        with Vertical(id="course-end"):
            yield Static(self._title, classes="title", markup=False)
            yield self._text
            yield self._list
            keys = KEYS_WITH_STEPS if self._rows else KEYS
            yield Static(keys, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Show the steps that may be worth another look, if there are any."""
        self._list.display = bool(self._rows)
        self._text.set_class(not self._rows, "alone")
        self._list.show(self._rows, "")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Close with the id of the chosen step."""
        event.stop()
        self.dismiss(event.row_id)

    def action_choose(self) -> None:
        """Go to the highlighted step."""
        self._list.choose()

    async def action_move(self, action: str) -> None:
        """Move in the list; without one, scroll the text."""
        if self._rows:
            await self._list.run_action(action)
        else:
            self._text.scroll_relative(y=1 if action == "cursor_down" else -1, animate=False)

    def action_page(self, direction: int) -> None:
        """Turn a page of the text."""
        self._text.scroll_relative(y=direction * max(1, self._text.size.height - 1), animate=False)

    def action_cancel(self) -> None:
        """Close without going anywhere."""
        self.dismiss(None)
