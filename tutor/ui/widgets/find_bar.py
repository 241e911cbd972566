"""The line below the editor in which one says what to find, to replace, or which line to go to.

It moves the cursor of the editor that it is given, and hands it one change for each replacement.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from tutor.ui.editing.finding import Finder, replaced_all
from tutor.ui.editing.text_edit import Place, Span
from tutor.ui.widgets.bar_field import BarField
from tutor.ui.widgets.editing_area import MAX_TEXT, BarName, EditingArea

MAX_WORDS = 200
"""Characters that may be looked for."""

NOT_THERE = "not found"
NO_LINE = "not a line"
TOO_LONG = "nothing replaced: the code would be too long"
READ_ONLY = "nothing replaced: the code can only be read here"
ONLY_MOVED = "nothing replaced: lines are only moved here"


class EditorBar(Horizontal):
    """A row of fields under the editor; Esc closes it, and the cursor stays where it is."""

    DEFAULT_CSS = """
    EditorBar {
        height: 1;
        & > Label { padding: 0 1; }
    }
    """

    class Told(Message):
        """`told` says something else."""

    def __init__(
        self,
        editor: EditingArea,
        bar: BarName,
        *,
        how_to_replace: str,
        close: Callable[[], object],
    ) -> None:
        """Make the bar for an editor.

        `how_to_replace` tells the keys of the second field; `close` gives the keys back.
        """
        super().__init__()
        self._editor = editor
        self.bar = bar
        self._how = how_to_replace
        self._close = close
        self._origin: Place = min(editor.selection)
        """Where the search begins: where the cursor was when the bar was opened."""
        self.words = BarField(self.take_key, id="find-field", max_length=MAX_WORDS)
        self.by = BarField(self.take_key, id="replace-field", max_length=MAX_WORDS)
        self.told = ""
        """Which match of how many is selected, or what the keys do."""

    def compose(self) -> ComposeResult:
        yield Label("Line" if self.bar == "line" else "Find")
        yield self.words
        if self.bar != "line":
            yield Label("With")
            yield self.by

    def on_mount(self) -> None:
        """Look for what is selected, if that is within a line."""
        selected = self._editor.selected_text
        if self.bar != "line" and selected and "\n" not in selected:
            self.words.value = selected[:MAX_WORDS]
        self._tell()

    @property
    def first_field(self) -> Input:
        """The field to begin with: the second one if what to find is known already."""
        return self.by if self.bar == "replace" and self.words.value else self.words

    # What the fields say

    @on(Input.Changed, "#find-field")
    def _follow_words(self, event: Input.Changed) -> None:
        """Go to the first match after the place where the search began, or to the line."""
        event.stop()
        if self.bar == "line":
            self._go_to_line()
            self._tell()
        else:
            self._select(self._finder().from_place(self._origin))

    @on(Input.Changed, "#replace-field")
    def _ignore_words(self, event: Input.Changed) -> None:
        event.stop()

    def take_key(self, key: str) -> bool:
        """Do what the key does in the fields besides editing; return False if that is nothing."""
        acts: dict[str, Callable[[], object]] = {
            "enter": self._accept,
            "down": self.find_next,
            "up": self.find_before,
            "tab": self._to_other_field,
            "shift+tab": self._to_other_field,
            "replace": self.ask_to_replace,
            "find": self.words.focus,
        }
        act = acts.get(key) or acts.get(self._editor.actions.get(key, ""))
        if act is not None and (self.bar != "line" or key == "enter"):
            act()
        return act is not None

    def _accept(self) -> None:
        """Go to the next match, in the second field replace this one before; or close at a line."""
        if self.bar == "line" and self.words.value.strip() and self._line() is None:
            self._say(f"{NO_LINE}: {self._lines()}")
        elif self.bar == "line":
            self._close()
        elif self.by.has_focus:
            self.replace_one()
        else:
            self.find_next()

    def _to_other_field(self) -> None:
        # at once: what is typed next is meant for the other field
        self.screen.set_focus(self.words if self.by.has_focus else self.by)

    def on_descendant_focus(self) -> None:
        """Say what the keys do in this field."""
        self._tell()

    # Matches

    def _finder(self) -> Finder:
        return Finder(self._editor.document.lines, self.words.value)

    def find_next(self) -> None:
        """Select the next match, after the last one the first."""
        self._select(self._finder().from_place(max(self._editor.selection)))

    def find_before(self) -> None:
        """Select the match before, before the first one the last."""
        self._select(self._finder().before(min(self._editor.selection)))

    @property
    def _refusal(self) -> str:
        """Why nothing can be replaced, "" where it can."""
        if self._editor.read_only:
            return READ_ONLY
        return ONLY_MOVED if self._editor.fixed is not None else ""

    def replace_one(self) -> None:
        """Replace the match that is selected, and go to the next one."""
        finder, span = self._finder(), self._editor.span
        if self._refusal:
            self._say(self._refusal)
            return
        if span in finder.spans:
            with self._editor.changing_rows():
                self._editor.history.checkpoint()
                self._editor.replace(self.by.value, *span, maintain_selection_offset=False)
                self._editor.history.checkpoint()
        self.find_next()

    def replace_all(self) -> None:
        """Replace all matches in one step that Undo takes back, and say how many there were."""
        if self._refusal:
            self._say(self._refusal)
            return
        finder, editor = self._finder(), self._editor
        change = replaced_all(finder, self.by.value, editor.cursor_location)
        if change is not None:
            grown = len(change.text) - len(editor.get_text_range(change.start, change.end))
            if len(editor.text) + grown > MAX_TEXT:
                self._say(TOO_LONG)
                return
        editor.apply(change)
        self._say(f"{len(finder.spans)} replaced")

    def ask_to_replace(self) -> None:
        """Go to the second field; from there, replace all."""
        if self.bar != "line" and self.by.has_focus:
            self.replace_all()
        elif self.bar != "line":
            self._to_other_field()

    def _select(self, span: Span | None) -> None:
        if span is not None:
            self._editor.select_span(span)
            self._origin = span[0] if not self.words.has_focus else self._origin
        self._tell()

    def _tell(self) -> None:
        spans, span = self._finder().spans, self._editor.span
        words = ""
        if self.bar == "line":
            words = self._lines()
        elif span in spans:
            words = f"{spans.index(span) + 1} of {len(spans)}"
        elif self.words.value:
            words = f"{len(spans)} found" if spans else NOT_THERE
        if self.by.has_focus and spans:
            words += f". {self._how}"
        self._say(words)

    def _say(self, words: str) -> None:
        self.told = words
        self.post_message(self.Told())

    def _lines(self) -> str:
        return f"1 to {self._editor.document.line_count}"

    def _line(self) -> int | None:
        """Return the number in the field, None if it holds something else."""
        number = self.words.value.strip()
        return int(number) if number.isdecimal() and number.isascii() else None

    def _go_to_line(self) -> None:
        line = self._line()
        if line is not None:
            row = min(line, self._editor.document.line_count) - 1
            self._editor.go_to(max(0, row), 0)
