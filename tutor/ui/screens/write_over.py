"""The dialog that asks before a file is written that another program has changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

WriteOver: TypeAlias = Literal["over", "read"]
"""Write over what is in the file, or read it into the editor."""

CHANGED = "Another program has changed {name}"
QUESTIONS: dict[WriteOver, str] = {
    "read": "Show what is in the file? {key:undo} brings your text back.",
    "over": "Write your text over it?",
}
KEYS = "Enter yes, Esc leaves both as they are, Up and Down to the other question."


class WriteOverScreen(ModalScreen[WriteOver | None]):
    """Two questions; the result is the one that was answered with yes, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "No"),
        Binding("y", "accept", "Yes"),
    ]

    def __init__(self, name: str, fill: Callable[[str], str]) -> None:
        """Make the dialog for a file; `fill` puts the names of keys into its questions."""
        super().__init__()
        self._name_of_file = name
        options = [Option(fill(question), id=choice) for choice, question in QUESTIONS.items()]
        self._list = OptionList(*options, classes="questions", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            title = CHANGED.format(name=self._name_of_file)
            yield Static(title, classes="title", markup=False)
            yield self._list
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Highlight the first question and focus the list."""
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question that was chosen."""
        event.stop()
        self.dismiss(tuple(QUESTIONS)[event.option_index])

    def action_accept(self) -> None:
        """Answer the highlighted question with yes."""
        self._list.action_select()

    def action_cancel(self) -> None:
        """Leave both as they are."""
        self.dismiss(None)
