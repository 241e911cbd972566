"""The folder in which a client's worker and its runs keep their files. For the supervisor.

Its owner holds a lock on it for as long as it lives. Process ids would not tell who lives: two
apps may share a temporary folder and not see each other's processes, as in containers.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from tutor.files import remove_folder

_UNLOCKED, _LOCKED = "new", "held"
"""Parts of names. What is locked gets its last name only then, so that a folder without a lock is
never taken for one that lost its owner."""

_held: dict[Path, int] = {}
"""Descriptors with the locks of this process. Programs that it starts do not inherit them."""


def make() -> Path:
    """A new one, private to this user; the leftovers of killed apps go first."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix()}-{_UNLOCKED}-"))
    lock = _lock(folder)
    if lock is None:  # a file system without locks: nobody can tell, and nobody removes it
        return folder
    locked = folder.with_name(folder.name.replace(_UNLOCKED, _LOCKED, 1))
    os.rename(folder, locked)
    _held[locked] = lock
    return locked


def remove(folder: Path) -> None:
    """One that was made here, with all that is in it."""
    remove_folder(str(folder))
    lock = _held.pop(folder, None)
    if lock is not None:
        os.close(lock)


def _prefix() -> str:
    """A temporary folder may be shared between machines. Short, since sockets lie in it whose path
    has at most 107 bytes."""
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f"nntutor-{host}"


def _lock(folder: Path) -> int | None:
    """A descriptor that holds the lock; None if another process has it, or in doubt."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_leftovers() -> None:
    """Those whose owner has ended, and those from before this machine was started."""
    temporary = Path(tempfile.gettempdir())
    for folder in temporary.glob(f"{_prefix()}-{_LOCKED}-*"):
        if _is_own(folder) and (lock := _lock(folder)) is not None:
            remove_folder(str(folder))
            os.close(lock)
    started = _boot_time()
    for pattern in (f"{_prefix()}-{_UNLOCKED}-*", f"{_prefix()}-[0-9]*-*"):  # as older ones name it
        for folder in temporary.glob(pattern):
            with suppress(OSError):
                if _is_own(folder) and folder.stat().st_ctime < started:
                    remove_folder(str(folder))


def _is_own(folder: Path) -> bool:
    with suppress(OSError):
        return folder.lstat().st_uid == os.getuid()
    return False


def _boot_time() -> float:
    """Seconds since the epoch; 0 where it is not known."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/stat").read_text().splitlines():
            if line.startswith("btime "):
                return float(line.split()[1])
    return 0.0
