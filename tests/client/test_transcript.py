"""The file with all that a run printed: filtered, bounded, and gone in the end."""

from __future__ import annotations

import errno
import os
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tests.support.worker import Worker, texts
from tutor.client.transcript import NAME, Transcript, TranscriptExcerpt
from tutor.wire.commands import Execute, Limits, Program

MANY = 60_000
"""Lines of 20 characters: more than is shown of a flood."""


def transcript(folder: Path, max_bytes: int = 1000) -> Transcript:
    return Transcript(lambda: folder, max_bytes)


def told(transcript: Transcript) -> TranscriptExcerpt:
    printed = transcript.excerpt()
    assert printed is not None
    return printed


def test_there_is_no_file_before_there_is_something_in_it(tmp_path: Path) -> None:
    written = transcript(tmp_path)
    written.add("")
    assert written.excerpt() is None
    assert list(tmp_path.iterdir()) == []
    written.add("first\n")
    written.add("second\n")
    assert told(written) == TranscriptExcerpt(tmp_path / NAME)
    assert (tmp_path / NAME).read_text() == "first\nsecond\n"
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    written.remove()
    assert written.excerpt() is None
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(), max_size=20), st.integers(min_value=0, max_value=60))
def test_it_holds_the_beginning_and_counts_the_rest(pieces: list[str], max_bytes: int) -> None:
    with fresh_folder() as folder:
        written = transcript(folder, max_bytes)
        for piece in pieces:
            written.add(piece)
        whole = "".join(pieces).encode("utf-8", "replace")
        if not whole:
            return
        printed = told(written)
        kept = len(whole) - printed.left_out
        content = printed.file.read_bytes()
        assert content[:kept] == whole[:kept]
        assert kept <= max_bytes
        assert content[:kept].decode() is not None
        assert (printed.left_out == 0) == (content == whole)
        written.remove()


def test_what_is_left_out_later_is_counted_in_the_same_last_line(tmp_path: Path) -> None:
    written = transcript(tmp_path, 4)
    written.add("abcdef")
    assert told(written).file.read_text() == "abcd\n… 2 bytes more were not kept …\n"
    written.add("g" * 4000)
    assert told(written).left_out == 4002
    assert told(written).file.read_text() == "abcd\n… 4,002 bytes more were not kept …\n"
    written.remove()


@pytest.mark.parametrize("written_before_it_was_full", [0, 3])
def test_a_full_disk_ends_it_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written_before_it_was_full: int
) -> None:
    class Full(FileIO):
        """Takes a little, or nothing."""

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            if not written_before_it_was_full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data[:written_before_it_was_full])

    monkeypatch.setattr("tutor.client.transcript.FileIO", Full)
    written = transcript(tmp_path)
    written.add("abcdef")
    written.add("ghi")
    assert told(written).problem == "No space left on device"
    assert told(written).left_out == 9 - written_before_it_was_full
    written.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_a_run_prints_after_the_next_one_began_is_not_put_into_its_file(
    tmp_path: Path,
) -> None:
    old, new = transcript(tmp_path), transcript(tmp_path)
    old.remove()
    new.add("new\n")
    old.add("late\n")
    assert old.excerpt() is None
    assert told(new).file.read_text() == "new\n"
    new.remove()
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_kept() -> None:
    written = Transcript(lambda: None)
    written.add("abc")
    assert written.excerpt() is None


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_a_flood_is_whole_in_the_file_without_control_codes(running: Worker) -> None:
    source = (
        "import sys\nprint('\\x1b[2J\\x07begun')\nprint('and', file=sys.stderr)\n"
        f"for number in range({MANY}): print(f'{{number:019}}')\n"
    )
    command = Execute(Program(source=source), Limits(seconds=50, output_mb=5), live=True)
    batches = [batch async for batch in running.client.begin(command).events()]
    assert "characters not shown" in texts(batches)
    printed = await running.client.printed()
    assert printed is not None
    assert printed.left_out == 0
    text = printed.file.read_text()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert {"and", "begun"} <= set(text.splitlines())
    lines = [line for line in text.splitlines() if line.isdigit()]
    assert lines == [f"{number:019}" for number in range(MANY)]


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_the_next_run_has_a_file_of_its_own_and_observing_has_none(running: Worker) -> None:
    assert await running.client.printed() is None
    for text in ("first", "second"):
        source = f"print({text!r})"
        run = running.client.begin(Execute(Program(source=source), live=True))
        assert [batch async for batch in run.events()]
        await running.observe("print('unseen')")
        printed = await running.client.printed()
        assert printed is not None
        assert printed.file.read_text() == f"{text}\n"
    run = running.client.begin(Execute(Program(source="x = 1"), live=True))
    assert [batch async for batch in run.events()]
    assert await running.client.printed() is None
