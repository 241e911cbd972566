"""The worker's real engine for tests: each command runs in a forked child of the test process.

So torch is imported only once per test process. The child's events come back as frames, as in the
product; what it printed is read from a file.
"""

from __future__ import annotations

import functools
import os
import signal
import socket
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from tutor.wire import frames
from tutor.wire.commands import (
    Command,
    Evaluate,
    Execute,
    ObserveAll,
    Program,
    Question,
    RunControl,
)
from tutor.wire.events import Answer, Answered, Executed, FromLearner
from tutor.wire.question_code import asked

Event = TypeVar("Event", bound=FromLearner)


@functools.cache
def loaded() -> str:
    """Import torch and warm it up, the first time only; return its version."""
    from tutor.worker import engine

    version = engine.load()
    engine.warm()
    return version


@dataclass(frozen=True)
class Served:
    """The events, output and exit status of one command."""

    events: tuple[FromLearner, ...]
    output: str
    status: int

    def only(self, kind: type[Event]) -> Event:
        """Return the event of that type; raise ValueError unless there is exactly one."""
        (event,) = self.all(kind)
        return event

    def all(self, kind: type[Event]) -> list[Event]:
        """Return all events of that type, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def executed(self) -> Executed:
        """The report of how the program ended and what it left."""
        return self.only(Executed)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers, in the order of the questions."""
        return tuple(answered.answer for answered in self.all(Answered))


def serve(
    command: Execute | ObserveAll,
    questions: Sequence[str] = (),
    *,
    rehearsed: bool = False,
    controls: Sequence[RunControl] = (),
    evaluations: Sequence[Evaluate] = (),
) -> Served:
    """Run the command in a fork of this process, ask the questions, and return what came back.

    Each time the program is held, it gets the next of `controls`. One that is kept is asked the
    `evaluations` at its end.
    """
    loaded()
    ask = asked(tuple(map(Question, questions)))
    with tempfile.TemporaryFile() as output:
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            commands: list[Command] = [*controls, ask, *evaluations]
            _run_child(theirs, command, commands, output.fileno(), rehearsed)
        theirs.close()
        events = _read_all(ours)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return Served(tuple(events), output.read().decode(), os.waitstatus_to_exitcode(status))


def run(
    source: str,
    *questions: str,
    given: str = "",
    prelude: str | None = None,
    live: bool = False,
    fixed: tuple[str, ...] = (),
    seed: int = 0,
    step_log: bool = True,
    shapes: bool = False,
    watched: tuple[str, ...] = (),
) -> Served:
    """Run a learner's program after the usual imports, and ask the questions.

    `prelude` replaces these imports; None keeps them.
    """
    program = Program(PRELUDE if prelude is None else prelude, given, source, seed)
    command = Execute(
        program, live=live, fixed=fixed, step_log=step_log, shapes=shapes, watched=watched
    )
    return serve(command, questions)


PRELUDE = """
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import numpy as np
"""


class _Pipe:
    """A channel to the test process, whose commands are known beforehand."""

    def __init__(self, connection: socket.socket, commands: list[Command]) -> None:
        self._connection = connection
        self._commands = commands

    def send(self, event: FromLearner) -> None:
        self._connection.sendall(frames.encode(event))

    def send_all(self, events: Iterable[FromLearner]) -> None:
        for event in events:
            self.send(event)

    def offer(self, event: FromLearner) -> bool:
        self.send(event)
        return True

    def offer_all(self, events: Iterable[FromLearner]) -> int:
        return sum(self.offer(event) for event in events)

    def report(self, event: FromLearner) -> None:
        self.send(event)

    def receive(self) -> Command:
        if not self._commands:
            raise EOFError
        return self._commands.pop(0)

    def is_waiting(self) -> bool:
        return False


def _run_child(
    connection: socket.socket,
    command: Execute | ObserveAll,
    commands: list[Command],
    output: int,
    rehearsed: bool,
) -> NoReturn:
    # A child that returned from here would run the remaining tests a second time.
    status = 1
    try:
        _leave_the_test_runner(output)
        from tutor.worker import engine

        if rehearsed:
            engine.rehearse()
            engine.rehearse_training()
        engine.serve(_Pipe(connection, commands), command)
        status = 0
    except BaseException:
        import traceback

        os.write(output, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _leave_the_test_runner(output: int) -> None:
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _read_all(connection: socket.socket) -> list[FromLearner]:
    reader = frames.events_reader()
    events: list[FromLearner] = []
    with connection:
        while data := connection.recv(1 << 16):
            events += reader.feed(data)
    return events
