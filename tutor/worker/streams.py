"""The standard output of a program: passed on, remembered up to a limit, or discarded."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

MAX_REMEMBERED = 65_536
"""Maximum bytes of output that are remembered for a trace or a batch; the rest is passed on."""

_LINES_AT_ONCE = 10_000
"""Lines that are written one by one. After them, lines that are less than `_FLUSH_EVERY` apart are
written together: a flood of single lines would keep the app busy with nothing else."""
_FLUSH_EVERY = 0.02
"""Seconds."""
_BUFFER = 64 * 1024
_clock = time.monotonic


class _Tee(io.RawIOBase):
    """A raw stream that writes to a descriptor, if it has one, and remembers the beginning."""

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
    """A buffer that writes each line at once, until the program prints a flood.

    The text stream above it calls `flush` at the end of each line.
    """

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
        """Write all buffered output, even in a flood."""
        super().flush()


class OutputCapture:
    """The stream that replaces sys.stdout during a run, and writes each complete line.

    With None as its descriptor the output is only remembered.
    """

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
        """Make this sys.stdout and sys.__stdout__."""
        sys.stdout = self._stream
        sys.__stdout__ = self._stream  # type: ignore[misc] # a program may print to it

    def flush(self) -> None:
        """Write out all buffered output, even if the program has closed its streams."""
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
        """Flush, and return the first `MAX_REMEMBERED` bytes of the output, decoded."""
        self.flush()
        return self._tee.text()


@contextmanager
def silence() -> Iterator[None]:
    """Discard output in this context: a question is not part of the program."""
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.TextIOWrapper(io.BufferedWriter(_Tee(None)), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
