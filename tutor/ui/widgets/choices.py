"""A list of statements to judge or to choose from, with keys or mouse.

It holds the learner's judgement of each statement, and knows neither quizzes nor right answers: its
pane passes in the feedback.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import StyleType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tutor.first_screen.glyphs import GLYPHS, GlyphName, GlyphSet
from tutor.grading.markup import Mark, pieces
from tutor.ui.widgets.immediate_keys import act_at_once, actions_by_key

Mode = Literal["true-false", "one", "many"]
"""Mode of answering: judge each statement, choose one, or choose many."""
Feedback = Mapping[int, tuple[bool, str]]
"""Feedback by statement index: True if the judgement is right, and the reason or ""."""


class Statement(Static):
    """A row of `Choices` for one statement and its state."""

    DEFAULT_CSS: ClassVar[str] = """
    Statement {
        height: auto;
        &.-current { background: $panel; }
    }
    """


class Choices(Vertical, can_focus=True):
    """A list of statements to judge true or false, or to choose one or many of.

    Digits 1 … 9 go to a statement, and choose it where statements are chosen. The list is as high
    as its statements; its container scrolls, and the current statement is kept in sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
        Binding("t", "judge(True)", "True", show=False),
        Binding("f", "judge(False)", "False", show=False),
        Binding("space", "change", "Change", show=False),
        Binding("enter", "submit", "Choose or submit", show=False),
        *(Binding(str(digit), f"pick({digit - 1})", show=False) for digit in range(1, 10)),
    ]
    ACTIONS: ClassVar[dict[str, str]] = actions_by_key(BINDINGS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--right", "choices--wrong", "choices--code"}
    DEFAULT_CSS: ClassVar[str] = """
    Choices {
        height: auto;
        & > .choices--right { color: $text-success; text-style: bold; }
        & > .choices--wrong { color: $text-error; text-style: bold; }
        & > .choices--code { color: $text-accent; text-style: bold; }
    }
    """

    current: reactive[int] = reactive(0)
    """Index of the statement that keys act on."""
    locked: reactive[bool] = reactive(False)
    """True if judgements can no longer be changed; keys still move through the list."""

    @dataclass
    class Judged(Message):
        """Posted when the learner judges or chooses a statement, or undoes that."""

        index: int
        value: bool | None
        """True or False; only True in a choice. None if it was undone."""

    class SubmitRequested(Message):
        """Posted when the learner asks for a verdict with Enter."""

    def __init__(
        self,
        statements: Sequence[str] = (),
        *,
        mode: Mode = "true-false",
        glyphs: GlyphName = "unicode",
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.mode: Mode = mode
        self.marks: GlyphSet = GLYPHS[glyphs]
        self.judged: dict[int, bool] = {}
        """Judgements by index; in a choice, True for each chosen statement."""
        self.feedback: dict[int, tuple[bool, str]] = {}
        """The feedback shown under statements, see `Feedback`."""
        self.statements = tuple(statements)
        self.rows = [Statement() for _ in self.statements]

    def compose(self) -> ComposeResult:
        yield from self.rows

    def show(self, statements: Sequence[str], *, mode: Mode) -> None:
        for row in self.rows:
            row.remove()
        self.statements, self.mode = tuple(statements), mode
        self.judged, self.feedback = {}, {}
        self.rows = [Statement() for _ in self.statements]
        self.locked = False
        self.set_reactive(Choices.current, 0)
        if self.is_attached:
            self.mount_all(self.rows)
            self._show_all()

    def show_judged(self, judged: Mapping[int, bool]) -> None:
        self.judged = dict(judged)
        self._show_all()

    def show_feedback(self, feedback: Feedback) -> None:
        """Show feedback under statements, replacing all earlier feedback."""
        self.feedback = dict(feedback)
        self._show_all()

    def state_text(self, index: int) -> str:
        """Return a statement's state: its judgement in brackets, or a ring or box.

        Boxes mean that several statements may be chosen; rings, that only one may be.
        """
        judgement = self.judged.get(index)
        if self.mode == "one":
            return self.marks.chosen if judgement else self.marks.not_chosen
        if self.mode == "many":
            return self.marks.ticked if judgement else self.marks.not_ticked
        return {True: "[true ]", False: "[false]", None: "[  ?  ]"}[judgement]

    def validate_current(self, current: int) -> int:
        return max(0, min(current, len(self.statements) - 1))

    def watch_current(self, old: int, new: int) -> None:
        for index in (old, new):
            self._show(index)
        if self.is_mounted and self.statements:
            self.rows[new].scroll_visible(animate=False)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the caret only with the focus, since it shows where keys act."""
        super().watch_has_focus(has_focus)
        self._show(self.current)

    def action_move(self, delta: int) -> None:
        self.current += delta

    def action_go(self, index: int) -> None:
        self.current = index if index >= 0 else len(self.statements) - 1

    def action_pick(self, index: int) -> None:
        """Move to a statement, if it exists, and choose it in a choice."""
        if index < len(self.statements):
            self.current = index
            if self.mode != "true-false":
                self.action_change()

    def action_judge(self, value: bool) -> None:
        """Judge the current statement; in a choice, choose it or undo that."""
        if self.mode == "one" and value:
            self._choose_only(self.current)
        elif self.mode == "true-false" or value:
            self._set_judgement(self.current, value)
        else:
            self._set_judgement(self.current, None)

    def action_change(self) -> None:
        """Invert the judgement of the current statement, or judge it true.

        In a choice of one, choose it; in a choice of many, choose it or undo that.
        """
        judgement = self.judged.get(self.current)
        if self.mode == "true-false":
            self._set_judgement(self.current, not judgement)
        elif self.mode == "one":
            self._choose_only(self.current)
        else:
            self._set_judgement(self.current, None if judgement else True)

    def action_submit(self) -> None:
        """Post `SubmitRequested`, or choose the current statement first.

        Enter chooses it if another statement or none is chosen: Enter never submits a choice away
        from the caret, nor an empty one.
        """
        is_chosen = self.judged.get(self.current, False)
        has_choice = is_chosen if self.mode == "one" else bool(self.judged)
        if self.mode == "true-false" or has_choice or self.locked or not self.statements:
            self.post_message(self.SubmitRequested())
        else:
            self.action_change()

    async def on_key(self, event: events.Key) -> None:
        """Run the key's action at once, so that keys act in typing order."""
        await act_at_once(self, event, self.ACTIONS)

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked statement; change it if it is current, or in a choice."""
        widget = event.widget
        if isinstance(widget, Statement) and widget in self.rows:
            index = self.rows.index(widget)
            again = index == self.current and self.has_focus
            self.current = index
            if again or self.mode != "true-false":
                self.action_change()

    def _choose_only(self, chosen: int) -> None:
        if self.locked:
            return
        for index in [index for index in self.judged if index != chosen]:
            self._set_judgement(index, None)
        self._set_judgement(chosen, True)

    def _set_judgement(self, index: int, value: bool | None) -> None:
        if self.locked or not self.statements or self.judged.get(index) == value:
            return
        if value is None:
            del self.judged[index]
        else:
            self.judged[index] = value
        self._show(index)
        self.post_message(self.Judged(index, value))

    def _show_all(self) -> None:
        for index in range(len(self.statements)):
            self._show(index)

    on_mount = _show_all

    def _show(self, index: int) -> None:
        if self.is_attached and index < len(self.rows):
            row = self.rows[index]
            row.set_class(index == self.current and self.has_focus, "-current")
            row.update(self._table(index))

    def _table(self, index: int) -> Table:
        """Return a statement with its state in a separate column, and its feedback below."""
        caret = self.marks.caret if index == self.current and self.has_focus else " "
        table = Table.grid(expand=True, padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        state = Text(f"{caret} {index + 1} {self.state_text(index)}", style="bold")
        table.add_row(state, self._styled_text(self.statements[index]))
        if index in self.feedback:
            right, why = self.feedback[index]
            word = f"{self.marks.right} right" if right else f"{self.marks.wrong} wrong"
            component = "choices--right" if right else "choices--wrong"
            style = self.get_component_rich_style(component, partial=True)
            table.add_row(
                "", Text.assemble((f"{word}: " if why else word, style), self._styled_text(why))
            )
        return table

    def _styled_text(self, text: str) -> Text:
        """Return the text with code, bold and emphasis styled; keep other Markdown marks."""
        code = self.get_component_rich_style("choices--code", partial=True)
        styles: dict[Mark, StyleType] = {"code": code, "bold": "bold", "emphasis": "italic"}
        parts = pieces(" ".join(text.split()))
        return Text.assemble(*((part, styles[mark]) if mark else part for mark, part in parts))
