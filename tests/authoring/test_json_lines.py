from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.authoring.json_lines import json_line, read_json

# Halves of surrogate pairs included: JSON can escape them, UTF-8 cannot hold them.
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.dictionaries(ANY_TEXT, st.one_of(ANY_TEXT, st.integers(), st.none()), max_size=3))
def test_any_record_is_one_line_of_utf8(record: dict[str, object]) -> None:
    line = json_line(record)
    assert line.decode("utf-8").count("\n") == 1
    assert read_json(line) == json.loads(json.dumps(record))


def test_letters_stay_readable() -> None:
    assert json_line({"a": "σ(z)"}) == '{"a": "σ(z)"}\n'.encode()
    assert json_line({"a": "\ud800"}) == b'{"a": "\\ud800"}\n'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "is not JSON: Expecting property name"),
        (b'{"a": "\xff"}', "is not UTF-8: byte 8 is not text"),
        (b"NaN", "is not JSON: NaN is not a number in JSON"),
        (b"-Infinity", "is not JSON: -Infinity is not a number in JSON"),
        (b"1e999", "1e999 is too large"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"9" * 5_000, "Exceeds the limit"),
    ],
)
def test_lines_that_are_refused(line: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_json(line)


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_json(b"\xef\xbb\xbf[1.5]\r\n") == [1.5]
