"""The folder in which a client's worker and its runs keep their files while they last."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from tutor.files import remove_folder


def make() -> Path:
    """A new one, private to this user; the leftovers of killed apps go first."""
    _remove_leftovers()
    return Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-"))


def _prefix() -> str:
    """A temporary folder may be shared between machines. Short, since sockets lie in it whose path
    has at most 107 bytes."""
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f"nntutor-{host}-"


def _remove_leftovers() -> None:
    prefix = _prefix()
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        with suppress(OSError, ValueError):
            pid = int(folder.name.removeprefix(prefix).split("-")[0])
            if folder.stat().st_uid == os.getuid() and not Path(f"/proc/{pid}").exists():
                remove_folder(str(folder))
