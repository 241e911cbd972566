"""A TOML file of a course: its table, and the line on which each key stands. For the loader."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from tutor.course.problems import CourseError, Problem
from tutor.files import parse_toml, read_bytes

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the root of a document; elements of arrays by index, from 0."""

MAX_BYTES = 1_000_000
"""Size of the largest file that is read."""

_DEPTH = 4
"""Levels of a value down to which its keys have lines: lessons use three."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
"""What decides where a statement of valid TOML ends: strings, comments, brackets, line ends."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Document:
    """One file, parsed. Lines are looked for only when there is a problem to tell."""

    def __init__(self, file: Path, text: str, table: dict[str, Any]) -> None:
        self.file = file
        self.table = table
        self._text = text
        self._lines: dict[KeyPath, int] | None = None

    def line_of(self, path: KeyPath) -> int:
        """The line, from 1, on which the key stands, or else the table that should hold it."""
        if self._lines is None:
            self._lines = _lines_of_keys(self._text)
        for length in range(len(path), 0, -1):
            if (line := self._lines.get(path[:length])) is not None:
                return line
        return 1


def read_document(file: Path, course: Path) -> Document:
    """Raises CourseError with one problem if the file cannot be read, is not TOML, or is no file of
    the course in that folder."""
    if not belongs(file, course):
        raise _refused(file, 1, "file", "is a link that leads out of the folder of lessons")
    text = _read_text(file)
    try:
        return Document(file, text, parse_toml(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        last = text.count("\n") + 1
        line = int(place[1]) if place and place[1] else last
        raise _refused(file, line, "TOML", _PLACE.sub("", message)) from error
    except (ValueError, RecursionError) as error:
        raise _refused(file, 1, "TOML", f"a value that cannot be read: {error}") from error


def belongs(file: Path, course: Path) -> bool:
    """Whether it stands in the folder of the course, links followed."""
    try:
        return file.resolve().is_relative_to(course.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def _read_text(file: Path) -> str:
    try:
        data = read_bytes(file, MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise _refused(file, 1, "file", "there is no such file") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refused(file, 1, "file", f"cannot be read: {reason}") from error
    if len(data) > MAX_BYTES:
        raise _refused(file, 1, "file", f"has more than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} is no text"
        raise _refused(file, line, "file", message) from error


def _refused(file: Path, line: int, key: str, message: str) -> CourseError:
    return CourseError([Problem(file, line, key, message)])


def _lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Of valid TOML. A key stands where the statement begins that first has it."""
    lines: dict[KeyPath, int] = {}
    lengths: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for line, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.startswith("["):
            table = _enter(_chain(parsed), statement.startswith("[["), lengths)
            for length in range(1, len(table) + 1):
                lines.setdefault(table[:length], line)
        else:
            for path in _paths(parsed, _DEPTH):
                lines.setdefault(table + path, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement of valid TOML with the line on which it begins."""
    start, line, begun, depth = 0, 1, 1, 0
    for token in _TOKEN.finditer(text + "\n"):
        piece = token[0]
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        line += piece.count("\n")
        if piece == "\n" and depth == 0:
            statement = text[start : token.start()].strip()
            if statement and not statement.startswith("#"):
                yield begun, statement
            start, begun = token.end(), line


def _chain(parsed: dict[str, Any]) -> list[str]:
    """The keys of a table header, outermost first."""
    keys: list[str] = []
    level: Any = parsed
    while isinstance(level, dict) and level:
        keys.append(next(iter(level)))
        level = level[keys[-1]]
    return keys


def _enter(keys: list[str], is_array: bool, lengths: dict[KeyPath, int]) -> KeyPath:
    """Path of the table that a header opens; `lengths` counts elements of arrays of tables."""
    path: KeyPath = ()
    for key in keys[:-1]:
        path += (key,)
        if path in lengths:
            path += (lengths[path] - 1,)
    path += (keys[-1],)
    if is_array:
        lengths[path] = lengths.get(path, 0) + 1
        path += (lengths[path] - 1,)
    return path


def _paths(value: Any, depth: int) -> Iterator[KeyPath]:  # noqa: ANN401 - whatever TOML holds
    """Paths of all keys and elements inside a value, outer ones first."""
    if depth == 0:
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (key,)
        if isinstance(item, dict | list):
            for path in _paths(item, depth - 1):
                yield (key, *path)
