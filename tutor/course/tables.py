"""Tables of TOML become frozen structs, and every key that does not fit becomes a problem.

For the loader, and for code that reports a problem at a key later. msgspec stops at its first
problem, so each key is converted separately: an author should see all of them at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin

import msgspec

from tutor.course.document import Document, read_document
from tutor.course.problems import CourseError, Problem, Severity, listed, suggestion
from tutor.toml_text import KeyPath

Part = TypeVar("Part", bound=msgspec.Struct)

Parts: TypeAlias = dict[str, list[Any]]
"""Arrays of tables by their TOML key; None in place of an element with a problem."""


MAX_PROBLEMS = 100
"""Maximum problems reported for one file.

A file from a stranger may have many thousands."""

MAX_PARTS = 200
"""Maximum tables of one array that are read.

Rules compare each with all others."""


class ProblemCollector:
    """Collects the problems of one document, only the first one for each key."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._problems: dict[KeyPath, Problem] = {}
        self._with_problems: set[KeyPath] = set()
        """Paths with a problem at them or inside them."""
        self._omitted = 0

    def add(self, path: KeyPath, message: str, severity: Severity = "error") -> None:
        """Add a problem at the path of the key, also of a missing one."""
        if path in self._problems:
            return
        self._with_problems.update(path[:length] for length in range(len(path) + 1))
        if len(self._problems) == MAX_PROBLEMS:
            self._omitted += 1
            return
        line = self.document.line_of(path)
        self._problems[path] = Problem(self.document.file, line, key_text(path), message, severity)

    def has_problem(self, *path: str | int) -> bool:
        """Return True if there is a problem at this path or inside it; without keys, anywhere."""
        return path in self._with_problems

    def sorted(self) -> list[Problem]:
        """Return the problems by line, and last the number of further ones."""
        ordered = sorted(self._problems.values(), key=lambda problem: problem.line)
        if self._omitted:
            message = f"has {self._omitted:,} more problems, which are not listed"
            ordered.append(Problem(self.document.file, 1, "file", message))
        return ordered


def problem_at(file: Path, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
    """Return a problem at a key of a file that was loaded before.

    The file is read again to find the line; 1 if it cannot be read any more.
    """
    try:
        line = read_document(file, file.parent.parent).line_of(path)
    except CourseError:
        line = 1
    return Problem(file, line, key_text(path), message, severity)


def key_text(path: KeyPath) -> str:
    """Return a path as authors write it: `check[2].same`, counted from 1."""
    text = ""
    for key in path:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".")


def read_table(
    table: Mapping[str, Any],
    fields: Mapping[str, msgspec.structs.FieldInfo],
    findings: ProblemCollector,
    read_elsewhere: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the values of the keys that fit; all other keys become problems.

    The caller handles keys in `read_elsewhere`.
    """
    rest = {key: value for key, value in table.items() if key not in read_elsewhere}
    return _read(rest, fields, findings, (), read_elsewhere)


def read_parts(
    table: Mapping[str, Any], key: str, part: type[Part], findings: ProblemCollector
) -> list[Part | None]:
    """Return the tables of an array such as `[[check]]`, None in place of one with a problem."""
    items = table.get(key, [])
    if not isinstance(items, list):
        findings.add((key,), f"is an array of tables: write `[[{key}]]`, not {_type_name(items)}")
        return []
    if len(items) > MAX_PARTS:
        findings.add((key,), f"has {len(items):,} tables: at most {MAX_PARTS} are read")
    some = items[:MAX_PARTS]
    return [_read_part(item, part, findings, (key, i)) for i, item in enumerate(some)]


def readable(items: list[Any]) -> list[tuple[int, Any]]:
    """Return the readable tables of an array, each with its index in the file."""
    return [(index, item) for index, item in enumerate(items) if item is not None]


@cache
def fields_of(
    struct: type[msgspec.Struct], *, without: tuple[str, ...] = ()
) -> Mapping[str, msgspec.structs.FieldInfo]:
    """Return the fields of a struct by name, which are the keys of its table."""
    return {
        field.name: field for field in msgspec.structs.fields(struct) if field.name not in without
    }


def _read_part(
    item: object, part: type[Part], findings: ProblemCollector, path: KeyPath
) -> Part | None:
    if not isinstance(item, dict):
        findings.add(path, f"should be a table, but is {_type_name(item)}")
        return None
    values = _read(item, fields_of(part), findings, path)
    return None if findings.has_problem(*path) else part(**values)


def _read(
    table: Mapping[str, Any],
    fields: Mapping[str, msgspec.structs.FieldInfo],
    findings: ProblemCollector,
    path: KeyPath,
    read_elsewhere: tuple[str, ...] = (),
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            findings.add(
                (*path, key), f"is not a key here{suggestion(key, (*fields, *read_elsewhere))}"
            )
            continue
        try:
            values[key] = msgspec.convert(value, fields[key].type)
        except (msgspec.ValidationError, OverflowError):
            findings.add((*path, key), _mismatch(fields[key].type, value))
    for key, field in fields.items():
        if field.required and key not in table:
            findings.add((*path, key), "is missing")
    return values


def _mismatch(wanted: Any, value: object) -> str:  # noqa: ANN401 - a type of any shape
    if get_origin(wanted) is Literal:
        words = get_args(wanted)
        if isinstance(value, str):
            return f"should be {listed(words)}, not `{value}`{suggestion(value, words)}"
        return f"should be {listed(words)}, but is {_type_name(value)}"
    if get_origin(wanted) is tuple and isinstance(value, list):
        of = get_args(get_args(wanted)[0]) or get_args(wanted)[:1]
        index, item = next((i, item) for i, item in enumerate(value) if type(item) not in of)
        return f"should be {type_in_words(wanted)}, but item {index + 1} is {_type_name(item)}"
    if get_origin(wanted) is dict and isinstance(value, dict):
        held = get_args(wanted)[1]
        of = get_args(held) or (held,)
        key, item = next((k, item) for k, item in value.items() if type(item) not in of)
        return f"should hold {_HELD[held]}, but `{key}` is {_type_name(item)}"
    quotes = " in quotes" if wanted is str else ""
    return f"should be {type_in_words(wanted)}{quotes}, but is {_type_name(value)}"


def type_in_words(wanted: Any) -> str:  # noqa: ANN401 - a type of any shape
    """Return the type of a key in words: "a list of texts", or the allowed values."""
    if get_origin(wanted) is Literal:
        return listed(get_args(wanted))
    return {
        str: "a text",
        bool: "true or false",
        int: "a whole number",
        int | None: "a whole number",
        float: "a number",
        float | None: "a number",
        int | float: "a number",
        tuple[int, ...]: "a list of whole numbers",
        tuple[int | float, ...]: "a list of numbers",
    }.get(wanted) or (
        f"a table of {_HELD[get_args(wanted)[1]]}"
        if get_origin(wanted) is dict
        else "a list of texts"
    )


_HELD = {str: "texts", int: "whole numbers", int | float: "numbers"}
"""Content of a table in words, by the type of its values."""


def _type_name(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime.date() | datetime.time():
            return "a date or time"
    return type(value).__name__
