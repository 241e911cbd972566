"""The pane Surface: a loss over two numbers, with the trail of the training steps through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.surface_text import (
    BEFORE,
    look_words,
    no_surface_words,
    surface_words,
    told_lines,
)
from tutor.ui.charts.surface import SurfacePicture
from tutor.ui.charts.surface_grid import trails_at
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
from tutor.ui.theme import has_shades
from tutor.wire.maps import SurfaceDrawn, Trail

MIN_HEIGHT_FOR_TWO_ROWS = 12
"""Minimum rows of the pane for two rows of the sentence."""


class SurfacePane(StepNavigation, Pane):
    """A surface with a line about the step, and a sentence about what to look at."""

    BINDINGS: ClassVar[list[BindingType]] = [*STEP_BINDINGS, *END_BINDINGS, *SCRUB_BINDINGS]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("surface", timeline, marks=marks)
        self._line = StableStatic("", one_row=True, id="surface-line")
        self._picture = SurfacePicture(marks=marks, id="surface-picture")
        self._look = StableStatic("", one_row=True, id="surface-look")
        self._drawing = ThrottledDrawing(self, self._draw_surface)

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._picture
        yield self._look

    def draw(self, old: State | None, new: State) -> None:
        draw_events(self._drawing, old, new, (SurfaceDrawn,))

    def on_resize(self) -> None:
        self._drawing.soon()

    def focus_target(self) -> Widget:
        return self._picture

    def _draw_surface(self) -> None:
        shown = self._timeline.current.surface
        self._line.display = self._look.display = shown is not None
        if shown is None:
            self._picture.show_surface(None, (), no_surface_words(self.session))
            return
        cursor = self.session.cursor
        trails = trails_at(shown, None if cursor is None else cursor.step)
        line = surface_words(shown, trails[-1], self.marks.dot)
        self._line.update_if_changed(Content.styled(line, "bold"))
        trails = (*self._before(shown), *trails)
        words = look_words(shown, trails, coloured=has_shades(self.app))
        self._look.update_if_changed(Content(words))
        width, height = self.content_size
        self._look.give_rows(words, width, 2 if height >= MIN_HEIGHT_FOR_TWO_ROWS else 1)
        self._picture.show_surface(shown, trails, " ".join(told_lines(shown)))

    def _before(self, shown: SurfaceDrawn) -> Sequence[Trail]:
        """Return the newest trail of the run before, if it is of the same numbers."""
        run = self._timeline.previous
        before = run.surface if run is not None else None
        if before is None or (before.x_name, before.y_name) != (shown.x_name, shown.y_name):
            return ()
        return (replace(before.trails[-1], name=BEFORE),)
