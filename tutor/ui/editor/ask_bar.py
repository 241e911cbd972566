"""The field below the editor that asks for the value of an expression, with its answer.

It posts the question and shows the answer that it is given; it knows nothing of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label

from tutor.ui.editor.bar_field import BarField
from tutor.ui.stable_static import StableStatic
from tutor.wire.commands import MAX_EXPRESSION

HOW_TO_ASK = "Enter asks what the last run has left, Up brings questions back"
HOW_TO_READ_ON = "PgDn reads on in the answer, Enter asks, Up brings questions back"

MAX_REPEATED = 200
"""Characters of a question repeated above its answer; a longer one would hide the answer."""
MAX_HISTORY = 200
"""Number of questions kept in the history."""


class AskBar(Vertical):
    """A field for questions, below the last question and its answer; Esc closes both."""

    DEFAULT_CSS = """
    AskBar {
        height: auto;
        & > Horizontal { height: 1; }
        & > Horizontal > Label { padding: 0 1; }
        & > VerticalScroll {
            height: auto;
            padding: 0 1;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
        & > VerticalScroll > StableStatic { height: auto; }
    }
    """

    @dataclass
    class Asked(Message):
        """Posted with a question; pass its answer to `AskBar.show_answer`."""

        bar: AskBar
        expression: str

    def __init__(
        self, history: list[str], *, told_changed: Callable[[], None], ellipsis: str
    ) -> None:
        """Make a bar that adds its questions to a history.

        `history` holds the questions asked so far; the bar appends to it. `told_changed` is called
        when `told` may have changed, and `ellipsis` stands for an answer that has not come and for
        the rest of a long question.
        """
        super().__init__()
        self._told_changed = told_changed
        self._ellipsis = ellipsis
        self._history = history
        self._place = len(history)
        """Index in the history of the question in the field; its length for the typed draft."""
        self._typed = ""
        """Draft of a question, saved while older questions are in the field."""
        self._asked = ""
        """Question whose answer is on screen or awaited."""
        self.field = BarField(self.take_key, id="ask-field", max_length=MAX_EXPRESSION)
        self._answer = StableStatic("", id="ask-answer")
        self._scroll = VerticalScroll(self._answer, id="ask-scroll", can_focus=False)
        self._scroll.styles.scrollbar_gutter = "auto"  # otherwise it reserves another row
        self._scroll.display = False

    def compose(self) -> ComposeResult:
        yield self._scroll
        with Horizontal():
            yield Label("Ask")
            yield self.field

    def on_mount(self) -> None:
        """Update `told` when the answer starts or stops overflowing."""
        self.watch(self._scroll, "show_vertical_scrollbar", self._told_changed, init=False)

    @property
    def told(self) -> str:
        """Help on the bar's keys."""
        return HOW_TO_READ_ON if self._scroll.show_vertical_scrollbar else HOW_TO_ASK

    @property
    def columns(self) -> int:
        """Columns for an answer, without its scrollbar."""
        return max(1, self.size.width - 3)

    def give_rows(self, most: int) -> None:
        """Limit the answer to this many rows."""
        self._scroll.styles.max_height = max(2, most)

    def ask(self, expression: str) -> None:
        asked = expression.strip()
        if not asked:
            return
        if self._history[-1:] != [asked]:
            self._history.append(asked)
            del self._history[:-MAX_HISTORY]
        self._place, self._typed = len(self._history), ""
        self.field.value = ""
        self.wait_for(asked)
        self._told_changed()  # in place of a warning
        self.post_message(self.Asked(self, asked))

    def wait_for(self, question: str) -> None:
        """Show a question outside the history until `show_answer` receives its answer."""
        self._asked = question
        self._show(question, Content(self._ellipsis))

    def show_answer(self, question: str, answer: Content) -> None:
        """Show the answer, if it belongs to the last question."""
        if self._asked == question and self._scroll.display:
            self._show(question, answer)

    def clear(self) -> None:
        """Remove the answer, which belongs to an earlier run."""
        self._scroll.display = False

    def take_key(self, key: str) -> bool:
        """Handle a key that does not edit the field; return False for any other."""
        acts: dict[str, Callable[[], object]] = {
            "enter": lambda: self.ask(self.field.value),
            "up": lambda: self._go_back(-1),
            "down": lambda: self._go_back(1),
            "pageup": lambda: self._scroll.scroll_page_up(animate=False),
            "pagedown": lambda: self._scroll.scroll_page_down(animate=False),
        }
        act = acts.get(key)
        if act is not None:
            act()
        return act is not None

    def _show(self, expression: str, answer: Content) -> None:
        self._scroll.display = True
        is_long = len(expression) > MAX_REPEATED
        repeated = expression[:MAX_REPEATED] + self._ellipsis if is_long else expression
        question = Content.styled(f"{repeated}\n", "bold $accent")
        self._answer.update_if_changed(Content.assemble(question, answer))
        self._scroll.scroll_home(animate=False)

    def _go_back(self, delta: int) -> None:
        """Show the question `delta` places further on in the history."""
        if self._place == len(self._history):
            self._typed = self.field.value
        self._place = min(max(0, self._place + delta), len(self._history))
        texts: Sequence[str] = (*self._history, self._typed)
        self.field.value = texts[self._place]
        self.field.cursor_position = len(self.field.value)
