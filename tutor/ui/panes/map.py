"""The pane Map: predictions of a model of two inputs on a rectangle, or the curve of one input.

It shows the newest map, or the saved map nearest to the step under the cursor. The learner can move
a mark over it to read the model's prediction there, and can place points that stay.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tutor.session.recorded import RunMap
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.map_text import (
    look_words,
    map_words,
    no_map_words,
    place_words,
    told_words,
)
from tutor.ui.charts.map import MapPicture, Own
from tutor.ui.charts.map_grid import answer_at, place_of, share_of, value_at
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane, draw_events
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import END_BINDINGS, LONG_MOVE, SCRUB_BINDINGS, StepNavigation
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.ui.theme import has_shades
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap

MARK_KEYS = "x: a mark to move"
MOVE_KEYS = "arrows: move the mark  Enter: put a point  x: end"
CLEAR_KEYS = "Backspace: no points"

MIN_HEIGHT_FOR_TWO_ROWS = 12
"""Minimum rows of the pane for two rows of the sentence, if it needs them."""
MAX_OWN = 9
"""Maximum points that the learner can place: each has a digit."""
_SHARE = 0.02
"""Share of the map that a key moves the mark by, if the cell size is unknown."""


class MapPane(StepNavigation, Pane):
    """A map with a line about it, and a line with what to look at or the value at the mark."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "across(-1)", "Step back"),
        Binding("right", "across(1)", "Step on"),
        Binding("less_than_sign", f"across({-LONG_MOVE})", "Ten steps back"),
        Binding("greater_than_sign", f"across({LONG_MOVE})", "Ten steps on"),
        Binding("up", "upright(1)", "Up"),
        Binding("down", "upright(-1)", "Down"),
        Binding("x", "toggle_mark", "Mark"),
        Binding("enter", "put_point", "Point"),
        Binding("backspace", "clear_points", "No points"),
        *END_BINDINGS,
        *SCRUB_BINDINGS,
    ]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("map", timeline, marks=marks)
        self._mark: tuple[float, float] | None = None
        """Mark, in the coordinates of the data."""
        self._points: list[tuple[float, float]] = []
        self._line = StableStatic("", one_row=True, id="map-line")
        self._picture = MapPicture(marks=marks, id="map-picture")
        self._look = StableStatic("", one_row=True, id="map-look")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        """The keys, for a pane without a border to show them in."""
        self._drawing = ThrottledDrawing(self, self._draw_map)

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._picture
        yield self._look
        yield self._keys

    def draw(self, old: State | None, new: State) -> None:
        if old is not None and old.step is not new.step:
            self._mark, self._points = None, []
        draw_events(self._drawing, old, new, (DecisionMap, FittedCurve, NoMap))

    def on_resize(self) -> None:
        self._drawing.soon()

    def focus_target(self) -> Widget:
        return self._picture

    @property
    def shown(self) -> RunMap | None:
        maps, cursor = self._timeline.current.maps, self.session.cursor
        return maps.newest if cursor is None else maps.nearest(cursor.step)

    # Keys and the mouse

    def action_across(self, delta: int) -> None:
        """Move the mark by `delta` cells, or without a mark the cursor by `delta` steps."""
        if self._mark is None:
            self.action_move(delta)
        else:
            self._move_mark(delta, 0)

    def action_upright(self, delta: int) -> None:
        if self._mark is not None:
            self._move_mark(0, delta)

    def action_toggle_mark(self) -> None:
        shown = self.shown
        if self._mark is not None or shown is None:
            self._mark = None
        else:
            self._mark = place_of(shown.bounds, 0.5, 0.5)
        self._drawing.now()

    def action_put_point(self) -> None:
        """Place a point at the mark; the oldest point goes if there are too many."""
        if self._mark is not None:
            self._points = [*self._points, self._mark][-MAX_OWN:]
            self._drawing.now()

    def action_clear_points(self) -> None:
        self._points = []
        self._drawing.now()

    def on_map_picture_pointed(self, event: MapPicture.Pointed) -> None:
        event.stop()
        shown = self.shown
        if shown is not None:
            self._mark = place_of(shown.bounds, event.x, event.y)
            self._drawing.now()

    def _move_mark(self, across: int, upright: int) -> None:
        shown = self.shown
        if shown is None or self._mark is None:
            return
        width, height = self._picture.content_size
        x, y = share_of(shown.bounds, *self._mark)
        x += across * (1 / width if width else _SHARE)
        y += upright * (1 / height if height else _SHARE)
        self._mark = place_of(shown.bounds, min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self._drawing.now()

    # Drawing

    def _draw_map(self) -> None:
        state, shown = self.session, self.shown
        steps = len(self._timeline.current.losses)
        self._line.display = self._look.display = shown is not None
        if shown is None:
            words = no_map_words(state, self._timeline.current.maps)
            self._picture.show_map(None, Own(), words)
        else:
            line = map_words(shown, state, steps, self.marks.dot, self._end())
            self._line.update_if_changed(Content.styled(line, "bold"))
            self._look.update_if_changed(Content(self._look_words(shown)))
            self._give_look_rows(shown)
            self._picture.show_map(shown, self._own(shown), told_words(shown))
        keys = []
        if shown is not None:
            keys = [MOVE_KEYS if self._mark else MARK_KEYS, *[CLEAR_KEYS] * bool(self._points)]
        self.show_keys(self._keys, keys, width=self.content_size.width)

    def _give_look_rows(self, shown: RunMap) -> None:
        """Set the rows of the sentence, the same with and without a mark."""
        width, height = self.content_size
        most = 2 if height >= MIN_HEIGHT_FOR_TWO_ROWS else 1
        self._look.give_rows(look_words(shown, coloured=has_shades(self.app)), width, most)

    def _end(self) -> RunMap | None:
        maps, state = self._timeline.current.maps, self.session
        compares = state.cursor is not None and state.compares
        return maps.newest if compares else None

    def _own(self, shown: RunMap) -> Own:
        shares = [share_of(shown.bounds, *point) for point in self._points]
        inside = tuple((x, y) for x, y in shares if 0 <= x <= 1 and 0 <= y <= 1)
        return Own(share_of(shown.bounds, *self._mark) if self._mark else None, inside)

    def _look_words(self, shown: RunMap) -> str:
        """Return the predictions at the mark and the learner's points, or what to look at."""
        places = ([] if self._mark is None else [("", self._mark)]) + [
            (f"{number}: ", point) for number, point in enumerate(self._points, 1)
        ]
        told = [label + self._answer_words(shown, *place) for label, place in places]
        return "  ".join(told) or look_words(shown, coloured=has_shades(self.app))

    def _answer_words(self, shown: RunMap, x: float, y: float) -> str:
        across, upright = (min(max(each, 0.0), 1.0) for each in share_of(shown.bounds, x, y))
        if isinstance(shown, FittedCurve):
            return place_words((x,), value_at(shown, across))
        winner, sure = answer_at(shown, across, upright)
        return place_words((x, y), sure, winner, shown.classes)
