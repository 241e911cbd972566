"""All that the watched run printed, in a file. Used by `client`; what it tells, by ui.

The screen keeps the last lines, and shows only parts of a flood. The file stands in the client's
own temporary folder and not with what is kept: the next run can print it again, while the data
folder may be far away and its room counted. It lasts until the next run, or the client's end.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path

from msgspec import Struct

from tutor.wire.commands import OUTPUT_MB

MAX_BYTES = OUTPUT_MB * 1024 * 1024
"""Of what was printed first; the end of it is on screen."""

NAME = "printed.txt"


class TranscriptExcerpt(Struct, frozen=True):
    """What was printed so far, and what of it is in the file."""

    file: Path
    left_out: int = 0
    """Bytes that are not."""
    problem: str = ""
    """Why not, where it is not for their number."""


class Transcript:
    """Of one run. Text comes filtered: it holds no control codes."""

    def __init__(self, folder: Callable[[], Path | None], max_bytes: int = MAX_BYTES) -> None:
        """`folder` is asked when something is printed; before that there is no file."""
        self._folder = folder
        self._bytes_left = max_bytes
        self._left_out = 0
        self._problem = ""
        self._path: Path | None = None
        self._stream: FileIO | None = None
        self._is_removed = False

    def add(self, text: str) -> None:
        """Text that was printed just now. Never raises: a full disk ends the file."""
        data = text.encode("utf-8", "replace")
        if data:
            self._left_out += len(data) - self._write(data)

    def excerpt(self) -> TranscriptExcerpt | None:
        """What the file holds now; its last line says what is missing. None if there is none."""
        if self._stream is None or self._path is None:
            return None
        if self._left_out:
            with suppress(OSError):
                self._write_last_line(self._stream)
        return TranscriptExcerpt(self._path, self._left_out, self._problem)

    def remove(self) -> None:
        """Remove the file for good: the run is of no interest any more."""
        # a run that still prints would else open it again, in the place of its successor's
        self._is_removed = True
        if self._stream is not None and self._path is not None:
            with suppress(OSError):
                self._stream.close()
            with suppress(OSError):
                self._path.unlink()
        self._stream = self._path = None

    def _write(self, data: bytes) -> int:
        """How much of it went into the file. Once something did not, nothing more does."""
        if self._left_out or self._is_removed:
            return 0
        kept = (
            data if len(data) <= self._bytes_left else _whole_characters(data[: self._bytes_left])
        )
        try:
            stream = self._stream = self._stream or self._open()
            written = stream.write(kept)
        except OSError as error:
            self._problem = error.strerror or str(error)
            return 0
        self._bytes_left -= written
        if written < len(kept):
            self._problem = os.strerror(errno.ENOSPC)
        return written

    def _open(self) -> FileIO:
        folder = self._folder()
        if folder is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        self._path = folder / NAME
        with suppress(FileNotFoundError):
            self._path.unlink()
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return FileIO(os.open(self._path, flags, 0o600), "r+")

    def _write_last_line(self, stream: FileIO) -> None:
        """There is one such line, also when more is left out later."""
        position = stream.tell()
        stream.write(f"\n… {self._left_out:,} bytes more were not kept …\n".encode())
        stream.seek(position)


def _whole_characters(data: bytes) -> bytes:
    return data.decode("utf-8", "ignore").encode()
