"""From a table of TOML to a frozen struct, telling every key that does not fit. For the loader.

msgspec stops at its first problem, so each key is converted by itself.
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
"""Arrays of tables by their TOML key; None in place of an element that has a problem."""


MAX_PROBLEMS = 100
"""Of one file that are told."""

MAX_PARTS = 200
"""Of one kind in one step: each is compared with others."""


class ProblemCollector:
    """Collects the problems of one document; only the first about each key."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._problems: dict[KeyPath, Problem] = {}
        self._with_problems: set[KeyPath] = set()
        """Keys with problems, and those above them."""
        self._omitted = 0

    def add(self, path: KeyPath, message: str, severity: Severity = "error") -> None:
        """`path` leads to the key, or to where it is missing."""
        if path in self._problems:
            return
        self._with_problems.update(path[:length] for length in range(len(path) + 1))
        if len(self._problems) == MAX_PROBLEMS:
            self._omitted += 1
            return
        line = self.document.line_of(path)
        self._problems[path] = Problem(self.document.file, line, key_text(path), message, severity)

    def has_problem(self, *path: str | int) -> bool:
        """Whether there is a problem at this key or inside it."""
        return path in self._with_problems

    def sorted(self) -> list[Problem]:
        """By line."""
        ordered = sorted(self._problems.values(), key=lambda problem: problem.line)
        if self._omitted:
            message = f"has {self._omitted:,} more problems, which are not told"
            ordered.append(Problem(self.document.file, 1, "file", message))
        return ordered


def problem_at(file: Path, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
    """A problem found later, at a key of a file that could be read before."""
    try:
        line = read_document(file, file.parent.parent).line_of(path)
    except CourseError:
        line = 1
    return Problem(file, line, key_text(path), message, severity)


def key_text(path: KeyPath) -> str:
    """As a reader writes it: `check[2].same`, counted from 1."""
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
    """The values of the keys that are as they should be; all others become problems.

    Keys of `also` are left to the caller.
    """
    own = {key: value for key, value in table.items() if key not in read_elsewhere}
    return _read(own, fields, findings, (), read_elsewhere)


def read_parts(
    table: Mapping[str, Any], key: str, part: type[Part], findings: ProblemCollector
) -> list[Part | None]:
    """The tables of an array such as `[[check]]`; None in place of one that has a problem."""
    items = table.get(key, [])
    if not isinstance(items, list):
        findings.add((key,), f"is an array of tables: write `[[{key}]]`, not {_type_name(items)}")
        return []
    if len(items) > MAX_PARTS:
        findings.add((key,), f"has {len(items):,} tables: at most {MAX_PARTS} are read")
    some = items[:MAX_PARTS]
    return [_read_part(item, part, findings, (key, i)) for i, item in enumerate(some)]


def readable(items: list[Any]) -> list[tuple[int, Any]]:
    """Return the tables of an array that could be read, each with its index in the file."""
    return [(index, item) for index, item in enumerate(items) if item is not None]


@cache
def fields_of(
    struct: type[msgspec.Struct], *, without: tuple[str, ...] = ()
) -> Mapping[str, msgspec.structs.FieldInfo]:
    """The keys that a table of this kind has."""
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
                (*path, key), f"is no key here{suggestion(key, (*fields, *read_elsewhere))}"
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
        index, item = next((i, item) for i, item in enumerate(value) if not isinstance(item, str))
        return f"should be a list of texts, but item {index + 1} is {_type_name(item)}"
    if get_origin(wanted) is dict and isinstance(value, dict):
        key, item = next((k, item) for k, item in value.items() if not isinstance(item, str))
        return f"should hold texts, but `{key}` is {_type_name(item)}"
    quotes = " in quotes" if wanted is str else ""
    return f"should be {type_in_words(wanted)}{quotes}, but is {_type_name(value)}"


def type_in_words(wanted: Any) -> str:  # noqa: ANN401 - a type of any shape
    """Return the type of a key as its author knows it: "a list of texts", or the words allowed."""
    if get_origin(wanted) is Literal:
        return listed(get_args(wanted))
    return {
        str: "a text",
        bool: "true or false",
        int: "a whole number",
        int | None: "a whole number",
        float: "a number",
        float | None: "a number",
    }.get(wanted) or ("a list of texts" if get_origin(wanted) is tuple else "a table of texts")


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
