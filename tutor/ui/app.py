"""The Textual app: it applies theme and keys, owns the session, and saves on every exit.

Only `tutor.ui.launch` and tests make one. This module imports only what the first frame needs,
since each import delays it; `late` imports the rest.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual import events
from textual.app import AutopilotCallbackType, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from tutor.config import Config
from tutor.first_screen.layout import ABOVE
from tutor.paths import Places
from tutor.session.commands import offered_commands
from tutor.session.core import TutorSession
from tutor.session.late import guard
from tutor.ui.appearance import Appearance
from tutor.ui.keys import (
    FIELD_ACTIONS,
    LEADER,
    LETTERS,
    PANE_DIGITS,
    SAME_KEYS,
    keys_that_move_focus,
)
from tutor.ui.marks import marks_of
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.remapping import remap
from tutor.ui.screens import late
from tutor.ui.screens.lesson import LessonScreen, LessonSetup
from tutor.ui.terminal import alt_keys
from tutor.ui.terminal.cell_diff import CellDiff
from tutor.ui.terminal.textual_private import run_binding

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.first_screen.held_terminal import HeldTerminal
    from tutor.progress.own_files import OpenedProgram
    from tutor.session.store import SaveResult
    from tutor.ui.panes.code import CodePane

LEAVE = "leave"
LEAVE_CHOICES = {
    "stay": "Stay and fix that first",
    LEAVE: "Leave; what is not saved is lost",
}
LEAVE_KEYS = "Enter takes it, Up and Down to the other. Esc stays."

ENDING_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)

EXIT_TIMEOUT_S = 3.0
"""Seconds from a signal to a forced exit of the process: a terminal that stops reading output would
block Textual's own shutdown for ever."""

KEYS_TIMEOUT_S = 1.0
"""Maximum seconds that a key waits for the focused widget to handle the keys before it."""


EarlyEvent: TypeAlias = events.Key | events.Paste | events.MouseDown | events.MouseUp


class TypeAhead:
    """A queue of input events that came too early: they would be lost, or act on another screen."""

    def __init__(self, must_wait: Callable[[], bool]) -> None:
        self._must_wait = must_wait
        self._held: list[EarlyEvent] = []

    def hold(self, event: EarlyEvent) -> bool:
        """Queue the event; return False if it can be handled now."""
        if not self._must_wait():
            return False
        self._held.append(event)
        return True

    def release(self) -> list[EarlyEvent]:
        """Remove and return the queued events in order; `hold` may queue them again."""
        held, self._held = self._held, []
        return held


def _now() -> datetime:
    return datetime.now(UTC)


def _problems_of(config: Config, places: Places) -> tuple[str, ...]:
    """Return problems of settings that only the interface knows; defaults are valid."""
    if config == Config():
        return ()
    return late.settings_problems(config, places.config)


class TutorApp(CellDiff, Appearance):
    """The app; the lesson screen is at the bottom of the stack, and other screens open over it."""

    TITLE = "nntutor"
    CSS_PATH = "screens/skeleton.tcss"  # textual reads no CSS_PATH of a default screen
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True, show=False, id="app.quit"),
        Binding("ctrl+l", "redraw", "Redraw", priority=True, show=False, id="app.redraw"),
        Binding("ctrl+p", "command_palette", priority=True, show=False, id="app.palette"),
    ]

    def __init__(
        self,
        *,
        places: Places,
        config: Config,
        problems: Sequence[str] = (),
        client: Client | None = None,
        start_at: str | None = None,
        own: OpenedProgram | None = None,
        review: bool = False,
        now: Callable[[], datetime] = _now,
        held_terminal: HeldTerminal | None = None,
    ) -> None:
        """Prepare the app; `run` starts it.

        `problems` are those found in config.toml and in the environment. `client` is for tests;
        without one a client is made after the first frame. `start_at` is the id of the step to
        open, without a start screen; None opens the learner's last place. `own` is a program of the
        learner's own, which is opened in place of the course. With `review`, the review comes
        first. `now` returns the time for the journal. `held_terminal` holds the keys that were
        typed before.
        """
        no_color = os.environ.get("NO_COLOR")
        super().__init__(held_terminal)
        alt_keys.register_alt_keys(LETTERS)
        if no_color is not None:
            # textual removes it from the environment, but the learner's programs need it
            os.environ["NO_COLOR"] = no_color
        self._given_client = client
        self._client: Client | None = None
        self._config = config
        self._places = places
        self._own = own
        self._type_ahead = TypeAhead(self._must_hold_keys)
        self._early_clicks = TypeAhead(self._must_hold_clicks)
        self._first_frame_is_out = False
        self._step_takes_keys = False
        self._panes_take_clicks = False
        self._is_asked_to_leave = False
        self.fault: Exception | None = None
        """First fault of the tutor that must not interrupt the learner; reported at exit."""
        self.apply_theme(config, places.data)
        self._keys = remap(config.keys, config.only)
        self._focus_keys = keys_that_move_focus(self._keys.keys)
        marks = marks_of(config.glyphs, self._keys.keys)
        self.tutor = TutorSession(
            places,
            config,
            make_client=self._make_client,
            now=now,
            problems=(*problems, *_problems_of(config, places)),
            start_at=start_at,
            own=own,
            keys=marks.keys,
        )
        has_start = start_at is None and own is None and config.start_screen and not review
        setup = LessonSetup(places, config, marks, self._keys, now, has_start, review)
        self._lesson = LessonScreen(self.tutor, setup)

    def get_default_screen(self) -> Screen[None]:
        return self._lesson

    def on_mount(self) -> None:
        self.set_keymap(self._keys.keymap())
        self._listen_to_signals()

    async def on_ready(self) -> None:
        first = self._lesson.start or self._lesson
        first.call_after_refresh(self._lesson.call_later, self._lesson.begin)
        if not self.is_headless:
            self.lender.handle_job_control()
        self._first_frame_is_out = True
        await self._release_keys()

    async def on_unmount(self) -> None:
        await self.tutor.close()

    async def run_async(
        self,
        *,
        headless: bool = False,
        inline: bool = False,
        inline_no_clear: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        auto_pilot: AutopilotCallbackType | None = None,
    ) -> None:
        """Run the app, and save the typed text however it ends.

        After a crash the editor's messages are never delivered, so its text is fetched here.
        """
        try:
            return await super().run_async(
                headless=headless,
                inline=inline,
                inline_no_clear=inline_no_clear,
                mouse=mouse,
                size=size,
                auto_pilot=auto_pilot,
            )
        finally:
            try:
                self._lesson.flush()
            finally:
                await self.tutor.close()

    async def action_quit(self) -> None:
        """Save the typed text and leave; if code cannot be saved, ask once first."""
        saved = self.save_now()
        if not saved.loses_code or self._is_asked_to_leave:
            self.exit()
            return
        self._is_asked_to_leave = True
        dialog = late.choice_dialog(saved.problem, LEAVE_CHOICES, LEAVE_KEYS)
        self.push_screen(dialog, self._leave_if)

    def _leave_if(self, choice: str | None) -> None:
        self._is_asked_to_leave = False
        if choice == LEAVE:
            self.exit()

    def save_now(self) -> SaveResult:
        """Save the typed text, and return once it is on disk, or has failed."""
        try:
            self._lesson.flush()
        finally:
            saved = self.tutor.save_now()
        return saved

    async def on_event(self, event: events.Event) -> None:
        """Handle keys in typing order; each ends a replay after its action.

        Esc and the key after it may arrive as one event, which is Alt and the key where that does
        something, such as a move by words in code, and else is handled as two.
        """
        if event.is_forwarded or not isinstance(event, events.InputEvent | events.Paste):
            await super().on_event(event)  # a bubbled key was handled already
            return
        if keys := alt_keys.split_alt_key(event):
            leader, key = keys
            await self._wait_for_typed_keys(all_the_way=True)
            event = events.Key(alt_keys.alt_name(key.key), None)
            if not self._is_bound(event.key):
                # Esc would close the strip, and a digit for a pane would become text
                if not (isinstance(self.focused, LeaderStrip) and key.key in PANE_DIGITS):
                    await self.on_event(leader)
                await self.on_event(key)
                return
        elif isinstance(event, events.Key) and event.key in SAME_KEYS:
            event = event if self._is_bound(event.key) else events.Key(*SAME_KEYS[event.key])
        if isinstance(event, events.Key | events.Paste) and await self._is_consumed(event):
            return
        if isinstance(event, events.MouseDown | events.MouseUp) and self._early_clicks.hold(event):
            return
        if isinstance(event, events.Key):
            await self._handle_key(event)
            return
        if isinstance(event, events.MouseDown | events.Paste):
            self._lesson.has_just_left = False
        await super().on_event(event)

    def _is_bound(self, key: str) -> bool:
        if not self.screen_stack:
            return False
        return key in self.screen.active_bindings or self._field_action(key) is not None

    def _field_action(self, key: str) -> str | None:
        action = FIELD_ACTIONS.get(key)
        return action if action is not None and self._is_in_field() else None

    def _is_in_field(self) -> bool:
        return isinstance(self.focused, Input)

    async def _handle_key(self, event: events.Key) -> None:
        if self._may_act(event):
            await self._wait_for_typed_keys(all_the_way=event.key == LEADER)
        if not await self._acts_at_once(event.key):
            await super().on_event(event)
        if event.key in self._focus_keys:
            # it may move the focus for the next key: from a field by way of its pane and the screen
            await self._wait_for_typed_keys(all_the_way=self._is_in_field())
        self._lesson.look_back.take_key(event.key)

    async def _acts_at_once(self, key: str) -> bool:
        """Run the key's action unless a widget must see the key first; then return False.

        Textual acts on a key once it has bubbled up to the app. The key after it may have moved the
        focus by then, and the first would be lost.
        """
        lesson = self._lesson
        if not self.app_focus:
            return False  # Textual restores the focus with the key
        if self.focused is not None and (action := self._field_action(key)) is not None:
            await self.focused.run_action(action)
            return True
        if self.screen is not lesson:
            return key == LEADER and await run_binding(self, key)
        has_just_left, lesson.has_just_left = lesson.has_just_left, False
        if has_just_left and key in PANE_DIGITS:
            await lesson.run_action(f"pane({key})")
            return True
        return (key == LEADER or self._takes_no_text()) and await run_binding(self, key)

    def _takes_no_text(self) -> bool:
        """Return True if keys only act in the step: not in code, an answer or the strip."""
        lesson, panes = self._lesson, self._lesson.workspace
        if panes is None or not lesson.is_open or lesson.is_strip_shown:
            return False
        return not panes.has_focus_in(ABOVE)

    async def on_lesson_screen_ready(self) -> None:
        """Handle the keys that came too early, before later ones."""
        self._step_takes_keys = True
        await self._release_keys()

    async def on_lesson_screen_prepared(self) -> None:
        """Handle clicks that came before the panes, and turn garbage collection on again.

        `launch` turned it off. All that the start made stays anyway; to traverse it would hold up
        the first step, so it is frozen out of the collector.
        """
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self._panes_take_clicks = True
        await self._handle_held(self._early_clicks.release())

    async def _release_keys(self) -> None:
        await self._handle_held(self._type_ahead.release())

    async def _handle_held(self, held: Iterable[events.Event]) -> None:
        for event in held:
            if self.screen_stack:  # otherwise the app closed before it began
                await self.on_event(event)

    async def _is_consumed(self, event: events.Key | events.Paste) -> bool:
        """Return True if the event was held back, or the start screen handled it.

        Text that is typed or pasted on the start screen leads to the step and is meant for its
        editor. That may not be there yet, hence the second try to hold it back.
        """
        return (
            self._type_ahead.hold(event)
            or await self._start_screen_takes(event)
            or self._type_ahead.hold(event)
        )

    async def _start_screen_takes(self, event: events.Key | events.Paste) -> bool:
        start = self._lesson.start
        return start is not None and self.screen is start and await start.take_key(event)

    def _must_hold_keys(self) -> bool:
        """Return True while nothing on screen can handle a key."""
        at_start = self._first_frame_is_out and self._lesson.start is not None
        return not (self._step_takes_keys or at_start)

    def _must_hold_clicks(self) -> bool:
        """Return True while the visible step has no panes that handle clicks."""
        return not (self._panes_take_clicks or self._lesson.start is not None)

    def _may_act(self, event: events.Key) -> bool:
        """Return True if the key may start an action that depends on the keys before it.

        Printable keys only type, except in the leader strip, where they are actions.
        """
        return not event.is_printable or isinstance(self.focused, LeaderStrip)

    async def _wait_for_typed_keys(self, *, all_the_way: bool = False) -> None:
        """Wait until the focused widget has handled the keys before this one.

        Over a slow line, text and the key that checks it arrive together. Without the wait the
        check would begin with text from before the last keys. `all_the_way` also waits until what
        those keys have asked for has reached the screen.
        """
        if self.focused is None:
            return
        ancestors = self.focused.ancestors if all_the_way else ()
        with suppress(TimeoutError):
            async with asyncio.timeout(KEYS_TIMEOUT_S):
                for node in (self.focused, *ancestors):
                    done = asyncio.Event()
                    if node is not self and node.call_later(done.set):
                        await done.wait()

    def link_changed(self, slow: bool) -> None:
        """Show in the status line if the connection to the terminal is slow."""
        self.tutor.set(slow_link=slow)

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)
        if os.environ.get("TMUX") and not self.is_headless:
            self.run_worker(late.give_to_tmux(text), group="clipboard")

    def on_code_pane_help_failed(self, event: CodePane.HelpFailed) -> None:
        """Keep the first fault for the exit: a fault at every key would hide it."""
        self.fault = self.fault or event.fault

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        lesson = self._lesson
        panes = lesson.workspace
        useless = late.useless_commands(panes) if panes is not None else frozenset[str]()
        left_out = useless | {"palette"}
        for command in offered_commands(lesson.live_kind, lesson.session):
            if command.name not in left_out:
                act = partial(lesson.action_command, command.name)
                yield SystemCommand(command.label, command.tip, act)
        if panes is not None and lesson.start is None:
            for name in panes.layout_state.names:
                title = name.capitalize()
                go = partial(lesson.action_pane, name)
                yield SystemCommand(f"Pane {title}", f"Go to the pane {title}.", go)
        if panes is not None and lesson.start is None and late.can_edit(panes):
            for name, words in late.editor_words().items():
                act = partial(late.act_in_editor, lesson, name)
                yield SystemCommand(words.label, words.tooltip, act)
        yield from self.theme_commands()

    def theme_not_kept(self, reason: str) -> None:
        """Show in the status line that the theme is not saved for the next start."""
        words = f"The theme could not be saved for next time: {reason}."
        self._lesson.tutor.notify(guard(words))

    def _make_client(self, on_state: OnState) -> Client:
        if self._given_client is not None:
            self._client = self._given_client
        else:
            folder = self._own.file.path.parent if self._own and self._own.file else None
            self._client = late.make_client(self._config, self._places, folder)
        self._client.on_state = on_state
        return self._client

    def _listen_to_signals(self) -> None:
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, self._end_on_signal, number)
        late.when_terminal_closes(
            partial(loop.call_soon_threadsafe, self._end_on_signal, signal.SIGHUP)
        )

    def _end_on_signal(self, number: signal.Signals) -> None:
        """Save the typed text, then stop the worker and exit with status 128 + `number`.

        The terminal is restored if it is still connected.
        """
        self.save_now()
        if number == signal.SIGINT and self.is_lent:
            return  # Ctrl+C in the learner's own editor is for that editor
        if self._client is not None:
            self._client.stop()
        code = 128 + number
        last_resort = threading.Timer(EXIT_TIMEOUT_S, os._exit, (code,))
        last_resort.daemon = True
        last_resort.start()
        self.exit(return_code=code)
