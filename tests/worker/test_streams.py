"""How what is printed goes out: line by line, and a flood in larger pieces, with nothing lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tutor.worker import streams
from tutor.worker.streams import OutputCapture


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    pieces: list[bytes] = []

    def write(descriptor: int, data: memoryview) -> int:
        assert descriptor == 1
        pieces.append(bytes(data))
        return len(data)

    before = sys.stdout, sys.__stdout__
    monkeypatch.setattr(os, "write", write)
    yield pieces
    sys.stdout, sys.__stdout__ = before  # type: ignore[misc] # as they were


def test_each_line_goes_out_when_it_ends(written: list[bytes]) -> None:
    OutputCapture(1).install()
    for n in range(3):
        sys.stdout.write(f"{n}\n")
    assert written == [b"0\n", b"1\n", b"2\n"]


def test_a_flood_goes_out_in_larger_pieces(
    written: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_clock", lambda: 1.0)
    printed = OutputCapture(1)
    printed.install()
    count = streams._LINES_AT_ONCE * 2  # the bound under test
    for n in range(count):
        sys.stdout.write(f"{n}\n")
    printed.flush()
    assert len(written) < streams._LINES_AT_ONCE + 10
    assert b"".join(written) == b"".join(b"%d\n" % n for n in range(count))


def test_after_a_flood_a_line_that_takes_its_time_is_seen_at_once(
    written: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1.0]
    monkeypatch.setattr(streams, "_clock", lambda: now[0])
    OutputCapture(1).install()
    for n in range(streams._LINES_AT_ONCE + 5):
        sys.stdout.write(f"{n}\n")
    now[0] += 1
    sys.stdout.write("slow\n")
    assert written[-1].endswith(b"slow\n")
