"""The format of a hand-in: lines of JSON, each with its `kind`.

The first line describes the file. Then come lines of the journal as they are, the programs that
were checked, and a last line with the number of preceding lines, by which a cut file is detected.
Anybody may have written such a file: readers trust nothing that they can find out themselves, and
no content makes a reader raise anything but `NotHandIn`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from tutor.grading.length import MAX_CODE
from tutor.grading.wording import counted
from tutor.progress.durable_files import is_safe_id
from tutor.progress.entries import (
    VERSION,
    AnswerJudged,
    HintShown,
    QuizAnswered,
    SolutionShown,
    StepOpened,
    StepRead,
    digest_of,
)

SUFFIX = ".nntutor.jsonl"
"""File name suffix of hand-ins."""

FORMAT = 1
"""Version in the first line, `v`. A file with a larger one is of a newer nntutor."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum bytes of a file, written or read."""

MAX_LINES = 100_000
"""Maximum lines of a file: five years of 50 checked answers a day."""

HandedEntry: TypeAlias = (
    StepOpened | StepRead | AnswerJudged | QuizAnswered | HintShown | SolutionShown
)
"""The journal lines that are handed in: not, for example, the learner's cursor."""


class HandInHead(Struct, frozen=True, kw_only=True, tag_field="kind", tag="hand-in"):
    """The first line of the file."""

    v: int = FORMAT
    nntutor: str = ""
    torch: str = ""
    course: str = ""
    """Title of the course."""
    course_digest: str = ""
    """Hash of the course's files."""
    at: Annotated[datetime, Meta(tz=True)] | None = None
    """Time of writing, by the learner's clock."""
    name: str = ""
    """Name typed by the learner, which may be any text."""


class HandedProgram(Struct, frozen=True, tag_field="kind", tag="answer"):
    """A program that was checked, accepted or not."""

    step: str
    digest: str
    code: str


class HandInEnd(Struct, frozen=True, tag_field="kind", tag="end"):
    """The last line of the file."""

    lines: int
    """Number of preceding lines."""


class HandIn(Struct, frozen=True):
    """The content of a file that was read."""

    head: HandInHead
    entries: tuple[HandedEntry, ...]
    programs: tuple[HandedProgram, ...]
    problems: tuple[str, ...] = ()
    """Problems of the file, each completing "FILE …"; the readable part counts."""


class NotHandIn(Exception):
    """Raised for another kind of file; the message completes "FILE …"."""


_Line: TypeAlias = HandInHead | HandedProgram | HandInEnd | HandedEntry

_DECODER: msgspec.json.Decoder[_Line] = msgspec.json.Decoder(_Line)
_HEAD_DECODER = msgspec.json.Decoder(HandInHead)
_KINDS = frozenset(kind.__struct_config__.tag for kind in _Line.__args__)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Header(Struct, frozen=True):
    kind: str = ""


_KIND_DECODER = msgspec.json.Decoder(_Header)


def hand_in_bytes(
    head: HandInHead, entries: Iterable[HandedEntry], programs: Iterable[HandedProgram]
) -> bytes:
    """Return the content of a hand-in file; texts of quiz answers are left out."""
    told = (replace(each, text="") if isinstance(each, QuizAnswered) else each for each in entries)
    lines = [msgspec.json.encode(line) for line in (head, *told, *programs)]
    return b"\n".join((*lines, msgspec.json.encode(HandInEnd(len(lines))), b""))


def read_hand_in(content: bytes) -> HandIn:
    """Return the readable content of the file. Raises NotHandIn."""
    return read_lines(content.split(b"\n"))


def read_lines(lines: Iterable[bytes], *, with_code: bool = True) -> HandIn:
    """Return the readable content of a file's lines. Raises NotHandIn.

    The lines have no newlines; the last is the text after the last newline. Without the code, which
    is by far the most of a file, programs are known by their digests alone.
    """
    all_lines = iter(lines)
    head = _read_head(next(all_lines, b""))
    entries: list[HandedEntry] = []
    programs: list[HandedProgram] = []
    wrong: Counter[str] = Counter()
    is_whole = False
    for number, (line, is_last) in enumerate(_with_last(all_lines), 1):
        if number > MAX_LINES:
            raise NotHandIn(f"has more than {MAX_LINES:,} lines.")
        is_whole = is_whole and not line  # nothing may follow the end line
        # text after the last newline is no line, unless it can be read
        match read := _read_line(line, wrong if not is_last else Counter()):
            case HandInEnd():
                is_whole = read.lines == number
            case HandedProgram():
                kept = _checked(read, wrong)
                programs += kept if with_code else (replace(each, code="") for each in kept)
            case HandInHead() | None:
                pass
            case _:
                entries += _dated(read, wrong)
    return HandIn(head, tuple(entries), tuple(programs), _problems(wrong, is_whole=is_whole))


def _with_last(lines: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each line, with True for the last one."""
    line = next(lines, None)
    while line is not None:
        following = next(lines, None)
        yield line, following is None
        line = following


def _read_head(line: bytes) -> HandInHead:
    try:
        head = _HEAD_DECODER.decode(line)
    except _UNREADABLE:
        raise NotHandIn("is not a hand-in of nntutor.") from None
    if head.v > FORMAT:
        raise NotHandIn("comes from a newer nntutor: update this one.")
    is_sane = head.at is None or _is_sane(head.at)
    return head if is_sane else replace(head, at=None)


def _read_line(line: bytes, wrong: Counter[str]) -> _Line | None:
    """Return the line's content; None if it is of an unknown kind or unreadable."""
    if not line.strip():
        return None
    try:
        return _DECODER.decode(line)
    except _UNREADABLE:
        if _kind_of(line) in ("", *_KINDS):
            wrong["that cannot be read"] += 1
        return None


def _kind_of(line: bytes) -> str:
    try:
        return _KIND_DECODER.decode(line).kind
    except _UNREADABLE:
        return ""


def _checked(program: HandedProgram, wrong: Counter[str]) -> tuple[HandedProgram, ...]:
    """Return the program with its true digest; () if it cannot be an answer."""
    if not is_safe_id(program.step) or len(program.code) > MAX_CODE:
        wrong["with an invalid program"] += 1
        return ()
    digest = digest_of(program.code)
    if digest != program.digest:
        wrong["with a program that was changed"] += 1
    return (replace(program, digest=digest),)


def _dated(entry: HandedEntry, wrong: Counter[str]) -> tuple[HandedEntry, ...]:
    """Return the entry; () if it is of a newer nntutor or its time is implausible."""
    if entry.v > VERSION:
        wrong["of a newer nntutor"] += 1
    elif not _is_sane(entry.at):
        wrong["with an impossible time"] += 1
    else:
        return (entry,)
    return ()


def _is_sane(at: datetime) -> bool:
    """Return True if the time is plausible, and valid in every time zone."""
    return 2000 <= at.year < 2100


def _problems(wrong: Counter[str], *, is_whole: bool) -> tuple[str, ...]:
    told = [f"has {counted(count, 'line')} {what}." for what, count in wrong.items()]
    if not is_whole:
        told.append("was cut or changed: its last line does not fit those before.")
    return tuple(told)
