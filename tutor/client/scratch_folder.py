"""The folder in which a client's worker and its runs store their files, for the supervisor.

The app that made it holds a lock on it for as long as it lives; a folder with a free lock was left
by an app that was killed. Process ids would not do: two apps may share a temporary folder without
seeing each other's processes, as in containers.
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
"""Parts of names. A folder gets its final name once it is locked, so that one that is about to be
locked is never mistaken for a leftover."""

_held: dict[Path, int] = {}
"""Descriptors that hold the locks of this process, by folder. Programs do not inherit them."""


def make() -> Path:
    """Make a folder that is private to this user; remove the leftovers of killed apps first."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix()}-{_UNLOCKED}-"))
    lock = _lock(folder)
    if lock is None:  # a file system without locks: it keeps its first name
        return folder
    locked = folder.with_name(folder.name.replace(_UNLOCKED, _LOCKED, 1))
    os.rename(folder, locked)
    _held[locked] = lock
    return locked


def remove(folder: Path) -> None:
    """Remove a folder that `make` returned, with its content, and release its lock."""
    remove_folder(str(folder))
    lock = _held.pop(folder, None)
    if lock is not None:
        os.close(lock)


def _prefix() -> str:
    """Return the prefix of the names, which differs from machine to machine.

    Machines may share a temporary folder. The name is short, since the folder contains sockets, and
    the path of a socket has at most 107 bytes.
    """
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f"nntutor-{host}"


def _lock(folder: Path) -> int | None:
    """Return a descriptor that holds the lock; None if it cannot be had."""
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
    """Remove folders whose owner has ended.

    Without locks that is unknown; such folders are removed after a restart of the machine.
    """
    temporary = Path(tempfile.gettempdir())
    for folder in temporary.glob(f"{_prefix()}-{_LOCKED}-*"):
        if _is_own(folder) and (lock := _lock(folder)) is not None:
            remove_folder(str(folder))
            os.close(lock)
    started = _boot_time()
    # the second is the name in older versions
    for pattern in (f"{_prefix()}-{_UNLOCKED}-*", f"{_prefix()}-[0-9]*-*"):
        for folder in temporary.glob(pattern):
            with suppress(OSError):
                if _is_own(folder) and folder.stat().st_ctime < started:
                    remove_folder(str(folder))


def _is_own(folder: Path) -> bool:
    with suppress(OSError):
        return folder.lstat().st_uid == os.getuid()
    return False


def _boot_time() -> float:
    """Return the time at which the machine was started; 0 if unknown."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/stat").read_text().splitlines():
            if line.startswith("btime "):
                return float(line.split()[1])
    return 0.0
