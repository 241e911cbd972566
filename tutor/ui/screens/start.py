"""The start: stands over the desk, which is prepared behind it, until the learner goes on."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tutor.ui.screens.start_words import WELCOME, WELCOME_BACK, Facts, Line, lines, rows
from tutor.ui.signs import Signs

WIDEST = 78
"""Columns of text that are read with ease."""


class StartText(Widget):
    """Breaks its rows for the width, and sets them close where there are few."""

    def __init__(self, own_keys: dict[str, tuple[str, ...]], signs: Signs) -> None:
        super().__init__(id="start-text")
        self._own_keys = own_keys
        self._signs = signs
        self._room = 0
        """Rows that there are without scrolling."""
        self.facts = Facts(first_time=True)

    def render(self) -> RenderResult:
        """The rows, one line each."""
        return Content("\n").join(line.words for line in self._lines(self.content_size.width))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As much as is read with ease."""
        return min(container.width, WIDEST)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row for each line."""
        self._room = container.height
        return len(self._lines(width))

    async def on_click(self, event: events.Click) -> None:
        """A click anywhere on a key's line does what the key does."""
        shown = self._lines(self.content_size.width)
        if event.y < len(shown) and shown[event.y].click:
            await self.run_action(f"screen.{shown[event.y].click}")

    def _lines(self, width: int) -> list[Line]:
        title = WELCOME if self.facts.first_time else WELCOME_BACK
        return lines(rows(self.facts, self._own_keys, self._signs), title, width, self._room)


class Start(VerticalScroll, can_focus=False):
    """Gets its keys from the app, in their order, so that what is typed right after one of them
    comes to where that leads."""

    def __init__(self, own_keys: dict[str, tuple[str, ...]], signs: Signs) -> None:
        super().__init__(id="start")
        self._text = StartText(own_keys, signs)
        self.is_on = True
        """Whether it is still to be seen."""

    def compose(self) -> ComposeResult:
        """The text; it scrolls where there is no room for all of it."""
        yield self._text

    @property
    def facts(self) -> Facts:
        """What it tells."""
        return self._text.facts

    def tell(self, facts: Facts) -> None:
        """Says more than before."""
        self._text.facts = facts
        self._text.refresh(layout=True)

    def leave(self) -> None:
        """Shows what is behind it."""
        self.is_on = False
        self.display = False
        self.screen.refresh(layout=True)  # in one frame with the keys below

    def scroll_by(self, key: str) -> bool:
        """Whether the key is one that scrolls."""
        how = {
            "up": self.scroll_up,
            "down": self.scroll_down,
            "pageup": self.scroll_page_up,
            "pagedown": self.scroll_page_down,
            "home": self.scroll_home,
            "end": self.scroll_end,
        }.get(key)
        if how is not None:
            how(animate=False)
        return how is not None
