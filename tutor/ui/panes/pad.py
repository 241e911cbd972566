"""The pane Pad: the learner draws a digit, and bars show how sure the model is of each class."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from tutor.grading.wording import counted
from tutor.session.state import PadView, State
from tutor.session.timeline import Timeline
from tutor.ui.charts.pad import PadBoard
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.question_form import QuestionForm
from tutor.ui.stable_static import StableStatic
from tutor.ui.words import inline
from tutor.wire.events import PadShown
from tutor.wire.pads import EMPTY

KEYS = "Arrows and Space or the mouse: draw, twice for darker. Backspace: erase. C: clear."
NO_PAD = "There is nothing to draw on yet. A program shows a pad by `show_pad(model)`."
RUN_FIRST = "{key:run} runs the program. Then you can draw here."


class PadPane(Pane):
    """The drawing, the answer of the last run's model to it, and the keys."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("pad", timeline, marks=marks)
        self._board = PadBoard(marks=marks, id="pad-board")
        self._words = StableStatic("", id="pad-words", classes="empty")
        self._keys = StableStatic("", id="pad-keys", classes="empty")

    def compose(self) -> ComposeResult:
        yield self._board
        yield self._words
        yield self._keys

    def focus_target(self) -> Widget:
        """Return the drawing, which takes the keys."""
        return self._board

    def on_pad_board_drawn(self, event: PadBoard.Drawn) -> None:
        event.stop()
        self.post_message(QuestionForm.Submitted(event.cells))

    def draw(self, old: State | None, new: State) -> None:
        """Show the answer. The board has the newest drawing itself, but for that of a new run."""
        pad = new.pad
        if (
            old is None
            or old.version_of(PadShown) != new.version_of(PadShown)
            or (pad is None and (old.pad is not None or old.step is not new.step))
        ):
            empty = RUN_FIRST if new.step is not None and "pad" in new.step.views else NO_PAD
            self._board.show_drawing(pad.cells if pad else "", self.marks.fill(empty))
        if old is None or old.pad is not pad:
            self._board.show_shares(pad.shares if pad else ())
            words = inline(self.marks.transcribe(self.marks.fill(_words(pad))))
            self._words.update_if_changed(words)
            self._words.set_class(not words.plain, "empty")
            self._keys.update_if_changed(KEYS if pad else "")
            self._keys.set_class(not pad, "empty")


def _words(pad: PadView | None) -> str:
    """Return the reason for no answer, or how far the drawing is from the image of the program."""
    if pad is None or pad.words or pad.start == EMPTY:
        return pad.words if pad is not None else ""
    changed = sum(cell != start for cell, start in zip(pad.cells, pad.start, strict=True))
    return f"Changed: {counted(changed, 'cell')}."
