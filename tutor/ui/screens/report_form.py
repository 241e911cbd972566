"""The form for a report about a step: it asks for the problem and shows the report's path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tutor.progress.durable_files import advice, reason

TITLE = "Does something look wrong here?"
ABOUT = (
    "A file is written for the author of the lesson: this step, your answer, the verdict on it, "
    "and versions. It stays on this computer until you pass it on."
)
ASK = "What looks wrong? You can leave this empty."
KEYS = "Enter writes the file, Esc leaves."
CLOSE = "Enter or Esc closes this."


class ReportScreen(ModalScreen[None]):
    """A dialog that lists a report's contents, takes the learner's text, and writes it."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("enter", "dismiss", "Close", show=False),  # the field handles Enter first
    ]

    def __init__(self, write: Callable[[str], Path]) -> None:
        """Make the form with an empty field.

        `write` is called in a thread with the learner's text, and returns the path of the written
        report; it may raise OSError.
        """
        super().__init__()
        self._write = write
        self._words = Input(placeholder=ASK, id="report-words")
        self._message = Static(ABOUT, classes="told", markup=False)
        self._keys = Static(KEYS, classes="keys", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(TITLE, classes="title", markup=False)
            yield self._message
            yield self._words
            yield self._keys

    def on_mount(self) -> None:
        self._words.focus()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            path = await asyncio.to_thread(self._write, event.value)
        except OSError as error:
            self._message.update(f"It could not be written: {reason(error)}. {advice(error)}")
            return
        self._message.update(
            f"Written to {path}\nGive this file to the person who gave you the lessons."
        )
        self._words.display = False  # now Enter reaches the screen and closes it
        self._keys.update(CLOSE)
