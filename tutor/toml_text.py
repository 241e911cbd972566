"""TOML that anybody may have written: parsed with line numbers, and in bounded time.

The parser of the standard library reports the line of a syntax error, but not the lines of valid
keys. So this module finds the line of a key when there is something wrong with its value. Used for
lessons and for the learner's config; knows no other part of the tutor.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the root of a document; elements of arrays by index, from 0."""

MAX_PARTS = 64
"""Maximum parts of a key, between its dots."""

_PART = (
    r"(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++"
    r'|"(?:\\.|[^"\\\n])*+"'
    r"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
)
_LONG_KEY = re.compile(f"(?:{_PART}){{{MAX_PARTS}}}")

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
"""Tokens that decide where a TOML statement ends: strings, comments, brackets, line ends."""

_BASIC = r'"(?!"")(?:[^"\\\n]++|\\.)*+"'
_LONG_BASIC = r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
_LITERAL = r"'(?!'')[^'\n]*+'"
_LONG_LITERAL = r"'''(?:[^']++|'(?!''))*+'''"
_TEXT = f"{_LONG_BASIC}|{_BASIC}|{_LONG_LITERAL}|{_LITERAL}"
_TOP_STATEMENT = re.compile(
    r"(?:[ \t]*+(?:\#[^\n]*+)?\n)*+[ \t]*+"
    r"(?:(?P<end>\[|(?:\#[^\n]*+)?\Z)"
    r"|(?P<key>[A-Za-z0-9_-]++)[ \t]*+=[ \t]*+"
    rf"(?P<value>{_TEXT}|\[(?:[^\]\[\x22'\#]++|{_TEXT})*+\]|[A-Za-z0-9+._:-]++)"
    r"[ \t]*+(?:\#[^\n]*+)?(?=\n|\Z))",
    re.DOTALL,
)
"""A key of the usual form with its value, or the end of the part above the first table."""

_NOT_PLAIN = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f]")
"""A backslash, or a control character that TOML forbids."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a text; raise TOMLDecodeError, ValueError or RecursionError if that fails.

    A key of very many parts is refused first: time and memory of the parser grow with the square of
    their number.
    """
    # The pattern is slow, and a line with fewer dots than parts has no such key.
    has_dots = any(line.count(".") >= MAX_PARTS for line in text.split("\n"))
    if has_dots and (found := _LONG_KEY.search(text)):
        line = text.count("\n", 0, found.start()) + 1
        message = f"A key has more than {MAX_PARTS} parts (at line {line}, column 1)"
        raise tomllib.TOMLDecodeError(message)
    return tomllib.loads(text)


def top_values(text: str) -> dict[str, str] | None:
    """Return the keys above the first table, each with its value as written in the text.

    It costs a hundredth of the parsing, for the many files of which little is needed. None if a
    statement has an unusual form: then only the parser can read it and detect errors. Text after
    the first table is ignored.
    """
    values: dict[str, str] = {}
    at = 0
    while (found := _TOP_STATEMENT.match(text, at)) is not None:
        key, value = found.group("key", "value")
        if key is None:
            return values
        if key in values:
            return None
        values[key] = value
        at = found.end()
    return None


def value_of(written: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return the value of a text from `top_values`; raise like `parse_toml`."""
    if written[0] in "\"'" and not _NOT_PLAIN.search(written):
        if written[:3] in ('"""', "'''"):
            return written[3:-3].removeprefix("\n")
        return written[1:-1]
    if written.startswith('["') and not _NOT_PLAIN.search(written):
        with suppress(msgspec.MsgspecError):  # anything but a list of strings in JSON's form
            return msgspec.json.decode(written, type=list[str])
    return parse_toml(f"value = {written}")["value"]


def line_and_message(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """Return the line, from 1, of a syntax error, and the parser's message without it."""
    message = str(error)
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return line, _PLACE.sub("", message)


def line_of(lines: Mapping[KeyPath, int], path: Sequence[str | int]) -> int:
    """Return the line of a key, or of the innermost table that should hold it; 1 if none."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(tuple(path[:length]))) is not None:
            return line
    return 1


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, on which each key of a valid document is first named."""
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
    """Yield each statement of valid TOML, after its first line's number."""
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
    """Return the keys of a table header, outermost first."""
    keys: list[str] = []
    level: Any = parsed
    while isinstance(level, dict) and level:
        keys.append(next(iter(level)))
        level = level[keys[-1]]
    return keys


def _enter(keys: list[str], is_array: bool, lengths: dict[KeyPath, int]) -> KeyPath:
    """Return the path of the table that a header opens.

    `lengths` counts the elements of arrays of tables.
    """
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
    """Yield the paths of all keys and elements inside a value, outer ones first."""
    if depth == 0:
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (key,)
        if isinstance(item, dict | list):
            for path in _paths(item, depth - 1):
                yield (key, *path)
