"""In a real terminal: an accepted answer is there in the next step, and after the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.support.used_steps import OWN, used_course

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]

YOURS = "# Your answer to “A function for squares”"
RIGHT = "volume = edge * square(edge)\n"


def test_the_next_step_begins_with_what_was_accepted(start: Start, tmp_path: Path) -> None:
    lessons = used_course(tmp_path / "lessons")
    drafts = tmp_path / "data" / "drafts" / "first"
    drafts.mkdir(parents=True)
    (drafts / "square.py").write_text(OWN)
    (drafts / "cube.py").write_text(RIGHT)
    terminal = start("--lessons", str(lessons), "open", "square", columns=120, rows=35)
    terminal.wait_for("return number ** 2")
    terminal.press("f4")
    terminal.wait_for("Right")
    terminal.press("f8")
    terminal.wait_for(YOURS, "volume = edge")
    terminal.press("f4")
    terminal.wait_for("Right")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    again = start("--lessons", str(lessons), "open", "cube", columns=120, rows=35)
    again.wait_for(YOURS, "F8 Next")
    again.press("ctrl+q")
    assert again.wait_for_end() == 0
    assert (tmp_path / "data" / "accepted" / "first" / "cube.py").read_text().strip() == (
        RIGHT.strip()
    )
