"""Small pieces that journal, drafts and fold share: who we are, safe reading, words for errors."""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from pathlib import Path

from tutor.files import open_regular

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def host() -> str:
    """This machine's name, as far as it is safe in a file name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname()).strip("-.")[:64] or "host"


def read_regular(path: Path, limit: int) -> bytes:
    """All bytes of a regular file. Raises OSError, also for a pipe, a folder or a larger file."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise OSError(errno.EFBIG, f"Larger than {limit // 1024} KB", str(path))
        return file.read(limit)


def replace_file(path: Path, content: bytes) -> None:
    """Puts the content there at once: whoever reads finds it whole, or what was there before.
    Raises OSError."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def sync_file(file: int) -> None:
    """fsync, where the file system has it. Raises OSError if the bytes may not be on disk."""
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """Makes a rename in it last. Not every file system can; then there is nothing to do."""
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
    """What the system says, without number and path."""
    return error.strerror or type(error).__name__


def advice(error: OSError) -> str:
    """What the learner can do about a file that cannot be written: one sentence."""
    if error.errno in _NO_SPACE:
        return "Free some space or start with --data-dir DIR."
    if error.errno in _NOT_ALLOWED:
        return "Make the folder writable or start with --data-dir DIR."
    return "Start with --data-dir DIR to keep it elsewhere."
