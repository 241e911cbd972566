"""The pane Loss: the losses of the run, drawn while it trains, or replayed when it was short.

In it one goes back along the curve; other panes show the step that is looked at, too.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tutor.session.buffers import Buffers
from tutor.session.losses import EMPTY, losses_words, no_losses_words
from tutor.session.state import State
from tutor.ui.pace import PacedDrawing
from tutor.ui.pane import Pane
from tutor.ui.said import Said
from tutor.ui.signs import Signs
from tutor.ui.widgets.loss_chart import LossChart

KEYS = "\u2190 \u2192: step back, on  l: log scale"
ASCII_KEYS = "Left, Right: step back, on  l: log scale"
FAR = 10
"""Steps that `<` and `>` move by."""


class LossPane(Pane):
    """One curve."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Step back"),
        Binding("right", "move(1)", "Step on"),
        Binding("less_than_sign", f"move({-FAR})", "Ten steps back"),
        Binding("greater_than_sign", f"move({FAR})", "Ten steps on"),
        Binding("home", "first", "First step"),
        Binding("end", "last", "End"),
    ]
    KEYS_TO_MOVE: ClassVar[frozenset[str]] = frozenset(
        binding.key for binding in Binding.make_bindings(BINDINGS)
    )

    class StepPicked(Message):
        """The learner looks at that step, from 1; 0 is the end."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, buffers: Buffers, *, signs: Signs) -> None:
        super().__init__("loss", signs=signs)
        self._buffers = buffers
        self._line = Said("", one_row=True, id="loss-line")
        self._chart = LossChart(glyphs=signs.plot, empty=EMPTY, headed=False, id="loss-chart")
        self._drawing = PacedDrawing(self, self._draw_losses)

    def compose(self) -> ComposeResult:
        """The newest step and its loss, then the curve."""
        yield self._line
        yield self._chart

    def draw(self, old: State | None, new: State) -> None:
        """Draws at once when nothing runs, and at the terminal's pace while it trains."""
        changed = (
            old is None
            or old.versions.losses != new.versions.losses
            or old.cursor is not new.cursor
            or old.activity is not new.activity
        )
        if not changed:
            return
        by_hand = new.cursor is not None and not new.cursor.playing
        if by_hand or (new.activity is None and new.cursor is None):
            self._drawing.now()
        else:
            self._drawing.soon()

    @property
    def shown_losses(self) -> list[float]:
        """The part of the losses that is drawn: all, or those that a replay has come to."""
        cursor, losses = self.session.cursor, self._buffers.losses
        return losses[: cursor.step] if cursor is not None and cursor.playing else losses

    def focus_target(self) -> Widget:
        """The chart."""
        return self._chart

    def action_move(self, by: int) -> None:
        """Looks at another step; past the last one, at the end."""
        count = len(self._buffers.losses)
        here = min(self.session.cursor.step, count) if self.session.cursor else count
        self._pick(max(1, here + by))

    def action_first(self) -> None:
        """Looks at the first step."""
        self._pick(1)

    def action_last(self) -> None:
        """Looks at the end."""
        self._pick(0)

    def _pick(self, step: int) -> None:
        count = len(self._buffers.losses)
        if count:
            self.post_message(self.StepPicked(step if step < count else 0))

    def _draw_losses(self) -> None:
        state, losses = self.session, self._buffers.losses
        cursor, idle = state.cursor, state.activity is None
        self._line.say(Content.styled(losses_words(losses, state, self.signs.dot), "bold"))
        self._line.display = bool(losses)
        self._chart.empty = no_losses_words(state)
        self._chart.show_losses(
            self.shown_losses,
            room_for=losses if idle else (),
            cursor=min(cursor.step, len(losses)) if cursor is not None else 0,
        )
        keys = ASCII_KEYS if self.signs.glyphs == "ascii" else KEYS
        self.border_subtitle = keys if losses else ""
