"""The outline: all steps with ticks and words; Enter goes to one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.course.model import Course, Step
from tutor.ui.signs import Signs


class OutlineScreen(ModalScreen[str | None]):
    """Ends with the id of the chosen step, or with None."""

    CSS_PATH = "outline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", "Back")]

    def __init__(
        self, course: Course, done: frozenset[str], here: Step | None, signs: Signs
    ) -> None:
        super().__init__()
        self._course = course
        self._done = done
        self._here = here
        self._signs = signs
        self._list = OptionList(id="outline-list", markup=False)

    def compose(self) -> ComposeResult:
        """The list, and which keys it takes."""
        with Vertical(id="outline"):
            yield Static(self._course.title, classes="title", markup=False)
            yield self._list
            yield Static("Enter opens, Esc leaves.", classes="keys", markup=False)

    def on_mount(self) -> None:
        """Begins at the step that is open."""
        for lesson in self._course.lessons:
            self._list.add_option(Option(Content.styled(lesson.title, "bold"), disabled=True))
            self._list.add_options([self._option(step) for step in lesson.steps])
        if self._here is not None:
            self._list.highlighted = self._list.get_option_index(self._here.id)
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Goes there."""
        event.stop()
        self.dismiss(event.option_id)

    def action_cancel(self) -> None:
        """Stays where the learner was."""
        self.dismiss(None)

    def _option(self, step: Step) -> Option:
        sign, word = (
            (self._signs.tick, "done") if step.id in self._done else (self._signs.open, "open")
        )
        words = [f"{sign} {step.section} {step.title}", word]
        words += ["optional"] if step.optional else []
        words += ["you are here"] if step is self._here else []
        return Option(self._signs.dot.join(words), id=step.id)
