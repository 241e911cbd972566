"""The folder of a program: its data files, without files of other programs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tutor.files import remove_folder
from tutor.wire.commands import Files

_READ_ONLY = 0o444


def put_files(files: Files) -> None:
    """Write read-only copies into the current folder, in place of links of the same names."""
    for name, content in files:
        with suppress(FileNotFoundError):
            os.unlink(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with open(os.open(name, flags, _READ_ONLY), "wb") as file:
            file.write(content)


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
