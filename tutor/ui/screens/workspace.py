"""The workspace: all panes of a step, their layout and their focus.

It shows the session's state and must not decide anything about the course. Panes are displayed or
hidden, never removed: that would lose a pane's buffer, undo history and scroll position.
"""

from __future__ import annotations

from collections.abc import Container as AbstractContainer
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    asks_beside_text,
    first_panes,
    opening_layout,
    shown_with_data,
)
from tutor.first_screen.layout_sizes import ChosenSizes, Part, compute_sizes, layout_name
from tutor.first_screen.step_screen import FRAME_ROWS
from tutor.grading.quiz import QuizAnswer
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.editor.editor_givens import EditorGivens
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.panes.code import CodePane
from tutor.ui.panes.lesson import LessonPane
from tutor.ui.panes.tab_strip import TabStrip
from tutor.ui.placement import Placement, follow_state, place
from tutor.ui.screens import late
from tutor.ui.screens.drawing_hold import DrawingHold
from tutor.ui.screens.frame import FramedScreen
from tutor.ui.screens.resizing import PanesBody
from tutor.ui.slices import import_in_turns
from tutor.ui.views import VIEWS, should_focus, unread_panes

if TYPE_CHECKING:
    from tutor.ui.panes.guess import GuessPane
    from tutor.ui.panes.lab import LabPane
    from tutor.ui.panes.predict import PredictPane
    from tutor.ui.panes.quiz import QuizPane
    from tutor.ui.panes.scrubber import ScrubberRow

PANES = (
    *("lesson", "code", "quiz", "predict", "guess", "lab", "verdict", "hints"),
    *(view.name for view in VIEWS),
)
"""Names of panes: `PlotPane` of `tutor.ui.panes.plot` is called "plot"."""

SLOW_TO_IMPORT = (
    *(f"tutor.ui.panes.{name}" for name in PANES if name not in ("lesson", "code")),
    "tutor.ui.panes.scrubber",
)
"""Modules of the panes that a first step may not need."""

STYLED_WHILE_CHARTING = "#body, #charts, #output, #loss"
"""All that the style sheet gives another style in a workspace with the class "charting".

A run's first loss sets that class, and one may be typing: the styles of all 112 widgets take 70 ms.
"""

STYLES = Path(__file__).with_suffix(".tcss")
"""Style sheet of the workspace and its panes. It is read when a workspace is made, since parsing it
would delay the first frame."""


class Workspace(Container):
    """All panes of the step on screen, with their layout."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state of the session, passed on to the panes."""

    class PaneChanged(Message):
        """Posted when the learner goes to a pane, even the same one."""

    @dataclass
    class ViewsShown(Message):
        """Posted when the views on screen that need data of a run change."""

        views: frozenset[str]

    class PaneFocused(Message):
        """Posted when the pane passed to `goto` has the focus."""

    def __init__(self, timeline: Timeline, step: Step, *, marks: Marks) -> None:
        """Show the panes of `step` first; make and mount the others after them."""
        super().__init__(id="workspace")
        self._first_step = step
        self._timeline = timeline
        self._marks = marks
        self.layout_state = opening_layout(None, 0, 0)
        self.placement = Placement(self.layout_state)
        """The placement that is set in the widgets."""
        self.chosen_sizes: dict[str, ChosenSizes] = {}
        """The learner's sizes, by layout, until the app ends."""
        self.drawing_hold = DrawingHold(self)
        self.wants_zoom = False
        """True if the learner zoomed a pane. It stays set for later steps, but has no effect on a
        step with a single pane."""
        self._unread: frozenset[str] = frozenset()
        self._asking: frozenset[str] = frozenset()
        """Views on screen that need data of a run."""
        self.pane_before_task = ""
        """Pane from which the learner went to the lesson's text; "" at first."""
        self._has_parts = False
        """True if the parts are mounted and can be arranged. Textual also calls `on_mount` of a
        workspace that never got them, when the app ends early."""
        self.is_whole = False
        """True if all panes are mounted, not only those that the first step needs at once."""
        self._pending_focus = ""
        """Pane that gets the focus at the next refresh, or "". Until then other focus changes are
        ignored: they may belong to a pane that is about to be hidden."""
        self.lesson = LessonPane(timeline, marks=marks)
        self.code = CodePane(timeline, marks=marks)
        self.tabs = TabStrip(marks=marks)
        self._body = PanesBody(lambda: self.placement, self.resize)
        self._work = Vertical(id="work")
        self._charts = Container(id="charts")
        self.scrubber: ScrubberRow | None = None
        """The row below the charts; None until all panes are mounted."""
        self.panes: dict[str, Pane] = {"lesson": self.lesson, "code": self.code}
        """Panes by name, as far as they were needed; all, once `is_whole`."""

    def compose(self) -> ComposeResult:
        first = first_panes(self._first_step, *self.app.size)
        yield self.tabs
        with self._body:
            yield from self._panes_named(("lesson",), {"lesson"})
            with self._work:
                yield from self._panes_named(ABOVE, first)
                yield from self._panes_named(BELOW, first)
            with self._charts:
                yield from self._panes_named(CHARTS, first)

    def on_mount(self) -> None:
        self._has_parts = self._work.is_attached
        self.on_resize()

    def on_resize(self) -> None:
        self.change_layout()

    def _pane(self, name: str) -> Pane:
        if name not in self.panes:
            # modules of panes are slow to import, so each is imported when its pane is made
            module = import_module(f"tutor.ui.panes.{name}")
            make = getattr(module, f"{name.capitalize()}Pane")
            pane = self.panes[name] = cast("Pane", make(self._timeline, marks=self._marks))
            _place_pane(pane, self.placement)
        return self.panes[name]

    def _panes_named(self, names: Iterable[str], allowed: AbstractContainer[str]) -> list[Pane]:
        panes = [self._pane(name) for name in names if name in allowed]
        return [pane.data_bind(Workspace.session) for pane in panes]

    async def _mount_rest(self) -> None:
        """Mount the panes that the first step did not need."""
        if self.is_whole:
            return
        await import_in_turns(SLOW_TO_IMPORT)
        rest = {name for name in PANES if not self._pane(name).is_attached}
        with self.app.batch_update():
            await self._work.mount_all(self._panes_named(ABOVE, rest), before=0)
            await self._work.mount_all(self._panes_named(BELOW, rest))
            if not self._charts.is_attached:
                return  # the app ends
            self.scrubber = late.scrubber_row(self._timeline, self._marks)
            self.scrubber.display = "scrubber" in self.placement.shown
            row = self.scrubber.data_bind(Workspace.session)
            await self._charts.mount_all([*self._panes_named(CHARTS, rest), row])
        self.is_whole = True
        # the batch delayed the screen's own drawing; its end wakes the app, not the screen
        self.screen.check_idle()

    @on(LessonPane.Filled)
    def _schedule_rest(self) -> None:
        """Mount the other panes once the text can be read."""
        if not self.is_whole:
            self.call_after_refresh(self._mount_rest)

    # The state

    def watch_session(self, old: State, new: State) -> None:
        """Show another step's panes; bring a new verdict, output or hint forward."""
        if old.step is not new.step:
            self.pane_before_task = ""
            self.layout_state = opening_layout(new.step, *self.app.size)
            self.change_layout(zoomed=self.wants_zoom and len(self.layout_state.names) > 1)
            self.goto(self.layout_state.first_pane)
        elif should_focus(old, new) and new.latest != "nothing":
            pane = new.latest if self.layout_state.pane in BELOW else self.layout_state.pane
            self.change_layout(below=new.latest, pane=pane, quiet=False)
            if pane == new.latest:
                self.goto(pane)
        if new.experiment is not None and new.experiment is not old.experiment:
            # a wrong program has a pane of its own
            self.change_layout(names=tuple(dict.fromkeys((*self.layout_state.names, "guess"))))
            if new.experiment.result is None:
                self.goto("guess")
        self._unread = unread_panes(old, new, self._unread)
        self.change_layout()

    # Panes

    def shows(self, name: str) -> bool:
        """Return True if the pane is on screen."""
        return name in self.panes and bool(self.panes[name].display)

    def has_focus_in(self, names: AbstractContainer[str]) -> bool:
        """Return True if one of these panes has the focus."""
        return any(pane.has_focus_within for name, pane in self.panes.items() if name in names)

    @property
    def guess(self) -> GuessPane:
        """The pane for guesses about wrong programs."""
        return cast("GuessPane", self._pane("guess"))

    @property
    def lab(self) -> LabPane:
        """The pane with the sliders of a lab."""
        return cast("LabPane", self._pane("lab"))

    @property
    def answer(self) -> QuizAnswer:
        """Current answer to the question of a quiz or predict step."""
        if kind_of(self.session.step).is_guessed:
            return cast("PredictPane", self._pane("predict")).guess
        return cast("QuizPane", self._pane("quiz")).answer

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

    async def _focus(self, name: str) -> None:
        if self._pending_focus != name:
            return
        if name not in self.panes or not self.panes[name].is_mounted:
            await self._mount_rest()
        self._pending_focus = ""
        self._give_focus(self.panes[name].focus_target())
        self.post_message(self.PaneFocused())

    def show_answer_pane(self) -> None:
        """Show the answer pane, below which the verdict or output will appear.

        Only needed if a single pane is shown and is none of these, or if a wrong program replaces
        the answer pane.
        """
        layout = self.layout_state
        if layout.is_guessing or (layout.single and layout.pane not in ABOVE):
            self.goto(layout.first_answer)

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
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

    @on(EditorGivens.FocusWanted)
    def _follow_givens(self, event: EditorGivens.FocusWanted) -> None:
        self._give_focus(event.widget)

    def _give_focus(self, widget: Widget) -> None:
        screen = self.screen
        assert isinstance(screen, FramedScreen)
        screen.focus_for_keys(widget)

    def _select_pane(self, name: str) -> None:
        if name in BELOW:
            self.change_layout(pane=name, below=name)
        elif name in ABOVE:
            self.change_layout(pane=name, above=name)
        elif name in CHARTS and name != "loss":
            self.change_layout(pane=name, chart=name)
        else:
            self.change_layout(pane=name)
        self.post_message(self.PaneChanged())

    # Layout

    def resize(self, part: Part, cells: int) -> None:
        """Set the part to that many cells, or to as many as fit."""
        now, layout = self.placement, self.layout_state
        chosen = self.chosen_sizes.get(layout_name(layout), ChosenSizes())
        wanted = replace(chosen, **{part: max(1, cells)})
        # kept are the sizes that fit on screen, not the requested ones
        fitting = compute_sizes(layout, wanted, now.columns, now.rows)
        self.chosen_sizes[layout_name(layout)] = replace(wanted, **{part: getattr(fitting, part)})
        self.change_layout()

    def change_layout(self, **changes: object) -> None:
        """Show, hide and size the panes for the layout, without mounting or removing any."""
        size = self.app.size
        layout = follow_state(replace(self.layout_state, **changes), self.session, *size)
        self.layout_state = layout
        asking = shown_with_data(layout, self.session.step)
        if asking != self._asking:
            self._asking = asking
            self.post_message(self.ViewsShown(asking))
        self.lesson.leave_question(to_answer=asks_beside_text(layout))
        if not self._has_parts:
            return
        # before its own first layout the workspace has no size, but its container does
        outer = self.screen.query_one("#workspace-place")
        placement = place(layout, self.chosen_sizes, *(self.size or outer.size or size))
        self._unread -= placement.shown
        self.tabs.show_tabs(layout.names, layout.pane, self._unread)
        if placement != self.placement:
            before, self.placement = self.placement, placement
            self._apply(before)

    def _apply(self, before: Placement) -> None:
        """Set the placement in the widgets, in place of the one before."""
        now, layout = self.placement, self.placement.layout
        self.remove_class(*(before.classes - now.classes), update=False)
        self.add_class(*(now.classes - before.classes), update=False)
        if before.classes ^ now.classes == {"charting"}:
            self.app.stylesheet.update_nodes(self.query(STYLED_WHILE_CHARTING))
        elif before.classes != now.classes:
            self.update_node_styles()
        if now.grid != ("", ""):
            self._body.styles.grid_columns, self._body.styles.grid_rows = now.grid
        for pane in self.panes.values():
            _place_pane(pane, now)
        for part in (self.tabs, self._work, self._charts, self.scrubber):
            if part is not None:
                _place_part(part, now)
        self.code.make_room(*now.work, alone=layout.single and layout.has_text)
        self.lesson.make_room(*now.text)


def _place_pane(pane: Pane, placement: Placement) -> None:
    _place_part(pane, placement)
    if pane.pane_name == "verdict":
        pane.set_class(placement.layout.collapsed_below, "brief")


def _place_part(widget: Widget, placement: Placement) -> None:
    name = widget.id or ""
    widget.display = name in placement.shown
    cells = placement.parts.get(name)
    if cells is None:
        return
    widget.styles.width, widget.styles.height = cells.width, cells.height
    if name in ("lesson", "quiz"):
        most = cells.max_height
        widget.styles.max_height = most
        for inner in widget.children:
            if isinstance(inner, VerticalScroll):
                inner.styles.max_height = most - FRAME_ROWS if most is not None else None
