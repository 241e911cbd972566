"""The quick look at the head of a document against the parser."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.toml_text import top_values, value_of

LESSONS = Path(__file__).parents[1] / "lessons"
FILES = sorted(LESSONS.rglob("*.toml"))


def above_tables(text: str) -> dict[str, object]:
    """What the parser reads above the first table: of a whole document, without its tables."""
    first = text.find("\n[")
    while first >= 0:  # a bracket may stand in a text, too
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(text[:first])
        first = text.find("\n[", first + 1)
    return tomllib.loads(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_reads_what_the_parser_reads(file: Path) -> None:
    values = top_values(file.read_text())
    assert values is not None
    read = {key: value_of(written) for key, written in values.items()}
    assert read == above_tables(file.read_text())


SIGNS = [*"\"'\\\n\t\x1b #[]=,.aé1", "\r\n"]
TEXTS = ['"""', "'''", "true", "\\u0041", '"""a"b"""', "'''a'b'''", '["a", "b"]', "[['a']]"]
PIECES = st.sampled_from([*SIGNS, *TEXTS])


@given(st.lists(st.tuples(st.sampled_from(["a = ", "b=", "\nc = ", ""]), st.lists(PIECES))))
def test_whatever_it_reads_of_a_document_the_parser_reads(
    written: list[tuple[str, list[str]]],
) -> None:
    text = "\n".join(key + "".join(pieces) for key, pieces in written)
    values = top_values(text)
    try:
        parsed = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError):
        return
    if values is not None:
        read = {key: value_of(value) for key, value in values.items()}
        assert read.items() <= parsed.items()


@given(st.text(alphabet=st.sampled_from("\"'\\\n#a b[],\x07\x7fé")))
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = escaped.replace("\x07", "\\u0007").replace("\x7f", "\\u007f")
    for written in (f'"{escaped}"', f'"""{escaped}"""', f'["{escaped}", "x"]'):
        values = top_values(f"# one\n a = {written} # two\n\n[table]\nb = 1")
        assert values is not None
        assert value_of(values["a"]) == (text if written[0] == '"' else [text, "x"])


@pytest.mark.parametrize(
    "text", ['a = "b', "a", "a.b = 1", '"a" = 1', "a = 1\na = 2", "a = {b = 1}", "a = 1 b = 2"]
)
def test_what_has_an_unusual_form_is_left_to_the_parser(text: str) -> None:
    assert top_values(text) is None
