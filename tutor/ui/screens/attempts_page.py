"""The checked answers of a step, each compared with the current code.

The newest is first in the list. Below it is the highlighted answer, its lines marked if they
differ; Enter restores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.progress.attempts import Attempt, AttemptVerdict
from tutor.session.program_changes import compare_programs, describe_changes, lines_of
from tutor.ui.marks import Marks
from tutor.ui.screens.start_words import describe_age
from tutor.ui.widgets.changed_code import ChangedCode, MarkedLine
from tutor.ui.widgets.python_syntax import highlight
from tutor.ui.widgets.row_list import ListRow, RowList

TITLE = "Your answers to “{title}”"
KEYS = "Up, Down choose. Enter brings it back. c {other}. Esc leaves."
KEYS_TO_LOOK = (
    "The code is edited in a file for now, so no answer is brought back. Up, Down choose. "
    "c {other}. Esc leaves."
)
COMPARE, ALONE = "compares it", "shows it alone"
LEGEND = "+ in this answer alone   - in your code alone"
LEGEND_ALONE = "This answer as you checked it."
SAME_CODE = "This is your code as it is now."

_WORDS: dict[AttemptVerdict, tuple[str, str]] = {
    "accept": ("tick", "right"),
    "accept-with-note": ("tick", "right"),
    "reject": ("cross", "not yet"),
    "not-attempted": ("open", "not attempted"),
    "tutor-fault": ("warning", "not judged"),
    "not-judged": ("warning", "not judged"),
}
MAX_ROWS = 6
"""Maximum rows of the list; a small terminal has fewer."""


class AttemptsPage(ModalScreen[Attempt | None]):
    """The dialog of earlier answers; its result is the answer to restore, or None."""

    CSS_PATH = "attempts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("enter", "choose", "Bring back"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("c", "compare", "Compare"),
    ]

    def __init__(
        self,
        title: str,
        attempts: Sequence[Attempt],
        code: str,
        marks: Marks,
        now: datetime,
        *,
        can_choose: bool = True,
    ) -> None:
        """Make the page of at least one attempt; `code` is the editor's text.

        Without `can_choose` they can only be viewed.
        """
        super().__init__()
        self._title = title
        self._attempts = attempts
        self._code = code
        self._marks = marks
        self._now = now
        self._can_choose = can_choose
        self._compares = True
        self._list = RowList(id="attempts-list")
        self._list.can_focus = False
        self._changes = ChangedCode(id="attempts-code")
        self._text = VerticalScroll(self._changes, id="attempts-text", can_focus=False)
        self._legend = Static("", classes="legend", markup=False)
        self._keys = Static("", classes="keys", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="attempts"):
            yield Static(TITLE.format(title=self._title), classes="title", markup=False)
            yield self._list
            yield self._text
            yield self._legend
            yield self._keys

    def on_mount(self) -> None:
        words = attempt_rows(self._attempts, self._code, self._marks, self._now)
        rows = [ListRow(text, str(number)) for number, text in enumerate(words)]
        others = (
            number
            for number, each in enumerate(self._attempts)
            if lines_of(each.program) != lines_of(self._code)
        )
        self._list.styles.height = min(len(rows), MAX_ROWS)
        self._list.show(rows, str(next(others, 0)))
        self._show_attempt()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self._can_choose:
            self.dismiss(self._attempts[int(event.row_id)])

    def action_move(self, delta: int) -> None:
        self._list.action_move(delta)
        self._show_attempt()
        self._text.scroll_home(animate=False)

    def action_page(self, direction: int) -> None:
        self._text.scroll_relative(y=direction * max(1, self._text.size.height - 1), animate=False)

    def action_compare(self) -> None:
        self._compares = not self._compares
        self._show_attempt()

    def action_choose(self) -> None:
        self._list.choose()

    def _show_attempt(self) -> None:
        row = self._list.highlighted
        assert row is not None
        program = self._attempts[int(row.id)].program
        lines = marked_lines(self._code if self._compares else program, program)
        self._changes.show(lines)
        same = all(line.sign == " " for line in lines)
        self._legend.update(LEGEND_ALONE if not self._compares else SAME_CODE if same else LEGEND)
        keys = KEYS if self._can_choose else KEYS_TO_LOOK
        self._keys.update(keys.format(other=ALONE if self._compares else COMPARE))


def attempt_rows(attempts: Sequence[Attempt], code: str, marks: Marks, now: datetime) -> list[str]:
    cells = []
    for each in attempts:
        mark, word = _WORDS[each.verdict]
        local = each.at.astimezone(now.tzinfo) if each.at is not None else None
        time = f"{describe_age(local, now)}, {local:%H:%M}" if local is not None else ""
        changes = describe_changes(code, each.program)
        cells.append((f"{getattr(marks, mark)} {word}", time, changes))
    verdicts, times = (max(len(row[column]) for row in cells) for column in (0, 1))
    return [f"{row[0]:<{verdicts}}  {row[1]:<{times}}  {row[2]}" for row in cells]


def marked_lines(code: str, program: str) -> list[MarkedLine]:
    """Return a program's lines, with the lines that only the code has in between."""
    texts = {"-": lines_of(code), "+": lines_of(program), " ": lines_of(program)}
    then = highlight(program)
    parts = {"-": highlight(code), "+": then, " ": then}
    return [
        MarkedLine(sign, texts[sign][row], parts[sign][row])
        for sign, row in compare_programs(code, program)
    ]
