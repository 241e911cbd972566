"""Keys pressed right after the command, before there is anything to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import TO_START, Start

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]


def test_what_is_typed_at_once_ends_in_the_editor(start: Start) -> None:
    terminal = start("open", "sigmoid", columns=120, rows=35)
    terminal.write(TO_START + "x = 1 ")
    terminal.wait_for("x = 1 # Make a sigmoid function")


def test_an_enter_at_once_runs_nothing(start: Start) -> None:
    terminal = start("open", "sigmoid", columns=120, rows=35)
    terminal.write("\r" + TO_START + "x = 1 ")
    terminal.wait_for("x = 1 # Make a sigmoid function")
    terminal.wait_for("ready", "Nothing has run yet.")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert b"finished in" not in terminal.sent


def test_what_is_typed_at_the_first_frame_ends_in_the_editor(start: Start) -> None:
    terminal = start("open", "sigmoid", columns=120, rows=35)
    terminal.wait_for("A score into a probability")
    terminal.write(TO_START + "x = 1\ry = 2")
    terminal.wait_for("x = 1", "y = 2# Make a sigmoid function")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("keys", ["\rx = 1 ", "x = 1 "])
def test_what_is_typed_at_once_goes_past_the_start_into_the_editor(start: Start, keys: str) -> None:
    before = start("open", "sigmoid", columns=120, rows=35)
    before.wait_for("# Make a sigmoid function")
    before.write(TO_START)
    before.press("ctrl+q")
    before.wait_for_end()
    terminal = start(columns=120, rows=35)
    terminal.write(keys)
    terminal.wait_for("x = 1 # Make a sigmoid function")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0


def test_an_app_that_was_killed_says_so_at_the_next_start(start: Start, tmp_path: Path) -> None:
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    before = start("open", "sigmoid", columns=120, rows=35)
    before.wait_for("# Make a sigmoid function")
    before.write(TO_START + "x = 1 ")
    before.wait_until(
        lambda: draft.exists() and draft.read_text().startswith("x = 1 "), "the draft saved"
    )
    before.process.kill()
    before.wait_for_end()
    terminal = start(columns=120, rows=35)
    terminal.wait_for("Welcome back", "It was cut off.")
    terminal.press("enter")
    terminal.wait_for("x = 1 # Make a sigmoid function")


def test_what_is_typed_after_a_guess_moves_the_slider(start: Start) -> None:
    terminal = start("open", "watch-it-learn", columns=120, rows=35)
    terminal.wait_for("Type your guess", "PyTorch", "ready")
    right = "\x1b[C"
    terminal.write("150\r" + 3 * right)
    terminal.wait_for("[16]", "right: 198 of 200", "✓ At least 195 of the 200")
