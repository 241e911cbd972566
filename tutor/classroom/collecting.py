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
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from msgspec import Struct

from tutor.classroom.hand_in_file import MAX_BYTES, SUFFIX, HandIn, NotHandIn, read_hand_in
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
)


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


class Collected(Struct, frozen=True):
    """All that was found."""

    received: tuple[Received, ...]
    problems: tuple[str, ...]
    """Sentences about what could not be read, or only in part."""


def collect(paths: Iterable[Path]) -> Collected:
    """Read all hand-ins in these files and folders; nothing in them makes this raise."""
    received: list[Received] = []
    problems: list[str] = []
    for path in paths:
        files = _files_in(path, problems) if path.is_dir() else [path.resolve()]
        root = path if path.is_dir() else None
        for file in files:
            try:
                found = list(_read_file(file, root, problems))
            except OSError as error:
                problems.append(f"{one_line(str(file))} is not read: {_why(error)}.")
            else:
                received += found
    return Collected(tuple(received), tuple(problems))


def _files_in(folder: Path, problems: list[str]) -> list[Path]:
    def failed(error: OSError) -> None:
        problems.append(f"{one_line(str(error.filename))} is not read: {reason(error)}.")

    return sorted(
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=failed)
        for name in names
        if name.endswith((SUFFIX, _ARCHIVE))
    )


def _read_file(file: Path, root: Path | None, problems: list[str]) -> Iterator[Received]:
    """Yield what the file holds. Raises OSError."""
    is_archive = file.name.endswith(_ARCHIVE)
    with _open(file, _MAX_ARCHIVE if is_archive else MAX_BYTES) as stream:
        status = os.fstat(stream.fileno())
        owner = "" if status.st_uid == os.geteuid() else _account(status.st_uid)
        # the time of the last change cannot be set back, as that of the last writing can
        arrived = datetime.fromtimestamp(status.st_ctime, UTC) if owner else None
        inside = PurePosixPath(*file.relative_to(root).parts) if root else PurePosixPath(file.name)
        if is_archive:
            contents = _members(stream, file, problems)
        else:
            contents = iter([(inside, stream.read(MAX_BYTES))])
        for name, content in contents:
            label = one_line(str(file if name is inside else file / name))
            try:
                hand_in = read_hand_in(content)
            except NotHandIn as problem:
                problems.append(f"{label} {problem}")
                continue
            problems += [f"{label} {problem}" for problem in hand_in.problems]
            yield Received(owner, _name_of(name), label, arrived, hand_in)


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


def _members(
    stream: BinaryIO, file: Path, problems: list[str]
) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield name and content of each hand-in in an archive."""
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                if not info.filename.endswith(SUFFIX) or info.is_dir():
                    continue
                if info.file_size > MAX_BYTES:
                    problems.append(f"{one_line(f'{file}/{info.filename}')} is too large.")
                    continue
                with archive.open(info) as member:
                    yield PurePosixPath(info.filename), member.read(MAX_BYTES)
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
