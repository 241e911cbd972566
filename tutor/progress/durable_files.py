"""Functions that the files of this package share: safe reading, writing and texts for errors."""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from pathlib import Path

from tutor.files import open_regular

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def host() -> str:
    """Return this machine's name, reduced to characters that are safe in a file name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname()).strip("-.")[:64] or "host"


def is_safe_id(name: str) -> bool:
    """Return True if the id is safe in a path: lessons may come from a stranger."""
    return _ID.fullmatch(name) is not None


def replace_durably(path: Path, content: bytes) -> None:
    """Replace the file, for its owner alone, and wait for the disk.

    After a crash at any point it holds the old bytes or the new ones, never a part. Raises OSError,
    and then leaves no other file behind.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            sync_file(descriptor)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
    sync_folder(path.parent)


def read_regular(path: Path, limit: int) -> bytes:
    """Return all bytes of a regular file of at most `limit` bytes.

    Raises OSError, also for a pipe, a folder or a larger file.
    """
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise OSError(errno.EFBIG, f"Larger than {limit // 1024} KB", str(path))
        return file.read(limit)


def sync_file(file: int) -> None:
    """Sync the open file, if the file system supports that.

    Raises OSError if the bytes may not be on disk.
    """
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """Sync the folder, so that a rename in it outlives a crash; ignore errors.

    Not every file system supports that, and then nothing else would help.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        sync_file(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def reason(error: OSError) -> str:
    """Return the system's message for the error, without its number and path."""
    return error.strerror or type(error).__name__


def advice(error: OSError) -> str:
    """Return a sentence on what the learner can do about a file that cannot be written."""
    if error.errno in _NO_SPACE:
        return "Free some space or start with --data-dir DIR."
    if error.errno in _NOT_ALLOWED:
        return "Make the folder writable or start with --data-dir DIR."
    return "Start with --data-dir DIR to keep it elsewhere."
