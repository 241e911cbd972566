"""A terminal that shows something else gets the whole screen again; a key costs few bytes."""

from __future__ import annotations

import statistics

import pytest

from tests.e2e.conftest import Start, open_code

pytestmark = [pytest.mark.e2e, pytest.mark.process, pytest.mark.xdist_group("terminal")]

SHOWN = ("A score into", "[2 Code]", "F1 Help")


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
