"""The outline: all steps by lesson, with their progress, and a search.

Typed text goes into the search, whose first match is highlighted; Enter goes to the highlighted
step, or shows the meaning of the highlighted term, where Esc returns to the search.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tutor.course.terms import glossary
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.outline_rows import OutlineRows, term_of
from tutor.ui.widgets.row_list import RowList

KEYS = "Type to search, Up and Down choose, Enter opens, Esc leaves."


class OutlineScreen(ModalScreen[str | None]):
    """The dialog of all steps; its result is the id of the chosen step, or None."""

    CSS_PATH = "outline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("up", "move('move(-1)')", "Up", show=False),
        Binding("down", "move('move(1)')", "Down", show=False),
        Binding("pageup", "move('page(-1)')", "Page up", show=False),
        Binding("pagedown", "move('page(1)')", "Page down", show=False),
    ]

    def __init__(self, state: State, marks: Marks) -> None:
        """Make the dialog for the course in the state, which may still be loading."""
        super().__init__()
        self._marks = marks
        self._title = Static("", classes="title", markup=False)
        self._search = Input(placeholder="Search", compact=True, id="outline-search")
        self._list = RowList(id="outline-list")
        self._list.can_focus = False  # letters go to the search
        self._take(state)

    def compose(self) -> ComposeResult:
        with Vertical(id="outline"):
            yield self._title
            yield self._search
            yield self._list
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Show all steps; highlight the one on screen."""
        self._fill(self._here)
        self._search.focus()

    def follow(self, old: State, new: State) -> None:
        """Update the list as more of the course is read."""
        if new.course is old.course:
            return
        self._take(new)
        if self.is_mounted:
            row = self._list.highlighted
            self._fill(row.id if row is not None else self._here)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # a search means to leave the step on screen, even if that matches too
        self._fill("" if self._words().strip() else self._here)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._list.choose()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if (term := term_of(event.row_id)) is not None:
            entries = glossary(self._state.course)
            terms = GlossaryScreen(entries, self._state.step, self._marks, at=term)
            self.app.push_screen(terms, self._go_from_term)
        else:
            self.dismiss(event.row_id)

    async def action_move(self, action: str) -> None:
        """Move in the list, while the search keeps the focus."""
        await self._list.run_action(action)

    def _go_from_term(self, step_id: str | None) -> None:
        if step_id is not None:
            # the page of terms is still on top and closes first
            self.call_later(self._leave_for, step_id)

    def _leave_for(self, step_id: str) -> None:
        self.dismiss(step_id)

    def _take(self, state: State) -> None:
        self._state = state
        self._here = state.step.id if state.step is not None else ""
        self._title.update(state.course.title)
        self._rows = OutlineRows(state, self._marks)

    def _fill(self, highlighted: str) -> None:
        self._list.show(self._rows.matching(self._words()), highlighted)

    def _words(self) -> str:
        return self._search.value.lstrip("/")
