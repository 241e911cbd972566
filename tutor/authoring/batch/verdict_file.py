"""The file that verdicts are written to: whatever ends the command, it holds whole lines.

A record is written at once and reaches the disk within about a second. After a crash of the machine
the last line may be cut; whoever goes on with the file drops it.
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
"""Seconds after which what was written is sent to the disk."""


class CannotUse(Exception):
    """A file cannot be used as the command asks; the message names it, and says what to do."""


class CannotWrite(Exception):
    """The file could not be written on; what stands in it is whole."""


class VerdictFile:
    """A file of records, open to be gone on with."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the file, or make one that only its owner can read; raise CannotUse."""
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
        """Bytes up to the end of the last whole line, and how many lines have been seen of it: in
        one, since a signal may come between any two statements."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self._whole[0]

    @property
    def count(self) -> int:
        """How many records were read from it or written to it."""
        return self._whole[1]

    def records(self) -> Iterator[Record]:
        """Yield the records that stand in it; then what follows the last whole one is dropped.

        Raises CannotUse for a line in the middle that is no record. Nothing is dropped unless all
        records are taken.
        """
        place = count = 0
        with open(os.dup(self._descriptor), "rb") as file:
            file.seek(0)
            for line in file:
                record = record_of(line)
                if record is None:
                    if place + len(line) < self._whole[0]:
                        raise CannotUse(
                            f"Line {count + 1} of {self.path} is no verdict of `nntutor grade`: "
                            "is it the right file?"
                        )
                    break
                yield record
                place += len(line)
                count += 1
        self._whole = place, count
        self._cut()

    def add(self, record: Record) -> None:
        """Write a record as a line; raise CannotWrite, and then leave the file whole."""
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
                f"{self.path} cannot be written on: {error.strerror or error}."
            ) from error

    def close(self) -> None:
        """Send all to the disk, and close the file; a line that was not whole is dropped."""
        try:
            self._cut()
            os.fsync(self._descriptor)
        except OSError:
            pass  # a disk that fails: what was written before is what there is
        finally:
            os.close(self._descriptor)

    def _cut(self) -> None:
        end, _ = self._whole
        if os.fstat(self._descriptor).st_size > end:
            os.ftruncate(self._descriptor, end)

    def _refuse_others(self) -> None:
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise CannotUse(f"{self.path} is not a regular file; leave it out for standard output.")
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:  # a network folder may know no locks
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise CannotUse(f"Another `nntutor grade` writes to {self.path}.") from error
