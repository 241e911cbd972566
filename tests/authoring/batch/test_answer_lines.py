"""Lines come as soon as they are there, from files and from pipes."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.support.sampling import SEED
from tutor.authoring.batch import answer_lines
from tutor.authoring.batch.answer_lines import MOST_BYTES, count_lines, lines_of, read_answer

TEXT = b"a\n\n  \nb\r\nlonger than a piece\nlast"
FOUND = [(1, b"a"), (4, b"b\r"), (5, b"longer than a piece"), (6, b"last")]


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, int]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        yield file, writing


async def _all(file: BinaryIO) -> list[tuple[int, bytes]]:
    return [(line.number, line.content) async for line in lines_of(file)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_lines_of_a_file_and_of_a_pipe_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pipe: tuple[BinaryIO, int], size: int
) -> None:
    monkeypatch.setattr(answer_lines, "_CHUNK", size)
    (tmp_path / "lines").write_bytes(TEXT)
    with open(tmp_path / "lines", "rb") as file:
        assert await _all(file) == FOUND
    os.write(pipe[1], TEXT)
    os.close(pipe[1])
    assert await _all(pipe[0]) == FOUND
    assert await _all(io.BytesIO(TEXT)) == FOUND


async def test_a_line_comes_before_the_next_is_written(pipe: tuple[BinaryIO, int]) -> None:
    file, writing = pipe
    found = lines_of(file)
    for number in range(1, 4):
        os.write(writing, f"line {number}\n".encode())
        assert await anext(found) == (number, f"line {number}".encode())
    os.close(writing)
    assert await anext(found, None) is None


async def test_a_line_that_is_too_long_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_lines, "MOST_BYTES", 20)
    for size in (1, 5, 64, 10_000):
        monkeypatch.setattr(answer_lines, "_CHUNK", size)
        (tmp_path / "lines").write_bytes(b"first\n" + b"x" * 300 + b"\nlast\n" + b"y" * 21)
        with open(tmp_path / "lines", "rb") as file:
            found = await _all(file)
        assert [number for number, _ in found] == [1, 2, 3, 4]
        assert [len(content) for _, content in found] == [5, 21, 4, 21]


async def test_pieces_of_any_size_make_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = random.Random(SEED)
    content = bytes(drawn.choice(b"ab \n") for _ in range(500))
    (tmp_path / "lines").write_bytes(content)
    expected = [
        (number, each) for number, each in enumerate(content.split(b"\n"), 1) if each.strip()
    ]
    for _ in range(20):
        monkeypatch.setattr(answer_lines, "_CHUNK", drawn.randint(1, 60))
        with open(tmp_path / "lines", "rb") as file:
            assert await _all(file) == expected


def test_only_the_lines_of_a_file_can_be_counted(
    tmp_path: Path, pipe: tuple[BinaryIO, int]
) -> None:
    (tmp_path / "lines").write_bytes(TEXT)
    with open(tmp_path / "lines", "rb") as file:
        assert count_lines(file) == 4
        assert file.read() == TEXT
    os.close(pipe[1])
    assert count_lines(pipe[0]) is None
    assert count_lines(io.BytesIO(TEXT)) is None


def test_a_huge_line_is_no_answer() -> None:
    with pytest.raises(ValueError, match="is longer than 8 MB"):
        read_answer(b" " * (MOST_BYTES + 1))
