"""The lesson screen: owns the session, and alone stands between panes, client and kept things.

Panes post what the learner wants; what follows goes through `reduce`; panes are bound to the
result. A run is streamed by one async worker, which touches no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from tutor.course.model import CodeStep, PredictStep, QuizStep, ReadStep, Step
from tutor.progress.fold import Place
from tutor.session.actions import is_live
from tutor.session.buffers import Buffers
from tutor.session.events import (
    BatchArrived,
    Event,
    NoticeGiven,
    StepRead,
    VerdictReached,
)
from tutor.session.reduce import reduce
from tutor.session.state import ActivityKind, State
from tutor.ui.keys import screen_bindings
from tutor.ui.panes.problems_bar import ProblemsBar
from tutor.ui.panes.top_bar import TopBar
from tutor.ui.screens.activity import Activities, EventsArrived, VerdictArrived
from tutor.ui.screens.arrangement import SMALLEST, kind_of, too_small
from tutor.ui.screens.beginning import Beginning
from tutor.ui.screens.bottom import Bottom
from tutor.ui.screens.help_actions import HelpActions, scaffold_of
from tutor.ui.screens.opening import Opening, Setting
from tutor.ui.screens.pane_actions import PaneActions
from tutor.ui.screens.picturing import PictureActions
from tutor.ui.screens.predicting import PredictActions
from tutor.ui.screens.replay import Replayer
from tutor.ui.screens.run_control import RunControl
from tutor.ui.screens.saving import Saver
from tutor.ui.screens.starting import Starting

if TYPE_CHECKING:
    from tutor.ui.panes.quiz import QuizPane

THE_END = "That was the last step. Esc, then o shows what is still open."
THE_BEGINNING = "This is the first step."


class LessonScreen(
    HelpActions,
    RunControl,
    PredictActions,
    PictureActions,
    Starting,
    Beginning,
    PaneActions,
    Screen[None],
):
    """Opens as a skeleton: the first line and the keys, in the places where they stay. The panes,
    the course and PyTorch come after the first frame."""

    BINDINGS: ClassVar[list[BindingType]] = screen_bindings()

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """What is shown. After the opening it is assigned in `tell` only."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.buffers = Buffers()
        self.opening = Opening(setting, self.show_whole)
        self.start = self.make_start()
        self.desk = None
        self.activities = Activities(
            self,
            self.buffers,
            lambda: self.session,
            self.tell,
            setting.config.limits,
            lambda: self.opening.whole().course,
        )
        self.saver = Saver(self, setting.keeper, self.tell, self.place, self.typed)
        self.replayer = Replayer(self, self.tell, reduced_motion=setting.reduced_motion)
        self.top_bar = TopBar(signs=setting.signs)
        self.problems_bar = ProblemsBar(signs=setting.signs)
        self.notice = Static("", id="opening", markup=False)
        self._bottom = Bottom(signs=setting.signs, own_keys=setting.keys.keys)
        self._too_small = Static("", id="too-small", markup=False)
        if self.opening.seen is not None:
            course, step = self.opening.seen
            self.top_bar.show_course(course, whole=False)
            self.set_reactive(LessonScreen.session, State(step=step))

    def compose(self) -> ComposeResult:
        """The skeleton."""
        yield self.top_bar.data_bind(LessonScreen.session)
        yield self.problems_bar
        place = [self.notice] if self.start is None else [self.notice, self.start]
        yield Vertical(*place, id="desk-place")
        yield self._bottom.data_bind(LessonScreen.session)
        yield self._too_small

    def on_mount(self) -> None:
        """The keys of the step that it most likely begins with."""
        self._bottom.show_actions("none" if self.at_start else kind_of(self.step))

    def on_unmount(self) -> None:
        """Keeps what was typed and where the learner was."""
        self.saver.finish()

    def on_resize(self, event: events.Resize) -> None:
        """Below the smallest size a notice stands in place of everything."""
        width, height = event.size
        self.set_class(too_small(width, height), "too-small")
        needed = "x".join(map(str, SMALLEST))
        self._too_small.update(f"nntutor needs {needed}, this is {width}x{height}.\nCtrl+Q leaves.")

    async def mount_desk(self, step: Step) -> None:
        """The panes."""
        # the panes import what is slow to import
        from tutor.ui.screens.desk import STYLES, Desk
        from tutor.ui.screens.sizing import Sizing

        self.app.stylesheet.read(STYLES)
        sizing = Sizing(self.setting.places.data)
        desk = Desk(self.buffers, step, signs=self.setting.signs, sizing=sizing)
        desk.data_bind(LessonScreen.session)
        desk.recall(self.opened.progress)
        self.notice.display = False
        await self.query_one("#desk-place").mount(desk)
        self.desk = desk

    # The session

    def tell(self, event: Event) -> None:
        """Moves the session on; the panes follow. What comes after the end is not shown."""
        if not self.is_running:
            return
        state = reduce(self.session, event)
        if state is not self.session:
            self.session = state

    def watch_session(self, old: State, new: State) -> None:
        """Which keys are live follows the kind of step."""
        if old.step is not new.step:
            self._bottom.show_actions("none" if self.at_start else kind_of(new.step))
            self.refresh_bindings()
        if old.activity is not None and new.activity is None:
            self.call_later(self._replay_if_seen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What the table of actions says for the kind of step. None acts on a skeleton."""
        return is_live(action, self.live_kind)

    def show_keys(self) -> None:
        """Those that are live now."""
        self._bottom.show_actions("none" if self.at_start else kind_of(self.step))
        self.refresh_bindings()

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self.session.step

    def place(self) -> Place | None:
        """Where the learner is."""
        return self.desk.place() if self.desk is not None and not self.at_start else None

    def typed(self) -> tuple[Step, str] | None:
        """What the editor holds, if that was not saved yet."""
        return self.desk.code.take() if self.desk is not None else None

    # Steps

    def _show_step(self, step: Step) -> None:
        self.activities.leave_step()
        self.replayer.forget()
        self.saver.keep()
        self.buffers.clear()
        self.tell(self.shown(step))
        self.work_at(step)

    def work_at(self, step: Step) -> None:
        """What belongs to a step besides what is shown of it."""
        if isinstance(step, CodeStep):
            self._load_draft(step)
            self.activities.observe_ahead(step)
        elif isinstance(step, PredictStep):
            self._load_draft(step)
        self.come_to(step)

    def _load_draft(self, step: CodeStep | PredictStep) -> None:
        draft = self.setting.keeper.load(step)
        kept = draft.text if draft is not None else None
        if self.desk is not None:
            self.desk.code.load(step, scaffold_of(step) if kept is None else kept)
        if draft is not None and draft.note:
            self.tell(NoticeGiven(draft.note))

    def _go(self, by: int) -> None:
        steps = self.opening.whole().course.steps()
        ids = [step.id for step in steps]
        if self.step is None or self.step.id not in ids:
            return
        here = ids.index(self.step.id)
        if 0 <= here + by < len(steps):
            self._show_step(steps[here + by])
        else:
            self.tell(NoticeGiven(THE_END if by > 0 else THE_BEGINNING))

    def go_to_chosen(self, step_id: str | None) -> None:
        """Shows the step of the id, if it is another."""
        chosen = self.opening.whole().course.find(step_id) if step_id else None
        if chosen is None:
            return
        if self.step is not None and chosen.id == self.step.id:
            self.action_go_on()
        else:
            self.leave_start()
            self._show_step(chosen)

    def action_next_step(self) -> None:
        """Goes on; a step that is only read is done with that."""
        step = self.step
        if isinstance(step, ReadStep):
            self.setting.keeper.read(step)
            self.tell(StepRead(step.id))
        self._go(1)

    def action_previous_step(self) -> None:
        """Goes back."""
        self._go(-1)

    async def action_outline(self) -> None:
        """Shows all steps; what is typed right after the key is searched for."""
        from tutor.ui.screens.outline import OutlineScreen

        course = self.opening.whole().course
        here = course.find(self.step.id) if self.step is not None else None
        state, signs = self.session, self.setting.signs
        outline = OutlineScreen(course, state.done, here, signs, helped=state.helped)
        await self.app.push_screen(outline, self.go_to_chosen)

    # Answers

    def action_run(self) -> None:
        """Runs the buffer, or the program that is guessed about."""
        if isinstance(self.step, PredictStep):
            self.run_prediction(self.step)
        else:
            self.begin("run")

    def action_check(self) -> None:
        """Judges the buffer, the quiz or the guess."""
        if isinstance(self.step, QuizStep):
            self._judge_quiz(self.step)
        elif isinstance(self.step, PredictStep):
            self.run_prediction(self.step)
        else:
            self.begin("check")

    def action_stop(self) -> None:
        """Ends a replay, else the run."""
        if self.replayer.running:
            self.replayer.skip()
        else:
            self.activities.stop()

    def begin(self, kind: ActivityKind, hold: int = 0) -> None:
        """Runs or judges the buffer; with `hold`, only up to its first phase."""
        if self.desk is None or not isinstance(self.step, CodeStep):
            return
        self.start_worker()
        self.saver.keep()
        self.replayer.forget()
        if self.activities.begin(kind, self.step, self.desk.code.source, hold):
            self.desk.face_answer()

    def _judge_quiz(self, step: QuizStep) -> None:
        if self.desk is None:
            return
        verdict = self.desk.quiz.judge()
        self.setting.keeper.answered(step, self.desk.quiz.answer, verdict)
        self.desk.face_answer()
        self.tell(VerdictReached(verdict))
        self.saver.keep_soon()

    @on(EventsArrived)
    def _take_events(self, message: EventsArrived) -> None:
        activity = self.session.activity
        if activity is None or activity.run_id != message.run_id:
            return
        self.buffers.take(message.events)
        self.replayer.take(message.events, len(self.buffers.losses))
        self.tell(BatchArrived(message.run_id, message.events))

    @on(VerdictArrived)
    def _take_verdict(self, message: VerdictArrived) -> None:
        activity = self.session.activity
        if activity is None or activity.run_id != message.run_id:
            return
        self.setting.keeper.judged(message.step, message.source, message.verdict)
        self.tell(VerdictReached(message.verdict, message.run_id))
        self.saver.keep()

    def on_code_pane_source_changed(self) -> None:
        """The buffer is saved soon."""
        self.activities.start_worker(asked=False)
        self.saver.change()

    def on_code_pane_cursor_moved(self) -> None:
        """The place is kept soon."""
        self.activities.start_worker(asked=False)
        self.saver.place_soon()

    def on_lesson_pane_scrolled(self) -> None:
        """The place is kept soon."""
        self.saver.place_soon()

    def on_quiz_pane_answer_submitted(self) -> None:
        """Enter judges a quiz."""
        self.action_check()

    def on_quiz_pane_shuffled(self, message: QuizPane.Shuffled) -> None:
        """The next start shows the same order."""
        self.setting.keeper.shuffled(message.step, message.times)

    # Panes and keys

    def action_palette(self) -> None:
        """Finds actions by name."""
        self.app.action_command_palette()

    def action_help(self) -> None:
        """Shows the keys."""
        from tutor.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.opened.problems, self.setting.keys.keys))

    async def action_redraw(self) -> None:
        """Sends the whole screen again."""
        await self.run_action("app.redraw")

    async def action_quit(self) -> None:
        """Saves and leaves."""
        await self.app.action_quit()

    def action_leader(self) -> None:
        """Esc: ends a look back, or a zoom, else shows the strip of letters or takes it away."""
        if self.end_looking_back() or (self.desk is not None and self.desk.end_zoom()):
            return
        panes = len(self.desk.look.names) if self.desk is not None else 0
        self._bottom.toggle_strip(self.live_kind, panes)

    def on_desk_pane_changed(self) -> None:
        """Another pane is looked at: the place is kept, and a waiting replay may begin."""
        self.saver.place_soon()
        self._replay_if_seen()

    def _replay_if_seen(self) -> None:
        if self.desk is not None and self.session.activity is None:
            self.replayer.start_if_seen(chart_on_screen=bool(self.desk.loss.display))
