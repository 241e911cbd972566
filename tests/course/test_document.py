from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.document import Document, read_document
from tutor.course.problems import CourseError
from tutor.paths import MAX_COURSE_FILE_BYTES
from tutor.toml_text import KeyPath

EXAMPLE = '''\
# a comment with [brackets] and """quotes"""
id = "x"   # another
text = """
[[check]]
same = "not this one"
given.x = 1
"""
hints = [
  "one ]",
  \'\'\'
two = 2
\'\'\',
]

[[check]]
same = "a"

[[check]]
rtol = 1e-5
same = "b"

[[vary]]
given.x = "1"
given.y = "2"

[[vary]]
[vary.given]
x = """
3"""
'''


def document(text: str) -> Document:
    return Document(Path("file.toml"), text, tomllib.loads(text))


def line_containing(text: str, nth: int = 0) -> int:
    found = [i for i, line in enumerate(EXAMPLE.split("\n"), 1) if line.startswith(text)]
    return found[nth]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("id",), line_containing("id")),
        (("text",), line_containing("text")),
        (("hints",), line_containing("hints")),
        (("check",), line_containing("[[check]]", 1)),
        (("check", 0), line_containing("[[check]]", 1)),
        (("check", 0, "same"), line_containing('same = "a"')),
        (("check", 1), line_containing("[[check]]", 2)),
        (("check", 1, "same"), line_containing('same = "b"')),
        (("vary", 0, "given", "y"), line_containing("given.y")),
        (("vary", 1, "given"), line_containing("[vary.given]")),
        (("vary", 1, "given", "x"), line_containing("x = ")),
    ],
)
def test_a_key_is_found_where_it_stands(path: KeyPath, line: int) -> None:
    assert document(EXAMPLE).line_of(path) == line


def test_a_missing_key_is_told_where_its_table_begins() -> None:
    assert document(EXAMPLE).line_of(("check", 1, "say")) == line_containing("[[check]]", 2)
    assert document(EXAMPLE).line_of(("title",)) == 1


def _has(table: dict[str, Any], path: KeyPath) -> bool:
    value: Any = table
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _line_by_prefixes(text: str, path: KeyPath) -> int:
    """The first line after the longest parsing prefix without the key."""
    lines = text.split("\n")
    without = 0
    for count in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(table, path):
            return without + 1
        without = count
    raise AssertionError(path)


_TEXTS = st.text(st.sampled_from("a[]{}#='\"\\n\n "), max_size=12)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""\n{escaped}"""'


_VALUES = st.one_of(
    _TEXTS.map(_literal),
    st.just("'''\n[[a]]\n'''''"),
    st.just("'#'"),
    st.just('[ # ]\n"]",\n[1, 2]]'),
    st.just('{ b = "}", c = [1] }'),
    st.just('"a\\"b#" # "'),
)


@given(st.lists(st.tuples(st.sampled_from(["[[a]]", "[[b.c]]", "#"]), _VALUES), max_size=6))
def test_lines_are_those_of_growing_prefixes(parts: list[tuple[str, str]]) -> None:
    text = "first = 1\n" + "".join(
        f"\n{head}\nkey{i}.x = {value}\n" for i, (head, value) in enumerate(parts)
    )
    table = tomllib.loads(text)
    paths: list[KeyPath] = [("first",)]
    for name, items in [("a", table.get("a", [])), ("b", table.get("b", {}).get("c", []))]:
        prefix: KeyPath = ("a",) if name == "a" else ("b", "c")
        for index, item in enumerate(items):
            paths += [(*prefix, index), *((*prefix, index, key, "x") for key in item)]
    found = document(text)
    for path in paths:
        assert found.line_of(path) == _line_by_prefixes(text, path), path


def refused(file: Path) -> str:
    with pytest.raises(CourseError) as caught:
        read_document(file, file.parent)
    (problem,) = caught.value.problems
    return str(problem).removeprefix(f"{file}:")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    assert refused(file) == "1: file: there is no such file"
    assert refused(tmp_path) == "1: file: cannot be read: Is a directory"
    file.write_bytes(b'a = 1\nb = "\xff"\n')
    assert refused(file) == "2: file: is not UTF-8: byte 0xff is not text"
    file.write_bytes(b"a = 1\n\nb =\n")
    assert refused(file) == "3: TOML: Invalid value"
    file.write_bytes(b'a = 1\nb = """\n\n')
    assert refused(file) == "4: TOML: Unterminated string"
    file.write_bytes(b"a = " + b"[" * 100_000)
    assert refused(file).startswith("1: TOML: a value that cannot be read")
    file.write_bytes(b"a = " + b"9" * 5000)
    assert refused(file).startswith("1: TOML: a value that cannot be read")
    file.write_bytes(b"#" * (MAX_COURSE_FILE_BYTES + 1))
    assert refused(file) == f"1: file: has more than {MAX_COURSE_FILE_BYTES} bytes"


def test_windows_line_ends_count_once(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b'a = """\r\n\r\n"""\r\nb = 1\r\n')
    assert read_document(file, file.parent).line_of(("b",)) == 4
