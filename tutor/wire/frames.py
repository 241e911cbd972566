"""Messages as bytes on a stream: a little-endian u32 length, then msgpack. Used by both sides.

A length is checked before anything is allocated, and a payload is decoded strictly into the closed
unions of this room, so that whatever a learner's program writes to its channel ends in a
`FrameError` and never in code. After a `FrameError` the stream is not to be read any further.
"""

from __future__ import annotations

import struct
from typing import Generic, TypeVar

import msgspec

from tutor.wire.commands import Command
from tutor.wire.events import FromLearner

MAX_FRAME = 4 * 1024 * 1024
"""Bytes of the largest payload."""

_LENGTH = struct.Struct("<I")
_ENCODER = msgspec.msgpack.Encoder()

Message = TypeVar("Message")


class FrameError(Exception):
    """The bytes are no message of ours. The sentence says what was wrong with them."""


def encode(message: msgspec.Struct) -> bytes:
    """One frame. Raises FrameError if the message is too large to be read on the other side, or
    holds half of a surrogate pair."""
    try:
        payload = _ENCODER.encode(message)
    except UnicodeEncodeError as error:
        raise FrameError(f"a text in it is none: {error.reason}") from error
    if len(payload) > MAX_FRAME:
        raise FrameError(f"a message of {len(payload)} bytes is over the limit of {MAX_FRAME}")
    return _LENGTH.pack(len(payload)) + payload


class FrameReader(Generic[Message]):
    """Turns pieces of a stream into whole messages of one union."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Message]) -> None:
        self._decoder = decoder
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now. Raises FrameError at the first that is not one."""
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
        if length > MAX_FRAME:
            raise FrameError(f"a message says it has {length} bytes; the limit is {MAX_FRAME}")
        end = _LENGTH.size + length
        if len(self._pending) < end:
            return None
        payload = bytes(self._pending[_LENGTH.size : end])
        del self._pending[:end]
        return payload


def events_reader() -> FrameReader[FromLearner]:
    """For the app's end of a run's channel."""
    return FrameReader(msgspec.msgpack.Decoder(FromLearner))


def commands_reader() -> FrameReader[Command]:
    """For the learner process's end of its channel."""
    return FrameReader(msgspec.msgpack.Decoder(Command))
