"""The reference of the lesson format is whole, is readable in a terminal, and is in docs/.

After a change of a key or of the string under its field, `python -m
tests.authoring.test_format_reference` writes the section of the page anew.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from tutor.authoring.format_reference import (
    WIDTH,
    KeyTable,
    field_docs,
    key_tables,
    reference_markdown,
    reference_text,
)
from tutor.course import model
from tutor.course.course_files import CourseKeys, LessonKeys
from tutor.course.families import FAMILY_FOLDER, FamilyIdea, FamilyKeys
from tutor.course.kinds import KINDS
from tutor.course.model import StepKind
from tutor.course.problems import listed
from tutor.course.steps import FILLED_IN
from tutor.course.tables import fields_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "lesson-format.md"
BEGIN, END = "<!-- all keys:", "<!-- /all keys -->"
WRITE_ANEW = f"python -m {__name__} writes the tables anew"

_CLASSES = [value for value in vars(model).values() if isinstance(value, type)]
STRUCTS = [c for c in _CLASSES if issubclass(c, Struct) and c is not Struct]
STRUCTS += [CourseKeys, LessonKeys, FamilyKeys, FamilyIdea]


def _split() -> tuple[str, str, str]:
    """The page before the tables, the tables, and what comes after them."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    comment, line_end, rest = rest.partition("-->\n\n")
    tables, end, after = rest.partition(END)
    assert line_end
    assert end
    return before + begin + comment + line_end, tables, end + after


def _tables_of(kind: StepKind) -> list[KeyTable]:
    """The tables in which an author of that kind of step finds its own keys."""
    titles = ("Steps of any kind", "Steps of kind")
    return [
        table
        for table in key_tables()
        if table.title.startswith(titles)
        and (f"`{kind}`" in table.title or table.title == titles[0])
    ]


def _names(*tables: KeyTable) -> set[str]:
    return {entry.name.strip("[]") for table in tables for entry in table.entries}


def _inside(key: str, kind: str) -> set[str]:
    """The keys of an array of tables in that kind of step, or in another file if it is empty."""
    return _names(
        *(
            table
            for table in key_tables()
            if table.title.startswith(f"`[[{key}]]`") and (not kind or f"`{kind}`" in table.title)
        )
    )


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_key_says_what_it_is_for(struct: type[Struct]) -> None:
    own = inspect.get_annotations(struct)
    docs = field_docs(struct)
    assert docs.keys() == own.keys()
    assert {name: doc for name, doc in docs.items() if len(doc.split()) < 4} == {}
    assert (struct.__doc__ or "").strip()


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_a_kind_are_those_that_the_loader_reads(kind: StepKind) -> None:
    row = KINDS[kind]
    held_in_arrays = {field for field, _ in row.arrays.values()}
    read = fields_of(row.step).keys() - held_in_arrays - set(FILLED_IN)
    assert _names(*_tables_of(kind)) == {"kind", *read, *row.arrays}
    for key, (_, part) in row.arrays.items():
        assert _inside(key, kind) == fields_of(part).keys()


def _missing(table: Mapping[str, object], known: set[str]) -> set[str]:
    missing = table.keys() - known
    for key, value in table.items():
        if isinstance(value, list) and all(isinstance(item, dict) for item in value) and value:
            inner = _inside(key, str(table.get("kind", "")))
            missing |= {f"{key}.{name}" for item in value for name in item if name not in inner}
    return missing


def test_every_key_of_the_lessons_is_in_the_reference() -> None:
    course, lesson, *_, family, _ = key_tables()
    files = sorted((ROOT / "lessons").rglob("*.toml"))
    assert files
    for file in files:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        heads = {"course.toml": course, "lesson.toml": lesson}
        head = family if file.parent.name == FAMILY_FOLDER else heads.get(file.name)
        known = _names(head) if head is not None else _names(*_tables_of(table["kind"]))
        assert _missing(table, known) == set(), file


def test_a_key_has_its_type_and_whether_it_is_needed() -> None:
    entries = {(t.title, e.name): e.value for t in key_tables() for e in t.entries}
    check, code = "`[[check]]` in steps of kind `code` or `order`", "Steps of kind `code`"
    vary = "`[[vary]]` in steps of kind `code` or `order`"
    assert entries["Steps of any kind", "id"] == "a text; needed"
    assert entries["Steps of any kind", "kind"] == f"{listed(KINDS)}; needed"
    assert entries["Steps of any kind", "optional"] == "true or false; default false"
    assert entries["Steps of kind `code` or `order`", "limit_s"] == "a number; default 10.0"
    assert entries[code, "must_use"] == "a list of texts; optional"
    assert entries["Steps of kind `code` or `order`", "[[check]]"] == "tables"
    assert entries[check, "dtype"] == '`any`, `kind` or `strict`; default "kind"'
    assert entries[vary, "given"] == "a table of texts; optional"
    assert entries["`[[wrong]]` in steps of kind `quiz` or `predict`", "tolerance"] == (
        "a number; optional"
    )


def test_no_line_is_wider_than_a_terminal() -> None:
    lines = reference_text().splitlines()
    assert max(map(len, lines)) <= WIDTH < 80
    assert all(line == line.rstrip() for line in lines)


def test_contributing_holds_the_tables() -> None:
    _, tables, _ = _split()
    assert tables == reference_markdown(), WRITE_ANEW


def write() -> None:
    """Put the tables as they are now into the page."""
    before, _, after = _split()
    PAGE.write_text(before + reference_markdown() + after, encoding="utf-8")


if __name__ == "__main__":
    write()
