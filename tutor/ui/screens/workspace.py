"""The desk: all panes of a step, which of them are on screen, and which has the focus."""

from __future__ import annotations

from collections.abc import Container as Among
from collections.abc import Iterable
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import reactive

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.grading.quiz import QuizAnswer
from tutor.progress.fold import Place
from tutor.session.kinds import kind_name
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.kinds import display_of, pane_names
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.panes.code import CodePane
from tutor.ui.panes.hints import HintsPane
from tutor.ui.panes.lesson import LessonPane
from tutor.ui.panes.predict import PredictPane
from tutor.ui.panes.quiz import QuizPane
from tutor.ui.panes.tab_strip import TabStrip
from tutor.ui.panes.verdict import VerdictPane
from tutor.ui.screens.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    first_panes,
    has_tabs,
    height_flags,
    neighbour,
    size_of,
    visible_panes,
)
from tutor.ui.screens.layout_sizes import LayoutSizes, Way
from tutor.ui.screens.place_parts import place_parts
from tutor.ui.screens.resizing import Grip, PaneResizer, grip_at
from tutor.ui.screens.unread import should_focus, unread_panes
from tutor.ui.views import VIEWS, views_with_content

STYLES = Path(__file__).with_suffix(".tcss")
"""Of the desk and its panes. Read when there is a desk: a first frame does without."""


class Workspace(Container):
    """Decides nothing about the course; it shows what the session says."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state, handed on to the panes."""

    class PaneChanged(Message):
        """The learner looks at another pane, or at the same one with more or less room."""

    class Told(Message):
        """Something about the panes that the learner should read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Settled(Message):
        """The pane that was gone to has the focus."""

    def __init__(
        self, timeline: Timeline, step: Step, *, marks: Marks, sizing: PaneResizer
    ) -> None:
        """`step` is the first one: its panes are there before the others."""
        super().__init__(id="workspace")
        self._first_step = step
        self._marks = marks
        self.layout_state = LayoutState(
            size="narrow", kind="none", names=("lesson",), pane="lesson"
        )
        self._arranged: tuple[LayoutState, LayoutSizes] | None = None
        self._resizer = sizing
        self._grip: Grip | None = None
        """The border that is being dragged."""
        self._wants_zoom = False
        """Whether one pane at a time was asked for, also on steps that have but one."""
        self._news: frozenset[str] = frozenset()
        self._task_from = ""
        self._has_parts = False
        """Whether there is something to arrange. An app that ends early calls a desk mounted that
        never got its parts."""
        self.is_whole = False
        """Whether all panes are there."""
        self._goal = ""
        """The pane that gets the focus at the next refresh; until then no other focus counts."""
        self.lesson = LessonPane(timeline, marks=marks)
        self.code = CodePane(marks=marks)
        self.quiz = QuizPane(marks=marks)
        self.predict = PredictPane(timeline, marks=marks)
        self.verdict = VerdictPane(marks=marks)
        self.hints = HintsPane(marks=marks)
        self.tabs = TabStrip(marks=marks)
        self.panes: dict[str, Pane] = {
            pane.pane_name: pane
            for pane in (
                self.lesson,
                self.code,
                self.quiz,
                self.predict,
                self.verdict,
                self.hints,
                *(view.make_pane(timeline, marks) for view in VIEWS),
            )
        }

    def compose(self) -> ComposeResult:
        """Lesson, work and charts; the style sheet sets them beside or above each other."""
        for pane in self.panes.values():
            pane.data_bind(Workspace.session)
        first = first_panes(self._first_step, self.app.size.width)
        yield self.tabs
        with Container(id="body"):
            yield self.lesson
            with Vertical(id="work"):
                yield from self._of(ABOVE, first)
                yield from self._of(BELOW, first)
            with Container(id="charts"):
                yield from self._of(CHARTS, first)

    def on_mount(self) -> None:
        """Shows what there is room for."""
        self._has_parts = bool(self.query("#work"))
        self.on_resize()

    def _of(self, names: Iterable[str], among: Among[str]) -> list[Pane]:
        return [self.panes[name] for name in names if name in among]

    async def _mount_rest(self) -> None:
        """The panes that do not show anything yet."""
        if self.is_whole:
            return
        rest = {name for name, pane in self.panes.items() if not pane.is_attached}
        work, charts = self.query_one("#work"), self.query_one("#charts")
        with self.app.batch_update():
            await work.mount_all(self._of(ABOVE, rest), before=0)
            await work.mount_all(self._of(BELOW, rest))
            await charts.mount_all(self._of(CHARTS, rest))
        self.is_whole = True
        self.screen.check_idle()  # what asked to be drawn meanwhile was put off

    def on_resize(self) -> None:
        """The width decides between one pane, two columns and three."""
        self._arrange(self._look_for(self.app.size.width))

    def watch_session(self, old: State, new: State) -> None:
        """Another step brings other panes; a verdict, output or hint comes to the front."""
        if old.step is not new.step:
            self._begin_step(new)
        elif should_focus(old, new) and new.latest != "nothing":
            self._come_forward(new.latest)
        self._news = unread_panes(old, new, self._news)
        self._arrange(self._look_for(self.app.size.width))

    def goto(self, name: str) -> None:
        """Shows the pane and gives it the focus."""
        if name not in self.layout_state.names:
            return
        self._goal = name
        self._look_at(name)
        # at once, for keys that are on their way; and again when what had the focus is hidden
        if self.panes[name].is_mounted:
            self.screen.set_focus(self.panes[name].focus_target())
        self.call_after_refresh(self._focus, name)

    def goto_number(self, number: int) -> None:
        """The same, by the number in the tab strip."""
        if 1 <= number <= len(self.layout_state.names):
            self.goto(self.layout_state.names[number - 1])

    def go_round(self, by: int) -> None:
        """To the next or previous pane."""
        self.goto(neighbour(self.layout_state, by))

    def toggle_zoom(self) -> None:
        """One pane has the whole screen, or all have their places again. Holds for the steps that
        follow."""
        self._wants_zoom = not self.layout_state.zoomed
        self._change(zoomed=self._wants_zoom, quiet=self._wants_zoom)
        self.goto(self.layout_state.pane)

    def end_zoom(self) -> bool:
        """Whether there was one to end."""
        was = self.layout_state.zoomed
        if was:
            self.toggle_zoom()
        return was

    def resize_pane(self, way: Way) -> None:
        """Gives the pane that is looked at more or less room."""
        self._resized(self._resizer.move(self.layout_state, way, *self._extent(self.layout_state)))

    def reset_sizes(self) -> None:
        """The usual sizes of this layout."""
        self._resized(self._resizer.reset(self.layout_state))

    def _resized(self, told: str) -> None:
        self._arrange(self.layout_state)
        if told:
            self.post_message(self.Told(told))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes hold of the border under the mouse."""
        columns, rows = self._extent(self.layout_state)
        x, y = event.screen_offset - self.query_one("#body").region.offset
        sizes = self._resizer.sizes(self.layout_state, columns, rows)
        self._grip = grip_at(self.layout_state, sizes, x, y, columns, rows)
        if self._grip is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Moves it."""
        if self._grip is not None:
            x, y = event.screen_offset - self.query_one("#body").region.offset
            self._resizer.drag(
                self.layout_state, self._grip, x, y, *self._extent(self.layout_state)
            )
            self._arrange(self.layout_state)

    def on_mouse_up(self) -> None:
        """Lets go of it, and keeps where it is now."""
        if self._grip is not None:
            self._grip = None
            self.release_mouse()
            self._resized(self._resizer.keep())

    def toggle_task(self) -> None:
        """To the lesson's text, and back to where that was asked for."""
        if self.layout_state.pane != "lesson":
            self._task_from = self.layout_state.pane
            self.goto("lesson")
        else:
            self.goto(self._task_from or self.first_pane)

    def face_answer(self) -> None:
        """Shows the code or quiz with what is about to be said of it."""
        if self.layout_state.single and self.layout_state.pane not in ABOVE:
            self.goto(self.first_answer)

    @property
    def answer(self) -> QuizAnswer:
        """What is said to the question on screen."""
        is_guessed = kind_of(self.session.step).is_guessed
        return self.predict.guess if is_guessed else self.quiz.answer

    @property
    def first_answer(self) -> str:
        """The pane in which the step is answered, or the lesson where there is none."""
        return next((name for name in self.layout_state.names if name in ABOVE), "lesson")

    @property
    def first_pane(self) -> str:
        """Where a step begins: at its text where only one pane is shown, else at the answer."""
        return "lesson" if self.layout_state.single else self.first_answer

    def place(self) -> Place | None:
        """Where the learner is now."""
        step = self.session.step
        if step is None:
            return None
        row, column = self.code.cursor if self.layout_state.display.keeps_cursor else (0, 0)
        in_code = self.layout_state.pane == "code"
        scroll = self.code.first_row if in_code else self.lesson.reading_row
        return Place(step.id, self.layout_state.pane, row, column, scroll)

    def return_to(self, place: Place) -> None:
        """Goes to where the learner was."""
        if self.layout_state.display.keeps_cursor:
            in_code = place.pane == "code"
            self.code.return_to(place.row, place.column, place.scroll if in_code else 0)
        if place.pane != "code":
            self.lesson.return_to(place.scroll)
        self.goto(place.pane if place.pane in self.layout_state.names else self.first_pane)

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """Asks for the focus as it is now: the message may tell of one that has passed."""
        focused = self.screen.focused
        above = focused.ancestors_with_self if focused is not None else ()
        pane = next((each for each in above if isinstance(each, Pane)), None)
        if not self._goal and pane is not None and pane.pane_name != self.layout_state.pane:
            self._look_at(pane.pane_name)

    async def _focus(self, name: str) -> None:
        if self._goal != name:
            return
        if not self.panes[name].is_mounted:
            await self._mount_rest()
        self._goal = ""
        self.screen.set_focus(self.panes[name].focus_target())
        self.post_message(self.Settled())

    @on(LessonPane.Filled)
    def _bring_rest(self) -> None:
        """Once there is something to read."""
        if not self.is_whole:
            self.call_after_refresh(self._mount_rest)

    def _look_at(self, name: str) -> None:
        if name in BELOW:
            self._change(pane=name, below=name)
        elif name in ABOVE:
            self._change(pane=name, above=name)
        else:
            self._change(pane=name)
        self.post_message(self.PaneChanged())

    def _begin_step(self, new: State) -> None:
        self._task_from = ""
        self._change(
            kind=kind_name(new.step),
            names=pane_names(new.step),
            pane="lesson",
            above="",
            below=display_of(new.step).first_below,
            has_content=False,
            figures=bool(new.step and new.step.figures),
            zoomed=self._wants_zoom and len(pane_names(new.step)) > 1,
            quiet=False,
        )
        self.goto(self.first_pane)

    def _come_forward(self, name: str) -> None:
        pane = name if self.layout_state.pane in BELOW else self.layout_state.pane
        self._change(below=name, pane=pane, quiet=False)
        if pane == name:
            self.goto(name)

    def _look_for(self, width: int) -> LayoutState:
        state, told = self.session, views_with_content(self.session)
        return self._changed(
            size=size_of(width),
            **height_flags(self.app.size.height),
            has_content=state.latest != "nothing",
            losses="loss" in told,
            tensors="tensors" in told,
        )

    def _changed(self, **changes: object) -> LayoutState:
        from msgspec.structs import replace

        return replace(self.layout_state, **changes)

    def _change(self, **changes: object) -> None:
        self._arrange(self._changed(**changes))

    def _arrange(self, layout: LayoutState) -> None:
        """Sets what is displayed. Nothing is mounted or removed: the buffers stay as they are."""
        self.layout_state = layout
        shown = visible_panes(layout)
        self._news -= shown
        if not self._has_parts:
            return
        self.tabs.show_tabs(layout.names, layout.pane, self._news)
        sizes = self._resizer.sizes(layout, *self._extent(layout))
        if (layout, sizes) != self._arranged:
            self._arranged = layout, sizes
            self._place_panes(layout, shown)
            place_parts(self, layout, sizes)

    def _extent(self, layout: LayoutState) -> tuple[int, int]:
        """Columns and rows of all panes together."""
        place = self.screen.query_one("#workspace-place")  # before the first layout
        columns, rows = self.size or place.size or self.app.size
        return columns, rows - (1 if has_tabs(layout) else 0)

    def _place_panes(self, layout: LayoutState, shown: frozenset[str]) -> None:
        charts = bool(shown & set(CHARTS))
        for name, pane in self.panes.items():
            pane.display = name in shown
        self.query_one("#work").display = bool(shown & {*ABOVE, *BELOW})
        self.query_one("#charts").display = charts
        for size in ("narrow", "medium", "wide"):
            self.set_class(layout.size == size, size)
        self.set_class(layout.tiny, "tiny")
        self.set_class(layout.single, "single")
        self.set_class(layout.collapsed_below, "collapsed-below")
        self.set_class(layout.display.is_page, "reading")
        self.set_class(layout.display.is_question, "asking")
        self.set_class(layout.single_column, "single-column")
        self.set_class(charts, "charting")
        self.verdict.set_class(layout.collapsed_below, "brief")
        self.code.make_room(
            tight=layout.collapsed_below or (charts and layout.size == "medium"),
            tiny=layout.tiny,
            alone=layout.single,
        )
        self.tabs.display = has_tabs(layout)
