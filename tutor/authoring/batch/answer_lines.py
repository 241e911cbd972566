"""The lines of a file or a pipe, read as soon as they arrive, and the answers in them.

A program that writes into a pipe may wait for a verdict before it writes on, so reading must never
block the event loop. Nothing is judged here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import BinaryIO, NamedTuple

from msgspec import Struct

from tutor.authoring.json_lines import read_json

MOST_BYTES = 8 * 1024 * 1024
"""Maximum bytes of a line: several times those of the longest program, however its characters are
escaped."""

_CHUNK = 256 * 1024


class AnswerLine(NamedTuple):
    """A line that is not blank, with its number from 1."""

    number: int
    content: bytes


class SubmittedAnswer(Struct, frozen=True):
    """An answer as submitted in a line."""

    id: str | int | float
    step: str
    code: str


async def lines_of(file: BinaryIO) -> AsyncIterator[AnswerLine]:
    """Yield the lines of a file or a pipe as soon as they arrive; skip blank ones."""
    number = 0
    async for content in _all_lines(file):
        number += 1
        if content.strip():
            yield AnswerLine(number, content)


def count_lines(file: BinaryIO) -> int | None:
    """Return the number of lines that are not blank; None if it is no regular file."""
    try:
        with open(os.dup(file.fileno()), "rb") as copy:
            if not copy.seekable():
                return None
            place = copy.tell()
            copy.seek(0)
            count = sum(bool(line.strip()) for line in copy)
            copy.seek(place)  # both share one file position
            return count
    except OSError:
        return None


def read_answer(line: bytes) -> SubmittedAnswer:
    """Parse a line; raise ValueError if it is no answer.

    The message completes "Line 3 …".
    """
    if len(line) > MOST_BYTES:
        raise ValueError(f"is longer than {MOST_BYTES // 1024**2} MB")
    record = read_json(line)
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object with `id`, `step` and `code`")
    missing = [f"`{key}`" for key in ("id", "step", "code") if key not in record]
    if missing:
        raise ValueError(f"lacks {' and '.join(missing)}")
    answer_id = record["id"]
    if isinstance(answer_id, bool) or not isinstance(answer_id, str | int | float):
        raise ValueError("has an `id` that is neither text nor a number")
    for key in ("step", "code"):
        if not isinstance(record[key], str):
            raise ValueError(f"has a `{key}` that is not a text")
    return SubmittedAnswer(answer_id, record["step"], record["code"])


async def _all_lines(file: BinaryIO) -> AsyncIterator[bytes]:
    """Yield each line without its newline; cut one that is too long a byte over the limit."""
    rest, skipping = b"", False
    while chunk := await _next_chunk(file):
        *ended, begun = chunk.split(b"\n")
        for each in ended:
            if not skipping:
                yield (rest + each)[: MOST_BYTES + 1]
            rest, skipping = b"", False
        if not skipping:
            rest += begun
        if len(rest) > MOST_BYTES:
            yield rest[: MOST_BYTES + 1]
            rest, skipping = b"", True
    if rest:
        yield rest


async def _next_chunk(file: BinaryIO) -> bytes:
    """Return the next bytes as soon as there are some; b"" at the end."""
    try:
        descriptor = file.fileno()
    except OSError:
        return file.read(_CHUNK)  # it has no file descriptor, as in a test
    await _readable(descriptor)
    return os.read(descriptor, _CHUNK)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:
        return  # a regular file, or a device that never blocks
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
