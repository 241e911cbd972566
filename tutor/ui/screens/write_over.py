"""The dialog before overwriting a file that another program has changed."""

from __future__ import annotations

from collections.abc import Callable

from tutor.ui.screens.choice_dialog import ChoiceDialog

CHANGED = "Another program has changed {name}"
QUESTIONS = {
    "read": "Show what is in the file? {key:undo} brings your text back.",
    "over": "Write your text over it?",
}
KEYS = "Enter yes, Esc leaves both as they are, Up and Down to the other question."


class WriteOverScreen(ChoiceDialog[str]):
    """Two questions: to load the file into the editor, or to overwrite it."""

    def __init__(self, name: str, fill: Callable[[str], str]) -> None:
        """Make the dialog for a file; `fill` puts the names of keys into its questions."""
        questions = {choice: fill(question) for choice, question in QUESTIONS.items()}
        super().__init__(CHANGED.format(name=name), questions, keys=KEYS)
