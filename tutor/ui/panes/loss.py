"""The pane Loss: the losses of the run, drawn while it trains, or replayed when it was short.

Keys move a cursor along the curve; other panes show the step under that cursor too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tutor.session.losses import LossView, loss_view, printed_numbers
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.loss_text import (
    EMPTY,
    SMOOTHED,
    broken_words,
    facts_words,
    look_at,
    losses_words,
    no_losses_words,
    offer_words,
)
from tutor.ui.charts.curve import Beside, LossChart, is_smoothed
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane, draw_events
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import (
    END_BINDINGS,
    SCRUB_BINDINGS,
    STEP_BINDINGS,
    CurveRequested,
    MoveRequested,
    StepNavigation,
)
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.wire.events import LossesRecorded, NumbersKept, TrainingNoted

KEYS = "l: log scale"
PICK_CURVE = "[ ]: another curve"
NEXT_NUMBERS = "n: next numbers"
MIN_HEIGHT_FOR_SENTENCE = 9
"""Minimum rows of the pane for one row of the sentence about what to look at."""
MIN_HEIGHT_FOR_TWO_ROWS = 12
"""Minimum rows of the pane for two rows of that sentence, if it needs them."""


class LossPane(StepNavigation, Pane):
    """A loss curve with a cursor, a line with the loss of one step, and what to look at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *STEP_BINDINGS,
        *END_BINDINGS,
        *SCRUB_BINDINGS,
        Binding("left_square_bracket", "pick(-1)", "One before"),
        Binding("right_square_bracket", "pick(1)", "Next one"),
        Binding("n", "draw_numbers", "Numbers"),
    ]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("loss", timeline, marks=marks)
        self._line = StableStatic("", one_row=True, id="loss-line")
        self._sentence = StableStatic("", one_row=True, id="loss-sentence")
        self._chart = LossChart(marks=marks, empty=EMPTY, show_summary=False, id="loss-chart")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        """The keys, for a pane without a border to show them in."""
        self._drawing = ThrottledDrawing(self, self._draw_losses)
        self._drawn_list: int | None = None
        """Index of the offered list of numbers that is drawn; None without one."""
        self._run = timeline.current

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._sentence
        yield self._chart
        yield self._keys

    def draw(self, old: State | None, new: State) -> None:
        draw_events(self._drawing, old, new, _EVENTS)

    def on_resize(self) -> None:
        self._drawing.soon()

    @property
    def shown_losses(self) -> Sequence[float]:
        """The drawn losses: all, or those up to the step that a replay has reached."""
        return self._shown(self._view())

    def focus_target(self) -> Widget:
        return self._chart

    def action_move(self, delta: int) -> None:
        run, view = self._timeline.current, self._view()
        curve = next((e for e in run.by_curve.curves() if e.number == view.curve), None)
        if curve is not None and curve.steps is not None:
            now = view.cursor or len(curve.losses)
            target = min(max(1, now + delta), len(curve.losses))
            cursor = self.session.cursor
            delta = curve.steps[target - 1] - (cursor.step if cursor else len(run.losses))
            delta += target == len(curve.losses)  # after the last step the cursor is at the end
        self.post_message(MoveRequested(delta))

    def action_pick(self, delta: int) -> None:
        """Select the curve of the optimizer `delta` places further on, wrapping round."""
        numbers = [each.number for each in self._timeline.current.by_curve.curves()]
        if len(numbers) > 1:
            at = numbers.index(self._view().curve)
            self.post_message(CurveRequested(numbers[(at + delta) % len(numbers)]))

    def action_draw_numbers(self) -> None:
        count = len(self._offered())
        if count:
            self._drawn_list = 0 if self._drawn_list is None else (self._drawn_list + 1) % count
            self._drawing.now()

    def _view(self) -> LossView:
        cursor = self.session.cursor
        step = min(cursor.step, len(self._timeline.current.losses)) if cursor is not None else 0
        run, previous = self._timeline.current, self._timeline.previous
        return loss_view(run, previous, step, self.session.curve)

    def _shown(self, view: LossView) -> Sequence[float]:
        cursor = self.session.cursor
        is_playing = cursor is not None and cursor.playing and not cursor.asked
        return view.losses[: view.cursor] if is_playing else view.losses

    def _offered(self) -> tuple[NumbersKept, ...]:
        """Return the lists of numbers that may be losses; () while running or with losses."""
        run = self._timeline.current
        if run.losses or self.session.activity is not None:
            return ()
        pieces, _ = run.output_since(0)
        printed = printed_numbers(text for stream, text in pieces if stream == "stdout")
        return (*run.facts.kept, *((printed,) if printed is not None else ()))

    def _draw_losses(self) -> None:
        if self._timeline.current is not self._run:
            self._run, self._drawn_list = self._timeline.current, None
        view, offered = self._view(), self._offered()
        if not view.losses and offered:
            self._draw_offered(offered)
            return
        state = self.session
        check = self.marks.signs.check
        words = losses_words(view.losses, state, self.marks.dot, view.cursor, view.name)
        facts = facts_words(view, state, check)
        if not view.name and is_smoothed(view.losses, log=self._chart.log_y):
            facts.append(SMOOTHED)
        self._say(words, facts, look_at(view, state, check))
        self._chart.empty = no_losses_words(state)
        self._chart.show_losses(
            self._shown(view),
            room_for=view.losses if state.activity is None else (),
            cursor=view.cursor,
            beside=_beside(view),
        )
        keys = [KEYS, PICK_CURVE] if view.others else [KEYS]
        self.show_keys(self._keys, keys if view.losses else ())

    def _draw_offered(self, offered: tuple[NumbersKept, ...]) -> None:
        words = offer_words(offered, self._drawn_list)
        drawn = self._drawn_list is not None
        numbers = offered[self._drawn_list].numbers if self._drawn_list is not None else ()
        self._say(words if drawn else "", (), "")
        self._chart.empty = f"{no_losses_words(self.session)} {words}"
        self._chart.show_losses(numbers, room_for=numbers)
        keys = [KEYS, NEXT_NUMBERS] if len(offered) > 1 else [KEYS]
        self.show_keys(self._keys, keys if drawn else ())

    def _say(self, words: str, facts: Sequence[str], sentence: str) -> None:
        width = self._line.content_size.width or self.content_size.width
        for fact in facts:
            longer = f"{words}{self.marks.dot}{fact}"
            if cell_len(longer) <= width:
                words = longer
        self._line.update_if_changed(Content.styled(words, "bold"))
        self._line.display = bool(words)
        height = self.content_size.height
        self._sentence.update_if_changed(Content(sentence))
        self._sentence.give_rows(sentence, width, 2 if height >= MIN_HEIGHT_FOR_TWO_ROWS else 1)
        self._sentence.display = bool(sentence) and height >= MIN_HEIGHT_FOR_SENTENCE


_EVENTS = (LossesRecorded, TrainingNoted)


def _beside(view: LossView) -> Beside:
    notes: tuple[str, ...] = ()
    if view.broken is not None and view.broken_step:
        notes = (broken_words(view.broken, view.losses[: view.broken_step]),)
    return Beside(
        tuple(losses for _, losses in view.others),
        view.before,
        view.checks,
        sorted((*view.borders, *(each.steps for each in view.bound))),
        view.broken_step,
        notes,
    )
