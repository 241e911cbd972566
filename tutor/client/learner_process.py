"""The app's ends of one run: its channel, its two output pipes, and its warden's control socket.

This module moves bytes and decodes messages; the run, its `ProcessListener`, interprets them. A
process that waits for its command is a spare, and can be begun once.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import msgspec

from tutor.wire import control, frames
from tutor.wire.commands import Command
from tutor.wire.control import Begin, Ended, Fork, FromWarden, Frozen, TimeUp, ToWarden, Used
from tutor.wire.events import FromLearner, Up

_CHUNK = 64 * 1024
_WINDOW = 0.02
"""Seconds in which the budget of a descriptor may be used up once."""
_DRAIN = 2 * 1024 * 1024
"""Maximum bytes read when draining a descriptor: more than a pipe can hold, but bounded, as a
program may still be writing."""


class ProcessListener(Protocol):
    """Callbacks for the events of a process."""

    @property
    def budget(self) -> int:
        """Bytes read of one descriptor in 20 ms; the rest, and its writer, wait in the kernel."""

    def on_event(self, event: FromLearner) -> None:
        """Handle a message of the learner process, which may be forged."""

    def on_protocol_error(self, reason: str) -> None:
        """Handle invalid bytes on the channel; nothing more is read from it."""

    def on_output(self, stream: int, data: bytes) -> None:
        """Handle bytes that were printed to stdout (stream 0) or stderr (stream 1)."""

    def give_up(self, reason: str) -> None:
        """End the run, for which no process could be made."""

    def on_frozen(self, frozen: Frozen) -> None:
        """Handle the warden's report that all processes of the run are stopped."""

    def on_time_up(self, time_up: TimeUp) -> None:
        """Handle the warden's report that the time is up; all processes of the run are stopped."""

    def on_usage(self, used: Used) -> None:
        """Handle the warden's report on what the processes hold and have used so far."""

    def on_exit(self, ended: Ended | None) -> None:
        """Handle the end of the process, after all its output was passed on.

        `ended` is None if the warden died without a report.
        """


class LearnerProcess:
    """One learner process and its warden, as the app sees them."""

    def __init__(
        self,
        number: int,
        on_closed: Callable[[LearnerProcess], None],
        *,
        network: bool = False,
        gpu: bool = False,
        rehearses_training: bool = False,
    ) -> None:
        """Open the app's ends; `request` starts the process.

        With `network`, its program may reach the network of this machine, with `gpu` it may use its
        graphics cards. With `rehearses_training` it prepares for a training that the learner
        watches while it waits for its command.
        """
        self.number = number
        self.network = network
        self.gpu = gpu
        self.rehearses_training = rehearses_training
        self.up = False
        """True once it has reported that it is ready for a command."""
        self.closed = False
        self.lost = False
        """True if its warden died without a report."""
        self.last_words = ""
        """Text on stderr of a process that ended before it got a command."""
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._listener: ProcessListener | None = None
        self._reader = frames.events_reader()
        self._is_garbled = False
        self._unsent = bytearray()
        self._channel, self._channel_remote = socket.socketpair()
        self._warden, self._warden_remote = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, self._out_remote = os.pipe()
        err, self._err_remote = os.pipe()
        self._outputs = [out, err]
        for descriptor in (out, err):
            os.set_blocking(descriptor, False)
        self._channel.setblocking(False)
        self._warden.setblocking(False)
        self._spent: dict[int, int] = {}

    def request(self, zygote: socket.socket) -> None:
        """Ask the zygote to fork the process; raise OSError if the zygote is gone."""
        remote_ends = [
            self._out_remote,
            self._err_remote,
            self._channel_remote.fileno(),
            self._warden_remote.fileno(),
        ]
        try:
            fork = Fork(self.number, self.network, self.gpu, self.rehearses_training)
            socket.send_fds(zygote, [control.encode(fork)], remote_ends)
        finally:
            # copies that stay open here would keep the app from ever reading an end of stream
            os.close(self._out_remote)
            os.close(self._err_remote)
            self._channel_remote.close()
            self._warden_remote.close()
        self._loop.add_reader(self._channel, self._read_channel)
        self._loop.add_reader(self._warden, self._read_warden)

    @property
    def may_be_spare(self) -> bool:
        """Return True if any program may use it: it has no network and no graphics card."""
        return not (self.network or self.gpu)

    @property
    def usable(self) -> bool:
        """Return True if `begin` may be called: no command yet, and a living warden."""
        if self.closed or self._listener:
            return False
        # Before the command a warden is silent. Anything to read is its end, which may have come
        # just now: the loop has not called the reader yet.
        try:
            self._warden.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def begin(self, command: Command, limits: Begin, listener: ProcessListener) -> None:
        """Start the clock and send the command; raise FrameError if that cannot be encoded."""
        frame = frames.encode(command)
        self._listener = listener
        for descriptor in self._outputs:
            self._loop.add_reader(descriptor, self._read_output, descriptor)
        self.send_to_warden(limits)
        self._write(frame)

    def send(self, command: Command) -> None:
        """Send a further command to the learner process."""
        self._write(frames.encode(command))

    def send_to_warden(self, message: ToWarden) -> None:
        """Send a message to the warden; do nothing if it is gone."""
        if not self.closed:
            with suppress(OSError):
                self._warden.send(control.encode(message))

    def mark_lost(self) -> None:
        """Finish the process without a report: the worker has died, and the process with it."""
        if not self.closed:
            self._finish(None)

    def refuse(self, reason: str) -> None:
        """Close a process that the zygote could not fork, and end its run."""
        if self._listener and not self.closed:
            self._listener.give_up(reason)
        self.close()

    def drain(self) -> None:
        """Pass on all output so far to the listener."""
        for descriptor in self._outputs:
            self._drain_output(descriptor)

    def close(self) -> None:
        """Close the app's ends; a living warden then ends the run at once."""
        if self.closed:
            return
        self.closed = True
        for descriptor in (*self._outputs, self._channel.fileno(), self._warden.fileno()):
            self._loop.remove_reader(descriptor)
        self._loop.remove_writer(self._channel.fileno())
        for descriptor in self._outputs:
            os.close(descriptor)
        self._channel.close()
        self._warden.close()
        self._on_closed(self)

    def _write(self, data: bytes) -> None:
        if self.closed:
            return
        self._unsent += data
        self._flush()

    def _flush(self) -> None:
        self._loop.remove_writer(self._channel)
        try:
            while self._unsent:
                sent = self._channel.send(bytes(self._unsent[:_CHUNK]))
                del self._unsent[:sent]
        except BlockingIOError:
            self._loop.add_writer(self._channel, self._flush)
        except OSError:
            self._unsent.clear()  # nobody reads there any more; the warden will report why

    def _read_channel(self) -> None:
        """Read the channel once; the warden reports how the process ended."""
        descriptor = self._channel.fileno()
        try:
            data = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or self._is_garbled:
            self._loop.remove_reader(descriptor)
            return
        self._spend(descriptor, len(data), self._read_channel)
        self._handle_data(data)

    def _handle_data(self, data: bytes) -> None:
        if self._is_garbled:
            return
        try:
            events = self._reader.feed(data)
        except frames.FrameError as error:
            self._is_garbled = True
            if self._listener:
                self._listener.on_protocol_error(str(error))
            return
        for event in events:
            if isinstance(event, Up):
                self.up = True
            elif self._listener:
                self._listener.on_event(event)

    def _read_output(self, descriptor: int) -> None:
        data = self._read_available(descriptor)
        if data:
            self._spend(descriptor, len(data), self._read_output, descriptor)
            self._pass_on_output(descriptor, data)
        elif data is not None:
            self._loop.remove_reader(descriptor)  # nobody can write there any more

    def _read_available(self, descriptor: int) -> bytes | None:
        """Return the bytes that can be read now; None if there are none, b"" at the end."""
        try:
            return os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return None

    def _pass_on_output(self, descriptor: int, data: bytes) -> None:
        if self._listener:
            self._listener.on_output(self._outputs.index(descriptor), data)

    def _drain_output(self, descriptor: int) -> None:
        read = 0
        while not self.closed and read < _DRAIN and (data := self._read_available(descriptor)):
            read += len(data)
            self._pass_on_output(descriptor, data)

    def _drain_channel(self) -> None:
        read = 0
        with suppress(OSError):
            while not self.closed and read < _DRAIN and (data := self._channel.recv(_CHUNK)):
                read += len(data)
                self._handle_data(data)

    def _spend(
        self, descriptor: int, size: int, reader: Callable[..., None], *arguments: int
    ) -> None:
        """Count bytes read; once the budget is used up, pause reading until the window ends."""
        if descriptor not in self._spent:
            self._loop.call_later(_WINDOW, self._refill, descriptor, reader, arguments)
        spent = self._spent[descriptor] = self._spent.get(descriptor, 0) + size
        if spent >= self._budget:
            self._loop.remove_reader(descriptor)

    @property
    def _budget(self) -> int:
        return self._listener.budget if self._listener else _CHUNK

    def _refill(
        self, descriptor: int, reader: Callable[..., None], arguments: tuple[int, ...]
    ) -> None:
        spent = self._spent.pop(descriptor, 0)
        if spent >= self._budget and not self.closed:
            self._loop.add_reader(descriptor, reader, *arguments)

    def _read_warden(self) -> None:
        try:
            datagram = self._receive_from_warden()
        except BlockingIOError:
            return
        message: FromWarden | None = None
        if datagram:
            with suppress(msgspec.MsgspecError):
                message = control.read_from_warden(datagram)
        match message:
            case Frozen() if self._listener:
                self._listener.on_frozen(message)
            case TimeUp() if self._listener:
                self._listener.on_time_up(message)
            case Used() if self._listener:
                self._listener.on_usage(message)
            case Ended() | None:  # without a report, or an intact message, the warden has died
                self._finish(message)

    def _receive_from_warden(self) -> bytes:
        """Return the next datagram; b"" if the warden is gone.

        A warden that exited without reading all its messages leaves ECONNRESET on the socket, in
        front of its last message. The error is reported once, hence the second attempt.
        """
        for _ in range(2):
            try:
                return self._warden.recv(control.MAX_DATAGRAM)
            except ConnectionResetError:
                pass
        return b""

    def _finish(self, ended: Ended | None) -> None:
        """Read the rest, pass on the end of the process, and close.

        The warden has ended all writers, so nothing more can come. It never waits for an end of
        stream: a process that outlived the warden would hold it open.
        """
        self.lost = ended is None
        self._drain_channel()
        self.drain()
        if self._listener and not self.closed:
            self._listener.on_exit(ended)
        elif not self.closed:
            self.last_words = (self._read_available(self._outputs[1]) or b"").decode(
                errors="replace"
            )
        self.close()
