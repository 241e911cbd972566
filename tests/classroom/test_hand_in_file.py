"""The file that is handed in: it holds what was put in, and nothing in it makes a reader fail."""

from __future__ import annotations

import json
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hand_ins import RIGHT, answered, hand_in, judged, opened, program
from tutor.classroom.hand_in_file import (
    MAX_LINES,
    HandedEntry,
    HandIn,
    NotHandIn,
    read_hand_in,
    read_lines,
)
from tutor.grading.length import MAX_CODE
from tutor.progress.entries import digest_of

CUT = "was cut or changed: its last line does not fit those before."
ENTRIES: list[HandedEntry] = [
    opened("double", 0),
    judged("double", 1, "accept"),
    answered("ask-me", 2, "reject"),
]
WHOLE = hand_in(ENTRIES, RIGHT, "y = 'ä'\n", name="Änna")


def with_lines(*lines: bytes) -> bytes:
    """Return a whole file with further lines before its end."""
    *before, _end, _ = WHOLE.split(b"\n")
    end = json.dumps({"kind": "end", "lines": len(before) + len(lines)}).encode()
    return b"\n".join((*before, *lines, end, b""))


def test_what_is_handed_in_is_read_back_without_what_was_typed_in_quizzes() -> None:
    read = read_hand_in(WHOLE)
    assert read.problems == ()
    assert read.head.name == "Änna"
    assert read.programs == (program(RIGHT), program("y = 'ä'\n"))
    assert read.entries[:2] == tuple(ENTRIES[:2])
    assert b"0.5" not in WHOLE


def test_without_the_code_of_programs_everything_else_is_read() -> None:
    whole = read_hand_in(WHOLE)
    read = read_lines(WHOLE.split(b"\n"), with_code=False)
    assert [each.code for each in read.programs] == ["", ""]
    assert [each.digest for each in read.programs] == [each.digest for each in whole.programs]
    assert (read.head, read.entries, read.problems) == (whole.head, whole.entries, ())


def test_a_file_cut_at_any_byte_gives_what_is_whole_in_it_and_says_that_it_was_cut() -> None:
    whole = read_hand_in(WHOLE)
    for length in range(WHOLE.index(b"\n")):
        with pytest.raises(NotHandIn):
            read_hand_in(WHOLE[:length])
    for length in range(WHOLE.index(b"\n"), len(WHOLE)):
        read = read_hand_in(WHOLE[:length])
        assert read.problems == ((CUT,) if length < len(WHOLE) - 1 else ())
        assert read.head == whole.head
        assert read.entries == whole.entries[: len(read.entries)]
        assert read.programs == whole.programs[: len(read.programs)]


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_any_bytes_in_it_are_survived(junk: bytes, place: int) -> None:
    try:
        read = read_hand_in(WHOLE[:place] + junk + WHOLE[place:])
    except NotHandIn:
        return
    assert isinstance(read, HandIn)
    assert all(each.digest == digest_of(each.code) for each in read.programs)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"kind":"of-the-future","x":[]}', ""),
        (b'{"kind":"hint-shown","step":"double"}', "has 1 line that cannot be read."),
        (b"{", "has 1 line that cannot be read."),
        (b"[" * 100_000, "has 1 line that cannot be read."),
        (b'"\xff"', "has 1 line that cannot be read."),
        (
            b'{"kind":"answer","step":"../../x","digest":"","code":"y"}',
            "has 1 line with an invalid program.",
        ),
        (
            b'{"kind":"answer","step":"double","digest":"","code":"%s"}' % (b"#" * (MAX_CODE + 1)),
            "has 1 line with an invalid program.",
        ),
        (
            b'{"kind":"step-read","step":"double","v":2,"at":"2026-01-02T12:00:00Z"}',
            "has 1 line of a newer nntutor.",
        ),
        (
            b'{"kind":"step-read","step":"double","at":"9999-12-31T23:59:59-14:00"}',
            "has 1 line with an impossible time.",
        ),
        (b'{"kind":"step-read","step":"double"}', "has 1 line with an impossible time."),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_the_rest_counts(line: bytes, problem: str) -> None:
    read = read_hand_in(with_lines(line))
    assert read.problems == ((problem,) if problem else ())
    assert read.entries == read_hand_in(WHOLE).entries
    assert read.programs == read_hand_in(WHOLE).programs


def test_no_more_lines_are_read_than_are_ever_written() -> None:
    with pytest.raises(NotHandIn, match="has more than 100,000 lines"):
        read_lines(chain(WHOLE.split(b"\n"), repeat(b"", MAX_LINES)))


def test_a_program_under_a_wrong_digest_is_told_and_gets_its_own() -> None:
    lie = b'{"kind":"answer","step":"double","digest":"%s","code":"y = 1"}'
    read = read_hand_in(with_lines(lie % digest_of(RIGHT).encode()))
    assert read.problems == ("has 1 line with a program that was changed.",)
    assert read.programs[-1] == program("y = 1")


@pytest.mark.parametrize(
    "content",
    [
        WHOLE + b'{"kind":"step-read","step":"double","at":"2026-01-02T12:00:00Z"}\n',
        WHOLE.replace(b'"lines":6', b'"lines":7'),
        WHOLE.replace(b'"lines":6', b'"lines":-1'),
        WHOLE.rpartition(b'{"kind":"end"')[0],
        b"\n".join(WHOLE.split(b"\n")[:2] + WHOLE.split(b"\n")[3:]),
    ],
)
def test_a_file_whose_end_lies_was_changed(content: bytes) -> None:
    assert read_hand_in(content).problems == (CUT,)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not a hand-in of nntutor."),
        (b"\0" * 100, "is not a hand-in of nntutor."),
        (b'{"kind":"step-read","step":"a"}\n', "is not a hand-in of nntutor."),
        (b'{"kind":"hand-in","v":2}\n', "comes from a newer nntutor: update this one."),
    ],
)
def test_what_is_no_hand_in_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(NotHandIn, match=problem):
        read_hand_in(content)
