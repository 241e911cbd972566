"""Merges journal files of apps that have ended, so that years of use do not mean a thousand files.

For ui, in a thread, once an app has started. Lines are kept byte for byte. A file is removed only
after another one that holds all of it is on disk; an interruption in between leaves lines twice,
which `fold` counts once. So two apps may do this at the same time.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from pathlib import Path

import msgspec

from tutor.progress.durable_files import host, read_regular, sync_file, sync_folder
from tutor.progress.fold import MAX_JOURNAL, Origin, journal_files
from tutor.progress.journal import SUFFIX, is_alive

MERGE_FROM = 20
"""Files of ended apps that are worth a merge."""

MIN_AGE = 24 * 3600.0
"""Seconds for which a file must not have been written."""

_APP_FILE = re.compile(r"\d{8}T\d{6}Z-(?P<host>.+)-(?P<pid>\d+)(\.\d+)?\.jsonl")
_MERGED = "merged-"
_ORIGIN_LINE = b'{"kind":"origin",'


def compact(data: Path, *, now: float | None = None) -> int:
    """Merges what is old enough at `now` (seconds since the epoch) and gives the number of files
    that were. Never raises: where something cannot be written, all stays as it is."""
    latest = (time.time() if now is None else now) - MIN_AGE
    sources = [path for path in journal_files(data, []) if _has_ended(path, latest)]
    if len(sources) < MERGE_FROM:
        return 0
    contents: dict[Path, bytes] = {}
    for path in sources:
        try:
            contents[path] = read_regular(path, MAX_JOURNAL)
        except OSError:
            continue
    try:
        _write_merged(sources[0].parent, b"".join(map(_with_origin, contents, contents.values())))
        for path, content in contents.items():
            _remove_unchanged(path, content)
    except OSError:
        return 0
    return len(contents)


def _has_ended(path: Path, latest: float) -> bool:
    """Whether nobody will write to the file again. In doubt somebody will."""
    name = _APP_FILE.fullmatch(path.name)
    if name is None and not path.name.startswith(_MERGED):
        return False
    if name is not None and (name["host"] != host() or _is_running(int(name["pid"]))):
        return False
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return os.fstat(file).st_mtime < latest and not is_alive(file)
    finally:
        os.close(file)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _with_origin(path: Path, content: bytes) -> bytes:
    if content and not content.endswith(b"\n"):
        content += b"\n"
    if content.startswith(_ORIGIN_LINE):
        return content
    return msgspec.json.encode(Origin(path.name)) + b"\n" + content


def _write_merged(folder: Path, content: bytes) -> None:
    """A new file, whole and on disk when it gets its name. Raises OSError."""
    if len(content) > MAX_JOURNAL:
        raise OSError("too large for one file")
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=_MERGED, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            sync_file(descriptor)
        os.rename(temporary, Path(temporary).with_suffix(SUFFIX))
    except OSError:
        os.unlink(temporary)
        raise
    sync_folder(folder)


def _remove_unchanged(path: Path, content: bytes) -> None:
    """Another app may have merged it meanwhile: then it is gone already."""
    try:
        if path.stat().st_size == len(content):
            path.unlink()
    except FileNotFoundError:
        pass
