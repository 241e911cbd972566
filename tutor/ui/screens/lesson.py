"""The lesson screen: composes, binds the state to its panes, and hands actions to the session.

It is one of the session's front ends, and the only place where widgets and the session meet. It
owns what only a screen has: the editor's buffer and undo, which pane is looked at, a replay. What
was typed is handed over before anything is done with it, and whenever the app may end.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.course.model import Course, Step
from tutor.paths import Places
from tutor.progress.fold import Place
from tutor.progress.last_time import LastTime, last_time
from tutor.session.actions import KindOrNone, is_live
from tutor.session.answers import HAS_RUN
from tutor.session.core import TutorSession
from tutor.session.events import CourseRequested, CursorMoved, NoticeGiven
from tutor.session.kinds import kind_name
from tutor.session.opening import BREATH_S
from tutor.session.state import ReplacedBuffer, State
from tutor.ui.keys import lesson_bindings
from tutor.ui.marks import Marks
from tutor.ui.remapping import Remapped
from tutor.ui.screens.frame import LEAVE, FramedScreen, ScreenSetup
from tutor.ui.screens.replay import Replayer
from tutor.ui.terminal.textual_private import draw_unseen

if TYPE_CHECKING:
    from tutor.client.transcript import TranscriptExcerpt
    from tutor.session.solution_help import Choice
    from tutor.ui.screens.layout_sizes import Way
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.workspace import Workspace
    from tutor.ui.step_navigation import MoveRequested
    from tutor.ui.widgets.figure import FigureView

TRY = "Change the code, then {key:run} runs it."
GUESS_FIRST = "Guess first. Enter then runs the program, and after that you may change it."
NOTHING_PRINTED = "There is no output to open: nothing was printed."
NO_FIGURE = "This step has no figure."
NO_PICTURE = "There is no picture of this figure."
OPENS = "The picture opens in your viewer."
TOLD = "Where the picture is stands under the title of the figure."


@dataclass(frozen=True)
class LessonSetup:
    """What a lesson screen is given besides the session."""

    places: Places
    config: Config
    marks: Marks
    keys: Remapped
    """The learner's own."""
    now: Callable[[], datetime]
    has_start: bool
    """Whether the learner is shown where they were before they are there."""


class LessonScreen(FramedScreen):
    """Opens as a skeleton: the first line and the keys, in the places where they stay. The panes,
    the course and PyTorch come after the first frame."""

    BINDINGS: ClassVar[list[BindingType]] = lesson_bindings()

    class Ready(Message):
        """The step is there, and whatever takes its keys has the focus."""

    class Prepared(Message):
        """All panes and colours are there as well."""

    def __init__(self, tutor: TutorSession, setting: LessonSetup) -> None:
        apply_theme = ScreenSetup(setting.marks, setting.keys.keys)
        super().__init__(tutor.state, apply_theme)
        self.setting = setting
        self.tutor = tutor
        self._unsubscribe = tutor.subscribe(self._follow)
        self.workspace: Workspace | None = None
        """The panes, once there are some."""
        self.is_open = False
        """Whether keys act."""
        self._has_begun = False
        self._is_settled = asyncio.Event()
        self._last: LastTime | None = last_time(setting.places.data)
        self.start = self._make_start(apply_theme) if setting.has_start else None
        """The screen over this one, until the learner goes on."""
        self.replayer = Replayer(
            self, tutor.dispatch, reduced_motion=setting.config.motion == "reduced"
        )
        self.notice = Static("", id="opening", markup=False)
        """Stands where the panes will be."""
        self._place = Vertical(self.notice, id="workspace-place")

    def compose(self) -> ComposeResult:
        """The skeleton; beneath a start it comes once that is drawn."""
        if self.start is None:
            yield from self.framed(self._place)

    def on_mount(self) -> None:
        """Show the keys of the step that it most likely begins with."""
        if self.start is not None:
            self.app.push_screen(self.start)
        else:
            self.bottom.show_actions(kind_name(self.step))

    def on_unmount(self) -> None:
        """Hand over what was typed and where the learner was."""
        self._unsubscribe()
        self.flush()
        place = self.place()
        if place is not None:
            self.tutor.drafts.record_place(place)

    # How it opens

    async def begin(self) -> None:
        """Bring what does not belong to the first frame. Called once that is out; messages are
        taken meanwhile."""
        if self._has_begun:
            return
        self._has_begun = True
        if not self._place.is_attached:
            await self.mount_all(self.framed(self._place))
        self.run_worker(
            self.tutor.open(enter=not self.at_start, settled=self._settle), group="open"
        )

    async def _settle(self) -> None:
        """Draw the first step and take keys. What can wait comes after that, each in its turn."""
        step = self.step
        if step is None:
            self._leave_start()
            told = nothing_to_show(self.setting.places.lessons, self.session.problems)
            self.notice.update(f"{told} {self.marks.fill(LEAVE)}")
            self._take_keys()
        else:
            if not self.at_start:
                self.tutor.go_to(step.id)  # the start may have been left while this was read
            self._tell_start(step)
            self.call_next(self._mount_desk, step)  # bound to this screen, which a task is not
        await self._is_settled.wait()
        if self.workspace is not None:
            await asyncio.sleep(BREATH_S)
            self.workspace.lesson.wake()
            await self.workspace.code.wake()
        await asyncio.sleep(BREATH_S)
        if self.start is not None:
            draw_unseen(self)
        self.post_message(self.Prepared())

    async def _mount_desk(self, step: Step) -> None:
        # the panes import what is slow to import
        from tutor.ui.screens.resizing import PaneResizer
        from tutor.ui.screens.workspace import STYLES, Workspace

        self.app.stylesheet.read(STYLES)
        sizing = PaneResizer(self.setting.places.data)
        workspace = Workspace(self.tutor.timeline, step, marks=self.marks, sizing=sizing)
        workspace.data_bind(LessonScreen.session)
        self.notice.display = False
        await self._place.mount(workspace)
        self.workspace = workspace
        if self.session.replaced is not None:
            self._take_text(self.session.replaced)
        place = self.session.progress.place
        if place is not None and place.step == step.id and place.pane:
            workspace.return_to(place)

    def on_workspace_settled(self) -> None:
        """The first time, that is when the step can be worked at."""
        if not self.is_open:
            self._take_keys()

    def _take_keys(self) -> None:
        self.is_open = True
        self._show_keys()
        self.post_message(self.Ready())
        self._is_settled.set()

    # The state

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self.session.step

    def _follow(self, old: State, new: State) -> None:
        """Show what the session says. What comes after the end is not shown."""
        if not self.is_running:
            return
        self.show(old, new)
        if self.start is not None:
            self.start.show(old, new)
        if new.failure is not None and new.failure is not old.failure:
            self.run_worker(_raise(new.failure))
        if new.is_whole and not old.is_whole:
            self._tell_start_of_course()
        if new.step is not old.step or (new.activity is not None and old.activity is None):
            self.replayer.forget()
        if new.replaced is not None and new.replaced is not old.replaced:
            self._take_text(new.replaced)
        if new.is_entered and (not old.is_entered or new.step is not old.step):
            self.tutor.drafts.record_place_soon(self.place)

    def watch_session(self, old: State, new: State) -> None:
        """Show which keys are live: that follows the kind of step."""
        if old.step is not new.step:
            self._show_keys()
        if old.activity is not None and new.activity is None:
            self.replayer.consider(self.tutor.timeline.current)
            self.call_later(self._replay_if_seen)

    def _take_text(self, replaced: ReplacedBuffer) -> None:
        step, workspace = self.step, self.workspace
        if workspace is None or step is None or step.id != replaced.step:
            return
        if replaced.why == "opened":
            workspace.code.load(step, replaced.text)
            return
        workspace.code.reset_to(replaced.text)
        if replaced.why == "solution":
            workspace.goto("code")
        else:
            workspace.face_answer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say what the table of actions says for the kind of step. None acts on a skeleton."""
        return is_live(action, self.live_kind)

    @property
    def live_kind(self) -> KindOrNone:
        """The kind of step whose actions are live."""
        return kind_name(self.step) if self.is_open and not self.at_start else "none"

    def _show_keys(self) -> None:
        self.bottom.show_actions(kind_name(self.step))
        self.refresh_bindings()

    def notify_learner(self, words: str) -> None:
        """Put a sentence into the status line."""
        self.tutor.dispatch(NoticeGiven(words))

    # What the learner wrote

    def place(self) -> Place | None:
        """Where the learner is."""
        return self.workspace.place() if self.workspace is not None and not self.at_start else None

    def flush(self) -> None:
        """Hand over what the editor holds: its own message may come late, or never."""
        typed = self.workspace.code.take_change() if self.workspace is not None else None
        if typed is not None:
            self.tutor.drafts.edit(*typed)

    def on_code_pane_source_changed(self) -> None:
        """Have the buffer saved soon."""
        self.tutor.worker.keep_awake()
        self.flush()

    def on_code_pane_cursor_moved(self) -> None:
        """Have the place kept soon."""
        self.tutor.worker.keep_awake()
        self.tutor.drafts.record_place_soon(self.place)

    def on_lesson_pane_scrolled(self) -> None:
        """Have the place kept soon."""
        self.tutor.drafts.record_place_soon(self.place)

    def on_workspace_pane_changed(self) -> None:
        """Have the place kept; a waiting replay may begin."""
        self.tutor.drafts.record_place_soon(self.place)
        self._replay_if_seen()

    def on_workspace_told(self, message: Workspace.Told) -> None:
        """Put what the panes have to say into the status line."""
        self.notify_learner(message.text)

    # Steps

    def action_next_step(self) -> None:
        """Go on; a step that is only read is done with that."""
        self.flush()
        self.tutor.move(1)

    def action_previous_step(self) -> None:
        """Go back."""
        self.flush()
        self.tutor.move(-1)

    async def action_outline(self) -> None:
        """Show all steps; what is typed right after the key is searched for."""
        from tutor.ui.screens.outline import OutlineScreen

        course = self._whole_course()
        here = course.find(self.step.id) if self.step is not None else None
        state, marks = self.session, self.marks
        outline = OutlineScreen(course, state.done, here, marks, helped=state.helped)
        await self.app.push_screen(outline, self._go_to_chosen)

    def action_terms(self) -> None:
        """Show the words of the course."""
        from tutor.course.terms import glossary
        from tutor.ui.screens.glossary import GlossaryScreen

        entries = glossary(self._whole_course())
        self.app.push_screen(GlossaryScreen(entries, self.step, self.marks), self._go_to_chosen)

    def _go_to_chosen(self, step_id: str | None) -> None:
        if step_id is not None:
            self.flush()
            self._leave_start()
            self.tutor.go_to(step_id)

    def _whole_course(self) -> Course:
        self.tutor.dispatch(CourseRequested())
        return self.tutor.state.course

    # Answers

    def action_run(self) -> None:
        """Run the buffer, or the program that is guessed about."""
        if self.step is not None and kind_of(self.step).is_guessed:
            self._run_prediction(self.step)
        else:
            self._run(self.tutor.runs.run)

    def action_check(self) -> None:
        """Judge the buffer, the quiz or the guess."""
        if self.step is not None and kind_of(self.step).is_guessed:
            self._run_prediction(self.step)
        elif kind_of(self.step).has_question and self.workspace is not None:
            self.workspace.face_answer()
            self.tutor.answers.judge(self.workspace.quiz.answer)
        else:
            self._run(self.tutor.runs.check)

    def action_stop(self) -> None:
        """End a replay, else the run."""
        if self.replayer.running:
            self.replayer.skip()
        else:
            self.tutor.runs.stop()

    def action_pause(self) -> None:
        """Pause, or let go on."""
        self.tutor.runs.pause()

    def action_step_phase(self) -> None:
        """Go on by one phase; pause what runs, and begin what does not run yet."""
        self._run(self.tutor.runs.step_phase)

    def action_more_time(self) -> None:
        """Give the run more time."""
        self.tutor.runs.more_time()

    def _run(self, begin: Callable[[str], bool]) -> None:
        if self.workspace is not None:
            self.flush()
            if begin(self.workspace.code.source):
                self.workspace.face_answer()

    def _run_prediction(self, step: Step) -> None:
        """Run the program for the guess; once that was judged, what the learner made of it."""
        if self.workspace is None:
            return
        is_settled = self.session.prediction_result is not None
        in_code = self.workspace.layout_state.pane == "code"
        if in_code and self.session.step_done:
            self._run(self.tutor.runs.run)
        elif is_settled and step.scaffold.strip():
            self.workspace.goto("code")
            self.notify_learner(TRY)
        elif is_settled:
            self.notify_learner(HAS_RUN)
        elif in_code:
            self.notify_learner(GUESS_FIRST)
            self.workspace.goto("predict")
        else:
            self._guess()

    def _guess(self) -> None:
        if self.workspace is not None and self.tutor.answers.guess(self.workspace.predict.guess):
            self.workspace.face_answer()

    def on_quiz_pane_answer_submitted(self) -> None:
        """Judge a quiz: Enter was pressed in it."""
        self.action_check()

    def on_predict_pane_guess_submitted(self) -> None:
        """Run the program: Enter was pressed among the statements or in the field."""
        self._guess()

    # Help

    def action_hint(self) -> None:
        """Show one more hint; after the last one of a code step, one more word of its solution."""
        if self.tutor.help.show_hint() and self.workspace is not None:
            self.workspace.face_answer()

    def action_ladder(self) -> None:
        """Ask whether to show the next level."""
        if self.step is not None and kind_of(self.step).has_solution:
            from tutor.session.solution_help import offers
            from tutor.ui.screens.solution import SolutionScreen

            asked = SolutionScreen(offers(self.step, self.session))
            self.app.push_screen(asked, partial(self._climb, self.step))

    def _climb(self, step: Step, choice: Choice | None) -> None:
        if choice is not None and self.step is step and self.workspace is not None:
            self.flush()
            self.workspace.face_answer()
            self.tutor.help.accept(choice)

    def action_reset(self) -> None:
        """Put back what the step began with, or take the answer back."""
        step, workspace = self.step, self.workspace
        if workspace is None:
            return
        self.flush()
        if kind_of(step).has_question and workspace.layout_state.pane != "code":
            self.tutor.answers.ask_again()
            workspace.goto(workspace.first_answer)
        else:
            self.tutor.help.reset()

    def action_report(self) -> None:
        """Ask what looks wrong with the step, and write it down."""
        if self.workspace is None or self.step is None:
            return
        from tutor.ui.screens.report_form import ReportScreen

        is_code = kind_of(self.step).has_solution
        answer = self.workspace.code.source if is_code else self.workspace.answer
        self.app.push_screen(ReportScreen(self.tutor.help.report(answer)))

    def action_help(self) -> None:
        """Show the keys."""
        from tutor.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session.problems, self.setting.keys.keys))

    # Panes

    def action_next_pane(self) -> None:
        """Move the focus on."""
        if self.workspace is not None:
            self.workspace.go_round(1)

    def action_previous_pane(self) -> None:
        """Move the focus back."""
        if self.workspace is not None:
            self.workspace.go_round(-1)

    def action_pane(self, number: int) -> None:
        """Go to the pane of that number."""
        if self.workspace is not None:
            self.workspace.goto_number(number)

    def action_zoom(self) -> None:
        """Show one pane alone, or all again."""
        if self.workspace is not None:
            self.workspace.toggle_zoom()

    def action_wider(self) -> None:
        """Move a border of the pane, to the side."""
        self._resize_pane("wider")

    def action_narrower(self) -> None:
        """Move it the other way."""
        self._resize_pane("narrower")

    def action_taller(self) -> None:
        """Move the border above or below it."""
        self._resize_pane("taller")

    def action_shorter(self) -> None:
        """Move it the other way."""
        self._resize_pane("shorter")

    def action_usual_sizes(self) -> None:
        """Give all panes the sizes that they had before any border was moved."""
        if self.workspace is not None:
            self.workspace.reset_sizes()

    def _resize_pane(self, way: Way) -> None:
        if self.workspace is not None:
            self.workspace.resize_pane(way)

    def action_task(self) -> None:
        """Go to the task, and back."""
        if self.workspace is not None:
            self.workspace.toggle_task()

    def action_givens(self) -> None:
        """Show all lines of the givens, or the first ones."""
        if self.workspace is not None:
            guessing = kind_of(self.step).is_guessed and self.workspace.layout_state.pane != "code"
            (self.workspace.predict if guessing else self.workspace.code).toggle_givens()

    def action_leader(self) -> None:
        """Esc: end a look back, or a zoom, else show the strip of letters or take it away."""
        if self._end_looking_back() or (self.workspace is not None and self.workspace.end_zoom()):
            return
        panes = len(self.workspace.layout_state.names) if self.workspace is not None else 0
        self.bottom.toggle_strip(self.live_kind, panes)

    # Looking back at a run

    def on_move_requested(self, message: MoveRequested) -> None:
        """Look at another step of the run."""
        self.tutor.timeline.move(message.delta)

    def end_replay(self, key: str) -> None:
        """Show the end of it: any key does. Those that move along the curve go on from where it
        is."""
        from tutor.ui.step_navigation import KEYS_TO_MOVE  # a first frame does without

        if key in KEYS_TO_MOVE and self._looks_back():
            self.replayer.halt()
        self.replayer.skip()

    def _end_looking_back(self) -> bool:
        """Whether there was something to end, in the panes that show it."""
        ends = self.session.cursor is not None and self._looks_back()
        if ends:
            self.tutor.dispatch(CursorMoved(0))
        return ends

    def _looks_back(self) -> bool:
        from tutor.ui.screens.layout import CHARTS  # a first frame does without

        workspace = self.workspace
        return workspace is not None and any(
            workspace.panes[name].has_focus_within for name in CHARTS
        )

    def _replay_if_seen(self) -> None:
        if self.workspace is not None and self.session.activity is None:
            self.replayer.start_if_seen(chart_on_screen=bool(self.workspace.panes["loss"].display))

    # Other programs

    def action_edit(self) -> None:
        """Hand the buffer to the learner's own editor."""
        step = self.step
        if self.workspace is not None and step is not None and kind_of(step).has_solution:
            work = self._edit_outside(self.workspace, step)
            self.run_worker(work, group="edit", exclusive=True)

    async def _edit_outside(self, workspace: Workspace, step: Step) -> None:
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.external_editor import edit_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app, data = self.app, self.setting.places.data
        if not isinstance(app, CellDiff):
            return
        self.flush()
        await self.tutor.drafts.save_and_wait()
        row, _ = workspace.code.cursor
        edited = await edit_outside(app, data, step.id, step.given, workspace.code.source, row)
        if edited.text is not None and self.step is step:
            workspace.code.replace_source(edited.text)
            workspace.goto("code")
        self.notify_learner(guard(edited.note))

    def action_printed(self) -> None:
        """Open the file with the output of the newest run, and say where it is."""
        printed = self.tutor.runs.printed()
        if printed is None:
            self.notify_learner(NOTHING_PRINTED)
        else:
            self.run_worker(self._read_outside(printed), group="edit", exclusive=True)

    async def _read_outside(self, printed: TranscriptExcerpt) -> None:
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.pager import read_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app = self.app
        if isinstance(app, CellDiff):
            self.flush()
            await self.tutor.drafts.save_and_wait()
            self.notify_learner(guard(await read_outside(app, printed)))

    def action_picture(self) -> None:
        """Tell where the picture of a figure is, and open it; of several, one after the other."""
        figure = self._figure()
        if self.workspace is None or figure is None:
            self.notify_learner(NO_FIGURE)
            return
        picture = self.setting.places.images / f"{figure.figure.name}.png"
        if not picture.is_file():
            self.notify_learner(NO_PICTURE)
            return
        from tutor.ui.viewer import open_picture  # rarely needed

        figure.note = f"Picture: {picture.absolute()}"
        if self.workspace.layout_state.pane != "lesson":
            self.workspace.goto("lesson")
        self.call_after_refresh(figure.scroll_visible, animate=False, top=True)
        self.notify_learner(OPENS if open_picture(picture, os.environ) else TOLD)

    def _figure(self) -> FigureView | None:
        """The one with the focus, else the first whose picture was not told yet."""
        if self.workspace is None:
            return None
        from tutor.ui.widgets.figure import FigureView

        figures = list(self.workspace.lesson.query(FigureView))
        for figure in figures:
            if figure is self.focused:
                return figure
        return next((each for each in figures if not each.note), figures[0] if figures else None)

    # The start

    @property
    def at_start(self) -> bool:
        """Whether the start is on."""
        return self.start is not None

    def _make_start(self, apply_theme: ScreenSetup) -> StartScreen:
        from tutor.ui.screens.start import StartScreen, StartTargets  # where a step is named: none
        from tutor.ui.screens.start_words import first_facts

        state = self.tutor.state
        facts = first_facts(state, self._last, self.setting.now().astimezone())
        doors = StartTargets(
            go_on=self._go_on,
            outline=self.action_outline,
            first_open=self._go_to_first_open,
            help=self.action_help,
        )
        return StartScreen(state, facts, apply_theme, doors)

    def _tell_start(self, step: Step) -> None:
        if self.start is None:
            return
        from tutor.progress.last_time import draft_copies
        from tutor.ui.screens.start_words import facts_of_step, told_words

        draft = None
        if kind_of(step).has_program:
            kept = self.tutor.drafts.load(step)
            draft = kept.text if kept is not None else None
        copies = draft_copies(self.setting.places.data)
        told = told_words(self._last, copies) if self._last else ()
        state = self.tutor.state
        self.start.tell(facts_of_step(self.start.facts, step, state, draft=draft, told=told))

    def _tell_start_of_course(self) -> None:
        if self.start is not None:
            from tutor.ui.screens.start_words import facts_of_course

            self.start.tell(facts_of_course(self.start.facts, self.tutor.state, self.marks))

    def _go_on(self, character: str = "") -> None:
        """Go to the step that the start names, with a character that was typed there."""
        self._leave_start()
        if self.step is not None:
            self.tutor.go_to(self.step.id)
        in_code = self.workspace is not None and self.workspace.layout_state.pane == "code"
        if character and in_code and kind_of(self.step).has_solution:
            from tutor.session.words.key_names import guard

            self.notify_learner(f"{guard(character)} went into your code. Ctrl+Z takes it back.")

    def _go_to_first_open(self) -> None:
        from tutor.ui.screens.start_words import next_open

        following = next_open(self._whole_course(), self.tutor.state.done)
        if following is None or self.step is None or following.id == self.step.id:
            self._go_on()
        else:
            self._go_to_chosen(following.id)

    def _leave_start(self) -> None:
        """Take the start away, and let the step's keys act. If a dialog is over it, that goes now
        and the start when the dialog ends itself: each takes one screen from the top."""
        if self.start is not None:
            self.start = None
            self.app.pop_screen()
            self._show_keys()
            self.call_later(self.begin)  # the start may go before it was drawn


async def _raise(error: Exception) -> None:
    """End the app with an error that came up in a task of the session."""
    raise error


def nothing_to_show(lessons: Path, problems: tuple[str, ...]) -> str:
    """What to say, and to do, when there is no step at all."""
    told = "\n".join(problems) or "course.toml names no lesson."
    return (
        f"There is no lesson to show in {lessons}.\n\n{told}\n\n"
        "Name another folder with `nntutor --lessons DIR`, or repair these files."
    )
