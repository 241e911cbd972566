"""An app that nobody uses holds no PyTorch; a key brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code, write_draft

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]


def test_it_falls_asleep_with_all_its_processes_and_comes_back(
    start: Start, tmp_path: Path
) -> None:
    write_draft(tmp_path, "sigmoid", "print('awake', 'again')\n")
    config = tmp_path / "own.toml"
    config.write_text("sleep_after_minutes = 0.02\n")
    terminal = start("open", "sigmoid", environment={"NNTUTOR_CONFIG": str(config)})
    open_code(terminal, "'again'")
    terminal.wait_for("PyTorch asleep")
    terminal.wait_for_no_process_left()
    terminal.press("f5")
    terminal.wait_for("awake again")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.wait_for_no_process_left()
