"""For tests that root starts: the rest of a program as an ordinary user.

Python and the project may lie in folders that are root's alone. So the process first gets mounts of
its own, in which those folders hold what it needs, open to everybody.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tutor.worker import linux, namespaces

ROOT = Path(__file__).parents[2]

_MS_BIND = 4096
_NOBODY = 65534
_OPEN_TO_ALL = 0o001


def start_again_as_ordinary_user(home: Path, arguments: list[str]) -> None:
    """`python` with these arguments, in that folder, which becomes the user's own."""
    if os.getuid() == 0:
        os.chown(home, _NOBODY, _NOBODY)
        _open([home, ROOT, Path(sys.prefix), Path(sys.base_prefix)])
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    os.environ.update(HOME=str(home), TMPDIR=str(home), PYTHONPATH=str(ROOT))
    os.chdir(home)
    os.execv(sys.executable, [sys.executable, *arguments])


def _open(paths: Iterable[Path]) -> None:
    """Makes these reachable, in mounts that are this process's own."""
    namespaces.enter_own_mounts()
    behind: dict[Path, list[tuple[Path, int]]] = {}
    for path in paths:
        if (closed := _closed_above(path)) is not None:
            behind.setdefault(closed, []).append((path, os.open(path, os.O_PATH)))
    for closed, inside in behind.items():
        linux.mount("tmpfs", str(closed), "tmpfs", 0, "size=1m,mode=755")
        for path, descriptor in inside:
            path.mkdir(parents=True, exist_ok=True)
            linux.mount(f"/proc/self/fd/{descriptor}", str(path), "", _MS_BIND)
            os.close(descriptor)


def _closed_above(path: Path) -> Path | None:
    """The outermost folder on the way there through which only its owner comes."""
    above = reversed(path.parents)
    return next((folder for folder in above if not folder.stat().st_mode & _OPEN_TO_ALL), None)
