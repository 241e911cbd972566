"""The file with all output of the watched run, of which the screen keeps only the last lines.

It is in the client's own temporary folder, not in the data folder: the next run can print it again,
while the data folder may be on a slow disk or under a quota. It lasts until the next run, or until
the client is closed.
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
"""Maximum bytes stored from the beginning; the end is on screen."""

NAME = "printed.txt"


class TranscriptExcerpt(Struct, frozen=True):
    """The file with the output so far, and the size of the missing part."""

    file: Path
    left_out: int = 0
    """Bytes that are missing at the end."""
    problem: str = ""
    """Error that caused it; empty if the output was too long, or nothing is missing."""


class Transcript:
    """The transcript of one run. Its text comes filtered, without control codes."""

    def __init__(
        self,
        folder: Callable[[], Path | None],
        max_bytes: int = MAX_BYTES,
        name: str = NAME,
    ) -> None:
        """Prepare a transcript; its file is made when the first text is added.

        `folder` returns its folder, or None while there is none.
        """
        self._folder = folder
        self._name = name
        self._bytes_left = max_bytes
        self._left_out = 0
        self._problem = ""
        self._path: Path | None = None
        self._stream: FileIO | None = None
        self._is_removed = False

    def add(self, text: str) -> None:
        """Add output; never raises: a full disk only ends the file."""
        data = text.encode("utf-8", "replace")
        if data:
            self._left_out += len(data) - self._write(data)

    def excerpt(self) -> TranscriptExcerpt | None:
        """Return the file, ended by a line on missing text; None if there is none."""
        if self._stream is None or self._path is None:
            return None
        if self._left_out:
            with suppress(OSError):
                self._write_last_line(self._stream)
        return TranscriptExcerpt(self._path, self._left_out, self._problem)

    def rename(self, name: str = NAME) -> None:
        """Give the file another name, now or when it is made."""
        self._name = name
        if self._path is not None:
            with suppress(OSError):
                self._path = self._path.replace(self._path.with_name(name))

    def remove(self) -> None:
        """Remove the file for good, since nobody will want to read the output of this run."""
        # else a run that still prints would open the file again, in place of its successor's
        self._is_removed = True
        if self._stream is not None and self._path is not None:
            with suppress(OSError):
                self._stream.close()
            with suppress(OSError):
                self._path.unlink()
        self._stream = self._path = None

    def _write(self, data: bytes) -> int:
        """Write as many bytes as the file takes, none after a gap, and return their number."""
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
        self._path = folder / self._name
        with suppress(FileNotFoundError):
            self._path.unlink()
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return FileIO(os.open(self._path, flags, 0o600), "r+")

    def _write_last_line(self, stream: FileIO) -> None:
        """Write the line on missing text, which the next such line overwrites."""
        position = stream.tell()
        stream.write(f"\n… {self._left_out:,} bytes more were not kept …\n".encode())
        stream.seek(position)


def _whole_characters(data: bytes) -> bytes:
    return data.decode("utf-8", "ignore").encode()
