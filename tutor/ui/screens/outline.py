"""The outline: all steps and whether they are done, by lesson, with a search.

What is typed goes into the search; Enter goes to the highlighted step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tutor.course.model import LessonOutline, StepHeader
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.widgets.row_list import ListRow, RowList

NOTHING_FOUND = "No step has these words. Backspace deletes letters."
KEYS = "Type to search, Up and Down choose, Enter opens, Esc leaves."

MAX_BAR_CELLS = 10
"""Cells of a lesson's bar, at most."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A step's row, and the text in which its words are searched."""

    row: ListRow
    searched: str


class OutlineScreen(ModalScreen[str | None]):
    """The dialog of all steps; its result is the id of the chosen one, or None."""

    CSS_PATH = "outline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
    ]

    def __init__(self, state: State, marks: Marks) -> None:
        """Make the dialog for the course of the state, as far as it has been read."""
        super().__init__()
        self._marks = marks
        self._title = Static("", classes="title", markup=False)
        self._search = Input(placeholder="Search", compact=True, id="outline-search")
        self._list = RowList(id="outline-list")
        self._list.can_focus = False  # letters are for the search
        self._here = ""
        """Id of the step on screen, "" if there is none."""
        self._lessons: list[tuple[ListRow, list[_Found]]] = []
        """The heading of each lesson with its steps."""
        self._take(state)

    def compose(self) -> ComposeResult:
        with Vertical(id="outline"):
            yield self._title
            yield self._search
            yield self._list
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Show all steps, at the one on screen."""
        self._fill(self._here)
        self._search.focus()

    def show_steps(self, state: State) -> None:
        """Show the course of the state, which more is known of by now."""
        self._take(state)
        if self.is_mounted:
            row = self._list.highlighted
            self._fill(row.id if row is not None else self._here)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the steps that contain all words of the search."""
        event.stop()
        self._fill(self._here)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the highlighted step."""
        event.stop()
        self._list.choose()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Close with the id of the chosen step."""
        event.stop()
        self.dismiss(event.row_id)

    async def action_move(self, action: str) -> None:
        """Move in the list, while the search keeps the focus."""
        await self._list.run_action(action)

    def action_cancel(self) -> None:
        """Close without going anywhere."""
        self.dismiss(None)

    def _take(self, state: State) -> None:
        self._here = state.step.id if state.step is not None else ""
        self._title.update(state.course.title)
        self._lessons = [
            (
                self._heading(lesson, state),
                [self._found(lesson, step, state) for step in lesson.steps],
            )
            for lesson in state.course.lessons
        ]

    def _fill(self, highlighted: str) -> None:
        words = self._search.value.lstrip("/").casefold().split()
        rows: list[ListRow] = []
        for heading, steps in self._lessons:
            matches = steps
            for word in words:
                matches = [step for step in matches if word in step.searched]
            if matches:
                rows.append(heading)
                rows += [step.row for step in matches]
        self._list.show(rows or [ListRow(NOTHING_FOUND)], highlighted)

    def _heading(self, lesson: LessonOutline, state: State) -> ListRow:
        done, total = sum(step.id in state.done for step in lesson.steps), len(lesson.steps)
        cells = min(total, MAX_BAR_CELLS)
        full = done * cells // total if total else 0
        bar = self._marks.full * full + self._marks.empty * (cells - full)
        return ListRow(f"{lesson.title}  {bar} {done}/{total}", bold=len(lesson.title))

    def _found(self, lesson: LessonOutline, step: StepHeader, state: State) -> _Found:
        row = ListRow(self._line(step, state), step.id)
        return _Found(row, f"{lesson.title} {step.id} {row.text}".casefold())

    def _line(self, step: StepHeader, state: State) -> str:
        mark, word = self._state(step, state)
        parts = [f"{mark} {step.section} {step.title}", word]
        parts += ["optional"] if step.optional else []
        parts += [f"{step.minutes} min"] if step.minutes is not None else []
        parts += ["you are here"] if step.id == self._here else []
        return self._marks.dot.join(parts)

    def _state(self, step: StepHeader, state: State) -> tuple[str, str]:
        if step.id not in state.done:
            return self._marks.open, "open"
        if step.id in state.helped:
            return self._marks.helped, "done with help"
        return self._marks.tick, "done"
