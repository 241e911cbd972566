"""matplotlib's list of the fonts of this machine, made once and outside of any run.

matplotlib searches all fonts if it finds no list, which takes seconds, and no program may store its
list. So a process of its own makes the list for all programs, which only read it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

_MAKE = "import os; os.nice(19); import matplotlib.font_manager"
_MODE = 0o755
"""Mode of the folder: a worker of root runs programs under another account, and nothing in it is
private."""
_EXIT_S = 2.0


class FontList:
    """The folder of the list for the installed matplotlib, and the process that makes it."""

    def __init__(self, cache: Path | None, search: Iterable[str] = ()) -> None:
        """Find the folder in the cache; `search` are the folders of packages, by default all."""
        version = _installed_version(search or sys.path)
        self._path = cache / version if cache is not None and version else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._path is not None:
            try:
                self._path.mkdir(parents=True, exist_ok=True)
                self._path.chmod(_MODE)
            except OSError:
                self._path = None

    @property
    def folder(self) -> str:
        """The folder; "" if matplotlib is not installed or nothing can be cached."""
        return str(self._path) if self._path is not None else ""

    def make(self, environment: Mapping[str, str] = os.environ) -> None:
        """Start making the list if there is none, at the lowest priority; return at once."""
        if self._path is None or self._process is not None or any(self._path.glob("fontlist*")):
            return
        # fonts in the home folder are not listed: no program can read them
        settings = {"MPLCONFIGDIR": self.folder, "HOME": "/nonexistent"}
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _MAKE],
                cwd=self.folder,
                env={**environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """End the process if it still runs."""
        if self._process is not None:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_EXIT_S)


def _installed_version(search: Iterable[str]) -> str:
    """Return the version of the installed matplotlib; "" if there is none.

    It is read from the folder's name: nothing of matplotlib is imported or read.
    """
    for folder in filter(None, search):
        with suppress(OSError):
            for entry in Path(folder).glob("matplotlib-*.dist-info"):
                return entry.name.removeprefix("matplotlib-").removesuffix(".dist-info")
    return ""
