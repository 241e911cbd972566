"""A program of one's own in a session: it runs, is kept and written, and nothing is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.config import Caps
from tutor.course.kinds import kind_name
from tutor.course.model import ASKING_VIEWS, OwnProgram
from tutor.grading.own_command import own_command
from tutor.progress.fold import Place
from tutor.progress.own_files import LESSON, open_program
from tutor.session.commands import NAMED, offered_commands
from tutor.session.core import TutorSession
from tutor.session.run_summary import run_summary
from tutor.session.state import Activity
from tutor.session.streaming import for_run
from tutor.wire.commands import Execute, Program
from tutor.wire.events import Executed, Observation, OutputWritten, WrittenFile


async def opened(
    folder: Path, text: str | None = None, client: FakeClient | None = None
) -> TutorSession:
    """A session on a file with the text, or on the program without a file."""
    path = None
    if text is not None:
        path = folder / "train.py"
        path.write_text(text)
    session = new_session(folder, client=client, own=open_program(folder / "data", path))
    await session.open()
    return session


def edit(session: TutorSession, text: str) -> None:
    assert session.state.step is not None
    session.drafts.edit(session.state.step, text)


def buffer(session: TutorSession) -> str:
    assert session.state.replaced is not None
    return session.state.replaced.text


def offered(session: TutorSession) -> set[str]:
    kind = kind_name(session.state.step)
    return {command.name for command in offered_commands(kind, session.state)}


@pytest.mark.parametrize(("source", "asks"), [("x = y.to('cuda')", True), ("x = 1", False)])
def test_it_asks_for_a_graphics_card_only_where_it_names_one(source: str, asks: bool) -> None:
    step = OwnProgram(id="train", title="train.py", lesson=LESSON)
    assert own_command(step, source).gpu is asks


def test_its_command_line_is_its_own(tmp_path: Path) -> None:
    step = open_program(tmp_path, tmp_path / "train.py", ("--epochs", "3")).step
    assert own_command(step, "").program.command_line == ("train.py", "--epochs", "3")


@pytest.mark.parametrize(("setting", "threads"), [(None, 1), (3, 3)])
def test_the_settings_say_how_many_threads_it_has(setting: int | None, threads: int) -> None:
    step = OwnProgram(id="train", title="train.py", lesson=LESSON)
    caps = Caps(threads=setting)
    assert for_run(own_command(step, ""), caps).limits.threads == threads
    assert for_run(Execute(Program()), caps).limits.threads == 1, "a step is judged with one"


async def test_it_runs_within_the_limits_of_a_run_and_of_no_check(tmp_path: Path) -> None:
    client = FakeClient([finished(OutputWritten("stdout", "3\n"))])
    session = await opened(tmp_path, client=client)
    assert session.runs.run("print(3)")
    await eventually(lambda: session.state.ending, "the end of the run")
    (command,) = client.commands
    assert (command.program.source, command.program.given) == ("print(3)", "")
    assert (command.limits.seconds, command.limits.extendable_to) == (60.0, 3600.0)
    assert command.views == ASKING_VIEWS, "it may have a map"
    assert not session.runs.check("print(3)")
    assert session.state.verdict is None
    await session.close()


def remarks_on(observation: Observation) -> tuple[str, ...]:
    step = OwnProgram(id="train", title="train.py", lesson=LESSON)
    return run_summary(observation, Activity(1, "run"), step).remarks


def test_it_is_said_which_files_are_gone() -> None:
    files = [WrittenFile(f"epoch{number}.pt", 1_200_000) for number in range(5)]
    assert remarks_on(Observation("finished", Executed("finished"))) == ()
    one, many = (
        remarks_on(Observation("finished", Executed("finished", written=tuple(written))))
        for written in (files[:1], files)
    )
    assert one == (
        "It wrote epoch0.pt (1.1 MB). To keep it after this run, run train.py with Python itself.",
    )
    assert "epoch2.pt (1.1 MB) and 2 more. To keep them" in many[0]


def test_a_program_that_lacks_arguments_is_told_how_it_gets_them() -> None:
    missing = Observation(
        "exited", Executed("exited"), error_output="usage: train.py --epochs N\n… are required"
    )
    assert remarks_on(missing) == (
        "Its arguments come after `--`, as in `nntutor try train.py -- --help`.",
    )


async def test_nothing_of_it_is_in_the_journal(tmp_path: Path) -> None:
    client = FakeClient([finished()])
    session = await opened(tmp_path, client=client)
    session.runs.run("x = 1")
    await eventually(lambda: session.state.ending, "the end of the run")
    edit(session, "x = 1")
    session.drafts.record_place(Place("try", "code", 1, 2, 0))
    await session.close()
    assert not list((tmp_path / "data").glob("journal/*"))


async def test_what_was_tried_is_there_the_next_time(tmp_path: Path) -> None:
    session = await opened(tmp_path)
    assert buffer(session) == ""
    edit(session, "import torch\n")
    await session.close()
    again = await opened(tmp_path)
    assert buffer(again) == "import torch\n"
    await again.close()


STEPPING = ("pause", "step_phase", "step_step", "step_epoch")


async def test_only_what_acts_is_offered(tmp_path: Path) -> None:
    session = await opened(tmp_path, "x = 1\n")
    absent = {"check", "hint", "ladder", "task", "next_step", "outline", "terms", "report"}
    kind = kind_name(session.state.step)
    assert not any(kind in NAMED[name].on for name in absent)
    assert {"run", "edit", "reset", "step_phase", "quit"} <= offered(session)
    assert all(kind in NAMED[name].on for name in STEPPING)
    assert "write" not in offered(session)
    edit(session, "x = 2\n")
    assert "write" in offered(session)
    await session.close()


async def test_a_program_without_a_file_cannot_be_written(tmp_path: Path) -> None:
    session = await opened(tmp_path)
    edit(session, "x = 2\n")
    assert "write" not in offered(session)
    assert session.own_file is not None
    assert await session.own_file.write("x = 2\n") == "failed"
    assert "nntutor try FILE" in session.state.notice
    await session.close()


class TestTheFile:
    async def test_it_is_written_only_when_that_is_asked_for(self, tmp_path: Path) -> None:
        session = await opened(tmp_path, "x = 1\n")
        edit(session, "x = 2\n")
        session.save_now()
        path = tmp_path / "train.py"
        assert (path.read_text(), session.state.unwritten) == ("x = 1\n", True)
        assert session.own_file is not None
        assert await session.own_file.write("x = 2\n") == "written"
        assert (path.read_text(), session.state.unwritten) == ("x = 2\n", False)
        await session.close()
        assert not list((tmp_path / "data" / "drafts").rglob("*.py"))

    async def test_what_is_typed_during_a_write_stays_a_draft(self, tmp_path: Path) -> None:
        session = await opened(tmp_path, "x = 1\n")
        edit(session, "x = 3\n")
        assert session.own_file is not None
        await session.own_file.write("x = 2\n")
        assert session.state.unwritten
        await session.close()
        again = await opened_again(tmp_path)
        assert buffer(again) == "x = 3\n"
        assert "not in train.py yet" in again.state.notice
        assert again.state.unwritten
        await again.close()

    async def test_a_file_that_another_program_changed_is_left(self, tmp_path: Path) -> None:
        session = await opened(tmp_path, "x = 1\n")
        path = tmp_path / "train.py"
        path.write_text("theirs\n")
        edit(session, "mine\n")
        file = session.own_file
        assert file is not None
        assert await file.write("mine\n") == "changed"
        assert path.read_text() == "theirs\n"
        file.put_back()
        assert (buffer(session), session.state.unwritten) == ("theirs\n", False)
        assert await file.write("theirs and mine\n") == "written"
        await session.close()

    async def test_a_file_that_cannot_be_read_leaves_the_text(self, tmp_path: Path) -> None:
        session = await opened(tmp_path, "x = 1\n")
        (tmp_path / "train.py").write_bytes(b"\xff")
        assert session.own_file is not None
        session.own_file.put_back()
        assert buffer(session) == "x = 1\n"
        assert "not UTF-8" in session.state.notice
        await session.close()

    async def test_a_write_that_fails_is_told_and_the_draft_kept(self, tmp_path: Path) -> None:
        session = await opened(tmp_path, "x = 1\n")
        edit(session, "x = 2\n")
        (tmp_path / "train.py").unlink()
        (tmp_path / "train.py").mkdir()
        assert session.own_file is not None
        assert await session.own_file.write("x = 2\n") == "failed"
        assert "Not written" in session.state.notice
        await session.close()
        drafts = list((tmp_path / "data" / "drafts").rglob("*.py"))
        assert [draft.read_text() for draft in drafts] == ["x = 2\n"]


async def opened_again(folder: Path) -> TutorSession:
    own = open_program(folder / "data", folder / "train.py")
    session = new_session(folder, own=own)
    await session.open()
    return session
