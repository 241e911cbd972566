"""The lesson screen: shows the state in its panes and hands the learner's actions to the session.

It is one of the session's front ends, and the only place where widgets and the session meet. It
owns what only a screen has: the panes with the editor's buffer and undo, the screens over it, and
its parts, each of which does some of the actions and is given what it needs of the session.
The editor's text must be handed over with `flush` before the session does anything with it, and
whenever the app may end: the editor's own messages may still be on their way, and would be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.config import Config
from tutor.course.kinds import KindOrNone, kind_name, kind_of
from tutor.course.model import Step
from tutor.first_screen.step_screen import FirstStep
from tutor.paths import Places
from tutor.progress.fold import Place
from tutor.progress.last_time import LastTime, last_time
from tutor.session.actions import is_live
from tutor.session.core import TutorSession
from tutor.session.opening import BREATH_S
from tutor.session.state import ReplacedBuffer, State
from tutor.ui.keys import lesson_bindings
from tutor.ui.marks import Marks
from tutor.ui.remapping import Remapped
from tutor.ui.screens.frame import LEAVE_HINT, FramedScreen, ScreenSetup
from tutor.ui.terminal.textual_private import draw_unseen
from tutor.ui.widgets.first_page import FirstPage, known_of

if TYPE_CHECKING:
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.panes.code import CodePane
    from tutor.ui.screens.answer_actions import AnswerActions
    from tutor.ui.screens.drawing_hold import DrawingHold
    from tutor.ui.screens.help_pages import HelpPages
    from tutor.ui.screens.look_back import LookBack
    from tutor.ui.screens.outside_programs import OutsidePrograms
    from tutor.ui.screens.replay import Replayer
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.start_updates import StartUpdates
    from tutor.ui.screens.step_context import StepContext
    from tutor.ui.screens.step_pages import StepPages
    from tutor.ui.screens.workspace import Workspace
    from tutor.ui.step_navigation import CurveRequested, MoveRequested, PlaceRequested


@dataclass(frozen=True)
class LessonSetup:
    """What a lesson screen needs besides the session."""

    places: Places
    config: Config
    marks: Marks
    keys: Remapped
    """The keys of all actions, as the learner has mapped them."""
    now: Callable[[], datetime]
    has_start: bool
    """Whether to begin with the start screen, which says where the learner was."""
    has_review: bool = False
    """Whether to begin with the review, over the step."""


class LessonScreen(FramedScreen):
    """The screen of a step.

    It opens as a skeleton: top line, keys, and the text of the step that will most likely be the
    first, in their final places. Panes, course and PyTorch follow after the first frame.
    """

    BINDINGS: ClassVar[list[BindingType]] = lesson_bindings()

    class Ready(Message):
        """The step is on screen, and the widget that takes its keys has the focus."""

    class Prepared(Message):
        """All panes are mounted and syntax highlighting is on: nothing is left to prepare."""

    def __init__(self, tutor: TutorSession, setup: LessonSetup) -> None:
        screen_setup = ScreenSetup(setup.marks, setup.keys.keys)
        super().__init__(tutor.state, screen_setup)
        self.setup = setup
        self.tutor = tutor
        self._unsubscribe = tutor.subscribe(self._follow)
        self.workspace: Workspace | None = None
        """The panes; None until the first step is read, and for good if there is no step."""
        self.is_open = False
        """Whether the keys of a step act."""
        self.has_just_left = False
        """Whether Esc has ended a look back or a zoom, and no other key came since. A digit then
        goes to its pane, also from the code: Esc and a digit do that everywhere."""
        self._has_begun = False
        self._is_settled = asyncio.Event()
        self._last: LastTime | None = last_time(setup.places.data)
        self._start = self._make_start(screen_setup) if setup.has_start else None
        """The start over this screen; None once the learner has gone on, or without one."""
        self.notice = Static("", id="opening", markup=False)
        """A text in place of the panes, for when there is nothing else to show."""
        self._first_page = FirstPage()
        self._body = Vertical(self.notice, self._first_page, id="workspace-place")

    # Its parts: each is imported and made when it is first used, since a first frame needs none

    @cached_property
    def _at_step(self) -> StepContext:
        """What the parts share that act on the panes. Those are there before an action is live."""
        from tutor.ui.screens.step_context import StepContext

        return StepContext(self, self._panes, lambda: self.session, self.flush, self.notify_learner)

    @property
    def _panes(self) -> Workspace:
        assert self.workspace is not None
        return self.workspace

    @cached_property
    def drawing_hold(self) -> DrawingHold:
        """What draws a check and its verdict at once."""
        from tutor.ui.screens.drawing_hold import DrawingHold

        return DrawingHold(self)

    @cached_property
    def _answer_actions(self) -> AnswerActions:
        """What runs and checks programs and answers."""
        from tutor.ui.screens.answer_actions import AnswerActions

        return AnswerActions(
            self._at_step,
            runs=self.tutor.runs,
            answers=self.tutor.answers,
            solution_help=self.tutor.help,
            drafts=self.tutor.drafts,
            drawing_hold=self.drawing_hold,
            marks=self.marks,
        )

    @cached_property
    def _help_pages(self) -> HelpPages:
        """What opens the pages that help at a step."""
        from tutor.ui.screens.help_pages import HelpPages

        return HelpPages(self._at_step, self.tutor.help, marks=self.marks, now=self.setup.now)

    @cached_property
    def _outside_programs(self) -> OutsidePrograms:
        """What leads to other programs and to files."""
        from tutor.ui.screens.outside_programs import OutsidePrograms

        return OutsidePrograms(
            self._at_step,
            drafts=self.tutor.drafts,
            runs=self.tutor.runs,
            timeline=self.tutor.timeline,
            client=lambda: self.tutor.worker.client,
            file_watch=lambda: self.tutor.answers.file_watch,
            places=self.setup.places,
            marks=self.marks,
        )

    @cached_property
    def _step_pages(self) -> StepPages:
        """What opens the pages from which the learner goes to a step."""
        from tutor.ui.screens.step_pages import StepPages

        return StepPages(
            self,
            lambda: self.tutor.state,
            read_outline=self.tutor.read_outline,
            subscribe=self.tutor.subscribe,
            go_to=self._go_to_chosen,
            save_now=self.tutor.save_now,
            marks=self.marks,
            places=self.setup.places,
        )

    @cached_property
    def look_back(self) -> LookBack:
        """What moves all views along the newest run."""
        from tutor.ui.screens.look_back import LookBack

        return LookBack(
            self,
            lambda: self.session,
            self.tutor.dispatch,
            self.tutor.timeline,
            workspace=lambda: self.workspace,
            reduced_motion=self.setup.config.motion == "reduced",
        )

    @property
    def replayer(self) -> Replayer:
        """What shows a short run once more, slowly."""
        return self.look_back.replayer

    def _make_start(self, screen_setup: ScreenSetup) -> StartUpdates:
        # imported late: `nntutor open STEP` has no start screen
        from tutor.ui.screens.start import StartTargets
        from tutor.ui.screens.start_updates import StartUpdates

        targets = StartTargets(
            go_on=self._go_on,
            outline=self.action_outline,
            first_open=lambda: self._step_pages.go_to_first_open(self._go_on),
            begin=self._go_to_chosen,
            review=self.action_review,
            put_off_review=lambda: self.tutor.answers.review.put_off(),
            help=self.action_help,
        )
        return StartUpdates(
            self,
            lambda: self.tutor.state,
            setup=screen_setup,
            targets=targets,
            last=self._last,
            data=self.setup.places.data,
            now=self.setup.now().astimezone(),
            drafts=lambda: self.tutor.drafts,
            review=lambda: self.tutor.answers.review,
        )

    # How it opens, and ends

    def compose(self) -> ComposeResult:
        """Yield the skeleton, or nothing yet if the start screen is to be drawn first."""
        if not self.at_start:
            self._first_page.show(self._first_step())
            yield from self.compose_framed(self._body)

    def on_mount(self) -> None:
        """Show the start, or the keys of the step that will most likely be the first."""
        if self.start is not None:
            self.app.push_screen(self.start)
        else:
            self.bottom.show_actions(kind_name(self.step))

    def on_unmount(self) -> None:
        """Hand over the editor's text and the learner's place."""
        self._unsubscribe()
        self.flush()
        place = self.place()
        if place is not None:
            self.tutor.drafts.record_place(place)

    async def begin(self) -> None:
        """Open the session and what else did not belong to the first frame, once that is drawn.

        Returns at once: messages are handled meanwhile. Further calls do nothing.
        """
        if self._has_begun:
            return
        self._has_begun = True
        if not self._body.is_attached:
            self._first_page.show(self._first_step())
            await self.mount_all(self.compose_framed(self._body))
        self.run_worker(
            self.tutor.open(enter=not self.at_start, settled=self._settle, prepared=self._prepare),
            group="open",
        )

    async def _settle(self) -> None:
        """Show the first step and take keys.

        The session calls this once the first step is read, or there is none.
        """
        step = self.step
        if step is None:
            self._leave_start()
            explanation = nothing_to_show(self.setup.places.lessons, self.session.problems)
            self.notice.update(f"{explanation} {self.marks.fill(LEAVE_HINT)}")
            self._take_keys()
        else:
            if step.id != self._first_page.step_id:
                self._first_page.show(None)
            if not self.at_start:
                self.tutor.go_to(step.id)  # the learner may have left the start during the reading
            if self._start is not None:
                self._start.show_step(step)
            # as a callback of this screen: the session's task that runs this is not Textual's
            self.call_next(self._mount_workspace, step)
        await self._is_settled.wait()
        await asyncio.sleep(BREATH_S)

    async def _prepare(self) -> None:
        """Prepare what can wait, bit by bit."""
        if self.workspace is not None:
            self.workspace.lesson.wake()
            await self.workspace.code.wake()
        await asyncio.sleep(BREATH_S)
        if self.at_start:
            draw_unseen(self)
        self.post_message(self.Prepared())

    async def _mount_workspace(self, step: Step) -> None:
        # imported late: the panes need modules that are slow to import
        from tutor.ui.screens.workspace import STYLES
        from tutor.ui.screens.workspace_making import make_workspace

        self.app.stylesheet.read(STYLES)
        workspace = make_workspace(
            self.tutor.timeline,
            step,
            self.tutor.help.names,
            config=self.setup.config,
            data=self.setup.places.data,
            marks=self.marks,
            user_keys=self.setup.keys.keys,
        )
        workspace.data_bind(LessonScreen.session)
        workspace.code.editor.text_edited = partial(self.tutor.drafts.save_soon, self.flush)
        self.notice.display = False
        await self._body.mount(workspace)
        self.workspace = workspace
        if self.session.replaced is not None:
            self._replace_buffer(self.session.replaced)
        place = self.session.progress.place
        if place is not None and place.step == step.id and place.pane:
            workspace.return_to(place)

    def on_workspace_pane_focused(self) -> None:
        """Take keys the first time that a pane has the focus: now the step can be worked at."""
        if not self.is_open:
            self._take_keys()

    def _take_keys(self) -> None:
        self._first_page.remove()
        self.is_open = True
        self._show_keys()
        if self.setup.has_review and self.step is not None:
            self.action_review()  # before any key, so that all are its own
        self.post_message(self.Ready())
        # after the panes are drawn, with what was typed ahead: the worker takes time from both
        self.call_after_refresh(self._is_settled.set)

    def _first_step(self) -> FirstStep | None:
        """Return what is known of the step that will most likely be the first."""
        step, last = self.step, self._last
        if step is None:
            return None
        return known_of(
            step,
            last.place if last is not None and last.step == step.id else None,
            width=self.app.size.width,
            code=lambda: self.tutor.drafts.first_text(step)[0],
            marks=self.marks,
        )

    # The state

    @property
    def step(self) -> Step | None:
        """The step on screen; None before the first, or if there is none."""
        return self.session.step

    def _follow(self, old: State, new: State) -> None:
        """Show a change of the session's state; ignore changes once the screen has ended."""
        if not self.is_running:
            return
        self.show(old, new)
        if self._start is not None:
            self._start.follow(old, new)
        if new.failure is not None and new.failure is not old.failure:
            self.run_worker(_raise(new.failure))
        if new.step is not old.step or (new.activity is not None and old.activity is None):
            self.replayer.forget()
        if new.watched is not old.watched and self.workspace is not None:
            self.workspace.code.let_edit(new.watched.path.name if new.watched else "")
        if new.replaced is not None and new.replaced is not old.replaced:
            self._replace_buffer(new.replaced)
        if new.is_entered and (not old.is_entered or new.step is not old.step):
            self.tutor.drafts.record_place_soon(self.place)

    def watch_session(self, old: State, new: State) -> None:
        """Show the keys for the kind of step, and consider a run that has ended for a replay."""
        if old.step is not new.step:
            self._show_keys()
        has_begun = old.activity is None and new.activity is not None
        if new.watched is not None and has_begun and self.workspace is not None:
            self.call_later(self.workspace.show_answer_pane)
        if old.activity is not None and new.activity is None:
            self.call_later(self.drawing_hold.end)
            if old.activity.kind != "experiment":
                self.replayer.consider(self.tutor.timeline.current)
            self.call_later(self.look_back.replay_if_seen)

    def _replace_buffer(self, replaced: ReplacedBuffer) -> None:
        step, workspace = self.step, self.workspace
        if workspace is not None and step is not None and step.id == replaced.step:
            workspace.replace_text(step, replaced)
            if replaced.why == "watched":
                self.flush()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return True if the action is live for the kind of step; on a skeleton, none is."""
        return is_live(action, self.live_kind)

    @property
    def live_kind(self) -> KindOrNone:
        """The kind of step whose actions are live, "none" until the step takes keys."""
        return kind_name(self.step) if self.is_open and not self.at_start else "none"

    @property
    def takes_no_text(self) -> bool:
        """Whether the focus is where keys only act: not in code, an answer or the strip."""
        workspace = self.workspace
        if workspace is None or not self.is_open or self.is_strip_shown:
            return False
        return not workspace.has_focus_to_answer

    def useless_actions(self) -> frozenset[str]:
        """Return the actions that would do nothing, as far as the panes know."""
        return self.workspace.useless_actions if self.workspace is not None else frozenset()

    @property
    def can_edit(self) -> bool:
        """Whether there is code on the step that the learner writes."""
        return self.workspace is not None and not self.at_start and self.workspace.can_edit

    async def act_in_editor(self, name: str) -> None:
        """Do an action of the editor, and give it the keys."""
        if self.workspace is not None:
            self.workspace.goto("code")
            await self.workspace.code.editor.act(name)

    def _show_keys(self) -> None:
        self.bottom.show_actions(kind_name(self.step))
        self.refresh_bindings()

    def notify_learner(self, words: str) -> None:
        """Show a sentence in the status line."""
        self.tutor.notify(words)

    # What the learner wrote

    def place(self) -> Place | None:
        """Return where the learner is, None at the start screen or without a step."""
        return self.workspace.place() if self.workspace is not None and not self.at_start else None

    def flush(self) -> None:
        """Hand the editor's text to the session, if it has changed since the last time.

        The editor's own message about a change may come late, or never.
        """
        typed = self.workspace.code.take_change() if self.workspace is not None else None
        if typed is not None:
            self.tutor.drafts.edit(*typed)
            self.tutor.runs.program_changed(*typed)

    def on_code_pane_source_changed(self) -> None:
        """Keep the worker awake, and have the buffer saved soon."""
        self.tutor.worker.keep_awake()
        self.flush()

    def on_code_pane_cursor_moved(self) -> None:
        """Keep the worker awake, and have the place saved soon."""
        self.tutor.worker.keep_awake()
        self.tutor.drafts.record_place_soon(self.place)

    def on_lesson_pane_scrolled(self) -> None:
        """Have the place saved soon."""
        self.tutor.drafts.record_place_soon(self.place)

    def on_workspace_pane_changed(self) -> None:
        """Have the place saved soon; start a replay if its chart can be seen now."""
        self.tutor.drafts.record_place_soon(self.place)
        self.look_back.replay_if_seen()

    def on_workspace_notice_posted(self, message: Workspace.NoticePosted) -> None:
        """Show the notice in the status line."""
        self.notify_learner(message.text)

    # What the panes ask for

    def on_quiz_pane_answer_submitted(self) -> None:
        """Check the quiz, in which Enter was pressed."""
        self._answer_actions.check()

    def on_predict_pane_guess_submitted(self) -> None:
        """Run the program for the guess: Enter was pressed in the question."""
        self._answer_actions.guess()

    def on_guess_pane_guess_submitted(self) -> None:
        """Run the wrong program for the guess."""
        self._answer_actions.guess_experiment()

    def on_ask_bar_asked(self, message: AskBar.Asked) -> None:
        """Ask the last run, and show the answer once it comes."""
        self.run_worker(self._answer_actions.ask(message.bar, message.expression), group="ask")

    def on_code_pane_name_asked(self, message: CodePane.NameAsked) -> None:
        """Show what the name is, with its documentation once the worker has told that."""
        self.run_worker(self._help_pages.show_name(message.name), group="name", exclusive=True)

    def on_workspace_views_shown(self, message: Workspace.ViewsShown) -> None:
        """Have a run tell of the views on screen, and of no others."""
        self.tutor.runs.watch(message.views)

    def on_move_requested(self, message: MoveRequested) -> None:
        """Move the cursor along the run."""
        self.look_back.move(message.delta)

    def on_place_requested(self, message: PlaceRequested) -> None:
        """Move the cursor to where the learner points."""
        self.look_back.point(message.share, message.width)

    def on_play_requested(self) -> None:
        """Let the cursor move by itself, or stop it."""
        self.look_back.play()

    def on_find_requested(self) -> None:
        """Ask which step to go to."""
        self.look_back.find()

    def on_comparison_requested(self) -> None:
        """Have the views show how far the step is from the end, or no longer."""
        self.look_back.switch_comparison()

    def on_curve_requested(self, message: CurveRequested) -> None:
        """Look at another curve of losses."""
        self.look_back.pick_curve(message.curve)

    # Actions: what each does is told in the table of `tutor.session.actions`

    def action_next_step(self) -> None:
        """Go to the next step; this completes a step that is only read.

        After the last one of a lesson, show the end of the lesson or of the course.
        """
        self.flush()
        if not self.tutor.move(1):
            from tutor.ui.screens.end_words import lesson_ending

            self._step_pages.open_end(lesson_ending)

    def action_previous_step(self) -> None:
        self.flush()
        self.tutor.move(-1)

    def action_back(self) -> None:
        """Go back to where the learner was before outline or terms led here."""
        self.flush()
        place = self.tutor.take_way_back()
        if place is None:
            return
        self.tutor.go_to(place.step)
        if self.step is not None and self.step.id == place.step:
            self._panes.return_to(place)

    async def action_outline(self) -> None:
        await self._step_pages.open_outline()

    def action_terms(self) -> None:
        self._step_pages.open_terms()

    def action_review(self) -> None:
        self.flush()
        self._step_pages.open_review(self.tutor.answers.review, self._end_review)

    def action_run(self) -> None:
        self._answer_actions.run()

    def action_run_selection(self) -> None:
        self.run_worker(self._answer_actions.run_selection(), group="ask")

    def action_check(self) -> None:
        self._answer_actions.check()

    def action_step_phase(self) -> None:
        self._answer_actions.step_on("phase")

    def action_step_step(self) -> None:
        self._answer_actions.step_on("step")

    def action_step_epoch(self) -> None:
        self._answer_actions.step_on("epoch")

    def action_stop(self) -> None:
        """End a replay if one is shown, else stop the run."""
        if self.replayer.is_running:
            self.replayer.skip()
        else:
            self.tutor.runs.stop()

    def action_pause(self) -> None:
        self.tutor.runs.pause()

    def action_more_time(self) -> None:
        self.tutor.runs.more_time()

    async def action_ask(self) -> None:
        # awaited, so that keys typed right after this one reach the field
        await self._answer_actions.open_questions()

    def action_experiment(self) -> None:
        self._answer_actions.show_experiment()

    def action_reset(self) -> None:
        self._answer_actions.reset()

    def action_hint(self) -> None:
        self._answer_actions.show_hint()

    def action_ladder(self) -> None:
        self._help_pages.offer_solution()

    def action_attempts(self) -> None:
        self._help_pages.show_attempts()

    def action_report(self) -> None:
        self._help_pages.open_report()

    def action_help(self) -> None:
        from tutor.ui.screens.help import HelpScreen

        keys, problems = self.setup.keys.keys, self.session.problems
        own_program = self.step is not None and not kind_of(self.step).has_task
        self.app.push_screen(HelpScreen(problems, keys, own_program=own_program))

    def action_write(self) -> None:
        self._outside_programs.write()

    def action_watch(self) -> None:
        self._outside_programs.watch()

    def action_edit(self) -> None:
        self._outside_programs.edit()

    def action_printed(self) -> None:
        self._outside_programs.open_output()

    def action_picture(self) -> None:
        self._outside_programs.open_picture()

    def action_next_pane(self) -> None:
        self._panes.cycle_pane(1)

    def action_previous_pane(self) -> None:
        self._panes.cycle_pane(-1)

    def action_pane(self, number: int) -> None:
        """Go to the pane of that number, at the step that an Esc before the digit has left."""
        self.look_back.take_up_again()
        if self.workspace is not None:
            self.workspace.goto_number(number)

    def action_zoom(self) -> None:
        self._panes.toggle_zoom()

    def action_wider(self) -> None:
        self._panes.resize_pane("wider")

    def action_narrower(self) -> None:
        self._panes.resize_pane("narrower")

    def action_taller(self) -> None:
        self._panes.resize_pane("taller")

    def action_shorter(self) -> None:
        self._panes.resize_pane("shorter")

    def action_usual_sizes(self) -> None:
        self._panes.reset_sizes()

    def action_task(self) -> None:
        self._panes.toggle_task()

    def action_givens(self) -> None:
        self._panes.toggle_givens()

    def action_shapes(self) -> None:
        from tutor.ui.screens.shape_switch import switch_shapes  # rarely needed

        self.notify_learner(switch_shapes(self._panes.code, self.setup.places.data))

    def action_leader(self) -> None:
        """Close what is open in the pane, end a look back or a zoom, or show or hide the strip."""
        if self.workspace is not None and self.workspace.code.close_opened():
            return
        is_left = self.look_back.leave()
        if is_left or (self.workspace is not None and self.workspace.end_zoom()):
            self.has_just_left = True
            return
        panes = len(self.workspace.layout_state.names) if self.workspace is not None else 0
        self.bottom.toggle_strip(self.live_kind, panes, without=self.useless_actions())

    # The start, and where pages lead

    @property
    def start(self) -> StartScreen | None:
        """The start screen over this one; None once the learner has gone on, or without one."""
        return self._start.screen if self._start is not None else None

    @property
    def at_start(self) -> bool:
        """Whether the start screen is over this one."""
        return self._start is not None

    def _go_on(self, character: str = "") -> None:
        """Leave the start for the step that it names.

        `character` was typed at the start and goes into the step's code, which the learner is told.
        """
        self._leave_start()
        if self.step is not None:
            self.tutor.go_to(self.step.id)
        in_code = self.workspace is not None and self.workspace.layout_state.pane == "code"
        if character and in_code and kind_of(self.step).has_solution:
            from tutor.session.words.key_names import guard

            self.notify_learner(
                f"{guard(character)} went into your code. {{key:undo}} takes it back."
            )

    def _go_to_chosen(self, step_id: str) -> None:
        self.flush()
        place = self.place()
        self._leave_start()
        self.tutor.go_to(step_id, leaving=place)

    def _end_review(self) -> None:
        if self._start is not None:
            self._start.offer_review()

    def _leave_start(self) -> None:
        """Remove the start screen, if it is there, and let the step's keys act."""
        start, self._start = self._start, None
        if start is not None:
            start.leave()
            self._show_keys()
            self.call_later(self.begin)  # else nothing begins if the start goes before it is drawn


async def _raise(error: Exception) -> None:
    """Raise an error of one of the session's tasks where Textual sees it and ends the app."""
    raise error


def nothing_to_show(lessons: Path, problems: tuple[str, ...]) -> str:
    """Return what to tell the learner when there is no step at all, and what to do then."""
    problem_text = "\n".join(problems) or "course.toml names no lesson."
    return (
        f"There is no lesson to show in {lessons}.\n\n{problem_text}\n\n"
        "Name another folder with `nntutor --lessons DIR`, or repair these files."
    )
