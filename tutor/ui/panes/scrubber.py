"""The scrubber: a row below the charts that moves them all to a step of the run.

It takes clicks on its track; its keys belong to the focused chart.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive

from tutor.first_screen.glyphs import GlyphSet
from tutor.session.losses import compare_runs, loss_view
from tutor.session.scrubbing import scrubber_keys, scrubber_words, shown_step
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.loss_text import short_comparison
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import PlaceRequested
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.wire.events import LossesRecorded

MIN_WIDTH = 12
"""Minimum cells of the track, including both ends."""
GAP = "  "
BEST_WIDTH = 16
"""Cells reserved for the track before further keys are shown."""


class ScrubberRow(StableStatic):
    """A track with a knob, the step in words, and as many keys as fit."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state of the session."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__(one_row=True, id="scrubber")
        self._timeline = timeline
        self._marks = marks
        self._track_width = 0
        self._drawing = ThrottledDrawing(self, self._draw_row)
        self._drawn: State | None = None
        self._is_held = False
        """True while the mouse drags the knob."""

    def watch_session(self, new: State) -> None:
        """Draw at once if the learner moves or nothing runs, else throttled like charts."""
        old, self._drawn = self._drawn, new
        if old is not None and (
            old.cursor is new.cursor
            and old.activity is new.activity
            and old.compares is new.compares
            and old.version_of(LossesRecorded) == new.version_of(LossesRecorded)
        ):
            return
        by_hand = new.cursor is not None and not new.cursor.playing
        if by_hand or (new.activity is None and new.cursor is None):
            self._drawing.now()
        else:
            self._drawing.soon()

    def on_resize(self) -> None:
        self._draw_row()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        if 0 <= event.x - self.styles.padding.left < self._track_width:
            self._is_held = True
            self.capture_mouse()
            self._place(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._is_held:
            event.stop()
            self._place(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        event.stop()
        if self._is_held:
            self._is_held = False
            self.release_mouse()
            self._draw_row()

    def _place(self, event: events.MouseEvent) -> None:
        x, width = event.x - self.styles.padding.left, self._track_width
        self.post_message(PlaceRequested(share_at(x, width), 1 / max(1, width - 2)))

    def _comparison(self) -> str:
        """Return the steps at which this run and the previous one reach a loss."""
        state, timeline = self.session, self._timeline
        if state.cursor is not None or state.activity is not None or timeline.previous is None:
            return ""
        view = loss_view(timeline.current, timeline.previous, picked=state.curve)
        if not view.losses or not view.before:
            return ""
        found = compare_runs(view.losses, view.before, same_start=view.same_start)
        short = short_comparison(found)
        return f"{self._marks.dot}{short}" if short else ""

    def _draw_row(self) -> None:
        state, marks = self.session, self._marks.signs
        moment = shown_step(state, self._timeline.current)
        width = self.content_size.width
        if not width:
            return
        arrows = "Left, Right" if self._marks.glyphs == "ascii" else "← →"
        keys = scrubber_keys(state, arrows)
        words = scrubber_words(state, moment, self._marks.dot) + self._comparison()
        told = keys_that_fit(keys, width - cell_len(words) - 1)
        if not told:
            words = scrubber_words(state, moment, short=True)
            told = keys_that_fit(keys, width - cell_len(words) - 1)
        if self._is_held:  # the track must not change while the mouse drags
            told = ""
        else:
            self._track_width = max(MIN_WIDTH, width - cell_len(words) - 1 - cell_len(told))
        line = track(self._track_width, moment.step, moment.steps, marks)
        self.update_if_changed(
            Content.assemble((line, "$text-muted"), " ", (words, "bold"), (told, "$text-muted"))
        )


def keys_that_fit(keys: Sequence[str], room: int) -> str:
    told = ""
    for key in keys:
        longer = f"{told}{GAP}{key}"
        if room - cell_len(longer) < (BEST_WIDTH if told else MIN_WIDTH):
            break
        told = longer
    return told


def track(width: int, step: int, count: int, marks: GlyphSet) -> str:
    """Return a track of `width` cells with the knob at `step` of `count`, from 1."""
    cells = max(1, width - 2)
    at = min(cells - 1, (max(step, 1) - 1) * cells // max(1, count)) if step < count else cells - 1
    line = marks.horizontal
    return f"{marks.vertical}{line * at}{marks.marker}{line * (cells - at - 1)}{marks.vertical}"


def share_at(x: int, width: int) -> float:
    """Return the share of the run at cell `x` of a track, from 0 left to 1 right."""
    cells = max(1, width - 2)
    return min(max(x - 1, 0), cells - 1) / max(1, cells - 1)
