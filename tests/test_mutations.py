"""What was written well and changed since, by anybody: each reader has words for it or passes over.

A small corpus of valid files and messages, in which pieces are left out, doubled, exchanged and
put in – also those that make parsers count, nest, or ask for memory.
"""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tutor.config import read_config
from tutor.course.help_levels import Help
from tutor.progress.chosen_theme import remember_theme, remembered_theme
from tutor.progress.compact import compact
from tutor.progress.drafts import Drafts
from tutor.progress.entries import HintShown, PlaceKept, SolutionShown, StepOpened, StepRead
from tutor.progress.fold import Progress, read_progress
from tutor.progress.journal import FOLDER, Journal
from tutor.progress.last_time import last_time
from tutor.wire import control, frames
from tutor.wire.commands import Execute, Program
from tutor.wire.events import Answer, Answered, Done, Executed, LossesRecorded
from tutor.wire.values import FloatValue, SequenceValue, TensorValue

CONFIG = b"""\
theme = "nntutor-light"
sleep_after_minutes = 3
[keys]
run = "ctrl+r"
check = { keys = ["f12"], only = true }
[limits]
seconds = 20
memory_mb = 1024
"""

MESSAGES = b"".join(
    map(
        frames.encode,
        (
            LossesRecorded(0, (1.0, float("inf"))),
            Executed("finished", milliseconds=2.5),
            Answered(0, Answer(SequenceValue("list", 1, (FloatValue(0.5),)))),
            Answered(1, Answer(TensorValue("float32", "float", (2,), bytes(16)))),
            Done(),
        ),
    )
)
COMMANDS = frames.encode(Execute(Program(source="x = 1", given="y = 2", seed=3)))
DATAGRAMS = (
    control.encode(control.Ended("timeout", 0, 0.5, '"exercise.py", line 3 ')),
    control.encode(control.Begin(10.0, 2048, 64)),
    control.encode(control.Extend(60.0)),
    control.encode(control.Fork(3)),
    control.encode(control.Loaded("2.13.0", 1200.0)),
)

NASTY = (
    b"[" * 3000,
    b"{" * 3000,
    b'{"a":' * 3000,
    b"\x91" * 3000,
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"9" * 5000,
    b"1e999",
    b"-",
    b"\0" * 40,
    b"\n",
    b'"',
    b'"""',
    b"\\ud800",
    b"\xed\xa0\x80",
    b"\xff",
    b"a." * 200,
)

Change = tuple[str, int, int, bytes]

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put in", "leave out", "double", "write over"]),
        st.integers(0, 2000),
        st.integers(0, 40),
        st.one_of(st.sampled_from(NASTY), st.binary(max_size=6)),
    ),
    min_size=1,
    max_size=5,
)

ONE_READER = settings(max_examples=60)


def changed(content: bytes, changes: list[Change]) -> bytes:
    for how, at, length, piece in changes:
        start = at % (len(content) + 1)
        end = start + length
        middle = {"put in": piece + content[start:end], "leave out": b"", "write over": piece}
        content = content[:start] + middle.get(how, 2 * content[start:end]) + content[end:]
    return content


def a_journal(data: Path) -> Path:
    """With an entry of several kinds."""
    journal = Journal(data, now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    for step in ("sigmoid", "softmax"):
        journal.record(StepOpened(step=step))
        journal.record(PlaceKept(step=step, pane="code", row=1, column=2, scroll=0))
        journal.record(HintShown(step=step, count=2))
        journal.record(SolutionShown(step=step, level="lines", words=0))
        journal.record(StepRead(step=step))
    journal.close()
    (file,) = (data / FOLDER).iterdir()
    return file


def test_the_corpus_is_valid() -> None:
    with fresh_folder() as data:
        a_journal(data)
        progress, problems = read_progress(data)
        assert problems == ()
        assert progress.solutions["softmax"] == Help("lines", 0)
        (data / "config.toml").write_bytes(CONFIG)
        assert read_config(data / "config.toml")[1] == ()
    assert len(frames.events_reader().feed(MESSAGES)) == 5
    assert len(frames.commands_reader().feed(COMMANDS)) == 1


@ONE_READER
@given(CHANGES)
def test_a_journal(changes: list[Change]) -> None:
    with fresh_folder() as data:
        file = a_journal(data)
        file.write_bytes(changed(file.read_bytes(), changes))
        progress, problems = read_progress(data)
        assert isinstance(progress, Progress)
        assert all(str(file) in problem for problem in problems)
        last_time(data)
        compact(data)


@ONE_READER
@given(CHANGES)
def test_what_else_is_kept(changes: list[Change]) -> None:
    with fresh_folder() as data:
        remember_theme(data, "nntutor-light", "nntutor-dark")
        drafts = data / "drafts" / "architecture"
        drafts.mkdir(parents=True)
        (drafts / "sigmoid.py").write_text("y = 2 * x  # σ\n")
        for file in [path for path in data.rglob("*") if path.is_file()]:
            file.write_bytes(changed(file.read_bytes(), changes))
        assert remembered_theme(data, "nntutor-dark")
        draft = Drafts(data).load("architecture", "sigmoid")
        assert draft is not None


@ONE_READER
@given(CHANGES)
def test_settings(changes: list[Change]) -> None:
    with fresh_folder() as folder:
        file = folder / "config.toml"
        file.write_bytes(changed(CONFIG, changes))
        _, problems = read_config(file)
        assert all(problem.startswith(f"{file}:") for problem in problems)
        assert all(problem.isprintable() for problem in problems)


@ONE_READER
@given(CHANGES)
def test_messages(changes: list[Change]) -> None:
    with contextlib.suppress(frames.FrameError):
        frames.events_reader().feed(changed(MESSAGES, changes))
    with contextlib.suppress(frames.FrameError):
        frames.commands_reader().feed(changed(COMMANDS, changes))


@ONE_READER
@given(CHANGES, st.sampled_from(DATAGRAMS))
def test_datagrams(changes: list[Change], datagram: bytes) -> None:
    for read in (
        control.read_from_zygote,
        control.read_from_warden,
        control.read_to_warden,
        control.read_fork,
    ):
        with contextlib.suppress(msgspec.MsgspecError):
            read(changed(datagram, changes))


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "little") + payload


@pytest.mark.parametrize(
    "claim",
    [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdb\x7f" * 2],
    ids=["array", "map", "bytes", "text"],
)
@pytest.mark.parametrize("reader", [frames.events_reader, frames.commands_reader])
def test_who_claims_much_gets_no_memory(
    reader: Callable[[], frames.FrameReader[object]], claim: bytes
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(frames.FrameError):
            reader().feed(_frame(claim + b"\x01" * 100))
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()
