"""The dialog that asks before a level of help is shown, and says what it would show."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

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


class SolutionScreen(ModalScreen[Choice | None]):
    """A list of questions; its result is the choice that was accepted, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "No"),
        Binding("y", "accept", "Yes"),
    ]

    def __init__(self, offers: tuple[Offer, ...], fill: Callable[[str], str]) -> None:
        """Make the dialog; `fill` puts the names of keys into its questions."""
        super().__init__()
        self._offers = offers
        self._fill = fill
        self._list = OptionList(*self._options(), classes="questions", markup=False)

    def _options(self) -> list[Option]:
        return [Option(self._fill(offer.question), id=offer.choice) for offer in self._offers]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Help with this step", classes="title", markup=False)
            yield self._list
            if any(offer.choice in QUESTIONS for offer in self._offers):
                yield Static(MARKED, classes="remark", markup=False)
            keys = KEYS if len(self._offers) == 1 else MORE_KEYS
            yield Static(keys, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Highlight the first question and focus the list."""
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Accept the question that was chosen."""
        event.stop()
        self.dismiss(self._offers[event.option_index].choice)

    def action_accept(self) -> None:
        """Accept the highlighted question."""
        self._list.action_select()

    def action_cancel(self) -> None:
        """Close without accepting any."""
        self.dismiss(None)
