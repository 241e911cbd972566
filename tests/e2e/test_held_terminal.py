"""A step's text is painted before the app is imported, and the terminal survives each way out.

A hook holds the import of Textual back until the test lets it go on: all that a learner, a shell or
the system can do in that time is done meanwhile.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.conftest import TO_START, Start
from tests.support.terminal import Terminal, children_of, nntutor, state_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]

SENTENCE = "The last layer of a network"
SCAFFOLD = "# Make a sigmoid function"

HOOK = """
import os, sys, time

class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "textual":
            folder = os.environ["GATE"]
            open(os.path.join(folder, "waiting"), "w").close()
            while not os.path.exists(os.path.join(folder, "open")):
                time.sleep(0.01)
            if os.path.exists(os.path.join(folder, "broken")):
                raise ImportError("this textual is broken")
        return None

sys.meta_path.insert(0, Gate())
"""


class Gate(NamedTuple):
    """What holds the import of Textual back."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.folder), "GATE": str(self.folder)}

    @property
    def is_reached(self) -> bool:
        return (self.folder / "waiting").exists()

    def open(self, *, broken: bool = False) -> None:
        if broken:
            (self.folder / "broken").touch()
        (self.folder / "open").touch()


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    folder = tmp_path / "gate"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOOK)
    return Gate(folder)


class Early(NamedTuple):
    """A start that waits at the gate, and the terminal's modes from before."""

    terminal: Terminal
    modes: list[object]


@pytest.fixture
def early(start: Start, gate: Gate) -> Callable[..., Early]:
    def begin(*, columns: int = 120, rows: int = 35, painted: bool = True, **more: str) -> Early:
        terminal = start(
            "open",
            "sigmoid",
            columns=columns,
            rows=rows,
            environment={**gate.environment, **more},
        )
        modes = terminal.kernel_modes()
        terminal.wait_until(lambda: gate.is_reached, "the import of textual")
        if painted:
            terminal.wait_for(SENTENCE)
        else:
            assert SENTENCE not in terminal.text
        return Early(terminal, modes)

    return begin


def assert_restored(early: Early) -> None:
    """Nothing but what the shell had is left: modes, screen, cursor, and no stray text."""
    assert early.terminal.kernel_modes() == early.modes
    assert early.terminal.was_restored()
    assert pastes_are_plain(early.terminal)


def pastes_are_plain(terminal: Terminal) -> bool:
    return terminal.sent.rfind(b"\x1b[?2004l") > terminal.sent.rfind(b"\x1b[?2004h")


def said_at_the_end(terminal: Terminal) -> str:
    _, _, end = terminal.sent.rpartition(b"\x1b[?1049l")
    return re.sub(r"\x1b\[\?\d+[hl]", "", end.decode())


def leave(early: Early) -> None:
    early.terminal.press("ctrl+q")
    assert early.terminal.wait_for_end() == 0
    assert_restored(early)


def test_the_text_is_there_before_textual_and_stays(
    early: Callable[..., Early], gate: Gate
) -> None:
    held = early()
    terminal = held.terminal
    painted = terminal.text.splitlines()
    gate.open()
    terminal.wait_for(SCAFFOLD, "ready")
    settled = terminal.text.splitlines()
    row = next(y for y, line in enumerate(painted) if SENTENCE[:20] in line)
    assert settled[row].startswith(painted[row].rstrip("│ ")[:40])
    assert terminal.sent.count(b"\x1b[?1049h") == 1
    leave(held)
    assert said_at_the_end(terminal) == ""


def test_keys_wait_unseen_as_they_were_typed(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    terminal = held.terminal
    local = terminal.kernel_modes()[3]
    assert isinstance(local, int)
    assert not local & (termios.ECHO | termios.ICANON)
    terminal.write(TO_START + "x = 1\ry = 2")
    assert "x = 1" not in terminal.text
    gate.open()
    terminal.wait_for("x = 1", f"y = 2{SCAFFOLD}")
    leave(held)


def test_a_paste_is_one_text(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    terminal = held.terminal
    assert b"\x1b[?2004h" in terminal.sent
    terminal.write(TO_START)
    terminal.paste("if 1:\r    y = 1\r    z = 2\r")
    gate.open()
    terminal.wait_for("1  if 1:", "2      y = 1", "3      z = 2", f"4  {SCAFFOLD}")
    leave(held)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_gives_the_terminal_back(
    early: Callable[..., Early], number: signal.Signals
) -> None:
    held = early()
    os.kill(held.terminal.process.pid, number)
    assert held.terminal.wait_for_end() == 128 + number
    assert_restored(held)
    assert said_at_the_end(held.terminal) == ""


def test_ctrl_c_ends_it(early: Callable[..., Early]) -> None:
    held = early()
    held.terminal.press("ctrl+c")
    assert held.terminal.wait_for_end() == 128 + signal.SIGINT
    assert_restored(held)


def test_an_error_while_it_is_imported_is_told_on_the_shell_s_screen(
    early: Callable[..., Early], gate: Gate
) -> None:
    held = early()
    gate.open(broken=True)
    assert held.terminal.wait_for_end() == 1
    assert_restored(held)
    assert said_at_the_end(held.terminal).endswith("ImportError: this textual is broken\r\n")


def test_a_terminal_that_hangs_up_ends_it(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    held.terminal.hang_up()
    assert held.terminal.wait_for_end() != 0
    held.terminal.wait_for_no_process_left()


def test_another_size_is_drawn_anew(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    terminal = held.terminal
    terminal.resize(80, 24)
    terminal.screen.reset()
    gate.open()
    terminal.wait_for("[1 Lesson]", "2.2b  A score", SENTENCE, "F1 Help", "ready")
    leave(held)


def test_a_size_that_comes_back_is_drawn_anew(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    terminal = held.terminal
    terminal.resize(80, 24)
    terminal.resize(120, 35)
    terminal.screen.reset()
    gate.open()
    terminal.wait_for("─ Lesson ─", "2.2b  A score", SENTENCE, SCAFFOLD, "ready")
    leave(held)


@pytest.mark.parametrize(
    "more",
    [
        {"NNTUTOR_FULL_REPAINT": "1"},
        {"TERM": "linux"},
        {"COLUMNS": "100"},
        {"PYTHONWARNINGS": "default"},
        {"NNTUTOR_FPS": "never"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_where_it_is_not_certain_nothing_is_painted(
    early: Callable[..., Early], gate: Gate, more: dict[str, str]
) -> None:
    held = early(painted=False, **more)
    assert b"\x1b" not in held.terminal.sent
    assert held.terminal.kernel_modes() == held.modes
    gate.open()
    held.terminal.wait_for("F1 Help", "ready")
    held.terminal.press("ctrl+q")
    assert held.terminal.wait_for_end() == 0


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """One with job control."""
    command = ["bash", "--norc", "--noprofile", "-i"]
    with Terminal(
        command, tmp_path, columns=120, rows=35, environment={"PS1": "SHELL> "}
    ) as terminal:
        terminal.wait_for("SHELL>")
        yield terminal


def start_in(shell: Terminal, gate: Gate, home: Path) -> int:
    """The process id of a start that waits at the gate with the text painted."""
    command = nntutor("--data-dir", str(home / "data"), "open", "sigmoid")
    variables = [f"{name}={value}" for name, value in gate.environment.items()]
    shell.write(shlex.join(["env", *variables, *command]) + "\n")
    shell.wait_until(lambda: gate.is_reached, "the import of textual")
    shell.wait_for(SENTENCE)
    (app,) = children_of(shell.process.pid)
    return app


def wait_for_shell(shell: Terminal, app: int) -> None:
    shell.wait_until(lambda: shell.shows("SHELL>") and state_of(app) == "T", "the shell")


def leave_to_shell(shell: Terminal) -> None:
    shell.press("ctrl+q")
    shell.wait_until(lambda: not children_of(shell.process.pid), "the end of the app")
    shell.wait_until(lambda: shell.shows("SHELL>") and shell.was_restored(), "the shell")
    shell.screen.reset()
    shell.write("stty -a | tr ' ' '\\n' | grep -x -e -icanon -e icanon -e echo -e -echo\n")
    shell.wait_until(lambda: shell.shows("icanon\necho"), "a terminal that reads lines")


@pytest.mark.parametrize("is_typed", [True, False])
def test_ctrl_z_and_fg_lead_back_to_the_text(
    shell: Terminal, gate: Gate, tmp_path: Path, is_typed: bool
) -> None:
    app = start_in(shell, gate, tmp_path)
    shell.screen.reset()
    if is_typed:
        shell.press("\x1a")
    else:
        os.kill(app, signal.SIGTSTP)
    wait_for_shell(shell, app)
    assert shell.was_restored()
    shell.write("echo WHILE IT SLEEPS\n")
    shell.wait_for("\nWHILE IT SLEEPS")
    shell.write("fg\n")
    shell.wait_for(SENTENCE)
    assert "SLEEPS" not in shell.text
    gate.open()
    shell.wait_for(SCAFFOLD, "F1 Help", "ready")
    leave_to_shell(shell)


def test_a_stop_that_cannot_be_seen_coming_leads_back_too(
    shell: Terminal, gate: Gate, tmp_path: Path
) -> None:
    app = start_in(shell, gate, tmp_path)
    shell.screen.reset()
    os.kill(app, signal.SIGSTOP)
    wait_for_shell(shell, app)
    shell.write("fg\n")
    shell.wait_for(SENTENCE)
    gate.open()
    shell.wait_for(SCAFFOLD, "F1 Help", "ready")
    leave_to_shell(shell)


def test_continued_in_the_background_it_waits_for_the_terminal(
    shell: Terminal, gate: Gate, tmp_path: Path
) -> None:
    app = start_in(shell, gate, tmp_path)
    shell.screen.reset()
    shell.press("\x1a")
    wait_for_shell(shell, app)
    shell.screen.reset()
    shell.write("bg\n")
    shell.wait_until(lambda: state_of(app) != "T", "it goes on")
    shell.write("echo NOTHING DISTURBS\n")
    shell.wait_for("\nNOTHING DISTURBS")
    assert SENTENCE not in shell.text
    gate.open()
    shell.wait_until(lambda: state_of(app) == "T", "it stopped")
    shell.write("fg\n")
    shell.wait_for(SENTENCE, SCAFFOLD, "F1 Help", "ready")
    leave_to_shell(shell)


def test_a_start_in_the_background_paints_nothing(
    shell: Terminal, gate: Gate, tmp_path: Path
) -> None:
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", "sigmoid")
    variables = [f"{name}={value}" for name, value in gate.environment.items()]
    shell.write(shlex.join(["env", *variables, *command]) + " &\n")
    shell.wait_until(lambda: gate.is_reached, "the import of textual")
    shell.write("echo NOTHING DISTURBS\n")
    shell.wait_for("\nNOTHING DISTURBS")
    assert b"\x1b[?1049h" not in shell.sent
    gate.open()
    (app,) = children_of(shell.process.pid)
    shell.wait_until(lambda: state_of(app) == "T", "it stopped")
    shell.write("fg\n")
    shell.wait_for(SENTENCE, SCAFFOLD, "F1 Help", "ready")
    leave_to_shell(shell)
