"""A dialog that asks before an action that cannot be undone, or could lose code.

It changes nothing itself: its result is the choice.
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


class ChoiceDialog(ModalScreen[Name | None]):
    """Choices under a title; the result is the name of the choice, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "No"),
        Binding("y", "accept", "Yes"),
    ]

    def __init__(
        self, title: str, choices: Mapping[Name, str], *, keys: str, remark: str = ""
    ) -> None:
        """Make a dialog of choices, a mapping from names to labels.

        `remark` is shown below them; `keys` is the help on keys.
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
        """Close with the selected choice."""
        event.stop()
        self.dismiss(self._choices[event.option_index])

    def action_accept(self) -> None:
        """Close with the highlighted choice."""
        self._list.action_select()

    def action_cancel(self) -> None:
        """Close without a choice; nothing is changed."""
        self.dismiss(None)
