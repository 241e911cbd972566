"""The folder in which a client's worker and its runs keep their files while they last."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path


def make() -> Path:
    """A new one, private to this user; the leftovers of killed apps go first."""
    _remove_leftovers()
    return Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-"))


def _prefix() -> str:
    host = "".join(letter for letter in socket.gethostname() if letter.isalnum())
    return f"nntutor-{host}-"  # a temporary folder may be shared between machines


def remove(folder: Path) -> None:
    """With all that is in it, as far as it can be."""
    for parent, names, _ in os.walk(folder):
        for name in names:  # a program may have locked its own folders
            with suppress(OSError):
                if not os.path.islink(path := os.path.join(parent, name)):
                    os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    prefix = _prefix()
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        with suppress(OSError, ValueError):
            pid = int(folder.name.removeprefix(prefix).split("-")[0])
            if folder.stat().st_uid == os.getuid() and not Path(f"/proc/{pid}").exists():
                remove(folder)
