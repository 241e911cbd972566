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
    member: int | None = None
    """Its number in the archive; None if it is no member of one."""


class Collected(Struct, frozen=True):
    """All that was found."""

    received: tuple[Received, ...]
    problems: tuple[str, ...]
    """Sentences about what could not be read, or only in part."""


def collect(paths: Iterable[Path]) -> Collected:
    """Read all hand-ins in these files and folders; nothing in them makes this raise."""
    problems: list[str] = []
    with HandInReader(problems) as reader:
        read = [reader.read(each) for each in locate(paths, problems)]
    return Collected(tuple(each for each in read if each is not None), tuple(problems))


def locate(paths: Iterable[Path], problems: list[str]) -> Iterator[Located]:
    """Yield what may be a hand-in, in order; what cannot be opened is added to `problems`."""
    for path in paths:
        files = _files_in(path, problems) if path.is_dir() else [path.resolve()]
        root = path if path.is_dir() else None
        for file in files:
            try:
                yield from _located(file, root, problems)
            except OSError as error:
                problems.append(f"{one_line(str(file))} is not read: {_why(error)}.")


class HandInReader:
    """Reads what was located, one after the other.

    The archive of the last member stays open until another follows: its directory, which is read
    as a whole, may name thousands of members.
    """

    def __init__(self, problems: list[str], *, with_code: bool = True) -> None:
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
        problems = self._problems
        try:
            with self._opened_as(located) as stream:
                hand_in = read_lines(_lines(stream), with_code=self._with_code)
        except NotHandIn as problem:
            problems.append(f"{located.file} {problem}")
            return None
        except OSError as error:
            problems.append(f"{located.file} is not read: {_why(error)}.")
            return None
        except _BROKEN_ARCHIVE as error:
            problems.append(f"{located.file} cannot be unpacked: {one_line(str(error))}.")
            return None
        problems += [f"{located.file} {problem}" for problem in hand_in.problems]
        return Received(located.owner, located.named, located.file, located.arrived, hand_in)

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


def _files_in(folder: Path, problems: list[str]) -> list[Path]:
    def failed(error: OSError) -> None:
        problems.append(f"{one_line(str(error.filename))} is not read: {reason(error)}.")

    return sorted(
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=failed)
        for name in names
        if name.endswith((SUFFIX, _ARCHIVE))
    )


def _located(file: Path, root: Path | None, problems: list[str]) -> Iterator[Located]:
    """Yield the file, or each member of an archive. Raises OSError."""
    is_archive = file.name.endswith(_ARCHIVE)
    with _open(file, _MAX_ARCHIVE if is_archive else MAX_BYTES) as stream:
        status = os.fstat(stream.fileno())
        owner = "" if status.st_uid == os.geteuid() else _account(status.st_uid)
        # the time of the last change cannot be set back, as that of the last writing can
        arrived = datetime.fromtimestamp(status.st_ctime, UTC) if owner else None
        identity = _identity(status)
        if not is_archive:
            inside = (
                PurePosixPath(*file.relative_to(root).parts) if root else PurePosixPath(file.name)
            )
            label = one_line(str(file))
            yield Located(owner, _name_of(inside), label, arrived, file, identity)
            return
        for number, name in _members(stream, file, problems):
            inside = PurePosixPath(name)
            label = one_line(str(file / inside))
            yield Located(owner, _name_of(inside), label, arrived, file, identity, number)


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


def _members(stream: BinaryIO, file: Path, problems: list[str]) -> Iterator[tuple[int, str]]:
    """Yield number and name of each hand-in in an archive."""
    try:
        with zipfile.ZipFile(stream) as archive:
            for number, info in enumerate(archive.infolist()):
                if not info.filename.endswith(SUFFIX) or info.is_dir():
                    continue
                if info.file_size > MAX_BYTES:
                    problems.append(f"{one_line(f'{file}/{info.filename}')} is too large.")
                else:
                    yield number, info.filename
    except _BROKEN_ARCHIVE as error:
        problems.append(f"{one_line(str(file))} cannot be unpacked: {one_line(str(error))}.")


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
