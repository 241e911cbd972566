"""The dialog that names the next level of help and asks before showing it."""

from __future__ import annotations

from collections.abc import Callable

from tutor.session.solution_help import QUESTIONS, Choice, Offer
from tutor.ui.screens.choice_dialog import ChoiceDialog

MARKED = "A step done with the solution in sight is marked in the outline."
KEYS = "Enter yes, Esc no."
MORE_KEYS = "Enter yes, Esc no, Up and Down to the other questions."


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
