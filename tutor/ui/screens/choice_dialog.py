"""Dialogs that ask before an action that cannot be undone, could lose code, or shows a solution.

They change nothing themselves: their result is the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.session.solution_help import QUESTIONS, Choice, Offer

MARKED = "A step done with the solution in sight is marked in the outline."
KEYS = "Enter yes, Esc no."
MORE_KEYS = "Enter yes, Esc no, Up and Down to the other questions."
CHANGED = "Another program has changed {name}"
WRITE_OVER_QUESTIONS = {
    "read": "Show what is in the file? {key:undo} brings your text back.",
    "over": "Write your text over it?",
}
WRITE_OVER_KEYS = "Enter yes, Esc leaves both as they are, Up and Down to the other question."

Name = TypeVar("Name", bound=str)


class ChoiceDialog(ModalScreen[Name | None]):
    """Choices under a title; the result is the name of the choice, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss", "No"),
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
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index])

    def action_accept(self) -> None:
        self._list.action_select()


class WriteOverScreen(ChoiceDialog[str]):
    """Two questions: to load the file into the editor, or to overwrite it."""

    def __init__(self, name: str, fill: Callable[[str], str]) -> None:
        """Make the dialog for a file; `fill` puts the names of keys into its questions."""
        questions = {choice: fill(question) for choice, question in WRITE_OVER_QUESTIONS.items()}
        super().__init__(CHANGED.format(name=name), questions, keys=WRITE_OVER_KEYS)


class SolutionScreen(ChoiceDialog[Choice]):
    """A list of questions; its result is the accepted choice, or None."""

    def __init__(self, offers: tuple[Offer, ...], fill: Callable[[str], str]) -> None:
        """Make the dialog; `fill` puts the names of keys into its questions."""
        super().__init__(
            "Help with this step",
            {offer.choice: fill(offer.question) for offer in offers},
            keys=KEYS if len(offers) == 1 else MORE_KEYS,
            remark=MARKED if any(offer.choice in QUESTIONS for offer in offers) else "",
        )
