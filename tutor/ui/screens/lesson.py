"""The lesson screen: shows the session's state in its panes and runs the learner's commands.

It is one of the session's front ends, and the only place that connects widgets and session. It owns
the panes, with the editor's buffer and undo, and the screens over it. The modules that
`all_commands` imports implement the commands. Call `flush` to pass on the editor's text before the
session uses it, and whenever the app may end: the editor's own messages may still be queued, and
would be lost.
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
from tutor.ui.screens import late
from tutor.ui.screens.frame import LEAVE_HINT, FramedScreen
from tutor.ui.screens.look_back import LookBack
from tutor.ui.terminal.textual_private import draw_unseen
from tutor.ui.widgets.first_page import FirstPage, known_of

if TYPE_CHECKING:
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.name_help import NameHelp
    from tutor.ui.question_form import QuestionForm
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.workspace import Workspace


@dataclass(frozen=True)
class LessonSetup:
    """The dependencies of a lesson screen besides the session."""

    places: Places
    config: Config
    marks: Marks
    keys: Remapped
    """Keys of all commands, with the learner's changes."""
    now: Callable[[], datetime]
    has_start: bool
    """True to begin with the start screen, which shows where the learner was."""
    has_review: bool = False
    """True to begin with the review, over the step."""


class LessonScreen(FramedScreen):
    """The screen of a step.

    It opens as a skeleton: top line, keys, and the text of the step that will probably be the
    first, in their final places. Panes, course and PyTorch follow after the first frame.
    """

    BINDINGS: ClassVar[list[BindingType]] = lesson_bindings()

    class Ready(Message):
        """Posted when the step is on screen and the widget for its keys has the focus."""

    class Prepared(Message):
        """Posted when all panes are mounted and syntax highlighting is on."""

    def __init__(self, tutor: TutorSession, setup: LessonSetup) -> None:
        super().__init__(tutor.state, setup.marks, setup.keys.keys)
        self.setup = setup
        self.tutor = tutor
        self._unsubscribe = tutor.subscribe(self._follow)
        self.workspace: Workspace | None = None
        """The panes; None until the first step is read, and always if there is no step."""
        self.is_open = False
        """True if the keys of a step act."""
        self.has_just_left = False
        """True if the last key was an Esc that ended a look back or a zoom. A digit then goes to
        its pane, even from the code, as after any other Esc."""
        self._has_begun = False
        self._is_settled = asyncio.Event()
        self._last: LastTime | None = last_time(setup.places.data)
        self.start: StartScreen | None = None
        """The start screen over this one; None after it closed, or without one."""
        if setup.has_start:
            self.start = late.start_screen(self, self._last)
        self.notice = Static("", id="opening", markup=False)
        """Message in place of the panes, if there is nothing else to show."""
        self._first_page = FirstPage()
        self.look_back = LookBack(self, self.notice, self._first_page)

    # Start and end

    def compose(self) -> ComposeResult:
        """Yield the skeleton, or nothing yet if the start screen is drawn first."""
        if self.start is None:
            self._first_page.show(_first_step(self, self._last))
            yield from self.compose_framed(self.look_back)

    def on_mount(self) -> None:
        if self.start is not None:
            self.app.push_screen(self.start)
        else:
            self.show_keys(kind_name(self.session.step))

    def on_unmount(self) -> None:
        self._unsubscribe()
        self.flush()
        place = self.place()
        if place is not None:
            self.tutor.drafts.record_place(place)

    async def begin(self) -> None:
        """Open the session and prepare everything else, after the first frame.

        Returns at once, so that messages are handled meanwhile. Further calls do nothing.
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
        """Show the first step and accept keys.

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
                self.tutor.go_to(step.id)  # the start may have closed while the step was read
            else:
                self.start.show_step(step)
            # as a callback of this screen, since the session's task that runs this is not Textual's
            self.call_next(self._mount_workspace, step)
        await self._is_settled.wait()
        await asyncio.sleep(BREATH_S)

    async def _prepare(self) -> None:
        if self.workspace is not None:
            self.workspace.lesson.wake()
            await self.workspace.code.wake()
        await asyncio.sleep(BREATH_S)
        if self.start is not None:
            draw_unseen(self)
        self.post_message(self.Prepared())

    async def _mount_workspace(self, step: Step) -> None:
        workspace = late.make_workspace(self, step)
        workspace.data_bind(LessonScreen.session)
        workspace.code.editor.text_edited = partial(self.tutor.drafts.save_soon, self.flush)
        self.notice.display = False
        await self.look_back.mount(workspace)
        self.workspace = workspace
        late.replace_text(workspace, self.session)
        place = self.session.progress.place
        if place is not None and place.step == step.id and place.pane:
            late.return_to(workspace, place)

    def on_workspace_pane_focused(self) -> None:
        """Accept keys once a pane has the focus for the first time."""
        if self.is_open:
            return
        self._first_page.remove()
        self.is_open = True
        self.show_keys(kind_name(self.session.step))
        if self.setup.has_review and self.session.step is not None:
            late.open_review(self)  # before any key, so that all keys are its own
        self.post_message(self.Ready())
        # after the panes and the typed-ahead text are drawn, since the worker takes time from both
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
            late.follow_runs(self.workspace, old, new)
            if new.replaced is not None and new.replaced is not old.replaced:
                late.replace_text(self.workspace, new)
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
        """The panes, for commands, which are live only once the panes exist."""
        assert self.workspace is not None
        return self.workspace

    def place(self) -> Place | None:
        """Return the learner's place; None at the start screen or without a step."""
        if self.workspace is None or self.start is not None:
            return None
        return late.place_in(self.workspace)

    def flush(self) -> None:
        """Pass the editor's text to the session, if it has changed since the last call.

        The editor's own message about a change may come late, or never.
        """
        typed = self.workspace.code.take_change() if self.workspace is not None else None
        if typed is not None:
            self.tutor.drafts.edit(*typed)
            self.tutor.runs.checks_ahead.changed(*typed)

    # Commands

    @property
    def live_kind(self) -> KindOrNone:
        """Kind of step whose commands are live; "none" until the step accepts keys."""
        is_live = self.is_open and self.start is None
        return kind_name(self.session.step) if is_live else "none"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return True if a command is live for the kind of step; on a skeleton, none is."""
        return action != "command" or self.live_kind in NAMED[str(parameters[0])].on

    async def action_command(self, name: str) -> None:
        await late.run_command(self, name)

    def action_pane(self, number_or_name: int | str) -> None:
        """Go to the pane; a digit after Esc first returns to the step that Esc left."""
        self.look_back.take_up_again()
        if self.workspace is None:
            return
        names = ("", *self.workspace.layout_state.names)
        if isinstance(number_or_name, str):
            self.workspace.goto(number_or_name)
        elif number_or_name < len(names):
            self.workspace.goto(names[number_or_name])

    def action_leader(self) -> None:
        """Close an open bar, end a look back or a zoom, or toggle the strip."""
        panes = self.workspace
        if panes is not None and panes.code.close_opened():
            return
        self.has_just_left = self.look_back.leave()
        if not self.has_just_left and panes is not None and panes.layout_state.zoomed:
            late.toggle_zoom(self)
            self.has_just_left = True
        if self.has_just_left:
            return
        names = panes.layout_state.names if panes is not None else ()
        useless = late.useless_commands(panes) if panes is not None else frozenset[str]()
        self.bottom.toggle_strip(self.live_kind, names, without=useless)

    # Requests of panes

    def on_question_form_submitted(self, message: QuestionForm.Submitted) -> None:
        """Check the answer or guess after Enter in the question, or take a stroke on the pad."""
        late.submit(self, message.drawing)

    def on_ask_bar_asked(self, message: AskBar.Asked) -> None:
        self.run_worker(late.ask(self, message.bar, message.expression), group="ask")

    def on_name_help_asked(self, message: NameHelp.Asked) -> None:
        """Show what the name is, with its documentation once the worker has sent it."""
        self.run_worker(late.show_name(self, message.name), group="name", exclusive=True)

    def on_code_pane_source_changed(self) -> None:
        self.tutor.worker.keep_awake()
        self.flush()

    def on_code_pane_cursor_moved(self) -> None:
        self.tutor.worker.keep_awake()
        self.tutor.drafts.record_place_soon(self.place)

    def on_lesson_pane_scrolled(self) -> None:
        self.tutor.drafts.record_place_soon(self.place)

    on_workspace_pane_changed = on_lesson_pane_scrolled


def _first_step(screen: LessonScreen, last: LastTime | None) -> FirstStep | None:
    """Return what is known of the step that will probably be the first."""
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
    """Raise an error of a session's task in the app, so that Textual ends it."""
    raise error


def nothing_to_show(lessons: Path, problems: tuple[str, ...]) -> str:
    """Return the message and advice for a course without any step."""
    problem_text = "\n".join(problems) or "course.toml names no lesson."
    return (
        f"There is no lesson to show in {lessons}.\n\n{problem_text}\n\n"
        "Name another folder with `nntutor --lessons DIR`, or repair these files."
    )
