"""Frames over two descriptors, with heartbeats from both sides: the line between app and node.

Both sides use it. It neither opens nor closes the descriptors, and never waits: data that cannot be
sent at once is stored, and sent when the other side reads.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Generic, TypeVar

from tutor.client.idleness import Clock, Timer
from tutor.wire import node
from tutor.wire.frames import FrameError, FrameReader
from tutor.wire.node import FromNode, Ping, ToNode

_PINGS = 4
"""Heartbeats in the time after which the other side counts as gone."""
_CHUNK = 256 * 1024

Message = TypeVar("Message")

SILENT = "it stopped answering"


class FramePipe(Generic[Message]):
    """One end of the line. Its end is reported once, with the reason, "" if it was closed.

    `feed` takes bytes that were read before the first frame.
    """

    def __init__(
        self,
        descriptors: tuple[int, int],
        reader: FrameReader[Message],
        on_message: Callable[[Message], None],
        on_end: Callable[[str], None],
        *,
        silence_s: float,
        clock: Clock | None = None,
    ) -> None:
        """Begin to read the first of the descriptors, and to send heartbeats to the second."""
        self._read_from, self._write_to = descriptors
        self._reader = reader
        self._on_message = on_message
        self._on_end: Callable[[str], None] | None = on_end
        self._loop = asyncio.get_running_loop()
        self._silence_s = silence_s
        self._clock: Clock = clock or self._loop
        self._unsent = bytearray()
        self._last_heard = self._clock.time()
        for descriptor in descriptors:
            os.set_blocking(descriptor, False)
        self._loop.add_reader(self._read_from, self._read)
        self._timer: Timer = self._clock.call_later(silence_s / _PINGS, self._tick)

    def expect(self, silence_s: float) -> None:
        """Treat the other side as gone after that many silent seconds, from now on."""
        self._silence_s = silence_s
        self._timer.cancel()
        self._timer = self._clock.call_later(silence_s / _PINGS, self._tick)

    def send(self, message: ToNode | FromNode) -> None:
        """Send a message; raise FrameError if it cannot be encoded. Do nothing after the end."""
        frame = node.encode(message)
        if self._on_end is not None:
            self._unsent += frame
            self._flush()

    def feed(self, data: bytes) -> None:
        """Take bytes of the other side, and pass on the complete messages."""
        self._last_heard = self._clock.time()
        try:
            messages = self._reader.feed(data)
        except FrameError as error:
            self._end(f"it sent {error}")
            return
        for message in messages:
            if self._on_end is not None and not isinstance(message, Ping):
                self._on_message(message)

    def close(self) -> None:
        """Stop reading and sending; the end is not reported."""
        self._on_end = None
        self._timer.cancel()
        self._loop.remove_reader(self._read_from)
        self._loop.remove_writer(self._write_to)
        self._unsent.clear()

    def _read(self) -> None:
        try:
            data = os.read(self._read_from, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(error.strerror or str(error))
            return
        if data:
            self.feed(data)
        else:
            self._end("")

    def _flush(self) -> None:
        self._loop.remove_writer(self._write_to)
        try:
            while self._unsent:
                sent = os.write(self._write_to, self._unsent[:_CHUNK])
                del self._unsent[:sent]
        except BlockingIOError:
            self._loop.add_writer(self._write_to, self._flush)
        except OSError:  # nobody reads there any more
            self._unsent.clear()
            self._loop.call_soon(self._end, "")

    def _tick(self) -> None:
        if self._clock.time() - self._last_heard >= self._silence_s:
            self._end(SILENT)
            return
        self.send(Ping())
        self._timer = self._clock.call_later(self._silence_s / _PINGS, self._tick)

    def _end(self, reason: str) -> None:
        on_end = self._on_end
        self.close()
        if on_end is not None:
            on_end(reason)
