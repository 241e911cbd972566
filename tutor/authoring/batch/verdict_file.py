"""The file for verdicts: however the command ends, it holds complete lines.

A record is written at once and reaches the disk within about a second. After a crash of the machine
the last line may be cut; resuming drops it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tutor.authoring.batch.known_verdicts import Record, record_of
from tutor.authoring.json_lines import json_line

_SYNC_S = 1.0
"""Seconds after which written records are synced to the disk."""


class CannotUse(Exception):
    """Raised for a file that cannot be used so; the message names it and a remedy."""


class CannotWrite(Exception):
    """Raised if the file could not be extended; its lines are complete."""


class VerdictFile:
    """A file of records, open for continuation."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the file, or create it for its owner alone; raise CannotUse."""
        self.path = path
        self._clock = clock
        self._synced = clock()
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise CannotUse(f"{path} cannot be written: {error.strerror or error}.") from error
        try:
            self._refuse_others()
        except CannotUse:
            os.close(self._descriptor)
            raise
        self._whole = os.fstat(self._descriptor).st_size, 0
        """Bytes up to the end of the last complete line, and the number of lines read or written:
        in one tuple, since a signal may come between any two statements."""

    @property
    def is_empty(self) -> bool:
        return not self._whole[0]

    @property
    def count(self) -> int:
        """Number of records that were read from it or written to it."""
        return self._whole[1]

    def records(self) -> Iterator[Record]:
        """Yield the records in it; then drop an incomplete rest.

        Raises CannotUse for a line in the middle that is no record. Nothing is dropped unless all
        records are consumed.
        """
        place = count = 0
        with open(os.dup(self._descriptor), "rb") as file:
            file.seek(0)
            for line in file:
                record = record_of(line)
                if record is None:
                    if place + len(line) < self._whole[0]:
                        raise CannotUse(
                            f"Line {count + 1} of {self.path} is not a verdict of `nntutor "
                            "grade`: is it the right file?"
                        )
                    break
                yield record
                place += len(line)
                count += 1
        self._whole = place, count
        self._cut()

    def add(self, record: Record) -> None:
        """Write a record as a line; if that fails, keep the file whole and raise CannotWrite."""
        line = json_line(record)
        end, count = self._whole
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(self._descriptor, line[written:], end + written)
            self._whole = end + len(line), count + 1
            if self._clock() - self._synced >= _SYNC_S:
                os.fsync(self._descriptor)
                self._synced = self._clock()
        except OSError as error:
            self._cut()
            raise CannotWrite(
                f"{self.path} cannot be written: {error.strerror or error}."
            ) from error

    def close(self) -> None:
        """Sync and close the file; drop an incomplete line."""
        try:
            self._cut()
            os.fsync(self._descriptor)
        except OSError:
            pass  # a disk that fails: earlier records are all there is
        finally:
            os.close(self._descriptor)

    def _cut(self) -> None:
        end, _ = self._whole
        if os.fstat(self._descriptor).st_size > end:
            os.ftruncate(self._descriptor, end)

    def _refuse_others(self) -> None:
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise CannotUse(
                f"{self.path} is not a regular file; without it, standard output is used."
            )
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:  # a network folder may not support locks
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise CannotUse(f"Another `nntutor grade` writes to {self.path}.") from error
