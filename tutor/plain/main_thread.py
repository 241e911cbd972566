"""Plain mode on the streams of this process, called only by `tutor.cli`.

The session lives in an event loop in its own thread. The main thread reads lines, so that Ctrl+C
and signals reach it at any time: Ctrl+C stops the current run, and never ends plain mode.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any, NoReturn, TypeVar

from tutor.client.factory import make_client
from tutor.config import Config
from tutor.paths import Places
from tutor.plain.conversation import begin, matching, obey
from tutor.plain.desk import NAMES, Desk
from tutor.plain.editing import drop_typed
from tutor.plain.keyboard import Keyboard
from tutor.plain.step_lines import place_words, step_number
from tutor.plain.teller import Teller
from tutor.plain.walking import lesson_of
from tutor.progress.own_files import OpenedProgram
from tutor.session.core import TutorSession

Result = TypeVar("Result")

ENDING_SIGNALS = (signal.SIGHUP, signal.SIGTERM)
CANNOT_BEGIN = 1
UNWRITTEN = "The file {name} is unchanged: your text that is not in it is saved as a draft."
MEANWHILE = ("stop", "pause", "time")
"""Commands that act on a run while it lasts."""


class EndedBySignal(BaseException):
    """Raised in the main thread by a signal that ends the process."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number
        """Exit status of a process ended by this signal."""


class Bridge:
    """An event loop in its own thread, to which the main thread submits work."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Submit work to the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def end(self) -> None:
        """Stop the loop and join its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Terminal:
    """The main thread's side: it reads a line, submits it, and listens until it is done.

    Ctrl+C raises an exception only while a line is being read; elsewhere it could end plain mode.
    """

    def __init__(self, keyboard: Keyboard, bridge: Bridge, desk: Desk) -> None:
        self._keyboard = keyboard
        self._bridge = bridge
        self._desk = desk
        self._ready, self._wake = os.pipe()
        self._is_asking = False
        """True while a line is being read, when Ctrl+C drops that line."""
        self.is_lent = False
        """True while another program has the terminal."""
        self._has_stepped_back = threading.Event()
        """Set once the main thread has stopped reading because the terminal is lent."""
        self._has_left = False
        """True once the main thread has stopped reading for good."""

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Lend the terminal to another program."""
        self._has_stepped_back.clear()
        if self._has_left:
            self._has_stepped_back.set()
        self.is_lent = True
        os.write(self._wake, b".")
        self._has_stepped_back.wait()  # else the main thread would take the program's keys
        try:
            yield
        finally:
            self.is_lent = False
            os.write(self._wake, b".")

    def leave(self) -> None:
        """Stop reading for good, and release anyone waiting for the terminal."""
        self._has_left = True
        self._has_stepped_back.set()

    def converse(self) -> None:
        """Read and perform lines until the learner leaves."""
        while not self._desk.has_ended:
            try:
                line = self._ask()
            except KeyboardInterrupt:
                self._keyboard.write("")
                self._drop()
                continue
            except EOFError:
                return
            self.listen(self._bridge.begin(obey(self._desk, line)))

    def _ask(self) -> str:
        self._is_asking = True
        try:
            return self._keyboard.ask(prompt_of(self._desk))
        finally:
            self._is_asking = False

    def interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Handle Ctrl+C: stop the run, or drop what is being typed."""
        if self._is_asking:
            raise KeyboardInterrupt
        if not self.is_lent:
            self._soon("stop")

    def _drop(self) -> None:
        if self._desk.typed is None:
            self._keyboard.write("Dropped. Type quit to leave.")
        else:
            self.listen(self._bridge.begin(_drop_typed(self._desk)))

    def listen(self, doing: Future[Result]) -> Result:
        """Wait for the result; pass lines typed meanwhile to the run, or keep them for later."""
        doing.add_done_callback(lambda _: os.write(self._wake, b"."))
        while not doing.done():
            self._wait()
        return doing.result()

    def _wait(self) -> None:
        if self.is_lent:
            self._has_stepped_back.set()
            select.select([self._ready], [], [])
            os.read(self._ready, 1)
            return
        for line in self._keyboard.wait(self._ready):
            found = [command.name for command in matching(line.strip())]
            if len(found) == 1 and found[0] in MEANWHILE and self._is_followed:
                self._soon(found[0])
            else:
                self._keyboard.put_back(line)

    @property
    def _is_followed(self) -> bool:
        """Return True if progress of a run is printed; else a line may belong to a paste."""
        state = self._desk.state
        return state.activity is not None and state.paused is None

    def _soon(self, name: str) -> None:
        self._bridge.loop.call_soon_threadsafe(partial(act_meanwhile, self._desk, name))


def act_meanwhile(desk: Desk, name: str) -> None:
    """Perform a command on the run while it lasts."""
    runs, activity = desk.session.runs, desk.state.activity
    if activity is None:
        review = desk.state.review
        if name == "stop" and review is not None and review.question is None:
            desk.session.answers.review.leave()
        return
    if name == "stop" and not activity.stopping:
        desk.teller.say_now("Stopping.")
        runs.stop()
    elif name == "pause":
        runs.pause()
    elif name == "time":
        runs.more_time()


def prompt_of(desk: Desk) -> str:
    """Return the prompt of the next line."""
    if desk.typed is not None:
        return f"line {len(desk.typed) + 1}> "
    if desk.rows is not None:
        return f"row {len(desk.rows) + 1}> "
    if desk.state.review is not None:
        return f"review {desk.state.review.number + 1}> "
    number = step_number(desk.step, lesson_of(desk))
    return f"step {number}> " if number else "program> "


def run_plain(
    places: Places,
    config: Config,
    *,
    why: str,
    problems: tuple[str, ...] = (),
    start_at: str | None = None,
    own: OpenedProgram | None = None,
    review: bool = False,
) -> int:
    """Hold the conversation and return the exit status; `why` says what asked for plain mode.

    With `review`, the conversation begins with the review.
    """
    bridge, keyboard = Bridge(), Keyboard()
    session = TutorSession(
        places,
        config,
        make_client=lambda on_state: make_client(
            config, places, on_state=on_state, learner_present=True
        ),
        now=lambda: datetime.now(UTC),
        problems=problems,
        start_at=start_at,
        own=own,
        keys=NAMES,
    )
    desk = Desk(session, Teller(keyboard.write), data=places.data)
    terminal = Terminal(keyboard, bridge, desk)
    desk.lend = terminal.lend
    signal.signal(signal.SIGINT, terminal.interrupt)
    _heed_signals()
    try:
        opening = terminal.listen(bridge.begin(_open(desk, why, review=review)))
        terminal.converse()
        _ignore_signals()
        bridge.loop.call_soon_threadsafe(opening.cancel)
        status = 0 if session.state.step is not None else CANNOT_BEGIN
    except EndedBySignal as ended:
        status = ended.status
    finally:  # whatever was raised, typed text is saved
        _ignore_signals()
        terminal.leave()
        try:
            bridge.begin(close_desk(desk)).result()
        finally:
            session.save_now()
            bridge.end()
    fault = session.state.failure or desk.fault
    if fault is not None:
        raise fault
    return status


async def _open(desk: Desk, why: str, *, review: bool) -> asyncio.Task[None]:
    """Open the session, print the first step, and return the task that reads the rest."""
    shown = asyncio.Event()

    async def settled() -> None:
        shown.set()

    opening = asyncio.create_task(desk.session.open(settled=settled))
    waiting = asyncio.create_task(shown.wait())
    await asyncio.wait((opening, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if opening.done():
        opening.result()
    await begin(desk, why, review=review)
    return opening


async def _drop_typed(desk: Desk) -> None:
    desk.teller.begin()
    drop_typed(desk)
    desk.teller.end("write")


async def close_desk(desk: Desk) -> None:
    """Save everything, print that, and cancel all other tasks of the loop."""
    if desk.typed is not None:
        await _drop_typed(desk)
    saved = await asyncio.to_thread(desk.session.save_now)
    place = place_words(desk.state.step, lesson_of(desk)) if desk.state.step is not None else ""
    desk.teller.begin()
    desk.say(saved.problem or f"Saved, and left. {place}".strip())
    if desk.state.unwritten:
        desk.say(UNWRITTEN.format(name=desk.step.title))
    await desk.session.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _heed_signals() -> None:
    """Raise `EndedBySignal` here, but only once, at a signal that ends the process."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        _ignore_signals()  # a terminal sends several when it closes
        raise EndedBySignal(number)

    for number in ENDING_SIGNALS:
        signal.signal(number, end)


def _ignore_signals() -> None:
    """Ignore signals, so that they do not interrupt saving at the end."""
    for number in (*ENDING_SIGNALS, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
