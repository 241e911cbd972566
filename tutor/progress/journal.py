"""The journal of one running app: an append-only file of what the learner does.

The file is `journal/<started>-<host>-<pid>.jsonl`. No other process may write to it, so that two
apps at once need no lock, nor does a home on NFS. The lock on the file only tells other apps that
its writer is alive, so that they do not merge it away.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import msgspec

from tutor.paths import make_private
from tutor.progress.durable_files import advice, host, reason, sync_file
from tutor.progress.entries import NOT_STAMPED, AppEnded, Entry

FOLDER = "journal"
SUFFIX = ".jsonl"

Write = Callable[[int, bytes], int]

_ENCODER = msgspec.json.Encoder()


class Journal:
    """The writer of one app's journal.

    It never raises for a file that cannot be written: `problem` says why, the entries stay in
    memory, and every further `record` and `sync` tries again.
    """

    def __init__(
        self,
        data: Path,
        *,
        now: Callable[[], datetime],
        write: Write = os.write,
        fsync: Callable[[int], None] = sync_file,
    ) -> None:
        self._folder = data / FOLDER
        self._now = now
        self._write = write
        self._fsync = fsync
        self._lock = threading.Lock()
        self._file: int | None = None
        self._pending: deque[bytes] = deque()
        self._written = 0
        """Bytes of the first pending line that are in the file already."""
        self._unsynced: list[bytes] = []
        """Lines that are in the file, but may not be on the disk."""
        self._sync_failed = False
        self._last_time = NOT_STAMPED
        self._recorded = 0
        self.problem = ""
        """Why entries are not saved and what to do, for the learner; empty when all is well."""

    def record(self, entry: Entry) -> Entry:
        """Write the entry without waiting for the disk; return it with time and number."""
        with self._lock:
            entry = self._stamped(entry)
            self._pending.append(_encode(entry) + b"\n")
            self._write_pending()
        return entry

    def sync(self) -> None:
        """Write pending entries and wait for the disk.

        It may be called in a thread: the wait happens without the lock, so that a slow disk does
        not hold up `record`.
        """
        with self._lock:
            self._abandon_removed_file()
            self._write_pending()
            if self._file is None:
                return
            # A descriptor of its own: another thread may close the file during the wait.
            duplicate, lines = os.dup(self._file), len(self._unsynced)
        try:
            self._fsync(duplicate)
        except OSError as error:
            self._sync_failed = True
            self._set_problem(error)
        else:
            self._after_sync(lines)
        finally:
            os.close(duplicate)

    def close(self) -> None:
        """Record the end of the app, sync and close the file; a later `record` opens a new one."""
        if self._file is not None:
            self.record(AppEnded())
        self.sync()
        with self._lock:
            self._close_file()

    def _stamped(self, entry: Entry) -> Entry:
        if entry.at == NOT_STAMPED:
            entry = msgspec.structs.replace(entry, at=self._now().astimezone(UTC))
        self._last_time = max(self._last_time, entry.at)
        entry = msgspec.structs.replace(entry, at=self._last_time, n=self._recorded)
        self._recorded += 1
        return entry

    def _write_pending(self) -> None:
        """Write the pending lines one by one; finish a line that a full disk has cut."""
        try:
            if self._file is None and self._pending:
                self._file = self._open()
            while self._file is not None and self._pending:
                line = self._pending[0]
                self._written += self._write(self._file, line[self._written :])
                if self._written == len(line):
                    self._unsynced.append(self._pending.popleft())
                    self._written = 0
        except OSError as error:
            self._set_problem(error)
        else:
            if not self._sync_failed:
                self.problem = ""

    def _after_sync(self, lines: int) -> None:
        """Forget the first `lines` unsynced lines; after a failed sync, write all again instead."""
        # After a failed fsync the next one succeeds even if the lines are lost. Duplicates in the
        # file count once: see `fold`.
        with self._lock:
            if self._sync_failed:
                self._sync_failed = False
                self._write_again()
            else:
                del self._unsynced[:lines]

    def _write_again(self) -> None:
        cut_line = [self._pending.popleft()] if self._written else []
        self._pending = deque([*cut_line, *self._unsynced, *self._pending])
        self._unsynced = []
        self._write_pending()

    def _open(self) -> int:
        make_private(self._folder)
        started = self._last_time.strftime("%Y%m%dT%H%M%SZ")
        stem = f"{started}-{host()}-{os.getpid()}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        for attempt in count(1):
            name = stem if attempt == 1 else f"{stem}.{attempt}"
            try:
                file = os.open(self._folder / (name + SUFFIX), flags, 0o600)
            except FileExistsError:
                continue
            _mark_alive(file)
            return file
        raise AssertionError("count() has no end")

    def _abandon_removed_file(self) -> None:
        """Continue in another file, with all unsynced lines, if the open one was deleted."""
        if self._file is None or _has_name(self._file):
            return
        self._close_file()
        self._written = 0
        self._write_again()

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _set_problem(self, error: OSError) -> None:
        self.problem = f"Progress is not being saved: {reason(error)} ({self._folder}). " + advice(
            error
        )


def is_being_written(path: Path) -> bool:
    """Return True if an app still has this journal open for writing, or if that is unknown."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)  # which releases the lock
    return False


def _has_name(file: int) -> bool:
    try:
        return os.fstat(file).st_nlink > 0
    except OSError:  # a stale handle of NFS
        return False


def _mark_alive(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # a file system without locks: `is_being_written` will not get one either
        pass


def _encode(entry: Entry) -> bytes:
    try:
        return _ENCODER.encode(entry)
    except UnicodeEncodeError:  # half of a surrogate pair, from a broken paste
        return _ENCODER.encode(_without_surrogates(entry))


def _without_surrogates(entry: Entry) -> Entry:
    texts = {
        name: value.encode("utf-8", "replace").decode()
        for name in entry.__struct_fields__
        if isinstance(value := getattr(entry, name), str)
    }
    return msgspec.structs.replace(entry, **texts)
