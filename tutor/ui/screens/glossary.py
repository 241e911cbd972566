"""The glossary: the terms of the course, their meanings, and the first step about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tutor.course.model import Step
from tutor.course.terms import GlossaryEntry
from tutor.session.words.key_names import fill_lesson_keys
from tutor.ui.marks import UNICODE, Marks
from tutor.ui.words import inline

NO_TERMS = "This course explains no terms."
NOTHING_FOUND = "No term has these words. Backspace deletes letters."
KEYS = "Up, Down choose. Enter opens the step, Esc leaves."

BESIDE_FROM = 100
"""Minimum columns of the terminal to show terms and meaning side by side."""


class GlossaryScreen(ModalScreen[str | None]):
    """The dialog of terms; its result is the id of the step to go to, or None."""

    CSS_PATH = "terms.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "page('page_up')", "Page up", show=False),
        Binding("pagedown", "page('page_down')", "Page down", show=False),
    ]

    def __init__(
        self,
        entries: Sequence[GlossaryEntry],
        here: Step | None,
        marks: Marks = UNICODE,
        *,
        at: str = "",
    ) -> None:
        """Fill in the keys that the terms name.

        `here` is the step on screen, if there is one. `at` is the name of the term to begin with,
        "" for the step's first concept.
        """
        super().__init__()
        self._entries = {}
        for entry in entries:
            text = marks.transcribe(fill_lesson_keys(entry.term.say, marks.keys))
            filled = replace(entry, term=replace(entry.term, say=text))
            self._entries[entry.term.name] = filled
        self._first = [at] if at else list(here.concepts) if here is not None else []
        """Names of the terms to highlight first; the first one that exists is used."""
        self._search = Input(placeholder="Type to search", compact=True, id="terms-search")
        self._list = OptionList(id="terms-list", markup=False)
        self._list.can_focus = False  # letters go to the search
        self._meaning = Static("", id="terms-meaning", markup=False)
        self._text = VerticalScroll(self._meaning, id="terms-text", can_focus=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="terms") as window:
            window.border_title = "Terms"
            yield self._search
            with Container(id="terms-body"):
                yield self._list
                yield self._text
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        self._fill("")
        self._search.focus()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= BESIDE_FROM, "beside")
        self._show_meaning()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_meaning()

    async def action_move(self, action: str) -> None:
        await self._list.run_action(action)

    async def action_page(self, action: str) -> None:
        """Scroll a meaning that does not fit by a page, else the list."""
        target = self._text if self._text.max_scroll_y else self._list
        await target.run_action(action)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _go(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        event.stop()
        entry = self._chosen()
        if entry is not None and entry.step is not None:
            self.dismiss(entry.step.id)

    def _chosen(self) -> GlossaryEntry | None:
        option = self._list.highlighted_option
        return self._entries.get(option.id or "") if option is not None else None

    def _show_meaning(self) -> None:
        entry = self._chosen()
        beside = self.has_class("beside")
        self._meaning.update(meaning(entry, headed=beside) if entry is not None else "")
        self._text.scroll_home(animate=False)
        # a longer meaning leaves the list fewer rows, so the highlight may have left its view
        self.call_after_refresh(self._list.scroll_to_highlight)

    def _fill(self, search: str) -> None:
        words = search.lstrip("/").casefold().split()
        matches = []
        for entry in self._entries.values():
            text = f"{entry.title} {entry.term.name} {entry.term.say}".casefold()
            if all(word in text for word in words):
                matches.append(entry)
        self._list.clear_options()
        self._list.add_options([Option(entry.title, id=entry.term.name) for entry in matches])
        if not matches:
            message = NOTHING_FOUND if self._entries else NO_TERMS
            self._list.add_option(Option(message, disabled=True))
            self._show_meaning()
            return
        first = min(matches, key=lambda entry: _rank(entry, self._first, words))
        self._list.highlighted = self._list.get_option_index(first.term.name)


def meaning(entry: GlossaryEntry, *, headed: bool) -> Content:
    """Return the meaning and the step of a term, under the term if `headed`."""
    text = inline(entry.term.say)
    parts = [Content.styled(entry.title, "bold $primary"), text] if headed else [text]
    if entry.step is not None:
        parts.append(Content.styled(f"See {entry.step.title}", "bold"))
    return Content("\n\n" if headed else "\n").join(parts)


def _rank(entry: GlossaryEntry, wanted: Sequence[str], words: list[str]) -> tuple[int, int]:
    """Return a sort key: the lowest entry is highlighted.

    In a search, that is a term which contains all words; otherwise, the first wanted term.
    """
    if words:
        return (0 if all(word in entry.title.casefold() for word in words) else 1, 0)
    name = entry.term.name
    return (0, wanted.index(name)) if name in wanted else (1, 0)
