"""Until the app is there the terminal's keys are held, and it survives each way out.

A hook holds the import of Textual back until the test lets it go on: all that a learner, a shell or
the system can do in that time is done meanwhile.
"""

from __future__ import annotations

import os
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
    def begin() -> Early:
        terminal = start("open", "sigmoid", columns=120, rows=35, environment=gate.environment)
        modes = terminal.kernel_modes()
        terminal.wait_until(lambda: gate.is_reached, "the import of textual")
        return Early(terminal, modes)

    return begin


def assert_restored(early: Early) -> None:
    assert early.terminal.kernel_modes() == early.modes, "those that the shell had"


def test_keys_wait_unseen_as_they_were_typed(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    terminal = held.terminal
    local = terminal.kernel_modes()[3]
    assert isinstance(local, int)
    assert not local & (termios.ECHO | termios.ICANON)
    terminal.write(TO_START + "x = 1\ry = 2")
    assert terminal.sent == b""
    gate.open()
    terminal.wait_for("x = 1", f"y = 2{SCAFFOLD}", "ready")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()
    assert_restored(held)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_gives_the_terminal_back(
    early: Callable[..., Early], number: signal.Signals
) -> None:
    held = early()
    os.kill(held.terminal.process.pid, number)
    assert held.terminal.wait_for_end() == 128 + number
    assert_restored(held)
    assert held.terminal.sent == b""


def test_ctrl_c_ends_it(early: Callable[..., Early]) -> None:
    held = early()
    held.terminal.press("ctrl+c")
    assert held.terminal.wait_for_end() == 128 + signal.SIGINT
    assert_restored(held)


def test_an_error_while_it_is_imported_is_told(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    gate.open(broken=True)
    assert held.terminal.wait_for_end() == 1
    assert_restored(held)
    assert held.terminal.sent.endswith(b"ImportError: this textual is broken\r\n")


def test_a_terminal_that_hangs_up_ends_it(early: Callable[..., Early], gate: Gate) -> None:
    held = early()
    held.terminal.hang_up()
    assert held.terminal.wait_for_end() != 0
    held.terminal.wait_for_no_process_left()


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
    """The process id of a start that waits at the gate."""
    command = nntutor("--data-dir", str(home / "data"), "open", "sigmoid")
    variables = [f"{name}={value}" for name, value in gate.environment.items()]
    shell.write(shlex.join(["env", *variables, *command]) + "\n")
    shell.wait_until(lambda: gate.is_reached, "the import of textual")
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


@pytest.mark.parametrize("number", [None, signal.SIGTSTP, signal.SIGSTOP], ids=str)
def test_stopped_and_continued_it_leads_back_to_the_app(
    shell: Terminal, gate: Gate, tmp_path: Path, number: signal.Signals | None
) -> None:
    app = start_in(shell, gate, tmp_path)
    shell.screen.reset()
    if number is None:
        shell.press("\x1a")  # as Ctrl+Z sends it
    else:
        os.kill(app, number)
    wait_for_shell(shell, app)
    shell.write("echo WHILE IT SLEEPS\n")
    shell.wait_for("\nWHILE IT SLEEPS")
    shell.write("fg\n")
    shell.wait_until(lambda: state_of(app) != "T", "it goes on")
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
    gate.open()
    shell.wait_until(lambda: state_of(app) == "T", "it stopped")
    shell.write("fg\n")
    shell.wait_for(SENTENCE, SCAFFOLD, "F1 Help", "ready")
    leave_to_shell(shell)


def test_a_start_in_the_background_leaves_the_terminal_alone(
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
