"""Reading, replacing and removing files and folders that anybody may have made.

Reading never blocks, and reads no more than was asked for. Every room may use this module, which
imports none of them.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeAlias

Stamp: TypeAlias = tuple[int, int, int]
"""Time, size and inode of a file, which differ after a write, also one that replaces the file."""


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of the file at the path; None if there is none or it cannot be read."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raise OSError for anything else.

    It is opened without blocking: opening a named pipe would wait for a writer for ever.
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
    """Return at most `max_bytes` of a regular file; raise OSError for anything else."""
    with open_regular(file) as stream:
        # Allocating a buffer of `max_bytes` takes longer than reading a small file.
        size = os.fstat(stream.fileno()).st_size
        data = stream.read(min(size + 1, max_bytes))
        if size < len(data) < max_bytes:  # it has grown, or its system reports no sizes
            data += stream.read(max_bytes - len(data))
        return data


def is_inside(path: Path, folder: Path) -> bool:
    """Return True if the path lies in the folder after links are resolved."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a cycle of links
        return False


def write_new_file(path: Path, content: bytes) -> None:
    """Write a new file, and leave no partial file if that fails.

    Raises OSError with the path, FileExistsError if the path exists.
    """
    file = path.open("xb")
    try:
        with file:
            file.write(content)
    except OSError as problem:
        with suppress(OSError):
            path.unlink()
        raise OSError(problem.errno, problem.strerror, str(path)) from problem


def replace_file(path: Path, content: bytes) -> None:
    """Replace the file atomically: a reader sees the new content or the old.

    It does not wait for the disk. Raises OSError, and then leaves the file as it was.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def remove_oldest(folder: Path, max_files: int, max_bytes: int) -> None:
    """Remove the oldest files until both limits are met; raise OSError."""
    with os.scandir(folder) as entries:
        found = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
    found.sort(key=lambda each: each[0].st_mtime_ns, reverse=True)
    size = 0
    for number, (status, path) in enumerate(found):
        size += status.st_size
        if number >= max_files or size > max_bytes:
            os.unlink(path)


def remove_folder(folder: str) -> None:
    """Remove a folder with its content as far as possible; its writers must have ended.

    Programs may lock folders, and nest them so deep that no path reaches the innermost and
    recursion would overflow. So each nested folder is first moved up, and only then entered.
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
                os.chmod(inner, 0o700)  # it may be locked, and a locked folder cannot be moved
                os.rename(inner, target)
                pending.append(target)
        if path != folder:
            with suppress(OSError):
                os.rmdir(path)
    with suppress(OSError):
        os.rmdir(folder)


def _clear(path: str) -> list[str]:
    """Remove everything except folders from this folder, and return the folders' paths."""
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
