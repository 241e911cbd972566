"""The lesson screen: shows the session's state in its panes and runs the learner's commands.

It is one of the session's front ends, and the only place where widgets and the session meet. It
owns what only a screen has: the panes with the editor's buffer and undo, and the screens over it.
What a command does is in the modules that `all_commands` imports.
The editor's text must be handed over with `flush` before the session does anything with it, and
whenever the app may end: the editor's own messages may still be on their way, and would be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from tutor.config import Config
from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import Step
from tutor.first_screen.step_screen import FirstStep
from tutor.paths import Places
from tutor.progress.fold import Place
from tutor.progress.last_time import LastTime, last_time
from tutor.session.commands import NAMED
from tutor.session.core import TutorSession
from tutor.session.opening import BREATH_S
from tutor.session.state import State
from tutor.ui.keys import lesson_bindings
from tutor.ui.marks import Marks
from tutor.ui.remapping import Remapped
from tutor.ui.screens.frame import LEAVE_HINT, FramedScreen
from tutor.ui.screens.look_back import LookBack
from tutor.ui.terminal.textual_private import draw_unseen
from tutor.ui.widgets.first_page import FirstPage, known_of

if TYPE_CHECKING:
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.panes.code import CodePane
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.workspace import Workspace


@dataclass(frozen=True)
class LessonSetup:
    """What a lesson screen needs besides the session."""

    places: Places
    config: Config
    marks: Marks
    keys: Remapped
    """The keys of all commands, as the learner has mapped them."""
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
        super().__init__(tutor.state, setup.marks, setup.keys.keys)
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
        self.start: StartScreen | None = None
        """The start screen over this one; None once the learner has gone on, or without one."""
        if setup.has_start:
            from tutor.ui.screens.start import StartScreen  # `nntutor open STEP` has none

            self.start = StartScreen(self, self._last)
        self.notice = Static("", id="opening", markup=False)
        """A text in place of the panes, for when there is nothing else to show."""
        self._first_page = FirstPage()
        self.look_back = LookBack(self, self.notice, self._first_page)

    # How it opens, and ends

    def compose(self) -> ComposeResult:
        """Yield the skeleton, or nothing yet if the start screen is to be drawn first."""
        if self.start is None:
            self._first_page.show(_first_step(self, self._last))
            yield from self.compose_framed(self.look_back)

    def on_mount(self) -> None:
        """Show the start, or the keys of the step that will most likely be the first."""
        if self.start is not None:
            self.app.push_screen(self.start)
        else:
            self.show_keys(kind_name(self.session.step))

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
        if not self.look_back.is_attached:
            self._first_page.show(_first_step(self, self._last))
            await self.mount_all(self.compose_framed(self.look_back))
        opening = self.tutor.open(
            enter=self.start is None, settled=self._settle, prepared=self._prepare
        )
        self.run_worker(opening, group="open")

    async def _settle(self) -> None:
        """Show the first step and take keys.

        The session calls this once the first step is read, or there is none.
        """
        step = self.session.step
        if step is None:
            if self.start is not None:
                self.start.leave()
            explanation = nothing_to_show(self.setup.places.lessons, self.session.problems)
            self.notice.update(f"{explanation} {self.marks.fill(LEAVE_HINT)}")
            self.on_workspace_pane_focused()
        else:
            if step.id != self._first_page.step_id:
                self._first_page.show(None)
            if self.start is None:
                self.tutor.go_to(step.id)  # the learner may have left the start during the reading
            else:
                self.start.show_step(step)
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
        await self.look_back.mount(workspace)
        self.workspace = workspace
        workspace.replace_text(self.session)
        place = self.session.progress.place
        if place is not None and place.step == step.id and place.pane:
            workspace.return_to(place)

    def on_workspace_pane_focused(self) -> None:
        """Take keys the first time that a pane has the focus: now the step can be worked at."""
        if self.is_open:
            return
        self._first_page.remove()
        self.is_open = True
        self.show_keys(kind_name(self.session.step))
        if self.setup.has_review and self.session.step is not None:
            from tutor.ui.screens.step_pages import open_review  # few starts need it

            open_review(self)  # before any key, so that all are its own
        self.post_message(self.Ready())
        # after the panes are drawn, with what was typed ahead: the worker takes time from both
        self.call_after_refresh(self._is_settled.set)

    # The state

    def _follow(self, old: State, new: State) -> None:
        """Show a change of the session's state; ignore changes once the screen has ended."""
        if not self.is_running:
            return
        self.show(old, new)
        if old.step is not new.step:
            self.show_keys(kind_name(self.session.step))
        if self.workspace is not None:
            self.workspace.follow(old, new)
            if new.replaced is not None and new.replaced is not old.replaced:
                self.workspace.replace_text(new)
                if new.replaced.why == "watched":
                    self.flush()
        self.look_back.follow(old, new)
        if self.start is not None:
            self.start.follow(old, new)
        if new.failure is not None and new.failure is not old.failure:
            self.run_worker(_raise(new.failure))
        if new.is_entered and (not old.is_entered or new.step is not old.step):
            self.tutor.drafts.record_place_soon(self.place)

    @property
    def panes(self) -> Workspace:
        """The panes, for commands: these are live only once the panes are there."""
        assert self.workspace is not None
        return self.workspace

    def place(self) -> Place | None:
        """Return where the learner is, None at the start screen or without a step."""
        if self.workspace is None or self.start is not None:
            return None
        return self.workspace.place()

    def notify_learner(self, words: str) -> None:
        """Show a sentence in the status line."""
        self.tutor.notify(words)

    def flush(self) -> None:
        """Hand the editor's text to the session, if it has changed since the last time.

        The editor's own message about a change may come late, or never.
        """
        typed = self.workspace.code.take_change() if self.workspace is not None else None
        if typed is not None:
            self.tutor.drafts.edit(*typed)
            self.tutor.runs.program_changed(*typed)

    # Commands

    @property
    def live_kind(self) -> KindOrNone:
        """The kind of step whose commands are live, "none" until the step takes keys."""
        is_live = self.is_open and self.start is None
        return kind_name(self.session.step) if is_live else "none"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return True if a command is live for the kind of step; on a skeleton, none is."""
        return action != "command" or self.live_kind in NAMED[str(parameters[0])].on

    async def action_command(self, name: str) -> None:
        """Do the command of that name, whether or not it is live."""
        from tutor.ui.screens.all_commands import run_command  # the first frame needs none

        await run_command(self, name)

    def action_pane(self, number_or_name: int | str) -> None:
        """Go to the pane, at the step that an Esc before its digit has left."""
        self.look_back.take_up_again()
        if self.workspace is not None:
            self.workspace.goto_pane(number_or_name)

    def action_leader(self) -> None:
        """Close what is open in the pane, end a look back or a zoom, or show or hide the strip."""
        panes = self.workspace
        if panes is not None and panes.code.close_opened():
            return
        is_left = self.look_back.leave()
        if is_left or (panes is not None and panes.end_zoom()):
            self.has_just_left = True
            return
        names = panes.layout_state.names if panes is not None else ()
        useless = panes.useless_commands if panes is not None else frozenset[str]()
        self.bottom.toggle_strip(self.live_kind, names, without=useless)

    # What the panes ask for

    def on_question_form_submitted(self) -> None:
        """Check the answer or guess: Enter was pressed in the question."""
        from tutor.ui.screens.answer_commands import submit  # no question is in the first frame

        submit(self)

    def on_ask_bar_asked(self, message: AskBar.Asked) -> None:
        """Ask the last run, and show the answer once it comes."""
        from tutor.ui.screens.answer_commands import ask

        self.run_worker(ask(self, message.bar, message.expression), group="ask")

    def on_code_pane_name_asked(self, message: CodePane.NameAsked) -> None:
        """Explain the name, with its documentation once the worker has sent that."""
        from tutor.ui.screens.help_pages import show_name

        self.run_worker(show_name(self, message.name), group="name", exclusive=True)

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

    on_workspace_pane_changed = on_lesson_pane_scrolled


def _first_step(screen: LessonScreen, last: LastTime | None) -> FirstStep | None:
    """Return what is known of the step that will most likely be the first."""
    step = screen.session.step
    if step is None:
        return None
    return known_of(
        step,
        last.place if last is not None and last.step == step.id else None,
        width=screen.app.size.width,
        code=lambda: screen.tutor.drafts.first_text(step)[0],
        marks=screen.marks,
    )


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
