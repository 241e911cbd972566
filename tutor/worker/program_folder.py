"""The folder of a program: its data files, without files of other programs."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tutor.files import remove_folder
from tutor.wire.commands import Files
from tutor.wire.events import WrittenFile

_READ_ONLY = 0o444
_MAX_ENTRIES = 500
"""Maximum number of files and folders of one shared folder that a program finds."""
_NOT_ITS_OWN = (".", "__pycache__", "inductor")
"""Beginnings of folders not written by a program itself; PyTorch's compiler writes the last."""
_MAX_BELOW = 50
"""Maximum number of entries of a folder in it that is copied: most data sets have more."""
_COPIED_BYTES = 4_000_000
_COPIED_BYTES_IN_ALL = 16_000_000
"""A quarter of the file system of a run."""


def bring_files(folder: str) -> None:
    """Show the files of a shared folder in the current one, by name, as where it usually runs.

    Copies, so that a program can write what it writes elsewhere; the originals stay as they are.
    Large files and folders are links to what it can only read.
    """
    _bring(folder, ".", _MAX_ENTRIES, _COPIED_BYTES_IN_ALL)


def _bring(folder: str, target: str, max_entries: int, left: int) -> int:
    """Return the bytes that may still be copied."""
    for name in _visible_names(folder)[:max_entries]:
        source, place = os.path.join(folder, name), os.path.join(target, name)
        with suppress(OSError):  # it is gone or not readable, or a folder before has that name
            status = os.stat(source)
            is_file = stat.S_ISREG(status.st_mode)
            if is_file and status.st_size <= min(_COPIED_BYTES, left):
                shutil.copy(source, place)
                left -= status.st_size
            elif target == "." and _is_small_folder(source):
                os.mkdir(place)
                left = _bring(source, place, _MAX_BELOW, left)
            else:
                os.symlink(source, place)
    return left


def _is_small_folder(path: str) -> bool:
    return os.path.isdir(path) and 0 < len(os.listdir(path)) <= _MAX_BELOW


def _visible_names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return []  # it is gone, or not readable


def put_files(files: Files) -> None:
    """Write read-only copies into the current folder, in place of links of the same names."""
    for name, content in files:
        with suppress(FileNotFoundError):
            os.unlink(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with open(os.open(name, flags, _READ_ONLY), "wb") as file:
            file.write(content)


class WrittenFiles:
    """Finds the files in the current folder that were written since this was made."""

    def __init__(self) -> None:
        self._folder = os.getcwd()
        self._before = _file_states(self._folder)

    def found(self) -> tuple[WrittenFile, ...]:
        """Return them by path; none where the program has made that impossible."""
        with suppress(Exception):
            now = _file_states(self._folder)
            changed = sorted(path for path, state in now.items() if self._before.get(path) != state)
            return tuple(WrittenFile(_as_text(path), now[path].size) for path in changed)
        return ()


def _as_text(path: str) -> str:
    """Return the path with a mark for bytes that are no text, which no message can hold."""
    return os.fsencode(path).decode(errors="replace")


class _FileState(NamedTuple):
    size: int
    modified_ns: int


def _file_states(folder: str) -> dict[str, _FileState]:
    """Return the states of at most twice `_MAX_ENTRIES` files below the folder, by relative path.

    Hidden files are left out, and what PyTorch's compiler writes.
    """
    states: dict[str, _FileState] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(_NOT_ITS_OWN)]
        for name in sorted(names)[:_MAX_ENTRIES]:
            path = os.path.join(place, name)
            with suppress(OSError):
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode) and not name.startswith("."):
                    state = _FileState(status.st_size, status.st_mtime_ns)
                    states[os.path.relpath(path, folder)] = state
            if len(states) >= _MAX_ENTRIES:
                return states
    return states


@contextmanager
def own_folder(files: Files) -> Iterator[None]:
    """Make a new folder with only these files the current one, inside this context.

    So an author's program finds no files of other programs or of the learner. Afterwards the folder
    is removed and the former current folder restored.
    """
    before = os.getcwd()
    folder = tempfile.mkdtemp()
    try:
        os.chdir(folder)
        put_files(files)
        yield
    finally:
        os.chdir(before)
        remove_folder(folder)
