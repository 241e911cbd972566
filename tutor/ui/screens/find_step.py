"""The prompt that goes to a step of a run: by number, or the first with a loss below a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tutor.session.scrubbing import HOW_TO_FIND

TITLE = "Go to a step"
KEYS = "Enter goes there, Esc leaves."


class FindStepScreen(ModalScreen[None]):
    """A field for a step or a loss; it stays open with an error if there is no such step."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

    def __init__(self, find: Callable[[str], str]) -> None:
        """Make the prompt; `find` goes to the requested step, or returns an error."""
        super().__init__()
        self._find = find
        self._words = Input(placeholder="37, or < 0.2", max_length=80, id="find-words")
        self._message = Static(HOW_TO_FIND, classes="told", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(TITLE, classes="title", markup=False)
            yield self._message
            yield self._words
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        self._words.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        reason = self._find(event.value)
        if reason:
            self._message.update(reason)
        else:
            self.dismiss()
