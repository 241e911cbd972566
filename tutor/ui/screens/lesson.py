"""The lesson screen: shows the state in its panes and hands the learner's actions to the session.

It is one of the session's front ends, and the only place where widgets and the session meet. It
owns what only a screen has: the editor's buffer and undo, the pane that is looked at, and replays.
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

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.config import Config
from tutor.course.kinds import KindOrNone, kind_name, kind_of
from tutor.course.model import CourseOutline, Step
from tutor.first_screen.kinds import pane_names
from tutor.first_screen.layout import size_of
from tutor.first_screen.step_screen import FirstStep
from tutor.paths import Places
from tutor.progress.fold import Place
from tutor.progress.last_time import LastTime, last_time
from tutor.session.actions import is_live
from tutor.session.core import TutorSession
from tutor.session.events import NoticeGiven, OutlineRequested
from tutor.session.opening import BREATH_S
from tutor.session.state import ReplacedBuffer, State
from tutor.ui.keys import lesson_bindings
from tutor.ui.marks import Marks
from tutor.ui.remapping import Remapped
from tutor.ui.screens.frame import LEAVE_HINT, FramedScreen, ScreenSetup
from tutor.ui.terminal.textual_private import draw_unseen
from tutor.ui.widgets.first_page import FirstPage

if TYPE_CHECKING:
    from tutor.first_screen.layout_sizes import Direction
    from tutor.progress.attempts import Attempt
    from tutor.session.solution_help import Choice
    from tutor.ui.name_help import AskedName
    from tutor.ui.panes.code import CodePane
    from tutor.ui.panes.guess import GuessPane
    from tutor.ui.panes.predict import PredictPane
    from tutor.ui.screens.drawing_hold import DrawingHold
    from tutor.ui.screens.end_words import Ending
    from tutor.ui.screens.look_back import LookBack
    from tutor.ui.screens.outline import OutlineScreen
    from tutor.ui.screens.replay import Replayer
    from tutor.ui.screens.review_page import ReviewPage
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.workspace import Workspace
    from tutor.ui.step_navigation import CurveRequested, MoveRequested, PlaceRequested
    from tutor.ui.widgets.ask_bar import AskBar
    from tutor.wire.commands import StepLength

KEY_MARK = "{key:"
"""What the name of a key begins with in the text of a step."""
TRY_IT = "Change the code, then {key:run} runs it."
GUESS_FIRST = "Guess first. Enter then runs the program, and after that you may change it."
LINES_ARE_ELSEWHERE = "Go to the code: {key:run_selection} runs lines that are selected there."
NOTHING_PRINTED = "There is no output to open: nothing was printed."


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
        self._outline: OutlineScreen | None = None
        """The outline while it is shown, so that it can be told of titles that are read later."""
        self._review_page: ReviewPage | None = None
        """The page of the review while it is shown, so that it can follow the state."""
        self._last: LastTime | None = last_time(setup.places.data)
        self.start = self._make_start(screen_setup) if setup.has_start else None
        """The start screen over this one; None once the learner has gone on, or without one."""
        self.notice = Static("", id="opening", markup=False)
        """A text in place of the panes, for when there is nothing else to show."""
        self._first_page = FirstPage()
        self._body = Vertical(self.notice, self._first_page, id="workspace-place")

    @cached_property
    def look_back(self) -> LookBack:
        """What moves all views along the newest run."""
        from tutor.ui.screens.look_back import LookBack  # not for the first frame

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

    @cached_property
    def drawing_hold(self) -> DrawingHold:
        """What draws a check and its verdict at once."""
        from tutor.ui.screens.drawing_hold import DrawingHold  # not for the first frame

        return DrawingHold(self)

    def compose(self) -> ComposeResult:
        """Yield the skeleton, or nothing yet if the start screen is to be drawn first."""
        if self.start is None:
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

    # How it opens

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
            self._show_step_on_start(step)
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
        if self.start is not None:
            draw_unseen(self)
        self.post_message(self.Prepared())

    async def _mount_workspace(self, step: Step) -> None:
        # imported late: the panes need modules that are slow to import
        from tutor.progress.shown_shapes import are_shapes_shown
        from tutor.ui.screens.resizing import PaneResizer
        from tutor.ui.screens.workspace import STYLES, Workspace

        self.app.stylesheet.read(STYLES)
        sizing = PaneResizer(self.setup.places.data)
        workspace = Workspace(self.tutor.timeline, step, marks=self.marks, sizing=sizing)
        workspace.code.show_shapes(shown=are_shapes_shown(self.setup.places.data))
        editor, config = workspace.code.editor, self.setup.config
        editor.use_keys(self.setup.keys.keys)
        editor.closes_brackets = config.close_brackets
        names = workspace.code.name_help
        names.names, names.opens_by_itself = self.tutor.help.names, config.offer_names
        names.enter_accepts = config.enter_accepts_name
        workspace.data_bind(LessonScreen.session)
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
        step = self.step
        if step is None:
            return None
        places, last = self.setup.places, self._last
        place = last.place if last is not None and last.step == step.id else None
        if KEY_MARK in step.text:
            from tutor.session.words.lesson_keys import fill_step  # few texts name a key

            step = fill_step(step, self.marks.keys)
        has_text = "lesson" in pane_names(step)
        in_code = not has_text or (place is not None and place.pane == "code")
        if size_of(self.app.size.width) == "narrow" and not in_code:
            return FirstStep(step, place, glyphs=self.marks.glyphs)
        # imported late: on a narrow screen the text stands alone
        from tutor.first_screen.given_code import SHOW_ALL
        from tutor.progress.pane_sizes import remembered_sizes

        return FirstStep(
            step,
            place,
            code=self.tutor.drafts.first_text(step)[0],
            sizes=remembered_sizes(places.data),
            glyphs=self.marks.glyphs,
            givens_note=self.marks.fill(SHOW_ALL),
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
        if self.start is not None:
            self.start.show(old, new)
        if new.failure is not None and new.failure is not old.failure:
            self.run_worker(_raise(new.failure))
        if new.is_whole and not old.is_whole:
            self._show_course_on_start()
        if self._outline is not None and new.course is not old.course:
            self._outline.show_steps(new)
        if self._review_page is not None and new.review is not old.review:
            self._review_page.show(new.review)
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
        if new.watched is not None and old.activity is None and new.activity is not None:
            self.call_later(self._show_answer_pane)
        if old.activity is not None and new.activity is None:
            self.call_later(self.drawing_hold.end)
            if old.activity.kind != "experiment":
                self.replayer.consider(self.tutor.timeline.current)
            self.call_later(self.look_back.replay_if_seen)

    def _replace_buffer(self, replaced: ReplacedBuffer) -> None:
        step, workspace = self.step, self.workspace
        if workspace is None or step is None or step.id != replaced.step:
            return
        if replaced.why == "opened":
            workspace.code.load(step, replaced.text)
            return
        if replaced.why == "watched":
            workspace.code.replace_source(replaced.text)
            self.flush()
            return
        workspace.code.reset_to(replaced.text)
        if replaced.why in ("solution", "earlier"):
            workspace.goto("code")
        else:
            workspace.show_answer_pane()

    def _show_answer_pane(self) -> None:
        if self.workspace is not None:
            self.workspace.show_answer_pane()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return True if the action is live for the kind of step; on a skeleton, none is."""
        return is_live(action, self.live_kind)

    @property
    def live_kind(self) -> KindOrNone:
        """The kind of step whose actions are live, "none" until the step takes keys."""
        return kind_name(self.step) if self.is_open and not self.at_start else "none"

    def _show_keys(self) -> None:
        self.bottom.show_actions(kind_name(self.step))
        self.refresh_bindings()

    def notify_learner(self, words: str) -> None:
        """Show a sentence in the status line."""
        self.tutor.dispatch(NoticeGiven(words))

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

    # Steps

    def action_next_step(self) -> None:
        """Go to the next step; this completes a step that is only read.

        After the last one of a lesson, show the end of the lesson or of the course.
        """
        self.flush()
        if not self.tutor.move(1):
            from tutor.ui.screens.end_words import lesson_ending

            self._show_end(lesson_ending)

    def _show_end(self, make_ending: Callable[[State, Marks], Ending]) -> None:
        from tutor.ui.screens.end_page import EndPage

        self._whole_course()
        page = EndPage(make_ending(self.session, self.marks), self._write_answers)
        self.app.push_screen(page, self._go_to_chosen)

    async def _write_answers(self) -> str:
        """Write the answers to this lesson as one program, and return what became of it."""
        from tutor.session.lesson_program import write_answers

        self.tutor.save_now()
        lesson = self.step.lesson if self.step is not None else ""
        return await asyncio.to_thread(write_answers, self.setup.places, lesson, Path.cwd())

    def action_previous_step(self) -> None:
        """Go to the step before."""
        self.flush()
        self.tutor.move(-1)

    async def action_outline(self) -> None:
        """Show the outline of all steps; titles that were not read yet are added to it then.

        The screen is awaited, so that keys typed right after this one reach its search.
        """
        from tutor.ui.screens.outline import OutlineScreen

        self.tutor.dispatch(OutlineRequested(whole=False))
        self._outline = OutlineScreen(self.tutor.state, self.marks)
        await self.app.push_screen(self._outline, self._go_to_chosen)

    def action_terms(self) -> None:
        """Show the glossary of the course."""
        from tutor.course.terms import glossary
        from tutor.ui.screens.glossary import GlossaryScreen

        entries = glossary(self._whole_course())
        self.app.push_screen(GlossaryScreen(entries, self.step, self.marks), self._go_to_chosen)

    def _go_to_chosen(self, step_id: str | None) -> None:
        self._outline = None
        if step_id is not None:
            self.flush()
            place = self.place()
            self._leave_start()
            self.tutor.go_to(step_id, leaving=place)

    def action_review(self) -> None:
        """Ask a few questions about what was missed some days ago."""
        from tutor.ui.screens.review_page import ReviewPage  # few starts need it

        self.flush()
        self._review_page = ReviewPage(self.tutor.answers.review, self.marks)
        self.app.push_screen(self._review_page, self._end_review)

    def _end_review(self, step_id: str | None) -> None:
        """Go to the step that is to be read again, if there is one; else back to what was there."""
        self._review_page = None
        self._go_to_chosen(step_id)
        if self.start is not None:
            self.run_worker(self._offer_review(), group="review", exclusive=True)

    def action_back(self) -> None:
        """Go back to where the learner was before outline or terms led here."""
        from tutor.session.way_back import take_way_back

        self.flush()
        place = take_way_back(self.session, self.tutor.dispatch)
        if place is None:
            return
        self.tutor.go_to(place.step)
        if self.workspace is not None and self.step is not None and self.step.id == place.step:
            self.workspace.return_to(place)

    def _whole_course(self) -> CourseOutline:
        self.tutor.dispatch(OutlineRequested(whole=True))
        return self.tutor.state.course

    # Answers

    def action_run(self) -> None:
        """Run the buffer, or the program that the pane asks to guess about."""
        if self._is_guessing():
            self.on_guess_pane_guess_submitted()
        elif self.step is not None and kind_of(self.step).is_guessed:
            self._run_prediction(self.step)
        else:
            self._run(self._begin_run)

    def action_run_selection(self) -> None:
        """Run the selected lines of the buffer alone, after the given code."""
        workspace = self.workspace
        if workspace is not None and self.can_edit:
            source, part = workspace.code.selected_part
            columns = self._output_columns
            self._run(lambda _whole: self.tutor.runs.run(source, columns=columns, part=part))
        elif self._is_guessing():
            self.notify_learner(LINES_ARE_ELSEWHERE)

    async def action_ask(self) -> None:
        """Open the field for questions to the last run.

        It is awaited, so that keys typed right after this one reach the field.
        """
        if self.workspace is not None and (self.can_edit or self._is_guessing()):
            if self.workspace.layout_state.pane != "code":
                self.workspace.goto("code")
            await self.workspace.code.open_questions()

    def on_ask_bar_asked(self, message: AskBar.Asked) -> None:
        """Ask the last run, and show the answer once it comes."""
        self.run_worker(self._ask(message.bar, message.expression), group="ask")

    async def _ask(self, bar: AskBar, expression: str) -> None:
        if self.workspace is not None:
            from tutor.ui.asked_content import asked_content  # not before a question

            source = self.workspace.code.source
            told = await self.tutor.runs.asking.ask(expression, source, bar.columns)
            bar.show_answer(expression, asked_content(told, self.marks))

    def action_check(self) -> None:
        """Check the buffer, the answer to a quiz, or the guess."""
        if self.step is not None and kind_of(self.step).is_guessed:
            self._run_prediction(self.step)
        elif kind_of(self.step).has_question and self.workspace is not None:
            self.workspace.show_answer_pane()
            self.tutor.answers.judge(self.workspace.quiz.answer)
        else:
            self._run(self._check)

    def _check(self, source: str) -> bool:
        """Check the program; where its runs are at hand, draw nothing before the verdict."""
        if self.tutor.runs.is_checked_ahead(source):
            self.drawing_hold.begin()
        return self.tutor.runs.check(source)

    def action_stop(self) -> None:
        """End a replay if one is shown, else stop the run."""
        if self.replayer.is_running:
            self.replayer.skip()
        else:
            self.tutor.runs.stop()

    def action_pause(self) -> None:
        """Pause the run, or let it go on."""
        self.tutor.runs.pause()

    def action_step_phase(self) -> None:
        """Go on by one phase; pause a run that goes on, or start one that pauses at the first."""
        self._step_on("phase")

    def action_step_step(self) -> None:
        """Go on by one step of the training, as by one phase."""
        self._step_on("step")

    def action_step_epoch(self) -> None:
        """Go on by one epoch of the training, as by one phase."""
        self._step_on("epoch")

    def _step_on(self, length: StepLength) -> None:
        columns = self._output_columns
        self._run(lambda source: self.tutor.runs.step_phase(source, columns, length))

    def action_more_time(self) -> None:
        """Give the run more time."""
        self.tutor.runs.more_time()

    def _begin_run(self, source: str) -> bool:
        return self.tutor.runs.run(source, columns=self._output_columns)

    @property
    def _output_columns(self) -> int:
        """The columns in which the output of a run will be shown, 0 if that is unknown."""
        return self.workspace.output_columns if self.workspace is not None else 0

    def _run(self, begin: Callable[[str], bool]) -> None:
        if self.workspace is not None:
            self.flush()
            if begin(self.workspace.code.source):
                self.workspace.show_answer_pane()

    def _run_prediction(self, step: Step) -> None:
        """Run the program for the guess, or once that was judged, the learner's edited program.

        Where neither can be run, go to the pane that is needed, or say why.
        """
        if self.workspace is None:
            return
        is_settled = self.session.prediction_result is not None
        in_code = self.workspace.layout_state.pane == "code"
        if in_code and self.session.step_done:
            self._run(self._begin_run)
        elif is_settled and step.scaffold.strip():
            self.workspace.goto("code")
            self.notify_learner(TRY_IT)
        elif is_settled:
            from tutor.session.answers import HAS_RUN  # rarely said

            self.notify_learner(HAS_RUN)
        elif in_code:
            self.notify_learner(GUESS_FIRST)
            self.workspace.goto("predict")
        else:
            self._guess()

    def _guess(self) -> None:
        if self.workspace is not None and self.tutor.answers.guess(self.workspace.predict.guess):
            self.workspace.show_answer_pane()

    def on_quiz_pane_answer_submitted(self) -> None:
        """Check the quiz, in which Enter was pressed."""
        self.action_check()

    def action_experiment(self) -> None:
        """Show the next wrong program of the step, to guess what it computes."""
        self.flush()
        self.tutor.answers.experiments.show_next()

    def on_guess_pane_guess_submitted(self) -> None:
        """Run the wrong program for the guess."""
        if self.workspace is not None:
            self.tutor.answers.experiments.guess(self.workspace.guess.chosen)

    def _is_guessing(self) -> bool:
        """Return True if the pane that is looked at asks about a wrong program."""
        return self.workspace is not None and self.workspace.layout_state.pane == "guess"

    def on_predict_pane_guess_submitted(self) -> None:
        """Run the program for the guess: Enter was pressed in the question."""
        self._guess()

    # Help

    def action_hint(self) -> None:
        """Show the next hint; after the last one of a code step, the next word of its solution.

        Once the step is done all help can be read, and is gone to.
        """
        if self.session.has_open_help and self.workspace is not None:
            self.workspace.goto("hints")
        elif self.tutor.help.show_hint() and self.workspace is not None:
            self.workspace.show_answer_pane()

    def action_ladder(self) -> None:
        """Ask whether to show the next level of help; only code steps have any."""
        if self.step is not None and kind_of(self.step).has_solution:
            from tutor.session.solution_help import EDITED_ELSEWHERE, EXAM, offers
            from tutor.ui.screens.solution import SolutionScreen

            if self.session.is_exam:
                self.notify_learner(EXAM)
                return
            offered = offers(self.step, self.session)
            if not offered:
                self.notify_learner(EDITED_ELSEWHERE)
                return
            dialog = SolutionScreen(offered, self.marks.fill)
            self.app.push_screen(dialog, partial(self._accept_help, self.step))

    def _accept_help(self, step: Step, choice: Choice | None) -> None:
        if choice is not None and self.step is step and self.workspace is not None:
            self.flush()
            self.workspace.show_answer_pane()
            self.tutor.help.accept(choice)

    def action_reset(self) -> None:
        """Put the step's scaffold back, or ask its question again."""
        step, workspace = self.step, self.workspace
        if workspace is None:
            return
        self.flush()
        if self._is_guessing():
            self.tutor.answers.experiments.ask_again()
        elif self.tutor.drafts.own_file is not None:
            self.tutor.drafts.own_file.put_back()
        elif kind_of(step).has_question and workspace.layout_state.pane != "code":
            self.tutor.answers.ask_again()
            workspace.goto(workspace.first_answer)
        else:
            self.tutor.help.reset()

    def action_attempts(self) -> None:
        """Show the answers that were checked at the step, of which one may be brought back."""
        step, workspace = self.step, self.workspace
        if workspace is not None and step is not None and kind_of(step).has_solution:
            self.flush()
            work = self._show_attempts(step, workspace.code.source)
            self.run_worker(work, group="attempts", exclusive=True)

    async def _show_attempts(self, step: Step, code: str) -> None:
        attempts = await self.tutor.help.past_answers.read()
        if attempts and self.step is step:
            from tutor.ui.screens.attempts_page import AttemptsPage

            now = self.setup.now().astimezone()
            is_here = self.session.watched is None
            page = AttemptsPage(step.title, attempts, code, self.marks, now, can_choose=is_here)
            self.app.push_screen(page, partial(self._bring_back, step))

    def _bring_back(self, step: Step, attempt: Attempt | None) -> None:
        if attempt is not None and self.step is step:
            self.flush()
            self.tutor.help.past_answers.bring_back(attempt)

    def action_report(self) -> None:
        """Open the form that writes a report about the step."""
        if self.workspace is None or self.step is None:
            return
        from tutor.ui.screens.report_form import ReportScreen

        is_asked = kind_of(self.step).has_question
        answer = self.workspace.answer if is_asked else self.workspace.code.source
        self.app.push_screen(ReportScreen(self.tutor.help.report(answer)))

    def action_help(self) -> None:
        """Show the help with all keys."""
        from tutor.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session.problems, self.setup.keys.keys))

    # Panes

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        if self.workspace is not None:
            self.workspace.cycle_pane(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        if self.workspace is not None:
            self.workspace.cycle_pane(-1)

    def action_pane(self, number: int) -> None:
        """Go to the pane of that number, at the step that an Esc before the digit has left."""
        self.look_back.take_up_again()
        if self.workspace is not None:
            self.workspace.goto_number(number)

    def action_zoom(self) -> None:
        """Show one pane alone, or all again."""
        if self.workspace is not None:
            self.workspace.toggle_zoom()

    def action_wider(self) -> None:
        """Make the pane wider."""
        self._resize_pane("wider")

    def action_narrower(self) -> None:
        """Make the pane narrower."""
        self._resize_pane("narrower")

    def action_taller(self) -> None:
        """Make the pane taller."""
        self._resize_pane("taller")

    def action_shorter(self) -> None:
        """Make the pane shorter."""
        self._resize_pane("shorter")

    def action_usual_sizes(self) -> None:
        """Give all panes of this layout their default sizes."""
        if self.workspace is not None:
            self.workspace.reset_sizes()

    def _resize_pane(self, direction: Direction) -> None:
        if self.workspace is not None:
            self.workspace.resize_pane(direction)

    def action_task(self) -> None:
        """Go to the lesson's text, or back from it."""
        if self.workspace is not None:
            self.workspace.toggle_task()

    def action_givens(self) -> None:
        """Show all lines of the given code, or only the first ones."""
        if self.workspace is not None:
            self._pane_with_givens(self.workspace).toggle_givens()

    def _pane_with_givens(self, workspace: Workspace) -> CodePane | PredictPane | GuessPane:
        """Return the pane whose givens the key folds."""
        guessing = kind_of(self.step).is_guessed and workspace.layout_state.pane != "code"
        predicted = workspace.predict if guessing else workspace.code
        return workspace.guess if self._is_guessing() else predicted

    def action_shapes(self) -> None:
        """Show or hide the shapes at the ends of lines, now and at the next start."""
        if self.workspace is not None:
            from tutor.ui.screens.shape_switch import switch_shapes  # rarely needed

            self.notify_learner(switch_shapes(self.workspace.code, self.setup.places.data))

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

    @property
    def takes_no_text(self) -> bool:
        """Whether the focus is where keys only act: not in code, an answer or the strip."""
        workspace = self.workspace
        if workspace is None or not self.is_open or self.is_strip_shown:
            return False
        return not workspace.has_focus_to_answer

    def useless_actions(self) -> frozenset[str]:
        """Return the actions that would do nothing, as far as the panes know."""
        workspace = self.workspace
        if workspace is None:
            return frozenset()
        from tutor.ui.screens.resizing import useless_resizing  # comes with the panes

        useless = useless_resizing(workspace.layout_state)
        folds = self._pane_with_givens(workspace).can_fold_givens
        return useless if folds else useless | {"givens"}

    @property
    def can_edit(self) -> bool:
        """Whether there is code on the step that the learner writes."""
        is_here = self.workspace is not None and not self.at_start
        return is_here and kind_of(self.step).has_own_code and not self._is_guessing()

    async def act_in_editor(self, name: str) -> None:
        """Do an action of the editor, and give it the keys."""
        if self.workspace is not None:
            self.workspace.goto("code")
            await self.workspace.code.editor.act(name)

    def on_code_pane_name_asked(self, message: CodePane.NameAsked) -> None:
        """Show what the name is, with its documentation once the worker has told that."""
        self.run_worker(self._show_name(message.name), group="name", exclusive=True)

    async def _show_name(self, name: AskedName) -> None:
        from tutor.completion.documentation import plain_documentation
        from tutor.ui.screens.name_page import NamePage

        text = await self.tutor.help.names.documentation(name.path) if name.path else ""
        await self.app.push_screen(NamePage(name, plain_documentation(text, name.signature)))

    # Looking back at a run

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

    # The file of a program of one's own

    def action_write(self) -> None:
        """Write the buffer to its file; ask first if another program has changed that."""
        self.run_worker(self._write(over=False), group="write")

    async def _write(self, *, over: bool) -> None:
        file, workspace = self.tutor.drafts.own_file, self.workspace
        if file is None or workspace is None:
            return
        self.flush()
        if await file.write(workspace.code.source, over=over) == "changed":
            from tutor.ui.screens.write_over import WriteOverScreen

            assert self.step is not None
            dialog = WriteOverScreen(self.step.title, self.marks.fill)
            await self.app.push_screen(dialog, self._accept_write_over)

    def _accept_write_over(self, choice: str | None) -> None:
        file = self.tutor.drafts.own_file
        if choice == "over":
            self.run_worker(self._write(over=True), group="write")
        elif choice == "read" and file is not None:
            self.flush()
            file.put_back()

    # Other programs

    def action_watch(self) -> None:
        """Have a file stand in for the editor, so that what is saved there is run; or no longer."""
        step, workspace = self.step, self.workspace
        if workspace is None or step is None:
            return
        watch = self.tutor.answers.file_watch
        if self.session.watched is not None:
            watch.end()
            return
        from tutor.ui.screens.file_watching import begin_watching

        self.flush()
        work = begin_watching(
            self.app,
            watch,
            step,
            lambda: workspace.code.source,
            columns=lambda: self._output_columns,
            tell=self.notify_learner,
        )
        self.run_worker(work, group="watch", exclusive=True)

    def action_edit(self) -> None:
        """Open the buffer in the learner's own editor."""
        step = self.step
        if self.session.watched is not None:
            from tutor.session.solution_help import EDITED_ELSEWHERE

            self.notify_learner(EDITED_ELSEWHERE)
            return
        if self.workspace is not None and step is not None:
            work = self._edit_outside(self.workspace, step)
            self.run_worker(work, group="edit", exclusive=True)

    async def _edit_outside(self, workspace: Workspace, step: Step) -> None:
        from tutor.first_screen.given_code import all_givens
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.external_editor import edit_in_own_editor
        from tutor.ui.terminal.cell_diff import CellDiff

        app, data = self.app, self.setup.places.data
        if not isinstance(app, CellDiff):
            return
        self.flush()
        await self.tutor.drafts.save_and_wait()
        row, _ = workspace.code.cursor
        given = all_givens(step)
        source = workspace.code.source
        edited = await edit_in_own_editor(app, data, step.id, given, source, row)
        if edited.text is not None and self.step is step:
            workspace.code.replace_source(edited.text)
            workspace.goto("code")
        undone = " {key:undo} takes it back." if edited.text is not None else ""
        self.notify_learner(guard(edited.note) + undone)

    def action_printed(self) -> None:
        """Open the output of the newest run in the learner's pager, and say where the file is."""
        self.run_worker(self._read_outside(), group="edit", exclusive=True)

    async def _read_outside(self) -> None:
        printed = await self.tutor.runs.printed()
        if printed is None:
            self.notify_learner(NOTHING_PRINTED)
            return
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.pager import read_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app = self.app
        if isinstance(app, CellDiff):
            self.flush()
            await self.tutor.drafts.save_and_wait()
            self.notify_learner(guard(await read_outside(app, printed)))

    def action_picture(self) -> None:
        """Say where the picture of a figure or plot is and open it, one at a time."""
        from tutor.ui.screens.pictures_shown import plot_shown, show_figure, show_plot

        workspace, step, tutor = self.workspace, self.step, self.tutor
        if workspace is None or step is None:
            return
        has_figures = bool(tutor.timeline.current.figures)
        plot = plot_shown(workspace, step, has_figures=has_figures)
        if plot is None:
            show_figure(workspace, self.setup.places.images, self.notify_learner)
            return
        from tutor.session.plot_pictures import PlotPictures

        pictures = PlotPictures(tutor.timeline, lambda: tutor.worker.client, self.setup.places.data)
        name = f"{step.id}-{plot.figure_number}"
        work = show_plot(pictures, plot.figure_number, name, self.notify_learner)
        self.run_worker(work, group="picture", exclusive=True)

    # The start

    @property
    def at_start(self) -> bool:
        """Whether the start screen is over this one."""
        return self.start is not None

    def _make_start(self, screen_setup: ScreenSetup) -> StartScreen:
        # imported late: `nntutor open STEP` has no start screen
        from tutor.ui.screens.start import StartScreen, StartTargets
        from tutor.ui.screens.start_words import first_facts

        state = self.tutor.state
        facts = first_facts(state, self._last, self.setup.now().astimezone())
        targets = StartTargets(
            go_on=self._go_on,
            outline=self.action_outline,
            first_open=self._go_to_first_open,
            begin=self._go_to_chosen,
            review=self.action_review,
            put_off_review=lambda: self.tutor.answers.review.put_off(),
            help=self.action_help,
        )
        return StartScreen(state, facts, screen_setup, targets)

    def _show_step_on_start(self, step: Step) -> None:
        if self.start is None:
            return
        from tutor.progress.last_time import draft_copies
        from tutor.ui.screens.start_words import add_step_facts, last_time_warnings

        draft = None
        if kind_of(step).has_program:
            saved = self.tutor.drafts.load(step)
            draft = saved.text if saved is not None else None
        copies = draft_copies(self.setup.places.data)
        warnings = last_time_warnings(self._last, copies) if self._last else ()
        state = self.tutor.state
        self.start.show_facts(
            add_step_facts(self.start.facts, step, state, draft=draft, warnings=warnings)
        )

    def _show_course_on_start(self) -> None:
        if self.start is not None:
            from tutor.ui.screens.start_words import add_course_facts

            self.start.show_facts(add_course_facts(self.start.facts, self.tutor.state, self.marks))
            self.run_worker(self._offer_review(), group="review", exclusive=True)

    async def _offer_review(self) -> None:
        """Offer a review at the start if there is anything to ask, and the learner wants it."""
        count = await self.tutor.answers.review.offered() if self._last is not None else 0
        if self.start is not None and not self.start.facts.is_review_put_off:
            self.start.show_facts(replace(self.start.facts, review=count))

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

    def _go_to_first_open(self) -> None:
        from tutor.ui.screens.start_words import next_open

        following = next_open(self._whole_course(), self.tutor.state.done)
        if following is None:
            from tutor.ui.screens.end_words import course_ending

            self._go_on()
            self._show_end(course_ending)
        elif self.step is None or following.id == self.step.id:
            self._go_on()
        else:
            self._go_to_chosen(following.id)

    def _leave_start(self) -> None:
        """Remove the start screen, if it is there, and let the step's keys act.

        If a dialog is over the start, this removes the dialog, and the start goes when the dialog
        ends itself: each takes one screen from the top.
        """
        if self.start is not None:
            self.start = None
            self.app.pop_screen()
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
