"""A step's first screen as one widget, shown until the panes are mounted."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tutor.course.model import Step
from tutor.first_screen import late
from tutor.first_screen.kinds import pane_names
from tutor.first_screen.layout import size_of
from tutor.first_screen.lines import Line
from tutor.first_screen.step_screen import KEY_MARK, FirstStep, step_lines
from tutor.progress.fold import Place
from tutor.session.late import filled
from tutor.ui.marks import Marks
from tutor.ui.widgets.drawn_lines import LineStyles


def known_of(
    step: Step,
    place: Place | None,
    *,
    width: int,
    code: Callable[[], str],
    marks: Marks,
) -> FirstStep:
    """Return what is known of a step that will probably be the first, for that width.

    `place` is the learner's last place in it. `code` returns the text of its editor, which is read
    only if it will be visible.
    """
    if KEY_MARK in step.text:
        step = filled(step, marks.keys)
    has_text = "lesson" in pane_names(step)
    in_code = not has_text or (place is not None and place.pane == "code")
    if size_of(width) == "narrow" and not in_code:
        return FirstStep(step, place, glyphs=marks.glyphs)
    return FirstStep(
        step,
        place,
        code=code(),
        glyphs=marks.glyphs,
        givens_note=marks.fill(late.show_all()),
    )


class FirstPage(Widget):
    """The text of a step, with its code if that fits; it takes no keys."""

    def __init__(self) -> None:
        super().__init__(id="first-page")
        self._first: FirstStep | None = None
        self._styles = LineStyles()
        self._lines: tuple[Line, ...] = ()
        self._lines_are_for = (0, 0)

    @property
    def step_id(self) -> str:
        return self._first.step.id if self._first is not None else ""

    def show(self, first: FirstStep | None) -> None:
        self._first = first
        self._lines, self._lines_are_for = (), (0, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        if self._first is not None and self._lines_are_for != self.size:
            self._lines_are_for = self.size
            self._lines = step_lines(self._first, *self.size, self.app.size.height)
        runs = self._lines[y].runs if y < len(self._lines) else ()
        segments: list[Segment] = self._styles.segments(self.app, runs, base)
        return Strip(segments).adjust_cell_length(width, base)
