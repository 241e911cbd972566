"""The pane Loss: the losses of the run, drawn while it trains, or replayed when it was short."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from tutor.session.buffers import Buffers
from tutor.session.state import State
from tutor.ui.pace import PacedDrawing
from tutor.ui.pane import Pane
from tutor.ui.signs import Signs
from tutor.ui.widgets.loss_chart import LossChart

EMPTY = "No losses yet. A run that calls an optimizer's step() draws them here."

REPLAYING = "Shown again, slowly. Any key shows the end."


class LossPane(Pane):
    """One curve."""

    def __init__(self, buffers: Buffers, *, signs: Signs) -> None:
        super().__init__("loss", signs=signs)
        self._buffers = buffers
        self._line = Static(REPLAYING, id="loss-line", markup=False)
        self._chart = LossChart(glyphs=signs.plot, empty=EMPTY, id="loss-chart")
        self._drawing = PacedDrawing(self, self._draw_losses)

    def compose(self) -> ComposeResult:
        """A line that is there when it is needed, then the curve."""
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
        self._line.display = self.session.replay is not None
        self._chart.show_losses(self.shown_losses)
