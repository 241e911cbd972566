"""A terminal that shows something else gets the whole screen again; a key costs few bytes."""

from __future__ import annotations

import os
import signal
import statistics

import pytest

from tests.e2e.conftest import Start, open_code
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.process, pytest.mark.xdist_group("terminal")]

SHOWN = ("A score into", "[2 Code]", "F1 Help")


def _stopped(terminal: Terminal) -> bool:
    terminal.read()
    with open(f"/proc/{terminal.process.pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "T"


def test_after_ctrl_z_an_empty_terminal_is_drawn_whole(start: Start) -> None:
    terminal = start("open", "sigmoid")
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    terminal.press("z", "z")
    terminal.wait_for("zz")
    os.kill(terminal.process.pid, signal.SIGTSTP)
    terminal.wait_until(lambda: _stopped(terminal), "the app to stand still", 20.0)
    terminal.screen.reset()
    os.kill(terminal.process.pid, signal.SIGCONT)
    terminal.wait_for(*SHOWN, "zz")


def test_ctrl_l_draws_a_terminal_whole_that_lost_everything(start: Start) -> None:
    terminal = start("open", "sigmoid")
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    terminal.screen.reset()
    terminal.press("x")
    terminal.wait_for("x")
    assert not terminal.shows(*SHOWN)
    terminal.press("\x0c")
    terminal.wait_for(*SHOWN)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_key_sends_at_most_half_a_kilobyte(start: Start, size: tuple[int, int]) -> None:
    terminal = start("open", "sigmoid", columns=size[0], rows=size[1])
    terminal.wait_for("F6 Pane", "ready")
    if size[0] < 100:
        open_code(terminal, "sigmoid = ...")
    typed, costs = "", []
    for letter in "qwertyuiopasdfghjklz":
        before = len(terminal.sent)
        typed += letter
        terminal.press(letter)
        terminal.wait_for(typed)
        costs.append(len(terminal.sent) - before)
    assert 0 < statistics.median(costs) <= 500
