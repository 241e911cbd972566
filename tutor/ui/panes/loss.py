"""The pane Loss: the losses of the run, drawn while it trains, or replayed when it was short."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tutor.session.buffers import Buffers
from tutor.session.losses import EMPTY, losses_words, no_losses_words
from tutor.session.state import State
from tutor.ui.pace import PacedDrawing
from tutor.ui.pane import Pane
from tutor.ui.said import Said
from tutor.ui.signs import Signs
from tutor.ui.widgets.loss_chart import LossChart

KEYS = "l: log scale"


class LossPane(Pane):
    """One curve."""

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
            or old.replay is not new.replay
            or old.activity is not new.activity
        )
        if not changed:
            return
        if new.activity is None and new.replay is None:
            self._drawing.now()
        else:
            self._drawing.soon()

    @property
    def shown_losses(self) -> list[float]:
        """The part of the losses that is drawn: all, or those that a replay has come to."""
        replay = self.session.replay
        return self._buffers.losses[: replay.shown] if replay else self._buffers.losses

    def focus_target(self) -> Widget:
        """The pane itself: there is nothing to move in it."""
        return self._chart

    def _draw_losses(self) -> None:
        state, losses = self.session, self.shown_losses
        idle = state.activity is None
        self._line.say(Content.styled(losses_words(losses, state), "bold"))
        self._line.display = bool(losses)
        self._chart.empty = no_losses_words(state)
        self._chart.show_losses(losses, room_for=self._buffers.losses if idle else ())
        self.border_subtitle = KEYS if losses else ""
