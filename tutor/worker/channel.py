"""The learner process's end of the stream socket to the app.

A frame is written whole or not at all, since the app ends a run whose channel carries anything
else: SIGINT is blocked while one is written, and the rest of a frame that did not fit into the
socket's buffer is written before any other.
"""

from __future__ import annotations

import inspect
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable, Iterator

from tutor.wire import frames
from tutor.wire.commands import Command
from tutor.wire.events import FromLearner
from tutor.worker import limits

_CHUNK = 64 * 1024

_SIGINT = frozenset({int(signal.SIGINT)})
"""It is delayed while a frame is written: its KeyboardInterrupt would leave half of one."""
_BLOCK, _SET = int(signal.SIG_BLOCK), int(signal.SIG_SETMASK)
_mask_signals = inspect.unwrap(signal.pthread_sigmask)  # the wrapper converts numbers to enums


class Channel:
    """The channel of one run, for events to the app and commands from it.

    A program may fork, and its child would continue to report the same run. So a child that calls
    `send` ends there, and its offers are dropped.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._commands = select.poll()
        self._commands.register(descriptor, select.POLLIN)
        self._reader = frames.commands_reader()
        self._received: list[Command] = []
        self._unsent = bytearray()
        self._owner = os.getpid()

    def send(self, event: FromLearner) -> None:
        """Block until the whole event is written, while no program is running.

        Raises FrameError if the event is too large. In a fork of the program, end the process.
        """
        self.send_all((event,))

    def send_all(self, events: Iterable[FromLearner]) -> None:
        """Send the events as `send` does, many in one write, since each wakes the app.

        The iterable may create them lazily; a process forked meanwhile ends with its event.
        """
        pending = bytearray()
        for event in events:
            pending += frames.encode(event)
            if os.getpid() != self._owner:
                _exit_fork()
            if len(pending) >= _CHUNK:
                self._send_frames(pending)
                pending.clear()
        if pending:
            self._send_frames(pending)

    def report(self, event: FromLearner) -> None:
        """Block until the whole event is written; the program goes on, within its limits."""
        self._send_whole(frames.encode(event))

    def offer(self, event: FromLearner) -> bool:
        """Write the event without blocking; return False if it was dropped, whole."""
        return os.getpid() == self._owner and self._offer_frames([frames.encode(event)]) == 1

    def offer_all(self, events: Iterable[FromLearner]) -> int:
        """Write the events without blocking; return how many were not dropped.

        If the app does not keep up, the remaining events are dropped whole. A partly written event
        is completed by the next call.
        """
        if os.getpid() != self._owner:
            return 0
        taken = 0
        for batch in _in_chunks(events):
            accepted = self._offer_frames(batch)
            taken += accepted
            if accepted < len(batch):
                break
        return taken

    def _offer_frames(self, batch: list[bytes]) -> int:
        """Write the rest of an earlier frame, then as many of these frames as fit."""
        old_mask = _mask_signals(_BLOCK, _SIGINT)
        try:
            if self._unsent and not self._write_without_blocking():
                return 0
            self._unsent += b"".join(batch)
            if self._write_without_blocking():
                return len(batch)
            left, accepted = len(self._unsent), len(batch)
            while accepted and left >= len(batch[accepted - 1]):
                accepted -= 1
                left -= len(batch[accepted])
            del self._unsent[left:]
            return accepted
        finally:
            _mask_signals(_SET, old_mask)

    def receive(self) -> Command:
        """Block until there is a command, and return it.

        Raises EOFError if the app has gone, FrameError if it sent something that is no command.
        """
        while not self._received:
            data = self._socket.recv(_CHUNK)
            if not data:
                raise EOFError("the app has closed the channel")
            self._received += self._reader.feed(data)
        return self._received.pop(0)

    def is_waiting(self) -> bool:
        """Return True if `receive` would not block."""
        return bool(self._received or self._commands.poll(0))

    def close(self) -> None:
        """Close the socket to the app."""
        self._socket.close()

    def _send_frames(self, data: bytes | bytearray) -> None:
        limits.lift_memory_limit()  # the program may have used all the memory it was allowed
        self._send_whole(data)

    def _send_whole(self, data: bytes | bytearray) -> None:
        old_mask = _mask_signals(_BLOCK, _SIGINT)
        try:
            self._unsent += data
            while self._unsent:
                self._write(0)
        finally:
            _mask_signals(_SET, old_mask)

    def _write(self, flags: int) -> None:
        written = self._socket.send(bytes(self._unsent[:_CHUNK]), flags)
        del self._unsent[:written]

    def _write_without_blocking(self) -> bool:
        """Write as much as fits into the socket; return True if nothing is left to write."""
        try:
            while self._unsent:
                self._write(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True


def _in_chunks(events: Iterable[FromLearner]) -> Iterator[list[bytes]]:
    """Yield the encoded events in batches of at least `_CHUNK` bytes but the last."""
    batch: list[bytes] = []
    size = 0
    for event in events:
        batch.append(frames.encode(event))
        size += len(batch[-1])
        if size >= _CHUNK:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _exit_fork() -> None:
    """End a fork of the program, after writing out what it has printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # the program may have put anything there
    os._exit(0)
