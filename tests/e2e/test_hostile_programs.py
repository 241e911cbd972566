"""Programs that do their worst, run in the whole app: it tells how they ended, goes on, and leaves
the terminal as it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code, write_draft
from tests.hostile.rows import Row, read_rows
from tests.support.terminal import Terminal

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("terminal"),
]

ROWS = [row for rows in read_rows().values() for row in rows if row.app]
COMMANDS = re.compile(rb"\x1b\]52;|title\x07|\x1b\]8;;http")
"""What the programs would send to the terminal, and the app never does."""
GOES_ON = "goes on"


def _reads(terminal: Terminal, words: str) -> bool:
    """Whether they stand on the screen, perhaps on two lines of a pane."""
    terminal.read(0.01)
    return words in " ".join(re.sub(r"[│┃▌▐|]", " ", terminal.text).split())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.id))
def test_the_app_tells_of_it_and_goes_on(start: Start, tmp_path: Path, row: Row) -> None:
    write_draft(tmp_path, "sigmoid", f"# {GOES_ON[:4]}\n{row.source}")
    terminal = start("open", "sigmoid")
    open_code(terminal, f"# {GOES_ON[:4]}")
    terminal.wait_for("ready")
    terminal.press("f5")
    if row.stop_at:
        terminal.wait_for(row.stop_at, "running")
        terminal.press("f9")
    terminal.wait_until(lambda: _reads(terminal, row.app), f"“{row.app}” on the screen")
    _goes_on_and_ends(terminal)


def test_numbers_that_are_none_are_drawn_all_the_same(start: Start, tmp_path: Path) -> None:
    (row,) = (row for row in ROWS if "inventory" in row.id)
    write_draft(tmp_path, "sigmoid", f"{row.source}\nimport time\ntime.sleep(60)\n")
    terminal = start("open", "sigmoid", columns=120, rows=35)
    terminal.wait_for("import os", "ready")
    terminal.press("f5")
    terminal.wait_for("running", "Tensors", "odd", "whole")
    terminal.press("escape", "6")
    for words in ("gradient length", "odd  (3, 3)  float32", "(-1, 1099511627776)"):
        terminal.wait_for("┏━ Tensors", words)
        terminal.press("]")
    terminal.press("escape", "2")
    terminal.press("f9")
    terminal.wait_for("You stopped the program")
    _goes_on_and_ends(terminal)


KEYS_OF_VIEWS = {
    "Loss": ("l", "left", "<", "c", "n"),
    "Map": ("c", "up", "left", "enter", "left", "c"),
    "Tensors": ("]", "m", "g", "h", "k"),
    "Model": ("h", "down", "c", "i", "h"),
    "Plot": ("]", "]", "[", "["),
}


def test_what_a_program_forges_of_its_views_is_drawn_all_the_same(
    start: Start, tmp_path: Path
) -> None:
    (row,) = (row for row in ROWS if row.id.startswith("forged maps"))
    (tmp_path / "forges.py").write_text(row.source.lstrip())
    terminal = start("try", "forges.py")
    terminal.wait_for("import os", "ready")
    terminal.press("f5")
    terminal.wait_for("finished in", "Map", "Plot")
    for pane, keys in KEYS_OF_VIEWS.items():
        tab = re.search(rf"(\d) {pane}", terminal.text)
        assert tab is not None
        terminal.press("escape", tab[1])
        terminal.wait_for(f"[{tab[0]}]")
        for key in keys:
            terminal.press(key)
            terminal.read(0.05)
    terminal.press("escape", "1")
    terminal.wait_for("[1 Code]")
    _goes_on_and_ends(terminal)


def _goes_on_and_ends(terminal: Terminal) -> None:
    terminal.write(f"\x01{GOES_ON}")
    terminal.wait_for(GOES_ON)
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()
    assert not COMMANDS.search(terminal.sent)
    terminal.wait_for_no_process_left()


def test_some_are_chosen() -> None:
    assert len(ROWS) >= 6
