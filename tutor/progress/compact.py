"""Merging the journal files of apps that have ended, so that years of use leave only a few files.

Called in a thread, once an app has started. Lines are copied byte for byte. A file must not be
removed before another one with all its lines is on disk. An interruption in between leaves
duplicates, which `fold` counts once; so two apps may merge at the same time.
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
from tutor.progress.journal import SUFFIX, is_being_written

MERGE_FROM = 20
"""Minimum files of ended apps for a merge."""

MIN_AGE = 24 * 3600.0
"""Seconds since the last write before a file may be merged."""

_APP_FILE = re.compile(r"\d{8}T\d{6}Z-(?P<host>.+)-(?P<pid>\d+)(\.\d+)?\.jsonl")
_MERGED = "merged-"
_ORIGIN_LINE = b'{"kind":"origin",'


def compact(data: Path, *, now: float | None = None) -> int:
    """Merge the files that are old enough, and return their number; 0 without a merge.

    `now` is in seconds since the epoch, None for the present time. Never raises OSError: unreadable
    files are skipped, and if something cannot be written, no line is lost.
    """
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


def is_app_open(data: Path) -> bool:
    """Return True if an app seems to be writing a journal in the data folder, or may be."""
    return any(map(_seems_open, journal_files(data, [])))


def _seems_open(path: Path) -> bool:
    name = _APP_FILE.fullmatch(path.name)
    if name is None or (name["host"] == host() and not _is_running(int(name["pid"]))):
        return False
    return is_being_written(path)


def _has_ended(path: Path, latest: float) -> bool:
    """Return True if no app will write to the file again; False if that is not certain."""
    name = _APP_FILE.fullmatch(path.name)
    if name is None and not path.name.startswith(_MERGED):
        return False
    if name is not None and (name["host"] != host() or _is_running(int(name["pid"]))):
        return False
    try:
        return path.stat().st_mtime < latest and not is_being_written(path)
    except OSError:
        return False


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
    """Write a new merged file, which is on disk before it gets its name. Raises OSError."""
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
    """Remove the file, unless it has grown since `content` was read."""
    try:
        if path.stat().st_size == len(content):
            path.unlink()
    except FileNotFoundError:  # another app has merged it meanwhile
        pass
