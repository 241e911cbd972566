"""In a real terminal with PyTorch: a training is paused, stepped through, and let go."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Start, write_draft

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]

TRAINING = (
    "while True:\n"
    "    optimizer.zero_grad()\n"
    "    output = model(input_tensor)\n"
    "    loss = criterion(output, output_tensor)\n"
    "    loss.backward()\n"
    "    optimizer.step()\n"
)


def test_a_training_is_paused_stepped_through_and_stopped(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "training-loop", TRAINING)
    terminal = start("open", "training-loop", columns=120, rows=35)
    terminal.wait_for("loss.backward()")
    terminal.press("escape", ".")
    terminal.wait_for("paused before zero_grad(), step 1, line 2", "2►")
    for words, line in (("forward", 3), ("loss", 4), ("backward()", 5), ("step()", 6)):
        terminal.press("escape", ".")
        terminal.wait_for(f"paused before {words}, step 1, line {line}", f"{line}►")
    terminal.press("escape", "enter")
    terminal.wait_until(lambda: not terminal.shows("paused"), "it to go on")
    terminal.wait_for("running")
    terminal.press("escape", "enter")
    terminal.wait_for("paused before", "Esc, Enter goes on")
    later = re.compile(r"step \d{2,}, line [2-6]")
    terminal.wait_until(lambda: later.search(terminal.text), "a later step")
    terminal.press("f9")
    terminal.wait_for("stopped")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()


def test_a_paused_program_is_gone_with_the_app(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "training-loop", "count = 0\nwhile True:\n    count += 1\n")
    terminal = start("open", "training-loop", columns=120, rows=35)
    terminal.wait_for("count += 1")
    terminal.press("f5")
    terminal.wait_for("running")
    terminal.press("escape", "enter")
    terminal.wait_for("no training phase was reached", "► paused")
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.process.wait()
    terminal.wait_for_no_process_left()


def test_one_goes_back_along_the_curve_of_a_training(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "training-loop", TRAINING.replace("while True", "for n in range(60)"))
    terminal = start("open", "training-loop", columns=120, rows=35)
    terminal.wait_for("loss.backward()")
    terminal.press("f5")
    terminal.wait_for("finished in", "Tensors")
    terminal.press("escape", "5")
    terminal.wait_for("60 steps:")
    terminal.press("left", "<", "<", "left")
    terminal.wait_for("step 38 of 60 · loss", "at step 3", "◆", "model[0].weight")
    terminal.press("escape")
    terminal.wait_for("60 steps:")
    terminal.wait_until(lambda: not terminal.shows("at step"), "the tensors of the end")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()


def test_a_run_is_given_more_time_and_tells_how_far_it_came(start: Start, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text("[limits]\nrun_seconds = 3\nseconds = 5\n")
    source = TRAINING.replace("while True", "for n in range(1_000_000)")
    write_draft(tmp_path, "training-loop", source)
    environment = {"NNTUTOR_CONFIG": str(config)}
    terminal = start("open", "training-loop", columns=120, rows=35, environment=environment)
    terminal.wait_for("loss.backward()", "ready")
    terminal.press("f5")
    terminal.wait_for("at most 3 s", "F9 stops it. Esc, m: more time.")
    terminal.press("escape", "m")
    terminal.wait_for("s, at most 5 s")
    terminal.press("escape", "m")
    terminal.wait_for("It has 5 s, which is the maximum.")
    terminal.wait_for("within 5 s", "1,000,000 would need about")
    assert "while" not in terminal.text
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()
