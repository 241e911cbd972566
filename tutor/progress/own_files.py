"""Programs of the learner's own: the file of each, and its draft.

The file is written only when the learner asks for it, atomically, and never over another program's
change unless the learner has agreed. Text that was typed and not written is a draft like those of
steps.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from tutor.course.model import OwnProgram
from tutor.files import replace_file
from tutor.paths import make_private
from tutor.progress.drafts import FOLDER, Drafts
from tutor.progress.durable_files import read_regular, reason, sync_file, sync_folder
from tutor.text import one_line

LESSON = "own--programs"
"""Lesson name for their drafts, which no lesson can have."""
NAMELESS = "try"
"""Id of the program that has no file."""
TITLE = "Your own program"

MAX_FILE = 256 * 1024
"""Maximum bytes of a file that is opened: a longer program is not run."""
_MAX_CURRENT = 64 * 1024 * 1024
"""Maximum bytes of a file, changed by another program, that is compared."""


class CannotOpenFile(Exception):
    """Raised if the file cannot be opened as a program; the message says why."""


def decode_program(path: Path, content: bytes) -> str:
    r"""Return the program in a file, with lines that end in `\n`. Raises CannotOpenFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CannotOpenFile(f"{path} is not UTF-8: see line {line}.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Written(Struct, frozen=True):
    """The result of a write after which the file holds the text."""


class ChangedOutside(Struct, frozen=True):
    """The result if another program has changed the file: nothing was written."""


class NotWritten(Struct, frozen=True):
    """The result of a write that failed; the file is as it was."""

    reason: str


WriteResult: TypeAlias = Written | ChangedOutside | NotWritten


class OwnFile:
    """The file of a program, with its content when it was last read or written here."""

    def __init__(self, path: Path) -> None:
        """Read the file, which need not exist yet. Raises CannotOpenFile."""
        self.path = Path(os.path.realpath(path))
        self._known: bytes | None = None
        self._mark = b""
        """Byte order mark at its beginning."""
        self._line_end = "\n"
        self.text = self.read()

    def read(self) -> str:
        """Return the present content; "" without a file. Raises CannotOpenFile."""
        try:
            content = read_regular(self.path, MAX_FILE)
        except FileNotFoundError:
            if not self.path.parent.is_dir():
                raise CannotOpenFile(f"There is no folder {self.path.parent}.") from None
            self._known = None
            return ""
        except OSError as error:
            raise CannotOpenFile(f"{self.path} cannot be opened: {reason(error)}.") from None
        text = decode_program(self.path, content)
        self._known = content
        self._mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
        self._line_end = "\r\n" if b"\r\n" in content else "\n"
        return text

    @property
    def digest(self) -> str:
        """A short text that changes with the known content of the file."""
        return hashlib.sha256(self._known or b"").hexdigest() if self._known is not None else ""

    def forget(self) -> None:
        """Treat the present content as another program's: the next write asks."""
        self._known = None

    def write(self, text: str, *, over: bool = False) -> WriteResult:
        """Replace the file and wait for the disk; with `over`, also after outside changes."""
        encoded = text.replace("\n", self._line_end).encode("utf-8", "surrogatepass")
        content = self._mark + encoded
        try:
            current = self._current()
            if current != content:
                if current != self._known and not over:
                    return ChangedOutside()
                self._replace(content)
        except OSError as error:
            return NotWritten(f"{reason(error)} ({self.path})")
        self._known, self.text = content, text
        return Written()

    def _current(self) -> bytes | None:
        try:
            return read_regular(self.path, _MAX_CURRENT)
        except FileNotFoundError:
            return None

    def _replace(self, content: bytes) -> None:
        """Replace it by a new file with the same permissions. Raises OSError."""
        temporary = self.path.with_name(f".{self.path.name}.{os.urandom(4).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if self.path.exists():
                    os.fchmod(descriptor, self.path.stat().st_mode & 0o7777)
                file.write(content)
                file.flush()
                sync_file(descriptor)
            os.replace(temporary, self.path)
        except OSError:
            os.unlink(temporary)
            raise
        sync_folder(self.path.parent)


class OpenedProgram(NamedTuple):
    """A program of the learner's own, ready to be shown."""

    step: OwnProgram
    """The program in place of a step; its scaffold is the text of the file."""
    file: OwnFile | None = None
    """None for the program without a file."""
    restored: bool = False
    """True if there is a draft with text that was not written to the file."""
    changed: bool = False
    """True if another program has changed the file since that draft was begun."""


def open_program(data: Path, path: Path | None, arguments: tuple[str, ...] = ()) -> OpenedProgram:
    """Read the program of that file, or the one without a file. Raises CannotOpenFile.

    A draft that equals the file is removed, so that a remaining one has unwritten text.
    """
    if path is None:
        return OpenedProgram(OwnProgram(id=NAMELESS, title=TITLE, lesson=LESSON))
    file = OwnFile(path)
    step = OwnProgram(
        id=_id_of(file.path),
        title=one_line(file.path.name),
        lesson=LESSON,
        scaffold=file.text,
        file=file.path,
        arguments=arguments,
    )
    drafts = Drafts(data)
    draft = drafts.load(step.lesson, step.id)
    base = _base_file(data, step.id)
    if draft is not None and draft.text is not None and draft.text != file.text:
        is_same = _read_base(base) == file.digest
        if not is_same:
            file.forget()
        return OpenedProgram(step, file, restored=True, changed=not is_same)
    if draft is not None:
        drafts.remove(step.lesson, step.id)
    keep_base(data, step.id, file)
    return OpenedProgram(step, file)


def keep_base(data: Path, program: str, file: OwnFile) -> None:
    """Store the file's text from which the draft began; if that fails, a later write asks."""
    base = _base_file(data, program)
    try:
        make_private(base.parent)
        replace_file(base, file.digest.encode())
    except OSError:
        pass


def _base_file(data: Path, program: str) -> Path:
    return data / FOLDER / LESSON / f"{program}.base"


def _read_base(base: Path) -> str | None:
    try:
        return read_regular(base, 200).decode("ascii", "replace")
    except OSError:
        return None


def _id_of(path: Path) -> str:
    """Return a name for the draft that contains the file's, and differs for each path."""
    words = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40]
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return "-".join(filter(None, (words, digest)))
