"""A line that is slow is noticed and told, and what the learner says of line and mouse holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start, write_draft
from tests.support.slow_line import FarTerminal, FullLine
from tests.support.terminal import nntutor

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.timeout(150),
    pytest.mark.xdist_group("terminal"),
]

STEP = "training-loop"
TRAINS = """
import random, time, torch
net = torch.nn.Linear(16, 16)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(100_000):
    loss = ((net(torch.randn(8, 16)) - 1) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("epoch", epoch, f"{random.getrandbits(200):x}")
    time.sleep(0.02)
"""
"""Each line is another, so that nothing of the output stays as it is."""
SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
LITTLE = 20
"""Bytes a look, of which there are a hundred in a second."""
MOUSE = b"\x1b[?1000h"
SLOW = "slow link"


def _train(terminal: FullLine) -> None:
    terminal.wait_for("F6 Pane", "import random, time", "ready")
    terminal.press("f5")
    terminal.wait_for("running", "epoch", "Loss")
    assert not terminal.shows(SLOW)


def _end(terminal: FullLine) -> None:
    terminal.max_bytes_a_read = 0
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0


def test_a_terminal_that_takes_little_is_told_while_it_trains(tmp_path: Path) -> None:
    write_draft(tmp_path, STEP, TRAINS)
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", STEP)
    with FullLine(command, tmp_path, columns=120, rows=35) as terminal:
        _train(terminal)
        terminal.max_bytes_a_read = LITTLE
        terminal.wait_for(SLOW, deadline=90)
        _end(terminal)


def test_bytes_that_wait_on_the_way_are_noticed_by_late_answers(tmp_path: Path) -> None:
    write_draft(tmp_path, STEP, TRAINS)
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", STEP)
    with FarTerminal(command, tmp_path, columns=120, rows=35, environment=SSH) as terminal:
        _train(terminal)
        terminal.wait_until(lambda: terminal.shows() and terminal.answers, "an answer")
        terminal.max_bytes_a_read = LITTLE
        terminal.wait_for(SLOW, deadline=90)
        _end(terminal)


def test_what_is_no_rate_is_told_on_the_screen(start: Start) -> None:
    with start("open", STEP, columns=120, environment={"NNTUTOR_FPS": "fast"}) as terminal:
        terminal.wait_for("NNTUTOR_FPS is fast, but should be a number")


@pytest.mark.parametrize("options", [("--no-mouse", "open", STEP), ("open", STEP, "--no-mouse")])
def test_without_the_mouse_the_terminal_keeps_it(start: Start, options: tuple[str, ...]) -> None:
    with start(*options) as terminal:
        terminal.wait_for("F6 Pane")
        assert MOUSE not in terminal.sent


def test_with_the_mouse_a_click_opens_a_pane(start: Start) -> None:
    with start("open", STEP) as terminal:
        terminal.wait_for("[1 Lesson]", "2 Code", "F6 Pane")
        assert MOUSE in terminal.sent
        row = next(n for n, line in enumerate(terminal.text.splitlines(), 1) if "2 Code" in line)
        column = terminal.text.splitlines()[row - 1].index("2 Code") + 2
        terminal.write(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        terminal.wait_for("[2 Code]")
