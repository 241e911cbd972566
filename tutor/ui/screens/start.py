"""The start screen: it says where the learner was, while the lesson is prepared beneath it.

`nntutor` without a step begins with it. Enter goes on; letters lead elsewhere. The app
hands it every key, in order: one that means nothing here goes on to the step as well, and is typed
there if it is text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tutor.session.state import State
from tutor.ui.keys import start_bindings
from tutor.ui.marks import Marks
from tutor.ui.screens.frame import FramedScreen, ScreenSetup
from tutor.ui.screens.start_words import (
    WELCOME,
    WELCOME_BACK,
    StartFacts,
    StartLine,
    start_lines,
    start_rows,
)

MAX_WIDTH = 78
"""Columns of text; longer lines are hard to read."""


@dataclass(frozen=True)
class StartTargets:
    """What the keys of the start call; each is given by the lesson screen, which owns the start."""

    go_on: Callable[[str], None]
    """Goes to the step that is named, with the character that was typed, or ""."""
    outline: Callable[[], Awaitable[None]]
    """Shows the outline."""
    first_open: Callable[[], None]
    """Goes to the first step that is not done."""
    begin: Callable[[str], None]
    """Goes to the step of that id."""
    review: Callable[[], None]
    """Begins the review."""
    put_off_review: Callable[[], None]
    """Has no review offered today any more."""
    help: Callable[[], None]
    """Shows the help."""


class StartText(Widget):
    """The text of the start, wrapped to the width, with blank lines if the height allows."""

    def __init__(self, marks: Marks, facts: StartFacts) -> None:
        super().__init__(id="start-text")
        self._marks = marks
        self._visible_rows = 0
        """Rows that are visible without scrolling."""
        self.facts = facts

    def render(self) -> RenderResult:
        return Content("\n").join(line.words for line in self._lines(self.content_size.width))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return min(container.width, MAX_WIDTH)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._visible_rows = container.height
        return len(self._lines(width))

    async def on_click(self, event: events.Click) -> None:
        """Do what a key does when its line is clicked, anywhere on the line."""
        drawn = self._lines(self.content_size.width)
        if event.y < len(drawn) and drawn[event.y].click:
            await self.run_action(f"screen.{drawn[event.y].click}")

    def _lines(self, width: int) -> list[StartLine]:
        title = WELCOME if self.facts.first_time else WELCOME_BACK
        return start_lines(start_rows(self.facts, self._marks), title, width, self._visible_rows)


class StartScreen(FramedScreen):
    """The start screen. It never removes itself: the lesson screen does when its keys are used."""

    BINDINGS: ClassVar[list[BindingType]] = start_bindings()

    def __init__(
        self, state: State, facts: StartFacts, setup: ScreenSetup, targets: StartTargets
    ) -> None:
        super().__init__(state, setup)
        self._targets = targets
        self._text = StartText(setup.marks, facts)
        self._scroll = VerticalScroll(self._text, id="start", can_focus=False)

    def compose(self) -> ComposeResult:
        yield from self.compose_framed(self._scroll)

    def on_mount(self) -> None:
        """Show the keys that act here; the first time, little else around the text."""
        self.bottom.show_actions("none")
        if self.facts.first_time:
            self._top_bar.visible = False
            self.bottom.be_quiet()

    @property
    def facts(self) -> StartFacts:
        """The facts that are shown."""
        return self._text.facts

    def show_facts(self, facts: StartFacts) -> None:
        """Show these facts in place of the ones before."""
        self._text.facts = facts
        self._text.refresh(layout=True)

    async def take_key(self, event: events.Key | events.Paste) -> bool:
        """Act on a key or paste; return True if that was all, False if the app must handle it too.

        After one that leads away from here, the next screen is on top already, so the app's
        handling reaches it: that is how typed text gets into the step.
        """
        if self.is_strip_shown:
            return False
        if isinstance(event, events.Paste):
            self.action_go_on()
            return False
        if event.key in ("o", "n"):
            await (self.action_outline() if event.key == "o" else self.action_first_open())
            return True
        if event.key == "t" and self.facts.first_time and self.facts.offered is not None:
            self.action_begin_offered()
            return True
        if event.key in ("r", "s") and not self.facts.first_time:
            # also where no review is offered yet, or any more: the letter is never meant as code
            (self.action_review if event.key == "r" else self.action_put_off_review)()
            return True
        if (bound := self._bound_action(event.key)) is not None:
            action, has_priority = bound
            if not has_priority:
                await self.run_action(action)
            return not has_priority
        if self._scroll_by(event.key):
            return True
        is_typed = event.is_printable and event.key != "space"
        self._targets.go_on(event.character or "" if is_typed else "")
        return not is_typed

    def action_go_on(self) -> None:
        """Go to the step that is named."""
        self._targets.go_on("")

    async def action_outline(self) -> None:
        """Show the outline of all steps."""
        await self._targets.outline()

    async def action_first_open(self) -> None:
        """Go to the first step that is not done."""
        self._targets.first_open()

    def action_begin_offered(self) -> None:
        """Go to the first step of the lesson that is offered."""
        if self.facts.offered is not None:
            self._targets.begin(self.facts.offered.steps[0].id)

    def action_review(self) -> None:
        """Begin the review, which says so itself where nothing is due."""
        self._targets.review()

    def action_put_off_review(self) -> None:
        """Take the offer away for today, if there is one."""
        if not self.facts.review:
            return
        self._targets.put_off_review()
        self.show_facts(replace(self.facts, review=0, is_review_put_off=True))

    def action_help(self) -> None:
        """Show the help with all keys."""
        self._targets.help()

    def action_leader(self) -> None:
        """Show the strip of letters, or hide it."""
        self.bottom.toggle_strip("none", 0)

    def _bound_action(self, key: str) -> tuple[str, bool] | None:
        """Return the action bound to a key here, and whether it has priority over any widget."""
        active = self.active_bindings.get(key)
        if active is None or not active.binding.id:
            return None  # Textual's own bindings have no id; such as Tab, they mean nothing here
        return active.binding.action, active.binding.priority

    def _scroll_by(self, key: str) -> bool:
        """Scroll the text; return False if the key is not one that scrolls."""
        scroll = self._scroll
        scroll_method = {
            "up": scroll.scroll_up,
            "down": scroll.scroll_down,
            "pageup": scroll.scroll_page_up,
            "pagedown": scroll.scroll_page_down,
            "home": scroll.scroll_home,
            "end": scroll.scroll_end,
        }.get(key)
        if scroll_method is not None:
            scroll_method(animate=False)
        return scroll_method is not None
