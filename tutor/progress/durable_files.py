"""Functions that the files of this package share: safe reading, writing and words for errors."""

from __future__ import annotations

import errno
import os
import re
import socket
from pathlib import Path

from tutor.files import open_regular

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def host() -> str:
    """Return this machine's name, reduced to characters that are safe in a file name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname()).strip("-.")[:64] or "host"


def read_regular(path: Path, limit: int) -> bytes:
    """Return all bytes of a regular file of at most `limit` bytes.

    Raises OSError, also for a pipe, a folder or a larger file.
    """
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise OSError(errno.EFBIG, f"Larger than {limit // 1024} KB", str(path))
        return file.read(limit)


def sync_file(file: int) -> None:
    """Sync the open file, where the file system can do that.

    Raises OSError if the bytes may not be on disk.
    """
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """Sync the folder, so that a rename in it outlives a crash; ignore errors.

    Not every file system can do that, and then nothing else would help.
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
