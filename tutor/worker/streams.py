"""What a program prints: passed on, remembered up to a limit, or kept away from the learner."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

MAX_REMEMBERED = 65_536
"""Bytes of output that a trace or a batch remembers; the rest is only passed on."""

_LINES_AT_ONCE = 10_000
"""Lines that go out one by one. A program that prints more prints a flood …"""
_FLUSH_EVERY = 0.02
"""… of which lines go out together, if they are less than these seconds apart."""
_BUFFER = 64 * 1024
_clock = time.monotonic


class _Tee(io.RawIOBase):
    """Writes to a descriptor, if there is one, and remembers the beginning."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._remembered = bytearray()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._descriptor is None:
            raise io.UnsupportedOperation("this output goes nowhere")
        return self._descriptor

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type] # the buffer above hands over bytes
        free_bytes = MAX_REMEMBERED - len(self._remembered)
        if free_bytes > 0:
            self._remembered += view[:free_bytes]
        if self._descriptor is not None:
            return os.write(self._descriptor, view)
        return len(view)

    def text(self) -> str:
        return self._remembered.decode("utf-8", "replace")


class _ThrottledWriter(io.BufferedWriter):
    """The text stream above flushes at the end of each line."""

    def __init__(self, tee: _Tee) -> None:
        super().__init__(tee, _BUFFER)
        self._lines = 0
        self._flushed = 0.0

    def flush(self) -> None:
        self._lines += 1
        if self._lines > _LINES_AT_ONCE:
            now = _clock()
            if now - self._flushed < _FLUSH_EVERY:
                return
            self._flushed = now
        super().flush()

    def flush_all(self) -> None:
        """Whatever the pace."""
        super().flush()


class OutputCapture:
    """Stands for sys.stdout during a run. Lines go out as they end."""

    def __init__(self, descriptor: int | None) -> None:
        self._tee = _Tee(descriptor)
        self._writer = _ThrottledWriter(self._tee)
        self._stream = io.TextIOWrapper(
            self._writer,
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=True,
        )

    def install(self) -> None:
        """As sys.stdout and sys.__stdout__."""
        sys.stdout = self._stream
        sys.__stdout__ = self._stream  # type: ignore[misc] # a program may print to it

    def flush(self) -> None:
        """What the program left in buffers goes out, whatever it did to its streams."""
        streams: tuple[TextIO, ...] = (self._stream, sys.stdout, sys.stderr)
        for stream in streams:
            try:
                stream.flush()
            except BaseException:
                pass  # it is the program's own stream, closed or broken
        try:
            self._writer.flush_all()
        except ValueError:
            pass  # the program has closed it

    def text(self) -> str:
        """The beginning of what was printed so far."""
        self.flush()
        return self._tee.text()


@contextmanager
def silence() -> Iterator[None]:
    """What is printed inside goes nowhere: questions are no part of the program."""
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.TextIOWrapper(io.BufferedWriter(_Tee(None)), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
