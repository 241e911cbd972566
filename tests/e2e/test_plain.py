"""Plain mode on a real terminal: typed lines, Ctrl+C, the end of input, and signals."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from tests.e2e.conftest import Start, write_draft
from tests.support.terminal import Terminal

ENDLESS = "n = 0\nwhile True:\n    n += 1\n"
CURSOR_MOVES = re.compile(rb"\x1b|\x08")


def at_code(start: Start, home: Path) -> Terminal:
    """Plain mode at a step whose program never ends."""
    write_draft(home, "sigmoid", ENDLESS)
    terminal = start("plain", "sigmoid", columns=120, rows=40)
    terminal.wait_for("nntutor, plain mode, by command.", "step 4>")
    return terminal


def test_ctrl_c_stops_what_runs_and_never_ends_the_mode(start: Start, tmp_path: Path) -> None:
    terminal = at_code(start, tmp_path)
    terminal.write("run\n")
    terminal.wait_for("Running: at most 60 seconds.")
    terminal.press("ctrl+c")
    terminal.wait_for("Stopping.", "You stopped the program")
    terminal.wait_until(lambda: terminal.text.count("step 4>") == 2, "the next prompt")
    terminal.press("ctrl+c")
    terminal.wait_for("Type quit to leave.")
    terminal.write("delete 2-3\n")
    terminal.wait_for("Deleted: 2 lines.")
    terminal.write("quit\n")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    assert draft.read_text() == "n = 0\n"


def test_a_run_is_stopped_by_its_word_and_what_else_is_typed_waits(
    start: Start, tmp_path: Path
) -> None:
    terminal = at_code(start, tmp_path)
    terminal.write("run\n")
    terminal.wait_for("Running: at most 60 seconds.")
    terminal.write("where\n")
    terminal.write("stop\n")
    terminal.wait_for("You stopped the program", "step 4> where", "Lesson 2 of 7")
    # before that the terminal itself would take the key
    terminal.wait_until(lambda: terminal.text.rstrip().endswith("step 4>"), "the prompt")
    terminal.write("\x04")
    terminal.wait_for("Saved, and left. Step 4 of 24.")
    assert terminal.wait_for_end() == 0


EDITOR = """#!/bin/sh
echo ready
read line
echo "$line" > $1
"""


def test_an_editor_gets_the_keys_and_lines_typed_at_once_are_all_taken(
    start: Start, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    terminal = start("plain", "sigmoid", columns=120, rows=40, environment={"VISUAL": str(editor)})
    terminal.wait_for("step 4>")
    terminal.write("edit\n")
    terminal.wait_for("ready")
    terminal.write("y = 99\n")
    terminal.wait_for("Your text from editor.sh is here.", "Line 1: y = 99")
    terminal.write("set 1 y = 1\nadd z = 2\nset 1 y = 3\nquit\n")
    assert terminal.wait_for_end() == 0
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    assert draft.read_text() == "y = 3\nz = 2\n"


def test_a_program_that_is_pasted_is_taken_line_by_line(start: Start, tmp_path: Path) -> None:
    terminal = at_code(start, tmp_path)
    lines = ["for i in range(3):", "    if i:", "        stop", "pause", "time", "y = 'ä'"]
    terminal.write("\r".join(["write", *lines, ".", ""]))
    terminal.wait_for("Written: 6 lines.")
    terminal.write("quit\r")
    assert terminal.wait_for_end() == 0
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    assert draft.read_text() == "\n".join(lines)


def test_nothing_moves_the_cursor_back_or_colours(start: Start, tmp_path: Path) -> None:
    terminal = start("open", "sigmoid", environment={"TERM": "dumb"})
    terminal.wait_for("nntutor, plain mode, by TERM=dumb.", "step 4>")
    terminal.write("help\n")
    terminal.wait_for("Besides: help, quit.")
    terminal.write("quit\n")
    assert terminal.wait_for_end() == 0
    assert CURSOR_MOVES.search(terminal.sent) is None


def test_a_signal_saves_what_is_being_typed_and_ends(start: Start, tmp_path: Path) -> None:
    terminal = at_code(start, tmp_path)
    terminal.write("write\n")
    terminal.wait_for("line 1>")
    terminal.write("half = 1\n")
    terminal.wait_for("line 2>")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_for_end() == 128 + signal.SIGTERM
    kept = tmp_path / "data" / "edited" / "sigmoid.py"
    assert kept.read_text() == "half = 1\n"
    terminal.wait_for_no_process_left()


def test_a_line_that_drops_loses_nothing(start: Start, tmp_path: Path) -> None:
    terminal = at_code(start, tmp_path)
    terminal.write("set 1 n = 42\n")
    terminal.wait_for("Line 1 is now: n = 42")
    terminal.hang_up()
    # the end of input comes with the signal
    assert terminal.wait_for_end() in (0, 128 + signal.SIGHUP)
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    assert draft.read_text().startswith("n = 42\n")
    terminal.wait_for_no_process_left()
