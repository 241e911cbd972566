"""The page about a name of the program: what it takes, what it is, and its documentation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.ui.name_help import AskedName

KEYS = "Up, Down scroll. Esc leaves."
NOTHING_MORE = "Nothing more is known of it."


class NamePage(ModalScreen[None]):
    """A page that scrolls."""

    CSS_PATH = "name_page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "Back")]

    def __init__(self, name: AskedName, documentation: str) -> None:
        """Show what is known; `documentation` may be empty."""
        super().__init__()
        self._asked = name
        self._text = documentation or name.about or NOTHING_MORE
        self._remark = name.about if documentation and name.about not in documentation else ""

    def compose(self) -> ComposeResult:
        title = f"{self._asked.path or self._asked.code}{self._asked.signature}"
        with VerticalScroll(id="name-page") as page:
            page.border_subtitle = KEYS
            yield Static(title, classes="title", markup=False)
            if self._remark:
                yield Static(self._remark, classes="remark", markup=False)
            yield Static(self._text, markup=False)
