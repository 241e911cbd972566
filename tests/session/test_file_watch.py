"""A file stands in for the editor: what is saved there runs, and nothing is lost on either side."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.python_runner import PythonRunner
from tests.support.tutor_session import new_session
from tests.support.wait import eventually, give_way
from tutor.course.model import Step
from tutor.progress import watched_file
from tutor.progress.attempts import Attempt
from tutor.progress.watched_file import CannotWatch, without_givens
from tutor.session import learner_files as file_watch
from tutor.session.core import TutorSession
from tutor.session.learner_files import QUICK_MS
from tutor.session.program_changes import changed_words
from tutor.session.solution_help import EDITED_ELSEWHERE
from tutor.session.words.watch_text import not_python

GIVEN = "x = 3"
RIGHT = "y = 2 * x\n"
SCAFFOLD = "y = ...\n"
SHORT_MS = 5.0


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_S", "STILL_S", "GONE_S"):
        monkeypatch.setattr(watched_file, name, 0.01)


def quick_client() -> FakeClient:
    """A client whose runs are quick."""
    runs = [[finished(milliseconds=SHORT_MS)] for _ in range(20)]
    return FakeClient(*runs, runner=PythonRunner(milliseconds=SHORT_MS))


class Watched:
    """A session at a step of which a file is watched."""

    def __init__(self, folder: Path, client: FakeClient) -> None:
        self.file = folder / "double.py"
        self.client = client
        self.folder = folder
        self.session: TutorSession = new_session(folder, client=client, start_at="double")

    async def begin(
        self,
        text: str | None = None,
        run_at_once: bool = True,
    ) -> None:
        session = self.session
        if not session.state.is_entered:
            await session.open()
            if text is not None:
                session.drafts.edit(self.step, text)
        here = self.draft
        await session.file_watch.begin(self.step, self.file, here, GIVEN, run_at_once=run_at_once)

    @property
    def step(self) -> Step:
        assert self.session.state.step is not None
        return self.session.state.step

    @property
    def draft(self) -> str:
        return self.session.drafts.first_text(self.step)[0]

    @property
    def sources(self) -> list[str]:
        """The programs that were run, also by checks, in order."""
        return [each.program.source for each in self.client.commands]

    @property
    def runs(self) -> int:
        watched = self.session.state.watched
        return watched.runs if watched is not None else -1

    async def saved(self, text: str) -> None:
        """Save a program, and wait until it is the draft."""
        self.file.write_text(text)
        await eventually(lambda: self.draft == text, "the draft")

    async def idle(self, runs: int) -> None:
        await eventually(lambda: self.runs == runs, f"run {runs}")
        await eventually(lambda: self.session.state.activity is None, "the end of it")
        await give_way()


async def test_what_is_saved_is_run_and_checked_where_that_is_quick(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin()
    state = watched.session.state
    assert (without_givens(watched.file.read_text()), state.last_run) == (SCAFFOLD, 0)
    await watched.saved("y = 3 * x\n")
    await eventually(lambda: watched.session.state.verdict, "a verdict")
    first = watched.session.state.verdict
    assert first is not None
    assert not first.accepted
    await watched.saved(RIGHT)
    await eventually(lambda: watched.session.state.verdict not in (None, first), "the next")
    state = watched.session.state
    assert state.verdict is not None
    assert state.verdict.accepted
    assert state.step is not None
    assert (state.step.id, state.step_done) == ("double", True), "it never goes on by itself"
    assert state.watched is not None
    assert (state.watched.runs, state.watched.changed) == (2, "line 1 changed")
    await watched.session.close()
    assert (tmp_path / "data" / "drafts" / "basics" / "double.py").read_text() == RIGHT


async def test_a_slow_run_is_not_checked(tmp_path: Path) -> None:
    client = FakeClient([finished(milliseconds=QUICK_MS)])
    watched = Watched(tmp_path, client)
    await watched.begin()
    await watched.saved(RIGHT)
    await watched.idle(1)
    assert watched.session.state.verdict is None
    assert watched.session.state.ending is not None
    await watched.session.close()


async def test_a_save_stops_what_runs_and_the_newest_is_run(tmp_path: Path) -> None:
    client = FakeClient([finished()], [finished()], held=True)
    watched = Watched(tmp_path, client)
    await watched.begin()
    await watched.saved("y = 1\n")
    await eventually(lambda: watched.session.state.activity, "a run")
    await watched.saved("y = 2\n")
    await eventually(lambda: len(client.commands) == 2, "another run")
    assert client.runs[0].stops
    assert watched.sources == ["y = 1\n", "y = 2\n"]
    client.release(5)
    await watched.idle(2)
    await watched.session.close()


async def test_what_is_no_python_is_told_and_the_old_result_stays(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin()
    await watched.saved("y = 3 * x\n")
    await eventually(lambda: watched.session.state.verdict, "a verdict")
    verdict, last_run = watched.session.state.verdict, watched.session.state.last_run
    await watched.saved("y = (3\n")
    await eventually(lambda: watched.session.state.notice, "a notice")
    state = watched.session.state
    assert "line 1" in state.notice
    assert "\n" not in state.notice
    assert (state.verdict, state.last_run) == (verdict, last_run)
    await watched.session.close()


async def test_a_file_that_goes_leaves_the_draft(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin("y = 1\n")
    await watched.idle(1)
    watched.file.unlink()
    await eventually(lambda: "is gone" in watched.session.state.notice, "a notice")
    assert watched.draft == "y = 1\n"
    watched.file.write_text("y = 1\n")
    await eventually(lambda: not watched.session.state.notice, "all to be well")
    assert watched.runs == 1, "the same text is no run"
    await watched.session.close()


async def test_what_is_there_at_first_is_run_unless_nothing_was_written(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin("y = 1\n")
    await watched.idle(1)
    await watched.session.close()


async def test_where_it_is_written_is_told_until_something_new_runs(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin("y = 1\n", run_at_once=False)
    await give_way()
    state = watched.session.state
    assert (state.last_run, str(watched.file) in state.notice) == (0, True)
    await watched.session.close()


async def test_the_editor_gets_the_code_and_can_take_it_back(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    watched.file.write_text("y = 5\n")
    await watched.begin()
    replaced = watched.session.state.replaced
    assert replaced is not None
    assert (replaced.text, replaced.why) == ("y = 5\n", "watched")
    await watched.session.close()


async def test_it_ends_by_itself_when_the_step_is_left(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin()
    watched.session.move(1)
    assert watched.session.state.watched is None
    assert "double.py is no longer watched" in watched.session.state.notice
    last_run = watched.session.state.last_run
    watched.file.write_text("y = 7\n")
    await give_way(100)
    watched.session.move(-1)
    assert watched.session.state.notice == ""
    assert (watched.draft, watched.session.state.last_run) == (SCAFFOLD, last_run)
    await watched.session.close()


@pytest.mark.parametrize("content", ["theirs = 1\n", None])
async def test_a_step_that_is_left_while_its_file_is_read_leaves_the_next_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    watched, read = Watched(tmp_path, quick_client()), threading.Event()
    session = watched.session
    await session.open()
    session.drafts.edit(watched.step, "mine = 1\n")
    if content is not None:
        watched.file.write_text(content)
    begin_file = watched_file.begin_file

    def begin_late(path: Path, text: str, scaffold: str, given: str, base: Path) -> str:
        assert read.wait(10)
        return begin_file(path, text, scaffold, given, base)

    monkeypatch.setattr(file_watch, "begin_file", begin_late)
    beginning = asyncio.create_task(watched.begin())
    await eventually(lambda: session.state.watched, "the beginning")
    session.move(1)
    step, before = session.state.step, watched.draft
    read.set()
    await beginning
    assert (session.state.step, session.state.watched, watched.draft) == (step, None, before)
    await session.close()


async def test_only_the_step_on_screen_is_watched(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    session = watched.session
    await session.open()
    step, here = watched.step, watched.draft
    session.move(1)
    await session.file_watch.begin(step, watched.file, here, GIVEN)
    assert (session.state.watched, watched.file.exists()) == (None, False)
    await session.close()


async def test_its_end_gives_the_code_back(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin()
    watched.session.file_watch.end()
    state = watched.session.state
    assert (state.watched, "double.py" in state.notice) == (None, True)
    await watched.session.close()


class TestBothChanged:
    async def test_where_both_hold_other_code_neither_is_touched(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, quick_client())
        watched.file.write_text("y = 'theirs'\n")
        with pytest.raises(CannotWatch, match="holds other code than nntutor has"):
            await watched.begin("y = 'mine'\n")
        assert watched.session.state.watched is None
        assert watched.file.read_text() == "y = 'theirs'\n"
        assert watched.draft == "y = 'mine'\n"
        watched.file.rename(tmp_path / "theirs.py")
        await watched.begin()
        assert without_givens(watched.file.read_text()) == "y = 'mine'\n"
        await watched.session.close()

    async def test_names_with_braces_are_told_as_they_are(self, tmp_path: Path) -> None:
        (tmp_path / "{name}").mkdir()
        watched = Watched(tmp_path, quick_client())
        watched.file = tmp_path / "{name}" / "{path}.py"
        await watched.begin("y = 'mine'\n", run_at_once=False)
        assert f"Edit {watched.file} with any editor." in watched.session.state.notice
        await watched.session.close()

    async def test_what_changed_in_the_file_alone_is_not_asked_about(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, quick_client())
        await watched.begin("y = 1\n")
        await watched.saved("y = 2\n")
        await watched.idle(2)
        await watched.session.close()
        watched.file.write_text("y = 3\n")
        again = Watched(tmp_path, quick_client())
        await again.begin()
        assert again.draft == "y = 3\n"
        await again.session.close()


async def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    watched.file = tmp_path / "no" / "double.py"
    with pytest.raises(CannotWatch, match="Name another file"):
        await watched.begin()
    assert watched.session.state.watched is None
    await watched.session.close()


async def test_a_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    watched = Watched(tmp_path, quick_client())
    watched.file = Path("double.py")
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(CannotWatch, match="is gone"):
        await watched.begin()
    monkeypatch.undo()
    await watched.session.close()


async def test_it_can_be_begun_again_at_once_and_looks_once(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin("y = 1\n")
    watched.session.file_watch.end()
    await watched.begin()
    await watched.begin()
    await watched.saved("y = 2\n")
    run_and_check = ["y = 2\n"] * 2
    await eventually(lambda: watched.sources[-2:] == run_and_check, "a run and a check")
    await watched.idle(watched.runs)
    assert watched.sources.count("y = 2\n") == 2
    await watched.session.close()


async def test_nothing_else_changes_the_code_meanwhile(tmp_path: Path) -> None:
    watched = Watched(tmp_path, quick_client())
    await watched.begin("y = 1\n")
    await watched.idle(1)
    session = watched.session
    acts = (
        session.help.reset,
        lambda: session.help.accept("put"),
        lambda: session.help.accept("clean"),
        lambda: session.help.bring_back(Attempt(program="y = 9\n")),
    )
    for act in acts:
        act()
        assert session.state.notice == EDITED_ELSEWHERE
        assert watched.draft == "y = 1\n"
    await session.close()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a\nb\nc", "a\nB\nc", "line 2 changed"),
        ("a\nb\nc\nd", "a\nB\nC\nd", "lines 2-3 changed"),
        ("a\nb", "a\nb\nc\nd", "lines 3-4 changed"),
        ("a\nb\nc", "a\nc", "1 line gone from line 2 on"),
        ("a\na\na", "a", "2 lines gone from line 2 on"),
        ("a", "a\n", ""),
        ("", "a", "line 1 changed"),
    ],
)
def test_the_lines_that_changed_are_told(before: str, after: str, said: str) -> None:
    assert changed_words(before, after) == said


@pytest.mark.parametrize("source", ["y = 1", "", "# nothing\n", "y = '\x1b'"])
def test_python_is_not_refused(source: str) -> None:
    assert not_python(source) == ""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("y = (1\n", "The bracket `(` in line 1 is never closed."),
        ("return 1", "is not inside a function"),
        ("x = 1\n  y = 2", "Line 2 is indented"),
        ("y = 1\0", "Not run."),
        ("(" * 10_000, "Not run."),
        ("y = '\x1b[31m", "Not run."),
    ],
)
def test_what_is_no_python_is_told_in_one_line(source: str, said: str) -> None:
    words = not_python(source)
    assert said in words
    assert words.isprintable()
