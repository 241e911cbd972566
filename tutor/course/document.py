"""A TOML file of a course: its table, and the line of each key.

For the loader. Files may come from strangers: links that lead out of the course, pipes, and very
large files are refused, so that no file reads other files, blocks, or takes all memory.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tutor.course.problems import CourseError, Problem
from tutor.files import is_inside, read_bytes
from tutor.paths import MAX_COURSE_FILE_BYTES
from tutor.toml_text import KeyPath, line_and_message, line_of, lines_of_keys, parse_toml


class Document:
    """A parsed file. The lines of its keys are found when the first problem is reported."""

    def __init__(self, file: Path, text: str, table: dict[str, Any]) -> None:
        self.file = file
        self.table = table
        self._text = text
        self._lines: dict[KeyPath, int] | None = None

    def line_of(self, path: KeyPath) -> int:
        """Return the line, from 1, of a key, or of the table that should hold it."""
        if self._lines is None:
            self._lines = lines_of_keys(self._text)
        return line_of(self._lines, path)


def read_document(file: Path, course: Path) -> Document:
    """Read and parse a file of the course in the folder `course`.

    Raises CourseError with one problem if the file cannot be read, is not TOML, or is outside of
    the folder.
    """
    if not is_inside(file, course):
        raise _course_error(file, 1, "file", "is a link to a place outside the folder of lessons")
    text = _read_text(file)
    try:
        return Document(file, text, parse_toml(text))
    except tomllib.TOMLDecodeError as error:
        line, message = line_and_message(error, text)
        raise _course_error(file, line, "TOML", message) from error
    except (ValueError, RecursionError) as error:
        raise _course_error(file, 1, "TOML", f"a value that cannot be read: {error}") from error


def _read_text(file: Path) -> str:
    try:
        data = read_bytes(file, MAX_COURSE_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise _course_error(file, 1, "file", "there is no such file") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise _course_error(file, 1, "file", f"cannot be read: {reason}") from error
    if len(data) > MAX_COURSE_FILE_BYTES:
        raise _course_error(file, 1, "file", f"has more than {MAX_COURSE_FILE_BYTES} bytes")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} is not text"
        raise _course_error(file, line, "file", message) from error


def _course_error(file: Path, line: int, key: str, message: str) -> CourseError:
    return CourseError([Problem(file, line, key, message)])
