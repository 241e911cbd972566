"""Writing a hand-in into a shared folder: nobody else may list, read or remove it.

A drop folder is made by its owner with `chmod 3733`: everybody may put files in, and only the owner
may list them. Files inherit its group, so that mode 0640 lets the owner read them, and the sticky
bit keeps learners from removing each other's files.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from tutor.classroom.hand_in_file import SUFFIX
from tutor.progress.durable_files import reason, sync_file

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class CannotDeliver(Exception):
    """Raised if the file cannot be written; the message says why, and what to do."""


def deliver(content: bytes, to: Path) -> Path:
    """Write a new file in the folder `to`, under a random name, or as the file `to`.

    It is complete and on disk, or not there at all. Raises CannotDeliver.
    """
    is_folder = os.path.isdir(to)
    folder = to if is_folder else to.parent
    name = secrets.token_hex(8) + SUFFIX if is_folder else to.name
    try:
        # a folder that may not be listed can only be opened with O_PATH
        opened = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise CannotDeliver(f"{folder}: {reason(error)}.") from None
    try:
        mode = _mode_in(folder, os.fstat(opened))
        _write(content, name, opened, mode)
    except FileExistsError:
        raise CannotDeliver(f"{folder / name} already exists. Choose another name.") from None
    except OSError as error:
        raise CannotDeliver(f"{folder / name} cannot be written: {reason(error)}.") from None
    finally:
        os.close(opened)
    return folder / name


def _mode_in(folder: Path, status: os.stat_result) -> int:
    """Return a file's mode in the folder; raise CannotDeliver if no mode is safe there."""
    if status.st_uid == os.geteuid():
        return 0o600
    mode = status.st_mode
    remedy = f"Its owner makes it a drop folder with `chmod 3733 {folder}`."
    groups = (os.getegid(), *os.getgroups())
    if mode & stat.S_IROTH or (mode & stat.S_IRGRP and status.st_gid in groups):
        raise CannotDeliver(f"Others can list {folder}. {remedy}")
    if not mode & stat.S_ISVTX:
        raise CannotDeliver(f"Others could remove your file from {folder}. {remedy}")
    if not mode & stat.S_ISGID:
        raise CannotDeliver(f"The owner of {folder} could not read your file. {remedy}")
    return 0o640


def _write(content: bytes, name: str, folder: int, mode: int) -> None:
    descriptor = os.open(name, _FLAGS, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)  # whatever the umask is
            file.write(content)
            file.flush()
            sync_file(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
