"""The outline: all steps and whether they are done, by lesson, with a search.

What is typed goes into the search; Enter goes to the highlighted step.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tutor.course.model import Course, Lesson, Step
from tutor.ui.marks import Marks

NOTHING_FOUND = "No step has these words. Backspace deletes letters."
KEYS = "Type to search, Up and Down choose, Enter opens, Esc leaves."

MAX_BAR_CELLS = 10
"""Cells of a lesson's bar, at most."""


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

    def __init__(
        self,
        course: Course,
        done: frozenset[str],
        here: Step | None,
        marks: Marks,
        *,
        helped: frozenset[str] = frozenset(),
    ) -> None:
        """Make the dialog for a course.

        `done` and `helped` are ids of steps: those that are done, and those of them that the
        learner did with the solution in sight. `here` is the step on screen.
        """
        super().__init__()
        self._helped = helped
        self._course = course
        self._done = done
        self._here = here
        self._marks = marks
        self._search = Input(placeholder="Search", compact=True, id="outline-search")
        self._list = OptionList(id="outline-list", markup=False)
        self._list.can_focus = False  # letters are for the search

    def compose(self) -> ComposeResult:
        with Vertical(id="outline"):
            yield Static(self._course.title, classes="title", markup=False)
            yield self._search
            yield self._list
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Show all steps, at the one on screen."""
        self._fill("")
        self._search.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the steps that contain all words of the search."""
        event.stop()
        self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the highlighted step."""
        event.stop()
        if self._list.highlighted is not None:
            self._list.action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the id of the chosen step."""
        event.stop()
        self.dismiss(event.option_id)

    async def action_move(self, action: str) -> None:
        """Move in the list, while the search keeps the focus."""
        await self._list.run_action(action)

    def action_cancel(self) -> None:
        """Close without going anywhere."""
        self.dismiss(None)

    def _fill(self, search: str) -> None:
        words = search.lstrip("/").casefold().split()
        matches = [
            (lesson, [step for step in lesson.steps if self._matches(lesson, step, words)])
            for lesson in self._course.lessons
        ]
        self._list.clear_options()
        for lesson, steps in matches:
            if steps:
                self._list.add_option(Option(self._heading(lesson), disabled=True))
                self._list.add_options([Option(self._line(step), id=step.id) for step in steps])
        self._highlight([step for _, steps in matches for step in steps])

    def _highlight(self, steps: list[Step]) -> None:
        if not steps:
            self._list.add_option(Option(NOTHING_FOUND, disabled=True))
            return
        chosen = next((step for step in steps if step is self._here), steps[0])
        self._list.highlighted = self._list.get_option_index(chosen.id)

    def _matches(self, lesson: Lesson, step: Step, words: list[str]) -> bool:
        text = f"{lesson.title} {step.id} {self._line(step)}".casefold()
        return all(word in text for word in words)

    def _heading(self, lesson: Lesson) -> Content:
        done, total = sum(step.id in self._done for step in lesson.steps), len(lesson.steps)
        cells = min(total, MAX_BAR_CELLS)
        full = done * cells // total if total else 0
        bar = self._marks.full * full + self._marks.empty * (cells - full)
        return Content.assemble((lesson.title, "bold"), f"  {bar} {done}/{total}")

    def _line(self, step: Step) -> str:
        mark, word = self._state(step)
        parts = [f"{mark} {step.section} {step.title}", word]
        parts += ["optional"] if step.optional else []
        parts += ["you are here"] if step is self._here else []
        return self._marks.dot.join(parts)

    def _state(self, step: Step) -> tuple[str, str]:
        if step.id not in self._done:
            return self._marks.open, "open"
        if step.id in self._helped:
            return self._marks.helped, "done with help"
        return self._marks.tick, "done"
