"""The drafts of the learner: one plain Python file a step, `drafts/<lesson>/<step>.py`.

Other programs may write there too, such as a second app, vim or git. So a save replaces only text
that this app has read or written itself, and sets anything else aside: nothing that the learner
wrote elsewhere is lost. A save waits for the disk; call it in a thread where that matters.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from tutor.paths import make_private
from tutor.progress.durable_files import (
    advice,
    host,
    is_safe_id,
    read_regular,
    reason,
    sync_file,
    sync_folder,
)

FOLDER = "drafts"

MAX_DRAFT = 1024 * 1024
"""Maximum bytes of a draft that is opened in the editor."""


class Draft(Struct, frozen=True):
    """A draft as an editor can show it."""

    text: str | None
    """Text with lines that end in \n and without byte order mark; None if it cannot be shown and
    the scaffold is to be used."""
    note: str = ""
    """Sentence for the learner if the editor cannot show the file as it is."""


class Saved(Struct, frozen=True):
    """The result of a save after which the draft is on disk."""


class KeptBoth(Struct, frozen=True):
    """The result of a save that set aside another program's version of the draft."""

    path: Path
    """New path of the version that was set aside."""
    note: str
    """Sentence about it for the learner."""


class NotSaved(Struct, frozen=True):
    """The result of a save that failed; the file on disk is as it was before."""

    reason: str
    """Sentences for the learner: the reason, and what to do."""


SaveResult: TypeAlias = Saved | KeptBoth | NotSaved


class _Known(Struct, frozen=True):
    """A draft as this app last read or wrote it."""

    text: str | None
    content: bytes | None
    """Bytes of the text; None if there was no file, or the text is not all of it, so that a save
    sets the file aside."""


_NOTHING = _Known(None, None)


class Drafts:
    """The drafts in a data folder. One per app; its methods may be called in any thread."""

    def __init__(
        self, data: Path, *, folder: str = FOLDER, fsync: Callable[[int], None] = sync_file
    ) -> None:
        """Make a store in a folder of the data folder, which need not exist yet."""
        self._folder = data / folder
        self._fsync = fsync
        self._known: dict[Path, _Known] = {}
        self._lock = threading.Lock()

    def load(self, lesson: str, step: str) -> Draft | None:
        """Return the draft of the step; None if there is none yet.

        A file that cannot be read does not raise: the draft's note reports it.
        """
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
        """Write the draft and wait for the disk.

        After a crash at any point the file holds the old text or the new one, never a part.
        """
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

    def remove(self, lesson: str, step: str, text: str | None = None) -> None:
        """Remove the draft, or only if it is that `text`; ignore errors.

        A draft that another program has changed stays, too.
        """
        path = self._folder / lesson / f"{step}.py"
        with self._lock:
            known = self._known.get(path, _NOTHING)
            if text not in (None, known.text) or not _has_content(path, known.content):
                return
            with suppress(OSError):
                os.unlink(path)
                self._known[path] = _NOTHING

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
        """Write a new file (mode 0600) beside the path, wait for the disk and return its path.

        Raises OSError, and then leaves no file behind.
        """
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
    return is_safe_id(lesson) and is_safe_id(step)


def _decode(path: Path, content: bytes) -> tuple[Draft, bool]:
    """Return the draft, and True if its text represents all of the bytes."""
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
    """Return True if the file holds exactly these bytes; False if it cannot be read."""
    if content is None:
        return False
    try:
        return read_regular(path, max(MAX_DRAFT, len(content))) == content
    except OSError:
        return False


def _replace(path: Path, temporary: Path, known: bytes | None) -> Path | None:
    """Move the temporary file to the path; return the new path of a file set aside.

    A file at the path is set aside unless it holds the `known` bytes; None if none was. Raises
    OSError, and then leaves everything as it was.
    """
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
    """Give the file at the path a new, free name and return it. Raises OSError."""
    stem = f"{path.stem}.{host()}-{os.getpid()}"
    for attempt in count(1):
        aside = path.with_name(f"{stem}.py" if attempt == 1 else f"{stem}.{attempt}.py")
        if os.path.lexists(aside):
            continue
        try:
            os.link(path, aside, follow_symlinks=False)
        except FileExistsError:  # just made by an app with the same pid, in another container
            continue
        except OSError:  # a folder, or a file system without links
            os.rename(path, aside)
        return aside
    raise AssertionError("count() has no end")
