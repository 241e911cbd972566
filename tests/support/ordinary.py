"""Commands run as an ordinary account, also where root runs the tests.

Python, the project and a test's folder may lie in folders that are root's alone. So the process
first gets mounts of its own, in which those folders hold what it needs, open to everybody.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tutor.worker import linux, namespaces

ROOT = Path(__file__).parents[2]
NOBODY = 65_534

_MS_BIND = 4096
_OPEN_TO_ALL = 0o001
_OF_PLACES = ("XDG_", "NNTUTOR_")
"""Beginnings of variables that could name folders outside of `home`."""


def run_as_ordinary(
    command: Sequence[str],
    home: Path,
    *,
    account: int = NOBODY,
    environment: Mapping[str, str] | None = None,
    typed: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    """Run the command in the folder `home`, which becomes the account's with what root has in it.

    `python` and `nntutor` are those of the tests. If no root runs the tests, it runs as whoever
    does.
    """
    kept = {name: os.environ[name] for name in os.environ if not name.startswith(_OF_PLACES)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.ordinary", str(account), str(home), *command],
        input=typed,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**kept, **(environment or {})},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def _start(account: int, home: Path, command: list[str]) -> None:
    """Become the account and the command."""
    if os.getuid() == 0:
        for path in (home, *home.rglob("*")):
            if path.lstat().st_uid == 0:  # what other accounts have put there stays theirs
                os.chown(path, account, account, follow_symlinks=False)
        _open([home, ROOT, Path(sys.prefix), Path(sys.base_prefix)])
        os.setgroups([])
        os.setresgid(account, account, account)
        os.setresuid(account, account, account)
    programs = os.pathsep.join((str(Path(sys.prefix, "bin")), os.environ.get("PATH", os.defpath)))
    os.environ.update(HOME=str(home), TMPDIR=str(home), PYTHONPATH=str(ROOT), PATH=programs)
    os.chdir(home)
    os.execvp(command[0], command)


def _open(paths: Iterable[Path]) -> None:
    """Make these reachable, in mounts that are this process's own."""
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
    """Return the outermost folder on the way there through which only its owner comes."""
    above = reversed(path.parents)
    return next((folder for folder in above if not folder.stat().st_mode & _OPEN_TO_ALL), None)


if __name__ == "__main__":
    _start(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
