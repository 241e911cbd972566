"""The workspace: all panes of a step, their layout and their focus.

It shows the session's state and must not decide anything about the course. Panes are displayed or
hidden, never removed: that would lose a pane's buffer, undo history and scroll position.
"""

from __future__ import annotations

from collections.abc import Container as AbstractContainer
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.kinds import kind_name, kind_of
from tutor.course.model import LATE_VIEWS, Step
from tutor.first_screen.kinds import display_of, pane_names
from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    asks_beside_text,
    first_panes,
    has_scrubber,
    has_tabs,
    height_flags,
    layout_size,
    neighbour,
    shown_with_data,
    visible_panes,
)
from tutor.first_screen.layout_sizes import MIN_WORK, Direction, LayoutSizes, text_area, work_area
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import Verdict
from tutor.progress.fold import Place
from tutor.session.pausing import is_at_phase
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.panes.code import CodePane
from tutor.ui.panes.lesson import LessonPane
from tutor.ui.panes.tab_strip import TabStrip
from tutor.ui.screens.drawing_hold import DrawingHold
from tutor.ui.screens.frame import FramedScreen
from tutor.ui.screens.pane_makers import PANES, SLOW_TO_IMPORT, make_pane
from tutor.ui.screens.place_parts import place_parts
from tutor.ui.screens.resizing import DraggedBorder, PaneResizer, border_at, useless_resizing
from tutor.ui.screens.unread import should_focus, unread_panes
from tutor.ui.slow_imports import import_in_turns
from tutor.ui.views import views_with_content

if TYPE_CHECKING:
    from tutor.ui.panes.guess import GuessPane
    from tutor.ui.panes.lab import LabPane
    from tutor.ui.panes.predict import PredictPane
    from tutor.ui.panes.quiz import QuizPane
    from tutor.ui.panes.scrubber import ScrubberRow

STYLES = Path(__file__).with_suffix(".tcss")
"""Style sheet of the workspace and its panes. It is read when a workspace is made, since parsing it
would delay the first frame."""


TROUBLE = ("failed", "absent", "unreachable")
"""Phases of a worker whose reason the learner needs to see."""
OUTPUT_MARGIN = 3
"""Columns of the output without text: a blank at both sides, and the scrollbar."""


class Workspace(Container):
    """All panes of the step on screen, with their layout."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state of the session, passed on to the panes."""

    class PaneChanged(Message):
        """Posted when the learner goes to a pane, even the same one."""

    class ViewsShown(Message):
        """Posted when the views on screen that need data of a run change."""

        def __init__(self, views: frozenset[str]) -> None:
            super().__init__()
            self.views = views

    class PaneFocused(Message):
        """Posted when the pane passed to `goto` has the focus."""

    def __init__(self, timeline: Timeline, step: Step, *, marks: Marks) -> None:
        """Show the panes of `step` first; make and mount the others after them."""
        super().__init__(id="workspace")
        self._first_step = step
        self._timeline = timeline
        self._marks = marks
        self.layout_state = LayoutState(
            size="narrow", kind="none", names=("lesson",), pane="lesson"
        )
        self._arranged: tuple[LayoutState, LayoutSizes] | None = None
        self._resizer = PaneResizer()
        self.drawing_hold = DrawingHold(self)
        self._dragged: DraggedBorder | None = None
        """Border that the mouse drags."""
        self._wants_zoom = False
        """True if the learner zoomed a pane. It stays set for later steps, but has no effect on a
        step with a single pane."""
        self._unread: frozenset[str] = frozenset()
        self._asking: frozenset[str] = frozenset()
        """Views on screen that need data of a run."""
        self._pane_before_task = ""
        self._has_parts = False
        """True if the parts are mounted and can be arranged. Textual also calls `on_mount` of a
        workspace that never got them, when the app ends early."""
        self.is_whole = False
        """True if all panes are mounted, not only those that the first step needs at once."""
        self._pending_focus = ""
        """Pane that gets the focus at the next refresh, or "". Until then other focus changes are
        ignored: they may belong to a pane that is about to be hidden."""
        self.lesson = LessonPane(timeline, marks=marks)
        self.code = CodePane(marks=marks)
        self.tabs = TabStrip(marks=marks)
        self.scrubber: ScrubberRow | None = None
        """The row below the charts; None until all panes are mounted."""
        self.panes: dict[str, Pane] = {"lesson": self.lesson, "code": self.code}
        """Panes by name, as far as they were needed; all, once `is_whole`."""

    @property
    def quiz(self) -> QuizPane:
        """The pane for quiz answers."""
        return cast("QuizPane", self._pane("quiz"))

    @property
    def predict(self) -> PredictPane:
        """The pane for predictions."""
        return cast("PredictPane", self._pane("predict"))

    @property
    def guess(self) -> GuessPane:
        """The pane for guesses about wrong programs."""
        return cast("GuessPane", self._pane("guess"))

    @property
    def lab(self) -> LabPane:
        """The pane with the sliders of a lab."""
        return cast("LabPane", self._pane("lab"))

    def shows(self, name: str) -> bool:
        """Return True if the pane is on screen."""
        return name in self.panes and bool(self.panes[name].display)

    def compose(self) -> ComposeResult:
        first = first_panes(self._first_step, self.app.size.width)
        yield self.tabs
        with Container(id="body"):
            yield from self._panes_named(("lesson",), {"lesson"})
            with Vertical(id="work"):
                yield from self._panes_named(ABOVE, first)
                yield from self._panes_named(BELOW, first)
            with Container(id="charts"):
                yield from self._panes_named(CHARTS, first)

    def on_mount(self) -> None:
        self._has_parts = bool(self.query("#work"))
        self.on_resize()

    def _pane(self, name: str) -> Pane:
        if name not in self.panes:
            self.panes[name] = make_pane(name, self._timeline, self._marks)
            self._place_pane(name, self.layout_state)
        return self.panes[name]

    def _panes_named(self, names: Iterable[str], allowed: AbstractContainer[str]) -> list[Pane]:
        """Return the panes of these names, ready to be mounted."""
        panes = [self._pane(name) for name in names if name in allowed]
        return [pane.data_bind(Workspace.session) for pane in panes]

    async def _mount_rest(self) -> None:
        """Mount the panes that the first step did not need."""
        if self.is_whole:
            return
        await import_in_turns(SLOW_TO_IMPORT)
        from tutor.ui.panes.scrubber import ScrubberRow  # before a run there is nothing to scrub

        rest = {name for name in PANES if not self._pane(name).is_attached}
        work, charts = self.query_one("#work"), self.query_one("#charts")
        with self.app.batch_update():
            await work.mount_all(self._panes_named(ABOVE, rest), before=0)
            await work.mount_all(self._panes_named(BELOW, rest))
            if not charts.is_attached:
                return  # the app ends
            self.scrubber = ScrubberRow(self._timeline, marks=self._marks)
            self.scrubber.display = has_scrubber(self.layout_state)
            row = self.scrubber.data_bind(Workspace.session)
            await charts.mount_all([*self._panes_named(CHARTS, rest), row])
        self.is_whole = True
        # the batch delayed the screen's own drawing; its end wakes the app, not the screen
        self.screen.check_idle()

    def on_resize(self) -> None:
        """Choose a layout with one, two or three columns."""
        self._arrange(self._layout_for(self.app.size.width))

    def watch_session(self, old: State, new: State) -> None:
        """Show another step's panes; bring a new verdict, output or hint forward."""
        if old.step is not new.step:
            self._begin_step(new)
        elif should_focus(old, new) and new.latest != "nothing":
            self._bring_forward(new.latest)
        if new.experiment is not None and new.experiment is not old.experiment:
            self._show_experiment(is_new=new.experiment.result is None)
        self._unread = unread_panes(old, new, self._unread)
        self._arrange(self._layout_for(self.app.size.width))

    def goto(self, name: str) -> None:
        """Show the pane and focus it; do nothing if the step does not have it."""
        if name not in self.layout_state.names:
            return
        self._pending_focus = name
        self._select_pane(name)
        # at once for queued keys, and again after the refresh, since hiding the pane
        # that had the focus moves it elsewhere
        if name in self.panes and self.panes[name].is_mounted:
            self._give_focus(self.panes[name].focus_target())
            self.call_after_refresh(self._focus, name)
        else:
            # as a separate callback: the panes that it mounts are bound to its caller
            self.call_later(self.call_after_refresh, self._focus, name)

    def goto_pane(self, number_or_name: int | str) -> None:
        """Go to the pane of that name or number; ignore one that the step lacks."""
        names = ("", *self.layout_state.names)
        if isinstance(number_or_name, str):
            self.goto(number_or_name)
        elif 0 < number_or_name < len(names):
            self.goto(names[number_or_name])

    def cycle_pane(self, delta: int) -> None:
        """Go to the pane `delta` places further on, or back if negative."""
        self.goto(neighbour(self.layout_state, delta))

    def toggle_zoom(self) -> None:
        """Show one pane alone, or all again, also for the following steps."""
        self._wants_zoom = not self.layout_state.zoomed
        self._change_layout(zoomed=self._wants_zoom, quiet=self._wants_zoom)
        self.goto(self.layout_state.pane)

    def end_zoom(self) -> bool:
        """Show all panes again; return False if no pane was zoomed."""
        was_zoomed = self.layout_state.zoomed
        if was_zoomed:
            self.toggle_zoom()
        return was_zoomed

    def resize_pane(self, direction: Direction) -> str:
        """Move a border of the current pane by one step.

        Return an error message, or "" on success.
        """
        layout = self.layout_state
        notice = self._resizer.move(layout, direction, *self._extent(layout))
        self._arrange(layout)
        return notice

    def reset_sizes(self) -> str:
        """Restore the default sizes of this layout, and return a message."""
        notice = self._resizer.reset(self.layout_state)
        self._arrange(self.layout_state)
        return notice

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start dragging the border under the mouse, if there is one."""
        columns, rows = self._extent(self.layout_state)
        x, y = event.screen_offset - self.query_one("#body").region.offset
        sizes = self._resizer.sizes(self.layout_state, columns, rows)
        self._dragged = border_at(self.layout_state, sizes, x, y, columns, rows)
        if self._dragged is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Resize the panes at the dragged border."""
        if self._dragged is not None:
            x, y = event.screen_offset - self.query_one("#body").region.offset
            self._resizer.drag(
                self.layout_state, self._dragged, x, y, *self._extent(self.layout_state)
            )
            self._arrange(self.layout_state)

    def on_mouse_up(self) -> None:
        """End the drag and keep the sizes."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    @property
    def useless_commands(self) -> frozenset[str]:
        """Commands on panes that have no effect in this layout."""
        useless = useless_resizing(self.layout_state)
        return useless if self._pane_with_givens.can_fold_givens else useless | {"givens"}

    def toggle_givens(self) -> None:
        """Show all lines of the given code, or only the first ones."""
        self._pane_with_givens.toggle_givens()

    @property
    def _pane_with_givens(self) -> CodePane | PredictPane | GuessPane | LabPane:
        """The pane with the folded givens."""
        if kind_of(self.session.step).has_sliders:
            return self.lab
        if self.is_guessing:
            return self.guess
        is_asked = kind_of(self.session.step).is_guessed and self.layout_state.pane != "code"
        return self.predict if is_asked else self.code

    def follow(self, old: State, new: State) -> None:
        """Show a change that needs all panes to have the new state first."""
        screen = self.screen
        if old.activity is None and new.activity is not None and new.watched is not None:
            screen.call_later(self.show_answer_pane)
        if old.activity is not None and new.activity is None:
            screen.call_later(self.drawing_hold.end)
        if new.watched is not old.watched:
            self.code.let_edit(new.watched.path.name if new.watched else "")

    def replace_text(self, state: State) -> None:
        """Load the session's new text into the editor, and show it if a key asked for it.

        If the step was just opened, undo does not go back before that.
        """
        step, replaced = state.step, state.replaced
        if step is None or replaced is None or step.id != replaced.step:
            return
        if kind_of(step).has_sliders:
            self.lab.load(replaced.text)
        elif replaced.why == "opened":
            self.code.load(step, replaced.text)
        elif replaced.why == "watched":
            self.code.replace_source(replaced.text)
        else:
            self.code.reset_to(replaced.text)
            if replaced.why in ("solution", "earlier"):
                self.goto("code")
            else:
                self.show_answer_pane()

    def toggle_task(self) -> None:
        """Go to the lesson's text, or return to the pane before that."""
        if self.layout_state.pane != "lesson":
            self._pane_before_task = self.layout_state.pane
            self.goto("lesson")
        else:
            self.goto(self._pane_before_task or self.first_pane)

    def show_answer_pane(self) -> None:
        """Show the answer pane, below which the verdict or output will appear.

        Only needed if a single pane is shown and is none of these, or if a wrong program replaces
        the answer pane.
        """
        pane = self.layout_state.pane
        if pane == "guess" or (self.layout_state.single and pane not in ABOVE):
            self.goto(self.first_answer)

    @property
    def answer(self) -> QuizAnswer:
        """Current answer to the question of a quiz or predict step."""
        is_guessed = kind_of(self.session.step).is_guessed
        return self.predict.guess if is_guessed else self.quiz.answer

    @property
    def source(self) -> str:
        """The program in the editor, or the code that binds the sliders of a lab."""
        return self.lab.lines if kind_of(self.session.step).has_sliders else self.code.source

    @property
    def is_guessing(self) -> bool:
        """True if the current pane asks about a wrong program."""
        return self.layout_state.pane == "guess"

    @property
    def can_edit(self) -> bool:
        """True if the step has code that the learner writes."""
        return kind_of(self.session.step).has_own_code and not self.is_guessing

    @property
    def has_focus_to_answer(self) -> bool:
        """True if the focus is in a pane for writing or choosing."""
        return any(self.panes[name].has_focus_within for name in ABOVE if name in self.panes)

    @property
    def output_columns(self) -> int:
        """Columns of a run's output, also while it is not on screen."""
        layout = self.layout_state
        columns, rows = self._extent(layout)
        sizes = self._resizer.sizes(layout, columns, rows)
        return max(1, work_area(layout, sizes, columns, rows)[0] - OUTPUT_MARGIN)

    @property
    def first_answer(self) -> str:
        """First pane to answer the step in; the lesson if there is none."""
        return next((name for name in self.layout_state.names if name in ABOVE), "lesson")

    @property
    def first_pane(self) -> str:
        """Pane at which a step begins: the text in a one-pane layout, else the answer."""
        layout = self.layout_state
        return "lesson" if layout.single and layout.has_text else self.first_answer

    def place(self) -> Place | None:
        """Return the learner's place; None before the first step."""
        step = self.session.step
        if step is None:
            return None
        row, column = self.code.cursor if self.layout_state.display.keeps_cursor else (0, 0)
        # a wrong program is not restored at the next start
        pane = "code" if self.layout_state.pane == "guess" else self.layout_state.pane
        scroll = self.code.first_row if pane == "code" else self.lesson.reading_row
        return Place(step.id, pane, row, column, scroll)

    def return_to(self, place: Place) -> None:
        """Restore cursor, scroll position and pane of an earlier place in this step."""
        if self.layout_state.display.keeps_cursor:
            in_code = place.pane == "code"
            self.code.return_to(place.row, place.column, place.scroll if in_code else 0)
        if place.pane != "code":
            self.lesson.return_to(place.scroll)
        self.goto(place.pane if place.pane in self.layout_state.names else self.first_pane)

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """Select the focused pane."""
        # not the event's widget: the focus may have moved since
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        pane = next((ancestor for ancestor in ancestors if isinstance(ancestor, Pane)), None)
        if (
            not self._pending_focus
            and pane is not None
            and pane.pane_name != self.layout_state.pane
        ):
            self._select_pane(pane.pane_name)

    async def _focus(self, name: str) -> None:
        if self._pending_focus != name:
            return
        if name not in self.panes or not self.panes[name].is_mounted:
            await self._mount_rest()
        self._pending_focus = ""
        self._give_focus(self.panes[name].focus_target())
        self.post_message(self.PaneFocused())

    @on(CodePane.FocusWanted)
    def _follow_givens(self, event: CodePane.FocusWanted) -> None:
        self._give_focus(event.widget)

    def _give_focus(self, widget: Widget) -> None:
        screen = self.screen
        assert isinstance(screen, FramedScreen)
        screen.focus_for_keys(widget)

    @on(LessonPane.Filled)
    def _schedule_rest(self) -> None:
        """Mount the other panes once the text can be read."""
        if not self.is_whole:
            self.call_after_refresh(self._mount_rest)

    def _select_pane(self, name: str) -> None:
        if name in BELOW:
            self._change_layout(pane=name, below=name)
        elif name in ABOVE:
            self._change_layout(pane=name, above=name)
        elif name in CHARTS and name != "loss":
            self._change_layout(pane=name, chart=name)
        else:
            self._change_layout(pane=name)
        self.post_message(self.PaneChanged())

    def _begin_step(self, new: State) -> None:
        self._pane_before_task = ""
        names, display = pane_names(new.step), display_of(new.step)
        views = new.step.views if new.step is not None and display.has_large_charts else ()
        self._change_layout(
            size=layout_size(names, self.app.size.width),
            kind=kind_name(new.step),
            names=names,
            pane=names[0],
            above="",
            chart=next(iter(views), ""),
            below=display.first_below,
            has_content=False,
            figures=bool(new.step and new.step.figures),
            zoomed=self._wants_zoom and len(pane_names(new.step)) > 1,
            quiet=False,
        )
        self.goto(self.first_pane)

    def _show_experiment(self, *, is_new: bool) -> None:
        """Show a wrong program in a separate pane; switch to it if another one is shown."""
        if "guess" not in self.layout_state.names:
            self._change_layout(names=(*self.layout_state.names, "guess"))
        if is_new:
            self.goto("guess")

    def _bring_forward(self, name: str) -> None:
        pane = name if self.layout_state.pane in BELOW else self.layout_state.pane
        self._change_layout(below=name, pane=pane, quiet=False)
        if pane == name:
            self.goto(name)

    def _layout_for(self, width: int) -> LayoutState:
        state, views = self.session, views_with_content(self.session)
        names = self._names_with(views)
        return self._layout_with(
            names=names,
            size=layout_size(names, width),
            **height_flags(self.app.size.height),
            has_content=state.latest != "nothing",
            verdict_rows=_rows_of(state.verdict, max(MIN_WORK, self.code.size.width - 3)),
            has_trouble=bool(state.worker.reason) and state.worker.phase in TROUBLE,
            losses="loss" in views,
            tensors="tensors" in views,
            plots="plot" in views,
            map="map" in views,
            models="model" in views,
            paused=is_at_phase(state),
        )

    def _names_with(self, views: frozenset[str]) -> tuple[str, ...]:
        """Return the names of the panes, with those that the run added at the end.

        A step that names its views has no others, except that plots are always shown.
        """
        names, step = self.layout_state.names, self.session.step
        if step is None or not self.layout_state.display.has_charts:
            return names
        late = ("plot",) if step.views else (*LATE_VIEWS, "plot")
        return (*names, *(each for each in late if each in views and each not in names))

    def _layout_with(self, **changes: object) -> LayoutState:
        from msgspec.structs import replace

        return replace(self.layout_state, **changes)

    def _change_layout(self, **changes: object) -> None:
        self._arrange(self._layout_with(**changes))

    def _arrange(self, layout: LayoutState) -> None:
        """Show, hide and size the panes for the layout, without mounting or removing any."""
        self.layout_state = layout
        shown = visible_panes(layout)
        self._unread -= shown
        self.lesson.leave_question(to_answer=asks_beside_text(layout))
        self._tell_shown(layout)
        if not self._has_parts:
            return
        self.tabs.show_tabs(layout.names, layout.pane, self._unread)
        sizes = self._resizer.sizes(layout, *self._extent(layout))
        if (layout, sizes) != self._arranged:
            self._arranged = layout, sizes
            self._place_panes(layout)
            place_parts(self, layout, sizes)
            area = work_area(layout, sizes, *self._extent(layout))
            self.code.make_room(*area, alone=layout.single and layout.has_text)
            self.lesson.make_room(*text_area(layout, sizes, *self._extent(layout)))

    def _tell_shown(self, layout: LayoutState) -> None:
        """Post the views that need data of a run and are on screen, or would be with data."""
        asking = shown_with_data(layout, self.session.step)
        if asking != self._asking:
            self._asking = asking
            self.post_message(self.ViewsShown(asking))

    def _extent(self, layout: LayoutState) -> tuple[int, int]:
        """Return the columns and rows of all panes together."""
        # before its own first layout the workspace has no size, but its container does
        place = self.screen.query_one("#workspace-place")
        columns, rows = self.size or place.size or self.app.size
        return columns, rows - (1 if has_tabs(layout) else 0)

    def _place_pane(self, name: str, layout: LayoutState) -> None:
        self.panes[name].display = name in visible_panes(layout)
        if name == "verdict":
            self.panes[name].set_class(layout.collapsed_below, "brief")

    def _place_panes(self, layout: LayoutState) -> None:
        shown = visible_panes(layout)
        charts = bool(shown & set(CHARTS))
        for name in self.panes:
            self._place_pane(name, layout)
        self.query_one("#work").display = bool(shown & {*ABOVE, *BELOW})
        self.query_one("#charts").display = charts
        if self.scrubber is not None:
            self.scrubber.display = has_scrubber(layout)
        for size in ("narrow", "medium", "wide"):
            self.set_class(layout.size == size, size)
        self.set_class(layout.tiny, "tiny")
        self.set_class(layout.single, "single")
        self.set_class(layout.collapsed_below, "collapsed-below")
        self.set_class(layout.tensors_below, "stepping")
        self.set_class(layout.display.is_page, "reading")
        self.set_class(layout.display.is_question, "asking")
        self.set_class(layout.display.has_large_charts, "sliding")
        self.set_class(layout.single_column, "single-column")
        self.set_class(not layout.has_text, "own")
        self.set_class(charts, "charting")
        self.tabs.display = has_tabs(layout)


def _rows_of(verdict: Verdict | None, columns: int) -> int:
    """Estimate the rows of a verdict's heading, message and evidence."""
    if verdict is None:
        return 0
    paragraphs = [*verdict.message.split("\n"), *verdict.evidence]
    return 3 + sum(1 + len(paragraph) // columns for paragraph in paragraphs)
