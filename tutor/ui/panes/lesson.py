"""The pane Lesson: the step's text, its figures, and the key for the next step.

Figures are slow to import and to make, so `wake` adds them below the text.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tutor.course.model import Step
from tutor.first_screen.kinds import NEXT, display_of
from tutor.first_screen.lines import TextRun, wrap
from tutor.first_screen.text_lines import pinned_below_text, text_width
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.inventory_text import weight_gradients
from tutor.ui.borrowed_focus import has_or_lends_focus
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.panes import late
from tutor.ui.slices import import_in_turns
from tutor.ui.stable_static import StableStatic
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText
from tutor.wire.events import InventoryTaken

REFERENCE = "one way to write it"
MAX_REFERENCE_LINES = 1_000
"""Maximum lines of the solution: in effect all."""
MORE_HERE = "PgDn or Space shows more."
MORE_AWAY = "More below: {key:task}, then PgDn."
TO_DRAW = "{key:next_pane} goes to the lab."
DRAW = "Draw on the pad."


SLOW_TO_IMPORT = ("tutor.course.figures", "tutor.ui.charts.figure")
"""Modules for figures, dependencies first, so that each import is short."""


class LessonPane(Pane):
    """The pane with the text to read; it scrolls, and remembers the learner's place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", "Page down", show=False),
    ]

    class Scrolled(Message):
        """Posted when the text is scrolled."""

    class Filled(Message):
        """Posted when the step's figures are mounted."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("lesson", timeline, marks=marks)
        self._gradient_drawing = ThrottledDrawing(self, self._show_gradients)
        self._title = StableStatic("", classes="step-title")
        self._text = LessonText(classes="lesson-part")
        # figures have a separate container: if there is room, they are beside the text
        self._figures = Vertical(classes="figures")
        self._page = Container(self._text, self._figures, id="lesson-page")
        self._scroll = VerticalScroll(self._title, self._page, id="lesson-scroll")
        self._reference = CodeView(
            id="lesson-reference-code",
            label=REFERENCE,
            preview_lines=MAX_REFERENCE_LINES,
            glyphs=marks.glyphs,
        )
        self._reference_column = VerticalScroll(
            self._reference, id="lesson-reference", classes="empty"
        )
        self._pinned_task = LessonText(id="lesson-task")
        """The task, pinned below the text while the text does not show it."""
        self._columns = self._rows = 0
        """The columns and rows of text and pinned task together; 0 before the first layout."""
        self._end = StableStatic("", one_row=True, id="lesson-end")
        self._is_awake = False
        self._leaves_question = False
        """True if the question at its end is left to the answer pane."""
        self._wanted_row = 0
        """Row to scroll to once the text is long enough; 0 for none."""

    def compose(self) -> ComposeResult:
        yield self._scroll
        yield self._pinned_task
        yield self._reference_column
        yield self._end

    def on_mount(self) -> None:
        """Follow the scrolling, to save the place and to show if there is more."""
        super().on_mount()
        self.watch(self._scroll, "scroll_y", self._post_scrolled, init=False)
        self.watch(self._scroll, "virtual_size", self._scroll_after_layout, init=False)

    def draw(self, old: State | None, new: State) -> None:
        if new.step is not None and (old is None or old.step is not new.step):
            self._show_text(new.step)
            if self._is_awake:
                self.call_after_refresh(self._start_filling, new.step)
        if old is None or old.verdict is not new.verdict or old.step is not new.step:
            self._show_reference(new)
        if old is not None and old.version_of(InventoryTaken) != new.version_of(InventoryTaken):
            self._gradient_drawing.soon()
        self._update_end()

    def focus_target(self) -> Widget:
        return self._scroll

    @property
    def reading_row(self) -> int:
        return self._wanted_row or int(self._scroll.scroll_offset.y)

    def make_room(self, columns: int, rows: int) -> None:
        self._columns, self._rows = columns, rows - 1  # the last line has one
        self._pin_task()

    def _pin_task(self) -> None:
        """Pin the beginning of the task below the text, unless the text shows it."""
        step = self.session.step
        if step is None or not step.task or not self._columns:
            self._pinned_task.display = False
            return
        self._pinned_task.text = step.task
        width = text_width(self._columns)
        task = len(self._pinned_task.lines(width))
        title = wrap([TextRun(step.title)], width)
        above = len(title) + 1 + len(self._text.lines(width)) - task
        pinned = pinned_below_text(task, above, self._rows, self.reading_row)
        self._pinned_task.display = pinned > 0
        if pinned:
            self._pinned_task.styles.height = pinned + 1  # the rule above it has one

    def leave_question(self, *, to_answer: bool) -> None:
        """Leave the question after the text to the answer pane, or show it here too."""
        if to_answer is not self._leaves_question:
            self._leaves_question = to_answer
            self._fill_text(self.session.step)

    def _fill_text(self, step: Step | None) -> None:
        if step is not None:
            text = step.text_above_question if self._leaves_question else step.text
            if text != self._text.text:
                self._text.text = text

    def return_to(self, row: int) -> None:
        self._wanted_row = row
        self._pin_task()
        self._scroll_to_wanted()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _update_end(self) -> None:
        below = self._scroll.max_scroll_y > self._scroll.scroll_y
        here = has_or_lends_focus(self)
        words = end_words(self.session, self.marks, below=below, here=here)
        if 0 < self._end.content_size.width < words.cell_length:
            words = Content.styled(f"{self.marks.down} {MORE_HERE}", "bold")
        self._end.update_if_changed(words)

    def _show_text(self, step: Step) -> None:
        self._title.update_if_changed(step.title)
        self._fill_text(step)
        # present from the start, so that the text beside it does not become narrower later
        self._figures.display = bool(step.figures)
        for figure in self._figures.children:
            figure.display = False
        self._wanted_row = 0
        self._scroll.scroll_home(animate=False)
        self._pin_task()

    def _show_reference(self, state: State) -> None:
        code = state.reference
        if code and not self._reference.highlighting:
            self._reference.enable_highlighting()
        self._reference.code = code
        self._reference_column.set_class(not code, "empty")

    def _show_gradients(self) -> None:
        gradients = weight_gradients(self._timeline.current.inventory)
        for figure in late.figures_in(self._page):
            figure.gradients = gradients

    def action_page_down(self) -> None:
        """Scroll a page down, for Space: small keyboards have no PgDn."""
        self._scroll.scroll_page_down(animate=False)

    def _post_scrolled(self) -> None:
        self._pin_task()
        self._update_end()
        self.post_message(self.Scrolled())

    def _scroll_after_layout(self) -> None:
        self._scroll_to_wanted()
        self.call_after_refresh(self._update_end)

    def wake(self) -> None:
        self._is_awake = True
        if self.session.step is not None:
            self._start_filling(self.session.step)

    def _start_filling(self, step: Step) -> None:
        self.fill_with(partial(self._fill, step))

    async def _fill(self, step: Step) -> None:
        await self._figures.remove_children()
        if step.figures:
            await import_in_turns(SLOW_TO_IMPORT)
            rows = self._scroll.size.height
            await self._figures.mount_all(late.figure_views(step.figures, rows, self.marks.glyphs))
        self.post_message(self.Filled())

    def on_resize(self) -> None:
        if self._figures.children:
            self.call_after_refresh(self._fit_figures)

    def _fit_figures(self) -> None:
        for figure in late.figures_in(self._figures):
            figure.rows = self._scroll.size.height

    def _scroll_to_wanted(self) -> None:
        if 0 < self._wanted_row <= self._scroll.max_scroll_y:
            row, self._wanted_row = self._wanted_row, 0
            self._scroll.scroll_to(y=row, animate=False)


def end_words(state: State, marks: Marks, *, below: bool, here: bool) -> Content:
    """Return the last line: what to do next.

    `below` is True if there is more text below; `here`, if this pane has the focus.
    """
    next_action = marks.fill(_next_action(state, here=here))
    if not below:
        return Content.styled(next_action, "bold")
    more = f"{marks.down} {MORE_HERE if here else marks.fill(MORE_AWAY)}"
    return Content.assemble((more, "bold"), f"  {next_action}" if here else "")


def _next_action(state: State, *, here: bool) -> str:
    display = display_of(state.step)
    if state.step_done and not display.is_page:
        return f"Done. {NEXT}"
    if display.has_large_charts and state.step is not None and not state.step.sliders:
        return TO_DRAW if here else DRAW
    return display.next_here if here else display.next_away
