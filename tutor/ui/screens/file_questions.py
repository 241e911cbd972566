"""A dialog that asks what to do where a file and the editor hold other code.

Nothing is changed here: the result is the question that was answered with yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

KEYS = "Enter yes, Esc leaves both as they are, Up and Down to the other question."


class FileQuestions(ModalScreen[str | None]):
    """Questions under a title; the result is the name of the one answered with yes, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "No"),
        Binding("y", "accept", "Yes"),
    ]

    def __init__(self, title: str, questions: Mapping[str, str]) -> None:
        """Make the dialog; `questions` holds them by their names."""
        super().__init__()
        self._heading = title
        self._choices = tuple(questions)
        options = [Option(question, id=choice) for choice, question in questions.items()]
        self._list = OptionList(*options, classes="questions", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._heading, classes="title", markup=False)
            yield self._list
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Highlight the first question and focus the list."""
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question that was chosen."""
        event.stop()
        self.dismiss(self._choices[event.option_index])

    def action_accept(self) -> None:
        """Answer the highlighted question with yes."""
        self._list.action_select()

    def action_cancel(self) -> None:
        """Leave both as they are."""
        self.dismiss(None)
