"""The file of verdicts holds whole lines, and goes on only with its own answers."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tutor.authoring.batch.answer_lines import AnswerLine, read_answer
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.resuming import skip_judged
from tutor.authoring.batch.verdict_file import CannotUse, CannotWrite, VerdictFile
from tutor.authoring.json_lines import json_line


@pytest.fixture
def digests(tmp_path: Path) -> AnswerDigests:
    return AnswerDigests(sound_course(write_course(tmp_path / "course", code=CODE)), "2.0")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def answer(number: int, code: str = "y = 2 * x", step: str = "double") -> bytes:
    return json.dumps({"id": number, "step": step, "code": code}).encode()


LINES = [answer(0), answer(1, "y = x"), b"{", answer(3), answer(4, step="gone")]


def record(digests: AnswerDigests, number: int, **changes: object) -> dict[str, object]:
    line = LINES[number]
    if line == b"{":
        return {"id": None, "line": number + 1, "step": None, "verdict": "tutor-fault"} | changes
    read = read_answer(line)
    found: dict[str, object] = {"id": read.id, "step": read.step, "verdict": "accept"}
    return found | {"digest": digests.of(read)} | changes


async def skipped(
    path: Path, digests: AnswerDigests, lines: list[bytes]
) -> tuple[int, bool, list[int]]:
    """How many were skipped, whether all were accepted, and the numbers of the lines left."""

    async def numbered() -> AsyncIterator[AnswerLine]:
        for number, content in enumerate(lines, 1):
            yield AnswerLine(number, content)

    file, left = VerdictFile(path), numbered()
    try:
        accepted = await skip_judged(left, file, digests)
        return file.count, accepted, [line.number async for line in left]
    finally:
        file.close()


def test_records_stand_in_it_at_once_and_only_its_owner_may_read(out: Path) -> None:
    file = VerdictFile(out)
    file.add({"id": 1, "verdict": "accept"})
    assert out.read_bytes() == b'{"id": 1, "verdict": "accept"}\n'
    assert out.stat().st_mode & 0o777 == 0o600
    file.close()


async def test_cut_anywhere_it_goes_on_after_the_last_whole_record(
    out: Path, digests: AnswerDigests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    records = [json_line(record(digests, number)) for number in range(len(LINES))]
    content = b"".join(records)
    ends = [len(b"".join(records[: number + 1])) for number in range(len(records))]
    for size in range(len(content) + 1):
        out.write_bytes(content[:size])
        whole = sum(end <= size for end in ends)
        count, accepted, left = await skipped(out, digests, LINES)
        assert (count, left) == (whole, list(range(whole + 1, len(LINES) + 1)))
        assert accepted == (whole < 3)
        assert out.read_bytes() == content[: ends[whole - 1] if whole else 0]


@pytest.mark.parametrize("tail", [b"\0" * 50, b"{}\n", b'{"id": 1}', b"\xff\n", b"\n"])
async def test_a_tail_that_is_no_record_is_dropped(
    out: Path, digests: AnswerDigests, tail: bytes
) -> None:
    whole = json_line(record(digests, 0))
    out.write_bytes(whole + tail)
    assert (await skipped(out, digests, LINES))[0] == 1
    assert out.read_bytes() == whole


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": 7}, "Verdict 2 of .* is for 7 to `double`, but line 2 is 1 to `double`"),
        ({"id": "1"}, "Verdict 2 of .* is for '1' to `double`, but line 2 is 1 to"),
        ({"id": None, "step": None}, "is for a line that cannot be read, but line 2 is 1 to"),
        ({"step": "triple"}, "is for 1 to `triple`, but line 2"),
        ({"digest": "0" * 64}, "is for another program, or comes from another version"),
    ],
)
async def test_the_verdict_of_another_answer_is_refused_and_the_file_left_as_it_was(
    out: Path, digests: AnswerDigests, changes: dict[str, object], message: str
) -> None:
    lines = [record(digests, 0), record(digests, 1, **changes), record(digests, 2)]
    content = b"".join(map(json_line, lines)) + b'{"id": cut'
    out.write_bytes(content)
    with pytest.raises(CannotUse, match=message):
        await skipped(out, digests, LINES)
    assert out.read_bytes() == content


async def test_more_verdicts_than_lines_are_refused(out: Path, digests: AnswerDigests) -> None:
    content = b"".join(json_line(record(digests, number)) for number in range(3))
    out.write_bytes(content)
    with pytest.raises(CannotUse, match="more verdicts than there are answers"):
        await skipped(out, digests, LINES[:2])
    assert out.read_bytes() == content


async def test_another_file_is_refused_and_left_as_it_was(
    out: Path, digests: AnswerDigests
) -> None:
    out.write_bytes(answer(0) + b"\n" + answer(1) + b"\n")
    content = out.read_bytes()
    with pytest.raises(CannotUse, match=r"Line 1 of .* is not a verdict"):
        await skipped(out, digests, LINES)
    assert out.read_bytes() == content


def test_two_do_not_write_to_the_same_file(out: Path) -> None:
    file = VerdictFile(out)
    with pytest.raises(CannotUse, match="Another `nntutor grade` writes to"):
        VerdictFile(out)
    file.close()
    VerdictFile(out).close()


def test_only_a_regular_file_can_be_gone_on_with(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/null"), tmp_path / "pipe"):
        with pytest.raises(CannotUse, match="is not a regular file"):
            VerdictFile(path)
    with pytest.raises(CannotUse, match="cannot be written: Is a directory"):
        VerdictFile(tmp_path)
    with pytest.raises(CannotUse, match="cannot be written: No such file"):
        VerdictFile(tmp_path / "gone" / "out")


def test_a_full_disk_leaves_whole_lines(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.pwrite

    def full(descriptor: int, data: bytes, place: int) -> int:
        if place > 40:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:10], place)

    file = VerdictFile(out)
    file.add({"id": 1, "verdict": "accept"})
    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(CannotWrite, match="cannot be written: No space left"):
        file.add({"id": 2, "verdict": "accept"})
    assert out.read_bytes() == b'{"id": 1, "verdict": "accept"}\n'
    monkeypatch.undo()
    file.add({"id": 3, "verdict": "accept"})
    file.close()
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == [1, 3]


def test_it_is_sent_to_the_disk_each_second(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, synced = [100.0], []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(now[0]))
    file = VerdictFile(out, clock=lambda: now[0])
    for now[0] in (100.2, 100.9, 101.0, 101.5, 101.9, 102.0, 104.0):
        file.add({"id": 1, "verdict": "accept"})
    assert synced == [101.0, 102.0, 104.0]
    now[0] = 105.0
    file.close()
    assert synced[-1] == 105.0
