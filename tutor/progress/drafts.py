"""Keeps what the learner types, one plain Python file a step. For ui, which calls it in a thread.

`drafts/<lesson>/<step>.py`. Other programs may write there too – a second app, vim, git – so that a
save replaces only what this app has read or written itself, and sets anything else aside.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from tutor.paths import make_private
from tutor.progress.durable_files import advice, host, read_regular, reason, sync_file, sync_folder

FOLDER = "drafts"

MAX_DRAFT = 1024 * 1024
"""Bytes of the largest draft that is opened in the editor."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


class Draft(Struct, frozen=True):
    """What was found for a step."""

    text: str | None
    """Lines end in \\n, no byte order mark. None: it cannot be shown, begin with the scaffold."""
    note: str = ""
    """A sentence for the learner when the file is not what an editor can show."""


class Saved(Struct, frozen=True):
    """The draft is on disk."""


class KeptBoth(Struct, frozen=True):
    """The draft is on disk; what another program had put in its place is now at `path`."""

    path: Path
    note: str
    """A sentence for the learner."""


class NotSaved(Struct, frozen=True):
    """The file on disk is as it was before."""

    reason: str
    """A sentence for the learner, with what to do."""


SaveResult: TypeAlias = Saved | KeptBoth | NotSaved


class _Known(Struct, frozen=True):
    """What this app last read or wrote: the text, and the bytes it stands for."""

    text: str | None
    content: bytes | None
    """None where there was no file, or none that could be read as it is."""


_NOTHING = _Known(None, None)


class Drafts:
    """The drafts below a data folder. One per app; its methods may be called in any thread."""

    def __init__(self, data: Path, *, fsync: Callable[[int], None] = sync_file) -> None:
        self._folder = data / FOLDER
        self._fsync = fsync
        self._known: dict[Path, _Known] = {}
        self._lock = threading.Lock()

    def load(self, lesson: str, step: str) -> Draft | None:
        """The draft of a step, or None if there is none yet. Never raises for what it finds."""
        if not _is_safe(lesson, step):
            return None
        path = self._folder / lesson / f"{step}.py"
        with self._lock:
            try:
                content = read_regular(path, MAX_DRAFT)
            except (FileNotFoundError, NotADirectoryError):
                self._known[path] = _NOTHING
                return None
            except OSError as error:
                self._known[path] = _NOTHING
                return Draft(None, f"The draft {path} cannot be opened: {reason(error)}.")
            draft, is_exact = _decode(path, content)
            self._known[path] = _Known(draft.text, content if is_exact else None)
            return draft

    def save(self, lesson: str, step: str, text: str) -> SaveResult:
        """Writes the draft and waits for the disk. After a crash at any point the file holds the
        old text or the new, never a part."""
        if not _is_safe(lesson, step):
            return NotSaved(
                f"{lesson}/{step} cannot be a file name. Tell the author of the lesson."
            )
        path = self._folder / lesson / f"{step}.py"
        with self._lock:
            known = self._known.get(path, _NOTHING)
            if text == known.text and os.path.lexists(path):
                return Saved()
            try:
                return self._save(path, text.encode("utf-8", "surrogatepass"), known, text)
            except OSError as error:
                return NotSaved(
                    f"Your code is not saved: {reason(error)} ({path}). {advice(error)}"
                )

    def _save(self, path: Path, content: bytes, known: _Known, text: str) -> SaveResult:
        aside: Path | None = None
        make_private(path.parent)
        if not _has_content(path, content):
            temporary = self._write_temporary(path, content)
            aside = _replace(path, temporary, known.content)
            sync_folder(path.parent)
        self._known[path] = _Known(text, content)
        if aside is None:
            return Saved()
        return KeptBoth(
            aside, f"Another program had changed this draft. Its text is kept in {aside}."
        )

    def _write_temporary(self, path: Path, content: bytes) -> Path:
        """A new file (0600) beside the path, on disk to its last byte. Raises OSError."""
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                self._fsync(descriptor)
        except OSError:
            os.unlink(name)
            raise
        return Path(name)


def _is_safe(lesson: str, step: str) -> bool:
    """Ids come from lessons, which may be a stranger's."""
    return _ID.fullmatch(lesson) is not None and _ID.fullmatch(step) is not None


def _decode(path: Path, content: bytes) -> tuple[Draft, bool]:
    """The draft, and whether its text says all that the bytes do."""
    try:
        text, note = content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = content.decode("utf-8-sig", "replace")
        note = (
            f"The draft {path} is not UTF-8: line {line} has bytes shown as \ufffd. "
            "The file as it is will be kept beside your next save."
        )
    return Draft(text.replace("\r\n", "\n").replace("\r", "\n"), note), not note


def _has_content(path: Path, content: bytes | None) -> bool:
    """Whether the file has just these bytes. What cannot be read is something else."""
    if content is None:
        return False
    try:
        return read_regular(path, max(MAX_DRAFT, len(content))) == content
    except OSError:
        return False


def _replace(path: Path, temporary: Path, known: bytes | None) -> Path | None:
    """Puts the temporary file there. What stood there is set aside unless it is what we know, and
    then this gives its new name. Raises OSError with everything as it was."""
    aside: Path | None = None
    try:
        if os.path.lexists(path) and not _has_content(path, known):
            aside = _set_aside(path)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        if aside is not None and not os.path.lexists(path):
            os.rename(aside, path)
        raise
    return aside


def _set_aside(path: Path) -> Path:
    """Gives what stands at the path a name of its own, where nothing stands. Raises OSError."""
    stem = f"{path.stem}.{host()}-{os.getpid()}"
    for attempt in count(1):
        aside = path.with_name(f"{stem}.py" if attempt == 1 else f"{stem}.{attempt}.py")
        if os.path.lexists(aside):
            continue
        try:
            os.link(path, aside, follow_symlinks=False)
        except FileExistsError:  # made just now by an app with the same id, in another container
            continue
        except OSError:  # a folder, or a file system without links
            os.rename(path, aside)
        return aside
    raise AssertionError("count() has no end")
