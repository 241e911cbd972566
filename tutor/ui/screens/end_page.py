"""The page after the last step of a lesson or of the course, with a list of steps to go to.

Enter opens the highlighted step, at first the next one, to which the usual key leads too. A letter
writes the learner's answers as one program.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.ui.keys import next_step_bindings
from tutor.ui.screens.end_words import Ending
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.widgets.row_list import RowList

KEYS = "PgDn turns the page. w writes your answers as one program. Esc leaves."
KEYS_WITH_STEPS = f"Enter opens. {KEYS}"


class EndPage(ModalScreen[str | None]):
    """The page after a last step; its result is the id of the next step to open, or None."""

    CSS_PATH = "end_page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("enter", "choose", "Open", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("w", "write", "Write", show=False),
        *next_step_bindings(),
    ]

    def __init__(self, ending: Ending, write_answers: Callable[[], Awaitable[str]]) -> None:
        """Make the page; `write_answers` writes a program and returns a message."""
        super().__init__()
        self._ending = ending
        self._write_answers = write_answers
        self._text = VerticalScroll(LessonText(ending.text), id="end-page-text", can_focus=False)
        self._list = RowList(id="end-page-list")
        self._list.can_focus = False
        self._note = Static("", id="end-page-note", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="end-page"):
            yield Static(self._ending.title, classes="title", markup=False)
            yield self._text
            yield self._list
            yield self._note
            keys = KEYS_WITH_STEPS if self._ending.rows else KEYS
            yield Static(keys, classes="keys", markup=False)

    def on_mount(self) -> None:
        self._note.display = False
        self._list.display = bool(self._ending.rows)
        self._text.set_class(not self._ending.rows, "alone")
        self._list.show(self._ending.rows, "")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.dismiss(event.row_id)

    def action_choose(self) -> None:
        self._list.choose()

    def action_next_step(self) -> None:
        if self._ending.next_step:
            self.dismiss(self._ending.next_step)

    async def action_write(self) -> None:
        self._note.update(await self._write_answers())
        self._note.display = True

    def action_move(self, delta: int) -> None:
        if self._ending.rows:
            self._list.action_move(delta)
        else:
            self._text.scroll_relative(y=delta, animate=False)

    def action_page(self, direction: int) -> None:
        self._text.scroll_relative(y=direction * max(1, self._text.size.height - 1), animate=False)
