"""The programs that were checked, each in a file of its own: `answers/<step>/<sha256>.py`.

A file is named by the hash of its content, and the journal refers to it by that. So two apps, or
two data folders that are copied into one, cannot conflict, and a file that a crash has damaged does
not match its name. Each method waits for the disk.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tutor.grading.length import MAX_CODE
from tutor.paths import make_private
from tutor.progress.durable_files import is_safe_id, read_regular, replace_durably
from tutor.progress.entries import AnswerJudged, content_of, is_digest_of
from tutor.progress.fold import read_entries

FOLDER = "answers"

MAX_ATTEMPTS = 50
"""Maximum programs stored for a step."""
_FEWER = 45
"""Programs left after a cleanup, which reads all journals to find the accepted ones."""

_FILE = re.compile(r"(?P<digest>[0-9a-f]{64})\.py")
_DIGEST = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")


class KeptAttempts:
    """The checked programs in a data folder; its methods may be called in any thread."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / FOLDER

    def keep(self, step: str, program: str) -> None:
        """Store the program, and remove some others if there are too many. Raises OSError.

        One that is too long to be judged is not stored.
        """
        content = content_of(program)
        if not is_safe_id(step) or len(content) > MAX_CODE:
            return
        path = self._folder / step / f"{hashlib.sha256(content).hexdigest()}.py"
        if _read(path) is not None:
            with suppress(OSError):
                os.utime(path)  # it is the newest again
            return
        make_private(path.parent)
        replace_durably(path, content)
        self._remove_oldest(step, path)

    def load(self, step: str, digest: str) -> str | None:
        """Return the program with that digest, which may be a short one; None if not stored."""
        if not is_safe_id(step) or _DIGEST.fullmatch(digest) is None:
            return None
        paths = (path for path in self._paths(step) if is_digest_of(digest, path.stem))
        return next((text for path in paths if (text := _read(path)) is not None), None)

    def programs(self, step: str) -> dict[str, str]:
        """Return all stored programs of the step by their digests, in order of these."""
        paths = sorted(self._paths(step)) if is_safe_id(step) else []
        return {path.stem: text for path in paths if (text := _read(path)) is not None}

    def _paths(self, step: str) -> Iterator[Path]:
        try:
            names = os.listdir(self._folder / step)
        except OSError:
            return iter(())
        return (self._folder / step / name for name in names if _FILE.fullmatch(name))

    def _remove_oldest(self, step: str, newest: Path) -> None:
        """Remove programs if there are too many, the oldest rejected ones first."""
        paths = [path for path in self._paths(step) if path != newest]
        if len(paths) < MAX_ATTEMPTS:
            return
        accepted = {
            entry.digest
            for entry in read_entries(self._data)[0]
            if isinstance(entry, AnswerJudged) and entry.verdict.startswith("accept")
        }

        def order(path: Path) -> tuple[bool, float]:
            return bool(accepted & {path.stem, path.stem[:16]}), _time_of(path)

        for path in sorted(paths, key=order)[: len(paths) + 1 - _FEWER]:
            with suppress(OSError):
                path.unlink()


def _read(path: Path) -> str | None:
    """Return the program in the file; None without one, or if it does not match its name."""
    try:
        content = read_regular(path, MAX_CODE)
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != path.stem:
        return None
    return content.decode("utf-8", "replace")


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
