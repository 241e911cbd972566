"""The page about a name of the program: its parameters, value and documentation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tutor.completion.documentation import wrap_documentation
from tutor.ui.editor.name_help import AskedName

KEYS = "Up, Down scroll. Esc leaves."
NOTHING_MORE = "There is no further documentation for it."


class NamePage(ModalScreen[None]):
    """A scrolling page about a name."""

    CSS_PATH = "name_page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "Back")]

    def __init__(self, name: AskedName, documentation: str) -> None:
        """Show the known facts; `documentation` may be empty."""
        super().__init__()
        self._asked = name
        self._text = documentation or name.about or NOTHING_MORE
        is_told = name.about.rstrip(".…") in " ".join(documentation.split())
        self._remark = name.about if documentation and not is_told else ""

    def compose(self) -> ComposeResult:
        title = f"{self._asked.path or self._asked.code}{self._asked.signature}"
        with VerticalScroll(id="name-page") as page:
            page.border_subtitle = KEYS
            yield Static(title, classes="title", markup=False)
            if self._remark:
                yield Static(self._remark, classes="remark", markup=False)
            yield _Documentation(self._text)


class _Documentation(Widget):
    """A docstring whose prose is wrapped to the width of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows of the text; lines of code are folded if they are too wide."""
        return self._content(width).get_height({}, width)

    def render(self) -> Content:
        return self._content(self.content_size.width)

    def _content(self, width: int) -> Content:
        return Content(wrap_documentation(self._text, width))
