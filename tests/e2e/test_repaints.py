"""After the first paint the whole screen is sent only when the terminal lost it or changed its
size: counted on a real terminal, by words that never change."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Start, open_code
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.process, pytest.mark.xdist_group("terminal")]

BACK = "\x1b[19;2~"
"""Shift+F8."""
ZOOM = "\x1b[18~"
REDRAW = "\x0c"


def times_sent(terminal: Terminal) -> int:
    """How often the last line was sent: its first words are the same from the first paint on."""
    terminal.read(0.05)
    return terminal.sent.count(b"Help")


def opened(start: Start) -> Terminal:
    terminal = start("open", "sigmoid")
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    return terminal


def test_keys_steps_and_runs_never_send_what_stands_there_already(start: Start) -> None:
    terminal = opened(start)
    before = times_sent(terminal)
    terminal.write("x = 7")
    terminal.wait_for("x = 7")
    terminal.press("f5")
    terminal.wait_for("finished in")
    terminal.press("f6")
    terminal.wait_for("[3 Verdict]")
    terminal.press("f8")
    terminal.wait_for("softmax")
    terminal.write(BACK)
    terminal.wait_for("A score into a probability", "[1 Lesson]")
    terminal.press("f6")
    terminal.wait_for("[2 Code]", "x = 7")
    terminal.write(ZOOM)
    terminal.wait_until(lambda: not terminal.shows("[2 Code]"), "the zoom")
    terminal.write(ZOOM)
    terminal.wait_for("[2 Code]")
    assert times_sent(terminal) == before


def test_ctrl_l_and_another_size_send_it_once_each(start: Start) -> None:
    terminal = opened(start)
    before = times_sent(terminal)
    terminal.screen.reset()
    terminal.write(REDRAW)
    terminal.wait_for("Check", "[2 Code]")
    assert times_sent(terminal) == before + 1
    terminal.screen.reset()
    terminal.resize(100, 30)
    terminal.wait_for("Check", "Lesson", "sigmoid = ...")
    assert before + 2 <= times_sent(terminal) <= before + 3


def test_a_window_that_is_dragged_is_drawn_a_few_times_and_rightly(start: Start) -> None:
    terminal = opened(start)
    for number in range(40):
        terminal.resize(60 + 3 * number % 90, 16 + number % 30)
    terminal.screen.reset()
    terminal.resize(120, 35)
    before = times_sent(terminal)
    terminal.wait_for("Lesson", "Code", "Output", "sigmoid = ...", "F1 Help")
    terminal.write("kept")
    terminal.wait_for("kept")
    terminal.wait_until(lambda: "F1 Help" in terminal.screen.display[34], "the last row")
    rows = terminal.text.splitlines()
    assert rows[34].count("Check") == 1
    assert sum("F1 Help" in row for row in rows) == 1
    assert times_sent(terminal) - before <= 6
