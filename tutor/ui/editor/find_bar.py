"""The bar below the editor to find and replace text, or to go to a line.

It moves the cursor of its editor, and applies one change for each replacement.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from tutor.ui.editor.area import MAX_TEXT, BarName, EditingArea
from tutor.ui.editor.bar_field import BarField
from tutor.ui.editor.finding import Finder, FindOptions, replaced_all
from tutor.ui.editor.text_edit import Place, Span

MAX_WORDS = 200
"""Maximum length of the search text."""

NOT_THERE = "not found"
NO_LINE = "not a line"
HOW_TO_SWITCH = "Space: {does}"

SWITCHES = {
    "case": "match case",
    "word": "whole words only",
    "regex": "a regular expression",
}
"""Options of a search by the label of their switch, each with its tooltip."""

TOO_LONG = "nothing replaced: the code would be too long"
READ_ONLY = "nothing replaced: this code is read-only"
ONLY_MOVED = "nothing replaced: lines can only be moved here"


class BarSwitch(Widget, can_focus=True):
    """A switch of a search option, in brackets while it is on; Space or a click toggles it."""

    DEFAULT_CSS = """
    BarSwitch {
        width: auto;
        height: 1;
        color: $text-muted;
        &.-on { color: $text; text-style: bold; }
        &:focus { text-style: reverse; }
    }
    """

    class Toggled(Message):
        """Posted when the switch is turned on or off."""

    def __init__(self, name: str, options: FindOptions, take_key: Callable[[str], bool]) -> None:
        """Make the switch of an option; `take_key` is the bar's."""
        super().__init__(id=f"find-{name}")
        self.option = name
        self.tooltip = SWITCHES[name].capitalize()
        self._options = options
        self._take_key = take_key
        self.set_class(self.is_on, "-on")

    @property
    def is_on(self) -> bool:
        """True if the option is on."""
        return bool(getattr(self._options, self.option))

    def render(self) -> Content:
        return Content(f"[{self.option}]" if self.is_on else f" {self.option} ")

    def on_key(self, event: events.Key) -> None:
        """Toggle the option on Space; pass other keys to the bar."""
        if event.key == "space":
            self.toggle()
        elif not self._take_key(event.key):
            return
        event.stop()
        event.prevent_default()

    def toggle(self) -> None:
        setattr(self._options, self.option, not self.is_on)
        self.set_class(self.is_on, "-on")
        self.refresh()
        self.post_message(self.Toggled())

    on_click = toggle


class EditorBar(Horizontal):
    """A row of fields below the editor; Esc closes it and leaves the cursor in place."""

    DEFAULT_CSS = """
    EditorBar {
        height: 1;
        & > Label { padding: 0 1; }
    }
    """

    def __init__(
        self,
        editor: EditingArea,
        bar: BarName,
        *,
        options: FindOptions,
        how_to_replace: str,
        close: Callable[[], object],
        told_changed: Callable[[], None],
    ) -> None:
        """Make the bar for an editor.

        `options` are the search options, which the bar changes; `how_to_replace` is the help of the
        second field, `close` closes the bar, and `told_changed` is called when `told` changes.
        """
        super().__init__()
        self._editor = editor
        self.bar = bar
        self._options = options
        self._how = how_to_replace
        self._close = close
        self._told_changed = told_changed
        self._origin: Place = min(editor.selection)
        """Start of the search: the cursor's position when the bar was opened."""
        self.words = BarField(self.take_key, id="find-field", max_length=MAX_WORDS)
        self.by = BarField(self.take_key, id="replace-field", max_length=MAX_WORDS)
        self.switches = [BarSwitch(name, options, self.take_key) for name in SWITCHES]
        self.told = ""
        """Number of the selected match and of all matches, or help on the keys."""

    def compose(self) -> ComposeResult:
        yield Label("Line" if self.bar == "line" else "Find")
        yield self.words
        if self.bar != "line":
            yield Label("With")
            yield self.by
            yield from self.switches

    def on_mount(self) -> None:
        """Search for the selection, if it is within a line."""
        selected = self._editor.selected_text
        if self.bar != "line" and selected and "\n" not in selected:
            self.words.value = selected[:MAX_WORDS]
        self._tell()

    @property
    def first_field(self) -> Input:
        """The field to focus first: the second one if the search text is known already."""
        return self.by if self.bar == "replace" and self.words.value else self.words

    # What the fields say

    @on(Input.Changed, "#find-field")
    def _follow_words(self, event: Input.Changed) -> None:
        """Go to the first match after the start of the search, or to the line."""
        event.stop()
        if self.bar == "line":
            line = self._line()
            if line is not None:
                row = min(line, self._editor.document.line_count) - 1
                self._editor.go_to(max(0, row), 0)
            self._tell()
        else:
            self._select(self._finder().from_place(self._origin))

    @on(BarSwitch.Toggled)
    def _follow_option(self, event: BarSwitch.Toggled) -> None:
        event.stop()
        self._select(self._finder().from_place(self._origin))

    @on(Input.Changed, "#replace-field")
    def _ignore_words(self, event: Input.Changed) -> None:
        event.stop()

    def take_key(self, key: str) -> bool:
        """Handle a key that does not edit a field; return False for any other."""
        acts: dict[str, Callable[[], object]] = {
            "enter": self._accept,
            "down": self.find_next,
            "up": self.find_before,
            "tab": lambda: self._go_on(1),
            "shift+tab": lambda: self._go_on(-1),
            "open_bar('replace')": self.ask_to_replace,
            "open_bar('find')": self.words.focus,
        }
        act = acts.get(key) or acts.get(self._editor.actions.get(key, ""))
        if act is not None and (self.bar != "line" or key == "enter"):
            act()
        return act is not None

    def _accept(self) -> None:
        """Go to the next match; replace first in the second field; or close the bar."""
        if self.bar == "line" and self.words.value.strip() and not self._is_line():
            self._say(f"{NO_LINE}: {self._lines()}")
        elif self.bar == "line":
            self._close()
        elif self.by.has_focus:
            self.replace_one()
        else:
            self.find_next()

    def _go_on(self, delta: int) -> None:
        """Focus the field or switch `delta` places further on."""
        parts = [self.words, self.by, *self.switches]
        here = next((place for place, part in enumerate(parts) if part.has_focus), 0)
        # at once, since the next typed text belongs to the field
        self.screen.set_focus(parts[(here + delta) % len(parts)])

    # Matches

    def _finder(self) -> Finder:
        return Finder(self._editor.document.lines, self.words.value, self._options)

    def find_next(self) -> None:
        """Select the next match, wrapping round."""
        self._select(self._finder().from_place(max(self._editor.selection)))

    def find_before(self) -> None:
        """Select the previous match, wrapping round."""
        self._select(self._finder().before(min(self._editor.selection)))

    @property
    def _refusal(self) -> str:
        """Reason why nothing can be replaced; "" if replacing is possible."""
        if self._editor.read_only:
            return READ_ONLY
        return ONLY_MOVED if self._editor.fixed is not None else ""

    def replace_one(self) -> None:
        """Replace the selected match, and go to the next one."""
        finder, span = self._finder(), self._editor.span
        if self._refusal:
            self._say(self._refusal)
            return
        if span in finder.spans:
            try:
                text = finder.replacement(span, self.by.value)
            except ValueError as error:
                self._say(str(error))
                return
            with self._editor.changing_rows():
                self._editor.history.checkpoint()
                self._editor.replace(text, *span, maintain_selection_offset=False)
                self._editor.history.checkpoint()
        self.find_next()

    def replace_all(self) -> None:
        """Replace all matches as one undo step, and show their number."""
        if self._refusal:
            self._say(self._refusal)
            return
        finder, editor = self._finder(), self._editor
        try:
            change = replaced_all(finder, self.by.value, editor.cursor_location)
        except ValueError as error:
            self._say(str(error))
            return
        if change is not None:
            grown = len(change.text) - len(editor.get_text_range(change.start, change.end))
            if len(editor.text) + grown > MAX_TEXT:
                self._say(TOO_LONG)
                return
        editor.apply(change)
        self._say(f"{len(finder.spans)} replaced")

    def ask_to_replace(self) -> None:
        """Focus the second field; if it has the focus, replace all."""
        if self.bar != "line" and self.by.has_focus:
            self.replace_all()
        elif self.bar != "line":
            self.screen.set_focus(self.by)

    def _select(self, span: Span | None) -> None:
        if span is not None:
            self._editor.select_span(span)
            self._origin = span[0] if not self.words.has_focus else self._origin
        self._tell()

    def _tell(self) -> None:
        if self.bar == "line":
            is_wrong = self._line() is not None and not self._is_line()
            self._say(f"{NO_LINE}: {self._lines()}" if is_wrong else self._lines())
            return
        finder, span = self._finder(), self._editor.span
        words = finder.problem
        if span in finder.spans:
            words = f"{finder.spans.index(span) + 1} of {len(finder.spans)}"
        elif self.words.value and not words:
            words = f"{len(finder.spans)} found" if finder.spans else NOT_THERE
        if self.by.has_focus and finder.spans:
            words += f". {self._how}"
        on = next((each.option for each in self.switches if each.has_focus), "")
        does = [HOW_TO_SWITCH.format(does=SWITCHES[on])] if on else []
        self._say(". ".join(filter(None, (words, *does))))

    on_descendant_focus = _tell

    def _say(self, words: str) -> None:
        self.told = words
        self._told_changed()

    def _lines(self) -> str:
        return f"1 to {self._editor.document.line_count}"

    def _line(self) -> int | None:
        """Return the number in the field; None if it holds no number."""
        number = self.words.value.strip()
        return int(number) if number.isdecimal() and number.isascii() else None

    def _is_line(self) -> bool:
        """Return True if the text has the line in the field."""
        return 1 <= (self._line() or 0) <= self._editor.document.line_count
