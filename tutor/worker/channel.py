"""The learner process's end of its run's stream socket. The engine speaks through it.

Frames are whole or not there: SIGINT waits while one is written, and what did not fit at once goes
out before anything else does.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tutor.wire import frames
from tutor.wire.commands import Command
from tutor.wire.events import FromLearner
from tutor.worker import limits

_CHUNK = 64 * 1024


class Channel:
    """Events out, commands in. A process forked from its own ends where it would send."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._commands = select.poll()
        self._commands.register(descriptor, select.POLLIN)
        self._reader = frames.commands_reader()
        self._received: list[Command] = []
        self._unsent = bytearray()
        self._owner = os.getpid()

    def send(self, event: FromLearner) -> None:
        """Blocks until the whole frame is written. Raises FrameError if it is too large."""
        frame = frames.encode(event)
        if os.getpid() != self._owner:
            _exit_fork()
        limits.lift_memory_limit()  # what ends here may have used all that it was allowed
        self._send_whole(frame)

    def report(self, event: FromLearner) -> None:
        """As `send`, but the program goes on, and within its limits."""
        self._send_whole(frames.encode(event))

    def offer(self, event: FromLearner) -> bool:
        """Never blocks. False if the app does not keep up: the event is dropped, whole."""
        if os.getpid() != self._owner:
            return False
        frame = frames.encode(event)
        with _sigint_blocked():
            if self._unsent and not self._write_without_blocking():
                return False
            self._unsent += frame
            if self._write_without_blocking() or len(self._unsent) < len(frame):
                return True
            self._unsent.clear()
            return False

    def receive(self) -> Command:
        """Blocks. Raises EOFError when the app has gone, FrameError for what is no command."""
        while not self._received:
            data = self._socket.recv(_CHUNK)
            if not data:
                raise EOFError("the app has closed the channel")
            self._received += self._reader.feed(data)
        return self._received.pop(0)

    def is_waiting(self) -> bool:
        """Whether `receive` would give something at once."""
        return bool(self._received or self._commands.poll(0))

    def close(self) -> None:
        """Lets go of the socket."""
        self._socket.close()

    def _send_whole(self, frame: bytes) -> None:
        with _sigint_blocked():
            self._unsent += frame
            while self._unsent:
                self._write(0)

    def _write(self, flags: int) -> None:
        written = self._socket.send(bytes(self._unsent[:_CHUNK]), flags)
        del self._unsent[:written]

    def _write_without_blocking(self) -> bool:
        try:
            while self._unsent:
                self._write(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)


def _exit_fork() -> None:
    """A fork of the program has come to the program's end: what it printed, and no more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # the program may have put anything there
    os._exit(0)
