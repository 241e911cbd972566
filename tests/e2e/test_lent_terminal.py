"""Whatever a program does to the terminal that it was lent, the app takes it back and goes on."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.conftest import Start, write_draft
from tests.support.terminal import Terminal, children_of, nntutor, state_of
from tests.support.tutor_app import with_keys
from tutor.session.runs import NOTHING_TO_PAUSE

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.xdist_group("terminal"),
    pytest.mark.timeout(180),
]

MODES = (  # alternate screen, scrolling region, mouse, pasting, cursor, insert, reverse, letters
    r"printf '\033[?1049h\033[5;9r\033[?1000h\033[?1003h\033[?1006h\033[?2004l\033[?25l\033[4h'; "
    r"printf '\033[?5h\033[?1h\033=\033[?7h\033(0\033[1;31mqqq'"
)
GOES_TO_FRONT = (
    "import os, signal; signal.signal(signal.SIGTTOU, signal.SIG_IGN); os.setpgid(0, 0); "
    "os.tcsetpgrp(0, os.getpid()); os.kill(os.getpid(), 9)"
)


class Case(NamedTuple):
    """What a program does, and what is said of it."""

    script: str
    said: str


def _python(code: str) -> str:
    return f'{sys.executable} -Ec "{code}"'


CASES = {
    "missing": Case("", "there is no such program"),
    "not to be run": Case("", "it may not be run as a program"),
    "fails": Case("exit 3", "it ended with status 3"),
    "killed": Case("kill -9 $$", "it was ended by SIGKILL"),
    "raw": Case("stty raw -echo -opost; exit 1", "it ended with status 1"),
    "modes of the screen": Case(f"{MODES}; kill -9 $$", "it was ended by SIGKILL"),
    "a sequence cut off": Case(r"printf '\033]0;title'; kill -9 $$", "ended by SIGKILL"),
    "does not wait": Case(
        _python("import os; os.set_blocking(0, False)") + "; exit 1", "ended with status 1"
    ),
    "output held": Case(
        _python("import termios; termios.tcflow(0, termios.TCOOFF)") + "; exit 1",
        "ended with status 1",
    ),
    "takes the front": Case(f"exec {_python(GOES_TO_FRONT)}", "ended by SIGKILL"),
}


def _write(script: Path, case: str) -> None:
    script.unlink(missing_ok=True)
    if case != "missing":
        script.write_text(f"#!/bin/sh\n{CASES[case].script}\n")
        script.chmod(0o644 if case == "not to be run" else 0o755)


class Look(NamedTuple):
    """All that the learner sees, and what the terminal was told about its modes."""

    rows: list[str]
    modes: set[int]
    margins: object
    hides_cursor: bool
    kernel: list[object]


def look(terminal: Terminal) -> Look:
    screen = terminal.screen
    modes, hides_cursor = set(screen.mode), screen.cursor.hidden
    return Look(list(screen.display), modes, screen.margins, hides_cursor, terminal.kernel_modes())


def settle(terminal: Terminal) -> None:
    """Has something else said; then types a letter into the editor and takes it out again."""
    terminal.press("escape", "enter", "escape", "2", "y")
    terminal.wait_for("yzz", with_keys(NOTHING_TO_PAUSE))
    terminal.press("backspace")
    terminal.wait_until(
        lambda: terminal.shows("1  zz", "Ln 1, Col 1 ", "✓ saved"), "zz alone, and saved"
    )


def wait_for_look(terminal: Terminal, before: Look, case: str = "") -> None:
    """On failure says what is not as before."""
    try:
        terminal.wait_until(
            lambda: terminal.shows("zz") and look(terminal) == before, f"as before ({case})"
        )
    except AssertionError as error:
        changed = [
            (name, was, now)
            for name, was, now in zip(Look._fields, before, look(terminal), strict=True)
            if was != now
        ]
        raise AssertionError(f"{error}\n{changed}") from None


def all_cases(
    terminal: Terminal, lend: Callable[[str], None], cases: Iterable[str] = CASES
) -> None:
    """After each the screen is as before, and so are all modes; keys are taken."""
    settle(terminal)
    before = look(terminal)
    for case in cases:
        lend(case)
        settle(terminal)
        wait_for_look(terminal, before, case)


def leave(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()


def test_an_editor_may_do_anything(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", "zz")
    script = tmp_path / "my-editor"
    terminal = start("open", "sigmoid", environment={"EDITOR": str(script)})
    at_first = terminal.kernel_modes()
    terminal.wait_for("F6 Pane", "ready")

    def lend(case: str) -> None:
        _write(script, case)
        terminal.press("f3")
        terminal.wait_for_words(CASES[case].said, "Your code is unchanged.")

    all_cases(terminal, lend)
    leave(terminal)
    assert terminal.kernel_modes() == at_first


def test_a_pager_may_do_anything(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", "zz = print('printed')")
    script = tmp_path / "my-pager"
    terminal = start("open", "sigmoid", environment={"PAGER": f"{script} -x"})
    terminal.wait_for("F6 Pane", "ready")
    terminal.press("f5")
    terminal.wait_for("finished in")

    def lend(case: str) -> None:
        _write(script, case)
        terminal.press("escape")  # alone, since Esc and a letter at once are Alt and the letter
        terminal.wait_for("h Help")
        terminal.press("f")
        terminal.wait_for_words(CASES[case].said, "The output is in ")

    all_cases(terminal, lend)
    leave(terminal)


def test_a_viewer_has_no_part_of_the_terminal(start: Start, tmp_path: Path) -> None:
    """It is not lent it, so nothing of what it does is seen; the place of the picture is told."""
    write_draft(tmp_path, "sigmoid", "zz")
    script = tmp_path / "xdg-open"
    path = f"{tmp_path}:{os.environ['PATH']}"
    terminal = start("open", "sigmoid", environment={"DISPLAY": ":0", "PATH": path})
    terminal.wait_for("F6 Pane", "ready")

    def lend(case: str) -> None:
        _write(script, case)
        terminal.press("escape", "v")
        terminal.wait_for_words("Picture: ")

    all_cases(terminal, lend, ["missing", "fails", "killed", "modes of the screen"])
    leave(terminal)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """One with job control."""
    command = ["bash", "--norc", "--noprofile", "-i"]
    environment = {"PS1": "SHELL> "}
    with Terminal(command, tmp_path, environment=environment) as terminal:
        terminal.wait_for("SHELL>")
        yield terminal


def start_in(shell: Terminal, home: Path, **environment: str) -> int:
    """The process id of the app, which has come to its editor with the draft."""
    write_draft(home, "sigmoid", "zz")
    command = nntutor("--data-dir", str(home / "data"), "open", "sigmoid")
    variables = [f"{name}={value}" for name, value in environment.items()]
    shell.write(shlex.join(["env", *variables, *command]) + "\n")
    shell.wait_for("F6 Pane", "ready")
    (app,) = children_of(shell.process.pid)
    return app


def wait_for_shell(shell: Terminal, app: int) -> None:
    shell.wait_until(lambda: shell.shows("SHELL>") and state_of(app) == "T", "the shell")


def test_a_shell_may_do_anything_while_the_app_is_stopped(shell: Terminal, tmp_path: Path) -> None:
    script = tmp_path / "my-command"
    app = start_in(shell, tmp_path)

    def lend(case: str) -> None:
        _write(script, case)
        shell.screen.reset()
        os.kill(app, signal.SIGTSTP)
        wait_for_shell(shell, app)
        shell.write(f"{script}; fg\n")
        shell.wait_for("[2 Code]", "F1 Help")

    # where output is held, the shell itself says no more
    all_cases(shell, lend, [case for case in CASES if case != "output held"])
    leave_to_shell(shell)


def test_a_stop_that_cannot_be_seen_coming_is_noticed_afterwards(
    shell: Terminal, tmp_path: Path
) -> None:
    app = start_in(shell, tmp_path)
    settle(shell)
    before = look(shell)
    shell.screen.reset()
    os.kill(app, signal.SIGSTOP)
    wait_for_shell(shell, app)
    shell.write("fg\n")
    shell.wait_for("F1 Help")
    settle(shell)
    wait_for_look(shell, before)
    shell.press(*"abcdefghij")
    shell.wait_for("abcdefghijzz")
    leave_to_shell(shell)
    wait_for_lines(shell)


def leave_to_shell(shell: Terminal) -> None:
    shell.press("ctrl+q")
    shell.wait_until(lambda: not children_of(shell.process.pid), "the end of the app")
    shell.wait_until(lambda: shell.shows("SHELL>") and shell.was_restored(), "the shell")


def wait_for_lines(shell: Terminal) -> None:
    """Its terminal gives it lines again, not single keys."""
    shell.write("stty -a | tr ' ' '\\n' | grep -x -e -icanon -e icanon\n")
    shell.wait_until(lambda: shell.shows("\nicanon"), "a terminal that reads lines")


def test_continued_in_the_background_it_waits_for_the_terminal(
    shell: Terminal, tmp_path: Path
) -> None:
    app = start_in(shell, tmp_path)
    settle(shell)
    before = look(shell)
    os.kill(app, signal.SIGTSTP)
    wait_for_shell(shell, app)
    shell.screen.reset()
    shell.write("bg\n")
    shell.wait_until(lambda: shell.shows("SHELL>") and state_of(app) == "T", "it stopped")
    shell.write("fg\n")
    shell.wait_for("F1 Help")
    settle(shell)
    wait_for_look(shell, before)
    leave_to_shell(shell)
    wait_for_lines(shell)


def test_ctrl_z_in_an_editor_stops_both_and_fg_leads_back_to_it(
    shell: Terminal, tmp_path: Path
) -> None:
    script = tmp_path / "my-editor"
    script.write_text('#!/bin/sh\necho THE EDITOR IS HERE\nread line\necho "GOT $line"\nexit 4\n')
    script.chmod(0o755)
    app = start_in(shell, tmp_path, EDITOR=str(script))
    settle(shell)
    before = look(shell)
    shell.press("f3")
    shell.wait_for("THE EDITOR IS HERE")
    shell.press("\x1a")
    wait_for_shell(shell, app)
    shell.write("fg\n")
    shell.wait_until(lambda: state_of(app) == "S", "the editor to go on")
    shell.write("a line\n")
    shell.wait_for_words("it ended with status 4")
    settle(shell)
    wait_for_look(shell, before)
    leave_to_shell(shell)
    wait_for_lines(shell)


def test_where_no_shell_could_continue_it_nothing_stops(start: Start, tmp_path: Path) -> None:
    """As in `ssh -t host nntutor`: the editor's Ctrl+Z would stop the app for ever."""
    write_draft(tmp_path, "sigmoid", "zz")
    script = tmp_path / "my-editor"
    script.write_text("#!/bin/sh\necho THE EDITOR IS HERE\nread line\nexit 4\n")
    script.chmod(0o755)
    terminal = start("open", "sigmoid", environment={"EDITOR": str(script)})
    terminal.wait_for("F6 Pane", "ready")
    settle(terminal)
    before = look(terminal)
    terminal.screen.reset()
    os.kill(terminal.process.pid, signal.SIGTSTP)
    terminal.wait_for("F1 Help")
    settle(terminal)
    wait_for_look(terminal, before)
    terminal.press("f3")
    terminal.wait_for("THE EDITOR IS HERE")
    terminal.press("\x1a", "\n")
    terminal.wait_for_words("it ended with status 4")
    settle(terminal)
    wait_for_look(terminal, before)
    leave(terminal)
