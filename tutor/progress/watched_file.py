"""A file in which the code of a step is edited with any editor: creating and reading it.

It is created once, and never written again: an existing file stays. Below the code are the givens
as comments, so that lines have the same numbers with and without them. Everything here waits for
the disk, or for a network: call it in a thread.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tutor.files import Stamp, replace_file, stamp_of
from tutor.paths import make_private
from tutor.progress.drafts import FOLDER
from tutor.progress.durable_files import read_regular, reason
from tutor.progress.own_files import MAX_FILE, CannotOpenFile, decode_program
from tutor.text import unify_line_ends

LOOK_S = 0.3
"""Seconds between two looks while nothing changes."""
STILL_S = 0.2
"""Seconds without a change before a file is read: editors write in pieces."""
GONE_S = 1.0
"""Seconds for which a file may be missing: editors remove it before they write."""
AGAIN_S = 2.0
"""Seconds in which a file is read again: some systems count its time in seconds, so that a second
write of the same size would not be noticed."""

MARK = "#:"
"""Prefix of each line of the givens. Formatters leave such comments as they are."""
GIVENS_HEADING = "Given code, for reading: it runs before yours."

EMPTY = "{path} is empty. What it held before is kept."
GONE = "{path} is gone. Its code is kept; watching goes on once the file exists again."
EMPTY_AT_FIRST = "{path} is empty. Remove it to get a new file with your code."
NOT_OPENED = "{path} cannot be opened: {reason}."
OTHER_CODE = (
    "{path} holds other code than nntutor has for this step. Rename it, and it is made again with "
    "that code; or reset the step, to go on with the file."
)
NOT_MADE = "{path} cannot be made: {reason}. Name another file."


class CannotWatch(Exception):
    """Raised if the file cannot be used; the message says why."""


class Settled(Struct, frozen=True):
    """The result of a look at the file: new code, or a problem."""

    text: str | None = None
    problem: str = ""


class FileLooks:
    """Watches one file that other programs write, and reports its changes."""

    def __init__(
        self, path: Path, text: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`text` is the last known content of the file."""
        self._path = path
        self._text = text
        self._clock = clock
        self._stamp: Stamp | None = None
        self._since = 0.0
        """Time of the file's last observed change."""
        self._has_looked = False
        self._is_done = False
        """True if the present content needs no further reading."""
        self._problem = ""

    @property
    def pause_s(self) -> float:
        """Seconds until the next look is worth while."""
        return LOOK_S if self._is_done else STILL_S

    def look(self) -> Settled | None:
        """Return the file's new content, once it has not changed for a moment."""
        stamp, now = stamp_of(self._path), self._clock()
        if stamp != self._stamp or not self._has_looked:
            self._stamp, self._since = stamp, now
            self._has_looked, self._is_done = True, False
            return None
        age = now - self._since
        if self._is_done or age < (STILL_S if stamp is not None else GONE_S):
            return None
        self._is_done = stamp is None or age >= AGAIN_S
        gone = GONE.format(path=self._path)
        settled = self._read() if stamp is not None else Settled(problem=gone)
        if stamp_of(self._path) != stamp:
            return None  # it was written meanwhile
        return self._news(settled)

    def _read(self) -> Settled:
        try:
            text = read_code(self._path)
        except CannotWatch as problem:
            return Settled(problem=str(problem))
        return Settled(text) if text.strip() else Settled(problem=EMPTY.format(path=self._path))

    def _news(self, settled: Settled) -> Settled | None:
        is_same = settled.text is None or _is_same(settled.text, self._text)
        if is_same and settled.problem == self._problem:
            return None
        self._problem = settled.problem
        if settled.text is not None:
            self._text = settled.text
        return Settled(None if is_same else settled.text, settled.problem)


def read_code(path: Path) -> str:
    """Return the code in the file, without givens below it. Raises CannotWatch."""
    try:
        return without_givens(decode_program(path, read_regular(path, MAX_FILE)))
    except OSError as error:
        raise CannotWatch(NOT_OPENED.format(path=path, reason=reason(error))) from None
    except CannotOpenFile as problem:
        raise CannotWatch(str(problem)) from None


def read_to_begin(path: Path) -> str:
    """Return the code in the file, which must not be empty. Raises CannotWatch."""
    text = read_code(path)
    if not text.strip():
        raise CannotWatch(EMPTY_AT_FIRST.format(path=path))
    return text


def begin_file(path: Path, text: str, scaffold: str, given: str, base: Path) -> str:
    """Create the file if needed, and return its initial code.

    It is created with `text`. `base` is the path of the merge base, written by `keep_base_of`.
    Raises CannotWatch if the file cannot be used, or holds other code than `text`, and `text` is
    neither the `scaffold` nor the merge base.
    """
    if not os.path.lexists(path):
        _make(path, with_givens(text, given))
        return text
    theirs = read_to_begin(path)
    is_new = not _is_same(text, theirs)
    if is_new and not _is_same(text, scaffold) and _digest(text) != _read_base(base):
        raise CannotWatch(OTHER_CODE.format(path=path))
    return theirs if is_new else text


def base_of(data: Path, lesson: str, step: str, path: Path) -> Path:
    """Return the path of the merge base of file and draft."""
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return data / FOLDER / lesson / f"{step}-{digest}.watched"


def keep_base_of(base: Path, text: str) -> None:
    """Store the code that file and draft share; if that fails, the next time refuses."""
    try:
        make_private(base.parent)
        replace_file(base, _digest(text).encode())
    except OSError:
        pass


def with_givens(text: str, given: str) -> str:
    """Return the code with the given code below it, as comments."""
    if not given.strip():
        return text
    lines = (GIVENS_HEADING, *given.strip("\n").split("\n"))
    block = "\n".join(f"{MARK} {line}".rstrip() for line in lines)
    return f"{text.rstrip()}\n\n\n{block}\n"


def without_givens(text: str) -> str:
    """Return the code without the given code below it."""
    lines = unify_line_ends(text).split("\n")
    heading = f"{MARK} {GIVENS_HEADING}"
    if heading not in lines:
        return "\n".join(lines)
    end = len(lines) - 1 - lines[::-1].index(heading)
    if any(line.strip() and not line.startswith(MARK) for line in lines[end:]):
        return "\n".join(lines)  # something was written below them
    return "\n".join(lines[:end]).rstrip() + "\n"


def _make(path: Path, code: str) -> None:
    try:
        file = path.open("xb")
    except OSError as error:  # also if another program was faster
        raise CannotWatch(NOT_MADE.format(path=path, reason=reason(error))) from None
    try:
        with file:
            file.write(code.encode("utf-8", "replace"))
    except OSError as error:
        path.unlink(missing_ok=True)  # a part of the code could be mistaken for all of it
        raise CannotWatch(NOT_MADE.format(path=path, reason=reason(error))) from None


def _is_same(text: str, other: str) -> bool:
    return text.rstrip() == other.rstrip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.rstrip().encode("utf-8", "replace")).hexdigest()


def _read_base(base: Path) -> str | None:
    try:
        return read_regular(base, 200).decode("ascii", "replace")
    except OSError:
        return None
