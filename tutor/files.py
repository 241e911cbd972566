"""Files and folders that anybody may have made: reading without waiting or taking in too much, and
removing. For every room; knows none.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """To be read. Raises OSError, also for a pipe or a folder.

    Opened without blocking: a named pipe would wait for its writer for ever.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_bytes(file: Path, max_bytes: int) -> bytes:
    """At most `max_bytes` bytes of a regular file. Raises OSError, also for anything else."""
    with open_regular(file) as stream:
        return stream.read(max_bytes)


def remove_folder(folder: str) -> None:
    """With all that is in it, as far as it can be; the programs that wrote there have ended.

    Programs lock folders, and make some within others until no path and no call goes so deep. So
    each folder in a folder is moved up first, and only then looked into.
    """
    prefix = os.urandom(8).hex()
    pending = [folder]
    moved = 0
    while pending:
        path = pending.pop()
        for inner in _clear(path):
            target = inner
            if path != folder:
                moved += 1
                target = os.path.join(folder, f"{prefix}-{moved}")
            with suppress(OSError):
                os.chmod(inner, 0o700)  # it may be locked, and what is locked cannot be moved
                os.rename(inner, target)
                pending.append(target)
        if path != folder:
            with suppress(OSError):
                os.rmdir(path)
    with suppress(OSError):
        os.rmdir(folder)


def _clear(path: str) -> list[str]:
    """Removes all but the folders, which it returns."""
    folders: list[str] = []
    with suppress(OSError):
        os.chmod(path, 0o700)
        for entry in list(os.scandir(path)):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                with suppress(OSError):
                    os.unlink(entry.path)
    return folders
