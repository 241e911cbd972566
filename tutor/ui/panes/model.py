"""The pane Model: the learner's model layer by layer, with the values that passed through each.

It shows the newest description, or the one nearest to the step under the cursor. A program without
a model shows the shapes of its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.model_advice import (
    lines_words,
    models_words,
    no_models_words,
    source_words,
)
from tutor.session.words.model_text import (
    LayerRow,
    confusion_words,
    is_sound,
    line_rows,
    model_rows,
    sample_words,
    with_failure,
)
from tutor.session.words.run_text import CHANGED_LAYERS, changed_words
from tutor.ui.charts.table import LayerTable, Shown
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane, draw_events
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import (
    END_BINDINGS,
    SCRUB_BINDINGS,
    STEP_BINDINGS,
    StepNavigation,
)
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.wire.events import Executed
from tutor.wire.models import AnswersCounted, Confusion, ModelsDescribed

SHOWN_KEYS: Mapping[Shown, tuple[str, str]] = {
    "histograms": ("h", "histograms"),
    "classes": ("c", "classes"),
    "pictures": ("i", "pictures"),
}
"""Keys of the views that can replace the numbers, with their names."""


class ModelPane(StepNavigation, Pane):
    """A sentence about what to look at, and a table of layers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "show_other('histograms')", "Histograms"),
        Binding("c", "show_other('classes')", "Classes"),
        Binding("i", "show_other('pictures')", "Pictures"),
        *STEP_BINDINGS,
        *END_BINDINGS,
        *SCRUB_BINDINGS,
    ]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("model", timeline, marks=marks)
        self._words = StableStatic("", id="model-words")
        self._table = LayerTable(marks=marks, id="model-table")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        """The keys, for a pane without a border to show them in."""
        self._drawing = ThrottledDrawing(self, self._show_models)

    def compose(self) -> ComposeResult:
        yield self._words
        yield self._table
        yield self._keys

    def draw(self, old: State | None, new: State) -> None:
        draw_events(self._drawing, old, new, (ModelsDescribed, AnswersCounted, Executed))

    def focus_target(self) -> Widget:
        return self._table

    def action_show_other(self, what: Shown) -> None:
        self._table.show_or_hide(what)
        self._show_models()

    def _described(self) -> ModelsDescribed:
        record, cursor = self._timeline.current, self.session.cursor
        if cursor is not None and record.models:
            return record.models.nearest(cursor.step)
        return with_failure(record.models.newest, record.error)

    def _end(self, described: ModelsDescribed) -> ModelsDescribed | None:
        models, state = self._timeline.current.models, self.session
        if state.cursor is None or not state.compares or models.newest.step == described.step:
            return None
        return models.newest

    def _show_models(self) -> None:
        record, described = self._timeline.current, self._described()
        rows: list[LayerRow] = model_rows(described, self._end(described))
        confusion, counted, answered = self._answers(described)
        is_over = self.session.activity is None and self.session.cursor is None
        of_what = source_words(described, is_over=is_over)
        words = " ".join(filter(None, (models_words(described, record.error), of_what)))
        if not rows:
            ending = self.session.ending
            source = ending.source if ending is not None else ""
            rows = line_rows(record.shapes, record.error, source)
            words = lines_words(rows) if rows else ""
        empty = no_models_words(self.session)
        self._table.confusion = confusion
        drawn = self._table.drawn
        heading = self._step_words(described.step)
        earlier = answered if counted is None and answered < described.step else 0
        if drawn in ("classes", "pictures"):
            heading = self._step_words(answered)
        self._table.show_rows(rows, heading=heading, empty=empty, confusion=confusion)
        if confusion is not None and drawn == "classes":
            words = confusion_words(confusion, counted, earlier)
        if confusion is not None and drawn == "pictures":
            words = sample_words(confusion, counted, earlier)
        if drawn in ("numbers", "histograms"):
            words = " ".join(filter(None, (changed_words(self.session, CHANGED_LAYERS), words)))
        self._words.display = bool(words)
        self._words.update_if_changed(Content(words))
        self._show_keys()

    def _answers(
        self, described: ModelsDescribed
    ) -> tuple[Confusion | None, AnswersCounted | None, int]:
        """Return the answers to all data, if known, or to the last batch.

        The number is their training step.
        """
        models, cursor = self._timeline.current.models, self.session.cursor
        counted = models.answers(cursor.step if cursor else None)
        if counted is not None and is_sound(counted.confusion):
            return counted.confusion, counted, counted.step
        confusion = described.confusion
        is_known = confusion is not None and is_sound(confusion)
        return (confusion if is_known else None), None, described.step

    def _step_words(self, step: int) -> str:
        """Return the training step of the numbers in words; "" if there was none."""
        cursor = self.session.cursor
        if step and cursor is not None and cursor.step != step:
            return f"step {step} (nearest)"
        return f"step {step}" if step else ""

    def _show_keys(self) -> None:
        offered = [
            f"{key}: {'numbers' if self._table.drawn == shown else words}"
            for shown, (key, words) in SHOWN_KEYS.items()
            if self._table.can_show(shown)
        ]
        self.show_keys(self._keys, offered)
