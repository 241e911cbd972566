"""Finding and reading hand-ins: files, folders of them, and zip archives.

In a drop folder, the owner of a file identifies the learner; elsewhere, the name of the file's
folder or archive member does. Nothing that a learner can write is trusted for that. Links are not
followed, and no file larger than a hand-in is read.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Self

from msgspec import Struct

from tutor.classroom.hand_in_file import MAX_BYTES, SUFFIX, HandIn, NotHandIn, read_lines
from tutor.progress.durable_files import reason
from tutor.text import one_line

_ARCHIVE = ".zip"
_MAX_ARCHIVE = 4 * 1024 * MAX_BYTES
"""Maximum bytes of the teacher's own archive; a learner's is no larger than a hand-in."""
_MAX_MEMBERS = 50_000
_MAX_RATIO = 200
"""Maximum unpacking ratio: a hand-in has 5 to 20, a file of line ends 1,000."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Methods that unpack in small pieces; others unpack a piece whole, however large it is."""
_MOST_LISTED = 5
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC

_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # it asks for a password
    ValueError,
    IndexError,  # it has fewer members than before
)


Identity = tuple[int, int, int, int]
"""Device, inode, modification time and size of a file, to detect its replacement before reading."""


class Problems:
    """Problems with hand-ins: a few sentences for each account, folder or archive.

    One learner's archive may have thousands of members, which must not hide the problems of others.
    """

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = defaultdict(list)

    def add(self, source: str, sentence: str) -> None:
        """Add a problem of that account, folder or archive."""
        self._told[source].append(sentence)

    def sentences(self) -> tuple[str, ...]:
        """Return the problems, with only the first few of each source."""
        told: list[str] = []
        for source, sentences in self._told.items():
            told += sentences[:_MOST_LISTED]
            if len(sentences) > _MOST_LISTED:
                told.append(f"{source}: {len(sentences) - _MOST_LISTED:,} more files like these.")
        return tuple(told)


class Received(Struct, frozen=True):
    """A hand-in with its origin."""

    owner: str
    """Account that owns the file; "" if the teacher owns all files."""
    named: str
    """Name of its outermost folder or archive folder, or of the file itself."""
    file: str
    arrived: datetime | None
    """Time of the last change; None if unknown."""
    hand_in: HandIn


class Located(Struct, frozen=True):
    """A file or archive member that may be a hand-in, with its owner; not read yet."""

    owner: str
    named: str
    file: str
    """Its path in messages."""
    arrived: datetime | None
    path: Path
    """The file itself, or the archive."""
    identity: Identity
    source: str
    """Its account, folder or archive, for `Problems`."""
    member: int | None = None
    """Its number in the archive; None for a plain file."""


class Collected(Struct, frozen=True):
    """All hand-ins found, and the problems."""

    received: tuple[Received, ...]
    problems: tuple[str, ...]
    """Sentences about files that could not be read, or only in part."""


def collect(paths: Iterable[Path]) -> Collected:
    """Read all hand-ins in these files and folders; never raises because of their content."""
    problems = Problems()
    with HandInReader(problems) as reader:
        read = [reader.read(each) for each in locate(paths, problems)]
    return Collected(tuple(each for each in read if each is not None), problems.sentences())


def locate(paths: Iterable[Path], problems: Problems) -> Iterator[Located]:
    """Yield possible hand-ins in order; add each that cannot be opened to `problems`."""
    for path in paths:
        is_folder = path.is_dir()
        root = path if is_folder else path.resolve().parent
        ends = (SUFFIX, _ARCHIVE)
        for file in files_below(path, ends, problems) if is_folder else [path.resolve()]:
            try:
                yield from _located(file, root, problems)
            except OSError as error:
                _add_unread(file, root, problems, error)


def files_below(folder: Path, ends: tuple[str, ...], problems: Problems) -> list[Path]:
    """Return the files in the folder tree with these name endings, sorted.

    Links are not followed. Folders may be nested deeper than any recursion goes.
    """
    found: list[Path] = []
    pending = [folder]
    while pending:
        parent = pending.pop()
        try:
            with os.scandir(parent) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(Path(entry.path))
                    elif entry.name.endswith(ends):
                        found.append(Path(entry.path))
        except OSError as error:
            _add_unread(parent, folder, problems, error)
    return sorted(found)


def _add_unread(file: Path, root: Path, problems: Problems, error: OSError) -> None:
    try:
        owner = _owner(file.lstat())
    except OSError:
        owner = ""
    why = "it is a link" if error.errno == errno.ELOOP else reason(error)
    problems.add(
        owner or _name_of(_inside(file, root)), f"{one_line(str(file))} was skipped: {why}."
    )


class HandInReader:
    """Reads located hand-ins, one after the other.

    The archive of the last member stays open until another follows: its directory, which is read
    whole, may name thousands of members.
    """

    def __init__(self, problems: Problems, *, with_code: bool = True) -> None:
        """Add unreadable files to `problems`; hand-ins without code take little memory."""
        self._problems = problems
        self._with_code = with_code
        self._opened = ExitStack()
        self._last: tuple[Path, Identity] | None = None
        self._stream: BinaryIO
        self._archive: zipfile.ZipFile

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Close the last archive."""
        self._close()

    def read(self, located: Located) -> Received | None:
        """Return the hand-in; None if it is none or cannot be read, which `problems` records."""

        try:
            with self._opened_as(located) as stream:
                hand_in = read_lines(_lines(stream), with_code=self._with_code)
        except NotHandIn as problem:
            self._add(located, str(problem))
        except OSError as error:
            self._add(located, f"was skipped: {_why(error)}.")
        except _BROKEN_ARCHIVE as error:
            self._add(located, f"cannot be unpacked: {one_line(str(error))}.")
        else:
            for each in hand_in.problems:
                self._add(located, each)
            return Received(located.owner, located.named, located.file, located.arrived, hand_in)
        return None

    def _add(self, located: Located, problem: str) -> None:
        self._problems.add(located.source, f"{located.file} {problem}")

    def _opened_as(self, located: Located) -> IO[bytes]:
        """Open the file or member; raise OSError, or an error of a broken archive."""
        if located.member is None:
            return _open_again(located, MAX_BYTES)
        if self._last != (located.path, located.identity):
            self._close()
            self._stream = self._opened.enter_context(_open_again(located, _MAX_ARCHIVE))
            self._archive = self._opened.enter_context(zipfile.ZipFile(self._stream))
            self._last = located.path, located.identity
        _refuse_changed(self._stream, located)
        return self._archive.open(self._archive.infolist()[located.member])

    def _close(self) -> None:
        self._last = None
        self._opened.close()


def _located(file: Path, root: Path, problems: Problems) -> Iterator[Located]:
    """Yield the file, or each member of an archive. Raises OSError."""
    is_archive = file.name.endswith(_ARCHIVE)
    is_own_archive = is_archive and not _owner(file.lstat())
    with _open(file, _MAX_ARCHIVE if is_own_archive else MAX_BYTES) as stream:
        status = os.fstat(stream.fileno())
        owner = _owner(status)
        # learners cannot set back the change time, unlike the modification time
        arrived = datetime.fromtimestamp(status.st_ctime, UTC) if owner else None
        identity = _identity(status)
        label = one_line(str(file))
        if not is_archive:
            named = _name_of(_inside(file, root))
            yield Located(owner, named, label, arrived, file, identity, owner or named)
            return
        source = owner or label
        try:
            members = _members(stream, status.st_size)
        except _BROKEN_ARCHIVE as error:
            problems.add(source, f"{label} cannot be unpacked: {one_line(str(error))}.")
            return
        for number, info in members:
            inside = PurePosixPath(info.filename)
            member = one_line(str(file / inside))
            if why := _why_not_unpacked(info):
                problems.add(source, f"{member} {why}")
                continue
            named = _name_of(inside)
            yield Located(owner, named, member, arrived, file, identity, source, number)


def _members(stream: BinaryIO, size: int) -> list[tuple[int, zipfile.ZipInfo]]:
    """Return number and entry of each hand-in in an archive of this size.

    Raises the errors of a broken archive.
    """
    with zipfile.ZipFile(stream) as archive:
        members = [
            (number, info)
            for number, info in enumerate(archive.infolist())
            if info.filename.endswith(SUFFIX) and not info.is_dir()
        ]
    if len(members) > _MAX_MEMBERS:
        raise ValueError(f"it has more than {_MAX_MEMBERS:,} hand-ins")
    if sum(info.compress_size for _, info in members) > size:
        raise ValueError("its files overlap")
    return members


def _why_not_unpacked(info: zipfile.ZipInfo) -> str:
    """Return why the member is not read, completing "FILE …"; "" if it is."""
    if info.file_size > MAX_BYTES:
        return "is too large."
    if info.file_size > _MAX_RATIO * info.compress_size:
        return f"would unpack to more than {_MAX_RATIO} times its size."
    return "" if info.compress_type in _METHODS else "is packed in an unsupported way."


def _open_again(located: Located, limit: int) -> BinaryIO:
    """Open the located file; raise OSError if it has changed."""
    stream = _open(located.path, limit)
    try:
        _refuse_changed(stream, located)
    except OSError:
        stream.close()
        raise
    return stream


def _refuse_changed(stream: BinaryIO, located: Located) -> None:
    if _identity(os.fstat(stream.fileno())) != located.identity:
        raise OSError(errno.ESTALE, "It changed while it was read")


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines without newlines; the last is the text after the last newline."""
    left = MAX_BYTES
    line = b"\n"
    while line.endswith(b"\n"):
        line = stream.readline(left)
        left -= len(line)
        yield line.removesuffix(b"\n")


def _open(file: Path, limit: int) -> BinaryIO:
    """Open a regular file up to the limit, not a link. Raises OSError."""
    descriptor = os.open(file, _FLAGS)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= limit:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISREG(status.st_mode):
        raise OSError(errno.EFBIG, f"It is larger than {limit // 1024**2} MB")
    raise OSError(errno.EINVAL, "It is not a regular file")


def _owner(status: os.stat_result) -> str:
    return "" if status.st_uid == os.geteuid() else _account(status.st_uid)


def _inside(file: Path, root: Path) -> PurePosixPath:
    return PurePosixPath(*file.relative_to(root).parts)


def _name_of(name: PurePosixPath) -> str:
    """Return the outermost folder's name, or the file's own name without a folder."""
    parts = [part for part in name.parts if part not in ("/", "..", ".")]
    outermost = parts[0] if len(parts) > 1 else name.name.removesuffix(SUFFIX)
    return one_line(outermost)


def _account(uid: int) -> str:
    try:
        return one_line(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return f"uid {uid}"


def _why(error: OSError) -> str:
    return "it is a link" if error.errno == errno.ELOOP else reason(error)
