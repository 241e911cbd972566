"""Messages as bytes on a stream, for both sides: a little-endian u32 length, then msgpack.

A length is checked before anything is allocated, and a payload is decoded strictly into the closed
unions of this room, so that anything a learner's program writes to its channel is a valid message
or ends in a `FrameError`, and is never run. After a `FrameError` the stream must not be read on.
"""

from __future__ import annotations

import struct
from typing import Generic, TypeVar

import msgspec

from tutor.wire.commands import Command
from tutor.wire.events import FromLearner

MAX_FRAME = 4 * 1024 * 1024
"""Maximum bytes of a payload on the channel of a run."""

_LENGTH = struct.Struct("<I")
_ENCODER = msgspec.msgpack.Encoder()

Message = TypeVar("Message")


class FrameError(Exception):
    """Raised for invalid bytes on the channel, or a message that cannot be sent, with a reason."""


def encode(message: msgspec.Struct, limit: int = MAX_FRAME) -> bytes:
    """Return the message as one frame, whose payload has at most `limit` bytes.

    Raises FrameError if it is too large to be read on the other side, or has a text with half of a
    surrogate pair.
    """
    try:
        payload = _ENCODER.encode(message)
    except UnicodeEncodeError as error:
        raise FrameError(f"a text in it is none: {error.reason}") from error
    if len(payload) > limit:
        raise FrameError(f"a message of {len(payload)} bytes is over the limit of {limit}")
    return _LENGTH.pack(len(payload)) + payload


class FrameReader(Generic[Message]):
    """A reader that turns pieces of a stream into whole messages of one union."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Message], limit: int = MAX_FRAME) -> None:
        """`limit` is the maximum size of a payload in bytes."""
        self._decoder = decoder
        self._limit = limit
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that are complete now; raise FrameError for invalid bytes."""
        self._pending += data
        messages: list[Message] = []
        while (payload := self._next_payload()) is not None:
            try:
                messages.append(self._decoder.decode(payload))
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                raise FrameError(f"a message that cannot be read: {error}") from error
        return messages

    def _next_payload(self) -> bytes | None:
        if len(self._pending) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._pending)
        if length > self._limit:
            raise FrameError(f"a message says it has {length} bytes; the limit is {self._limit}")
        end = _LENGTH.size + length
        if len(self._pending) < end:
            return None
        payload = bytes(self._pending[_LENGTH.size : end])
        del self._pending[:end]
        return payload


def events_reader() -> FrameReader[FromLearner]:
    """Return a reader for the app's end of a channel."""
    return FrameReader(msgspec.msgpack.Decoder(FromLearner))


def commands_reader() -> FrameReader[Command]:
    """Return a reader for the learner process's end of its channel."""
    return FrameReader(msgspec.msgpack.Decoder(Command))
