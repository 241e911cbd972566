"""Finding and reading what was handed in: files, folders of them, and zip archives.

Whose a file is follows from its owner in a drop folder, and from the name of its folder or archive
member otherwise. What a learner can write is never believed for that. Links are not followed, and
nothing is read that is larger than a hand-in may be.
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
"""Bytes of an archive of the teacher's own; that of a learner is no larger than a hand-in."""
_MAX_MEMBERS = 50_000
_MAX_RATIO = 200
"""A hand-in unpacks to 5 to 20 times its packed size, a file of line ends to 1,000 times."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others unpack a piece as a whole, however large it becomes."""
_MOST_TOLD = 5
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
"""Device, number, last writing and size of a file: it may be another one when it is read."""


class Problems:
    """What cannot be read, or only in part: a few sentences for each account, folder or archive.

    Some learner's archive may have thousands of members, which must not hide what is wrong with
    the files of the others.
    """

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = defaultdict(list)

    def add(self, source: str, sentence: str) -> None:
        """Add what is wrong with something of that account, folder or archive."""
        self._told[source].append(sentence)

    def sentences(self) -> tuple[str, ...]:
        """Return what there is to tell."""
        told: list[str] = []
        for source, sentences in self._told.items():
            told += sentences[:_MOST_TOLD]
            if len(sentences) > _MOST_TOLD:
                told.append(f"{source}: {len(sentences) - _MOST_TOLD:,} more files like these.")
        return tuple(told)


class Received(Struct, frozen=True):
    """A hand-in with what its reader knows of it."""

    owner: str
    """The account that owns the file; "" where that says nothing, since the teacher owns all."""
    named: str
    """The name of its folder or archive member, or its own, in the order of what there is."""
    file: str
    arrived: datetime | None
    """When it was last written; None if that is not known."""
    hand_in: HandIn


class Located(Struct, frozen=True):
    """A file or a member of an archive that may be a hand-in, and whose it is; it is not read."""

    owner: str
    named: str
    file: str
    """Its path, as messages call it."""
    arrived: datetime | None
    path: Path
    """The file itself, or the archive."""
    identity: Identity
    source: str
    """The account, folder or archive that it is from, for `Problems`."""
    member: int | None = None
    """Its number in the archive; None if it is no member of one."""


class Collected(Struct, frozen=True):
    """All that was found."""

    received: tuple[Received, ...]
    problems: tuple[str, ...]
    """Sentences about what could not be read, or only in part."""


def collect(paths: Iterable[Path]) -> Collected:
    """Read all hand-ins in these files and folders; nothing in them makes this raise."""
    problems = Problems()
    with HandInReader(problems) as reader:
        read = [reader.read(each) for each in locate(paths, problems)]
    return Collected(tuple(each for each in read if each is not None), problems.sentences())


def locate(paths: Iterable[Path], problems: Problems) -> Iterator[Located]:
    """Yield what may be a hand-in, in order; what cannot be opened is added to `problems`."""
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
    """Return the files in the folder and those below it whose names end so, sorted.

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
        owner or _name_of(_inside(file, root)), f"{one_line(str(file))} is not read: {why}."
    )


class HandInReader:
    """Reads what was located, one after the other.

    The archive of the last member stays open until another follows: its directory, which is read
    as a whole, may name thousands of members.
    """

    def __init__(self, problems: Problems, *, with_code: bool = True) -> None:
        """Add to `problems` what cannot be read; without the code, hand-ins take little memory."""
        self._problems = problems
        self._with_code = with_code
        self._opened = ExitStack()
        self._last: tuple[Path, Identity] | None = None
        self._stream: BinaryIO
        self._archive: zipfile.ZipFile

    def __enter__(self) -> Self:
        """Close the last archive in the end."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close the last archive."""
        self._close()

    def read(self, located: Located) -> Received | None:
        """Return the hand-in; None if it is none or cannot be read, and the problems say so."""

        try:
            with self._opened_as(located) as stream:
                hand_in = read_lines(_lines(stream), with_code=self._with_code)
        except NotHandIn as problem:
            self._add(located, str(problem))
        except OSError as error:
            self._add(located, f"is not read: {_why(error)}.")
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
        """Open what was located. Raises OSError and what a broken archive raises."""
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
        # the time of the last change cannot be set back, as that of the last writing can
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
    """Return number and facts of each hand-in in an archive of that size.

    Raises what a broken archive raises.
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
    return "" if info.compress_type in _METHODS else "is packed in a way that is not read."


def _open_again(located: Located, limit: int) -> BinaryIO:
    """Open the file that was located, as it was. Raises OSError."""
    stream = _open(located.path, limit)
    try:
        _refuse_changed(stream, located)
    except OSError:
        stream.close()
        raise
    return stream


def _refuse_changed(stream: BinaryIO, located: Located) -> None:
    if _identity(os.fstat(stream.fileno())) != located.identity:
        raise OSError(errno.ESTALE, "It was changed meanwhile")


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines without their ends, and last what stands below the last end."""
    left = MAX_BYTES
    line = b"\n"
    while line.endswith(b"\n"):
        line = stream.readline(left)
        left -= len(line)
        yield line.removesuffix(b"\n")


def _open(file: Path, limit: int) -> BinaryIO:
    """Open a regular file that is no larger than the limit, and no link. Raises OSError."""
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
    """Return the name of the outermost folder, or that of the file itself if it is in none."""
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
