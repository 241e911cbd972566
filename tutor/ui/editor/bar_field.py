"""A one-row field below the editor that handles each key as soon as it arrives."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widgets import Input

from tutor.text import clean_paste


class BarField(Input):
    """A one-row field without a border that offers each key to its bar first.

    So keys act in typing order, and none is lost between two widgets.
    """

    DEFAULT_CSS = """
    BarField {
        width: 1fr;
        height: 1;
        border: none;
        padding: 0 1;
        background: $surface;
        &:focus { border: none; background: $background; text-style: underline; }
    }
    """

    class LinesLeftOut(Message):
        """Posted when only the first of several pasted lines was inserted."""

    def __init__(self, take_key: Callable[[str], bool], *, id: str, max_length: int) -> None:  # noqa: A002  # Textual's name for it
        """Make a field; `take_key` returns True for each key that it handles."""
        super().__init__(id=id, max_length=max_length)
        self._take_key = take_key

    def on_key(self, event: events.Key) -> None:
        """Hand the key to the bar before the field edits its text."""
        if self._take_key(event.key):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._insert(event.text)

    def action_paste(self) -> None:
        self._insert(self.app.clipboard)

    def _insert(self, text: str) -> None:
        """Insert a text; of several lines, only the first that is not blank."""
        rows = clean_paste(text).split("\n")
        lines = [row for row in rows if row.strip()]
        self.replace((lines or rows)[0], *self.selection)
        if len(lines) > 1:
            self.post_message(self.LinesLeftOut())
