"""The help screen: all keys, from the tables of actions and keys, and all problems found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.session.words.key_names import fill_keys
from tutor.ui.key_texts import help_markdown
from tutor.ui.keys import UserKeys, key_names
from tutor.ui.widgets.lesson_text import LessonText

IN_LESSON = "In an exercise, read the task, write the answer, press {key:check}. "
IN_OWN_PROGRAM = "Write a program, and press {key:run} to run it. "
INTRODUCTION = (
    "Esc, then a letter, does the same as a key that your terminal keeps for itself. "
    "Up and Down scroll. Esc or {key:help} leaves this help."
)


class HelpScreen(ModalScreen[None]):
    """A scrolling page of help."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Back"),
        Binding("f1", "dismiss", "Back", id="help"),  # replaced by the learner's own keys
    ]

    def __init__(
        self, problems: Sequence[str], user_keys: UserKeys, *, own_program: bool = False
    ) -> None:
        """Prepare the page; with `own_program`, leave out everything about lessons."""
        super().__init__()
        self._own_program = own_program
        self._user_keys = user_keys
        self._problems = problems

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            words = (IN_OWN_PROGRAM if self._own_program else IN_LESSON) + INTRODUCTION
            introduction = fill_keys(words, key_names(self._user_keys))
            yield Static(introduction, classes="introduction", markup=False)
            if self._problems:
                yield Static("\n".join(self._problems), classes="problems", markup=False)
            yield LessonText(help_markdown(self._user_keys, own_program=self._own_program))
