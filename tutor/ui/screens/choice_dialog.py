"""A dialog that asks before something cannot be taken back, or could be lost.

Nothing is changed here: the result is what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

Name = TypeVar("Name", bound=str)

BOTH_KEYS = "Enter yes, Esc leaves both as they are, Up and Down to the other question."
"""What the keys do where a file and the editor hold other code."""


class ChoiceDialog(ModalScreen[Name | None]):
    """Choices under a title; the result is the name of the one taken, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "No"),
        Binding("y", "accept", "Yes"),
    ]

    def __init__(
        self, title: str, choices: Mapping[Name, str], *, keys: str, remark: str = ""
    ) -> None:
        """Make a dialog of choices, given as their words by their names.

        `remark` stands below them, and `keys` says what keys do.
        """
        super().__init__()
        self._heading = title
        self._keys = keys
        self._remark = remark
        self._choices = tuple(choices)
        options = [Option(words, id=choice) for choice, words in choices.items()]
        self._list = OptionList(*options, classes="questions", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._heading, classes="title", markup=False)
            yield self._list
            if self._remark:
                yield Static(self._remark, classes="remark", markup=False)
            yield Static(self._keys, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Highlight the first choice and focus the list."""
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with what was chosen."""
        event.stop()
        self.dismiss(self._choices[event.option_index])

    def action_accept(self) -> None:
        """Take the highlighted choice."""
        self._list.action_select()

    def action_cancel(self) -> None:
        """End without a choice: everything is left as it is."""
        self.dismiss(None)
