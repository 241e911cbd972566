"""`nntutor watch` in this process, with a fake client: which lines it tells."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import DOUBLE, READ, write_course
from tests.support.tutor_session import NOON
from tests.support.wait import eventually
from tutor.cli import main
from tutor.client.interface import Client, OnState
from tutor.client.short_lived import StoppedBySignal
from tutor.config import Config
from tutor.paths import Places
from tutor.progress import watched_file
from tutor.progress.last_time import last_time
from tutor.session.state import Activity, State
from tutor.session.timeline import Timeline
from tutor.session.words.key_names import KeyNames
from tutor.watch.file_teller import PREPARING, FileTeller
from tutor.watch.watch_command import CannotWatch, WatchCommand
from tutor.wire.events import ErrorFacts, LossesRecorded, OutputWritten, WorkerStateChanged

KEYS: KeyNames = {"check": "F4"}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LOOK_S", "STILL_S", "GONE_S"):
        monkeypatch.setattr(watched_file, name, 0.01)
    monkeypatch.chdir(tmp_path)


def command(
    folder: Path, client: FakeClient, told: list[str], step: str | None = "double"
) -> WatchCommand:
    lessons = folder / "lessons"
    if not lessons.exists():
        text = DOUBLE.replace("Store twice", "{key:check} checks. Store **twice**")
        write_course(lessons, {"10-read-me": READ, "20-double": text, "30-last": READ_LAST})

    def make_client(on_state: OnState) -> Client:
        client.on_state = on_state
        return client

    return WatchCommand(
        places=Places(lessons, folder, folder / "data", folder / "none"),
        config=Config(),
        problems=(),
        step=step,
        file=None,
        keys=KEYS,
        tell=told.append,
        make_client=make_client,
    )


READ_LAST = READ.replace("read-me", "last")

ORDERED = '''
id = "double"
kind = "order"
title = "Twice as much, line by line"
text = "Add `x` to itself."
given = "x = 3"
lines = """
total = x
y = total + x
"""
hints = ["Which line needs `total`?", "`total` comes first."]

[[check]]
same = "y"

[[vary]]
given.x = "5"
'''


@asynccontextmanager
async def watching(folder: Path, client: FakeClient) -> AsyncIterator[list[str]]:
    """What is told while the file is watched, from when that has begun."""
    told: list[str] = []
    task = asyncio.create_task(command(folder, client, told).watch())
    await eventually(lambda: task.done() or "Ctrl+C ends" in "".join(told), "the beginning")
    yield told
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert client.closed


def quick(*events: OutputWritten | LossesRecorded) -> FakeClient:
    runs = [[finished(*events, milliseconds=5)] for _ in range(6)]
    return FakeClient(*runs, runner=PythonRunner(milliseconds=5))


async def test_the_task_is_told_and_where_to_write(tmp_path: Path) -> None:
    async with watching(tmp_path, quick()) as told:
        assert told[0] == "Twice as much (double)"
        assert "F4 checks. Store twice `x` as `y`." in told[1]
        assert "    x = 3" in told[2]
        assert str(tmp_path / "double.py") in told[-1]
        assert "{key" not in "".join(told)
    assert (tmp_path / "double.py").read_text().startswith("y = ...\n")


async def test_a_right_answer_is_told_with_what_comes_next(tmp_path: Path) -> None:
    async with watching(tmp_path, quick(OutputWritten("stdout", "hi\x1b\n"))) as told:
        del told[:]
        (tmp_path / "double.py").write_text("y = 2 * x\n")
        await eventually(lambda: "nntutor open last" in "".join(told), "the verdict")
        head, printed, verdict, *_ = told
        assert head.startswith("\nRun 1, ")
        assert head.endswith(", line 1 changed.")
        assert (printed, verdict) == ("hi\\x1b", "✓ Right.")
        assert "Doubling is linear." in "".join(told)


async def test_a_training_that_is_not_checked_tells_its_end(tmp_path: Path) -> None:
    losses = LossesRecorded(0, (0.5, 0.25))
    async with watching(tmp_path, FakeClient([finished(losses)])) as told:
        del told[:]
        (tmp_path / "double.py").write_text("y = 2 * x\n")
        await eventually(lambda: "over" in "".join(told), "its end")
        assert told[1:] == [
            "Loss, 2 steps: 0.5000 to 0.2500",
            "The run is over, after 5.0 s.",
        ]


async def test_an_error_is_told_by_the_check_alone(tmp_path: Path) -> None:
    error = ErrorFacts("NameError", "name 'z' is not defined", line=1, source_line="y = z")
    client = FakeClient(*[[raised(error)]], runner=PythonRunner(milliseconds=5))
    async with watching(tmp_path, client) as told:
        del told[:]
        (tmp_path / "double.py").write_text("y = z\n")
        await eventually(lambda: "`z` does not exist" in "".join(told), "the error")
        assert "".join(told).count("NameError: name 'z'") == 1


async def test_what_is_no_python_and_a_file_that_is_gone_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, quick()) as told:
        del told[:]
        (tmp_path / "double.py").write_text("y = (2\n")
        await eventually(lambda: "never closed" in "".join(told), "the mistake")
        (tmp_path / "double.py").unlink()
        await eventually(lambda: "is gone" in "".join(told), "the loss")
        assert len(told) == 2


async def test_sentences_are_broken_between_words_and_output_is_not(tmp_path: Path) -> None:
    printed = "a long line that a program prints, " * 3
    client, told = quick(OutputWritten("stdout", f"{printed}\n")), list[str]()
    narrow = replace(command(tmp_path, client, told), columns=lambda: 40)
    task = asyncio.create_task(narrow.watch())
    await eventually(lambda: "Ctrl+C ends" in "".join(told), "the beginning")
    (tmp_path / "double.py").write_text("y = x\n")
    await eventually(lambda: printed in told and "✗" in told[-1], "the verdict")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    told.remove(printed)
    lines = [line for text in told for line in text.split("\n")]
    assert [line for line in lines if len(line) > 40] == [str(tmp_path / "double.py")]


def told_of(*states: State) -> list[str]:
    """What is told of the changes from each state to the next."""
    told: list[str] = []
    teller = FileTeller(told.append, Timeline(), lambda: NOON, lambda: 0)
    for old, new in pairwise(states):
        teller.follow(old, new)
    return told


def test_what_is_waited_for_is_told() -> None:
    run = Activity(1, "run")
    waiting = WorkerStateChanged("waiting", "The job is queued.")
    assert told_of(State(worker=waiting), State(worker=waiting, activity=run)) == [
        "The job is queued."
    ]
    assert told_of(State(), State(activity=run)) == [PREPARING]


def test_a_notice_is_told_unless_it_is_for_the_app() -> None:
    notices = ("", "Its text is kept in x.py.", "{key:stop} stops it.", "{{key:stop} is mine.")
    assert told_of(*(State(notice=notice) for notice in notices)) == [
        "Its text is kept in x.py.",
        "{key:stop} is mine.",
    ]


def test_a_run_that_takes_long_is_told_to_be_under_way() -> None:
    states = [State(activity=Activity(1, "run", True, False, seconds)) for seconds in range(62)]
    assert [line.split(",")[0] for line in told_of(*states)] == [
        "Running for 2 s",
        "Running for 30 s",
        "Running for 60 s",
    ]


async def test_where_both_have_changed_nothing_is_watched(tmp_path: Path) -> None:
    draft = tmp_path / "data" / "drafts" / "basics" / "double.py"
    draft.parent.mkdir(parents=True)
    draft.write_text("y = 'mine'\n")
    (tmp_path / "double.py").write_text("y = 'theirs'\n")
    told: list[str] = []
    with pytest.raises(CannotWatch, match=r"double\.py holds other code"):
        await command(tmp_path, quick(), told).watch()
    assert told == []
    assert draft.read_text() == "y = 'mine'\n"


@pytest.mark.parametrize("step", ["read-me", None])
async def test_a_step_without_code_is_refused(tmp_path: Path, step: str | None) -> None:
    with pytest.raises(CannotWatch, match="`read-me` has no code to edit"):
        await command(tmp_path, quick(), [], step).watch()
    last = last_time(tmp_path / "data")
    assert last is None or last.step is None, "it is not where one left off"


async def test_a_step_whose_lines_are_only_moved_is_refused(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"20-double": ORDERED})
    (tmp_path / "double.py").write_text("y = 6\n")
    with pytest.raises(CannotWatch, match="only put in order"):
        await command(tmp_path, quick(), []).watch()
    assert not (tmp_path / "data" / "drafts" / "basics" / "double.py").exists()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_once_all_is_saved(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "double.py").write_text("y = 5\n")
    client, told = quick(), list[str]()

    def tell(line: str) -> None:
        told.append(line)
        if "Ctrl+C ends" in line:
            signal.raise_signal(number)

    usual = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup` has it ignored
    try:
        with pytest.raises(StoppedBySignal) as stopped:
            replace(command(tmp_path, client, told), tell=tell).run()
    finally:
        signal.signal(signal.SIGHUP, usual)
    assert (stopped.value.number, client.closed) == (number, True)
    draft = tmp_path / "data" / "drafts" / "basics" / "double.py"
    assert draft.read_text() == "y = 5\n"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGHUP, 129), (signal.SIGTERM, 143)]
)
def test_the_exit_status_tells_what_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    def stop(_command: WatchCommand) -> None:
        raise StoppedBySignal(number)

    monkeypatch.setattr(WatchCommand, "run", stop)
    write_course(tmp_path / "lessons", {"20-double": DOUBLE})
    places = ["--lessons", str(tmp_path / "lessons"), "--data-dir", str(tmp_path / "data")]
    done = CliRunner().invoke(main, ["watch", "double", *places])
    assert done.exit_code == status


async def test_a_fault_of_the_tutor_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(watched_file.FileLooks, "look", fail)
    with pytest.raises(RuntimeError, match="a fault"):
        await command(tmp_path, quick(), []).watch()
