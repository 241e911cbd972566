"""However it ends, what was typed is kept, the terminal is restored, and no process is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code, write_draft
from tests.support.terminal import LEAVES_ALTERNATE_SCREEN, Terminal
from tests.support.wait import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]

TYPED = "# kept"


def _typing(terminal: Terminal) -> None:
    """The app, with something just typed and a program running."""
    open_code(terminal, "while True")
    terminal.press("f5")
    terminal.wait_for("it has begun")
    terminal.write(TYPED)
    terminal.wait_for(TYPED)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write_draft(tmp_path, "sigmoid", "\nprint('it has', 'begun')\nwhile True:\n    pass\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_and_restores(start: Start, draft: Path, number: signal.Signals) -> None:
    terminal = start("open", "sigmoid")
    _typing(terminal)
    os.kill(terminal.process.pid, number)
    assert terminal.wait_for_end() == 128 + number
    assert terminal.was_restored()
    assert TYPED in draft.read_text()
    terminal.wait_for_no_process_left()


def test_a_signal_keeps_what_was_tried_and_leaves_its_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "train.py"
    file.write_text("x = 1\n")
    terminal = start("try", str(file))
    terminal.wait_for("x = 1", "F5 Run")
    terminal.write(TYPED)
    terminal.wait_for(TYPED, "not written to its file")
    os.kill(terminal.process.pid, signal.SIGTERM)
    assert terminal.wait_for_end() == 128 + signal.SIGTERM
    assert terminal.was_restored()
    assert file.read_text() == "x = 1\n"
    drafts = list(tmp_path.rglob("own--programs/train-*.py"))
    assert [draft.read_text() for draft in drafts] == [f"{TYPED}x = 1\n"]
    terminal.wait_for_no_process_left()


def test_a_dropped_line_saves(start: Start, draft: Path) -> None:
    terminal = start("open", "sigmoid")
    _typing(terminal)
    terminal.hang_up()
    terminal.wait_for_end()
    assert TYPED in draft.read_text()
    terminal.wait_for_no_process_left()


def test_a_killed_app_has_lost_nothing_older_than_two_seconds(start: Start, draft: Path) -> None:
    terminal = start("open", "sigmoid")
    _typing(terminal)
    wait_until(lambda: terminal.shows() and TYPED in draft.read_text(), "the draft saved")
    terminal.process.kill()
    terminal.wait_for_end()
    terminal.wait_for_no_process_left()


def test_a_killed_worker_is_noticed_said_and_replaced(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", "print('answer', 6 * 7)\n")
    terminal = start("open", "sigmoid")
    open_code(terminal, "6 * 7")
    terminal.press("f5")
    terminal.wait_for("answer 42")
    for pid in terminal.processes_left():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it went with the one before
    terminal.wait_for("worker ended")
    terminal.write("print('again', 7 * 9)\r")
    terminal.press("f5")
    terminal.wait_for("again 63")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()


def test_the_next_start_opens_at_the_same_place(start: Start) -> None:
    terminal = start("open", "softmax")
    open_code(terminal, "softmax = ...")
    terminal.write("x = 1")
    terminal.press("ctrl+q")
    terminal.wait_for_end()
    again = start()
    again.wait_for("Welcome back", "today", "not checked yet")
    again.press("enter")
    again.wait_for("x = 1", "softmax = ...")
    again.write("2")
    again.wait_for("x = 12")
    again.press("ctrl+q")
    assert again.wait_for_end() == 0


def test_two_apps_on_one_data_dir_lose_nothing(start: Start, tmp_path: Path) -> None:
    one, two = start("open", "sigmoid"), start("open", "sigmoid")
    for terminal, text in ((one, "# from the first"), (two, "# from the second")):
        open_code(terminal, "sigmoid = ...")
        terminal.write(text)
        terminal.wait_for(text)
    for terminal in (one, two):
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    kept = "".join(path.read_text() for path in (tmp_path / "data" / "drafts").rglob("*.py"))
    assert "# from the first" in kept
    assert "# from the second" in kept


def test_a_terminal_that_cannot_draw_gets_a_sentence(start: Start) -> None:
    terminal = start(environment={"TERM": ""})
    assert terminal.wait_for_end() != 0
    assert "TERM" in terminal.text
    assert "Traceback" not in terminal.text


def test_a_data_dir_that_cannot_be_written_is_told_and_the_app_works(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.write("# typed")
    terminal.wait_for("# typed", "not")
    assert "Traceback" not in terminal.text
    terminal.press("ctrl+q")
    terminal.wait_for("Your code is not saved", "what is not saved is lost")
    terminal.press("ctrl+q")
    terminal.wait_for_end()
    terminal.wait_for_no_process_left()


def test_what_failed_without_disturbing_is_told_once_the_terminal_is_restored(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from tutor.ui.editor.name_help import NameHelp\n"
        "async def fault(self, **_): raise RuntimeError('no names today')\n"
        "NameHelp._look = fault\n"
    )
    terminal = start("open", "softmax", environment={"PYTHONPATH": str(tmp_path)})
    open_code(terminal, "softmax = ...")
    terminal.write("tor")
    terminal.write("\0")
    terminal.wait_for("No known name begins like this.")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()
    told = bytes(terminal.sent).split(LEAVES_ALTERNATE_SCREEN)[-1].decode()
    assert "An internal error of the tutor occurred" in told
    assert "RuntimeError: no names today" in told
