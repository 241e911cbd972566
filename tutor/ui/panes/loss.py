"""The pane Loss: the losses of the run, drawn while it trains, or replayed when it was short.

Keys move a cursor back along the curve; other panes show the step under that cursor, too.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.loss_text import EMPTY, losses_words, no_losses_words
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import END_BINDINGS, STEP_BINDINGS, StepNavigation
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.ui.widgets.loss_chart import LossChart
from tutor.wire.events import LossesRecorded

KEYS = "\u2190 \u2192: step back, on  l: log scale"
ASCII_KEYS = "Left, Right: step back, on  l: log scale"


class LossPane(StepNavigation, Pane):
    """A loss curve with the cursor, and a line with the loss of one step."""

    BINDINGS: ClassVar[list[BindingType]] = [*STEP_BINDINGS, *END_BINDINGS]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("loss", marks=marks)
        self._timeline = timeline
        self._line = StableStatic("", one_row=True, id="loss-line")
        self._chart = LossChart(glyphs=marks.plot, empty=EMPTY, show_summary=False, id="loss-chart")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        """The keys, where the pane has no border to tell them on."""
        self._drawing = ThrottledDrawing(self, self._draw_losses)

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._chart
        yield self._keys

    def draw(self, old: State | None, new: State) -> None:
        """Draw at once if nothing runs or the learner moves the cursor, else throttled."""
        changed = (
            old is None
            or old.version_of(LossesRecorded) != new.version_of(LossesRecorded)
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
        """The losses that are drawn: all, or those up to the step that a replay has reached."""
        cursor, losses = self.session.cursor, self._timeline.current.losses
        return losses[: cursor.step] if cursor is not None and cursor.playing else losses

    def focus_target(self) -> Widget:
        """Return the chart, which takes the keys."""
        return self._chart

    def _draw_losses(self) -> None:
        state, losses = self.session, self._timeline.current.losses
        cursor, idle = state.cursor, state.activity is None
        self._line.update_if_changed(
            Content.styled(losses_words(losses, state, self.marks.dot), "bold")
        )
        self._line.display = bool(losses)
        self._chart.empty = no_losses_words(state)
        self._chart.show_losses(
            self.shown_losses,
            room_for=losses if idle else (),
            cursor=min(cursor.step, len(losses)) if cursor is not None else 0,
        )
        keys = ASCII_KEYS if self.marks.glyphs == "ascii" else KEYS
        self.border_subtitle = keys if losses else ""
        self._keys.update_if_changed(self.border_subtitle)
        self._keys.set_class(not losses, "empty")
