"""What each view sends to a real terminal while a program runs that changes it all the time.

Bytes are counted over a time that includes more than was measured, so that a busy machine, which
draws less, never fails.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.conftest import Start
from tests.support.live_programs import (
    PLOTS_IMAGES,
    PLOTS_POINTS,
    TELLS_PICTURES_APART,
    TRAINS,
)
from tests.support.sampling import drawn
from tests.support.slow_line import FarTerminal
from tests.support.terminal import Terminal, nntutor
from tutor.ui.terminal.throttle import MAX_DRAWING_DEBT, RATE_STEPS, RateStep

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("terminal"),
]

FILE = "train.py"
CONFIG = "settings.toml"
GLANCE_S = 2.0
MEASURED_S = 8.0
"""Seconds after which more drawings than are allowed would be seen by their bytes."""
REST_S = 1.5
"""Seconds without a change after which nothing more is to come: marks wait for 0.7 s."""
LINE = 80
"""Bytes a look, of which there are a hundred in a second: a line of 8 KB/s."""
SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
ON_THE_WAY = 2 * MAX_DRAWING_DEBT
"""Bytes behind which a key may have to wait: those of two drawings, the second of which may have
begun when it was pressed."""


class View(NamedTuple):
    """Something that a pane shows while a program runs."""

    pane: str
    shows: str
    """Words by which it is known."""
    keys: tuple[str, ...] = ()
    is_large: bool = False
    """Whether one drawing of it is more than a slow line takes in a second."""


VIEWS = {
    TRAINS: (
        View("Output", "loss"),
        View("Loss", "step"),
        View("Tensors", "model[0].weight"),
        View("Tensors", "half of them from", ("h",)),
        View("Model", "gradient"),
        View("Model", "how often", ("h",)),
        View("Map", "right:"),
    ),
    TELLS_PICTURES_APART: (
        View("Model", "given", ("c",)),
        View("Model", "Wrong ones first", ("i",), is_large=True),
    ),
    PLOTS_IMAGES: (View("Plot", "an image of noise", is_large=True),),
    PLOTS_POINTS: (View("Plot", "points of noise", is_large=True),),
}
NAMES = ["training", "pictures", "plotted image", "plotted points"]
USUAL, SLOW = RATE_STEPS[0], RATE_STEPS[2]
MEASURED = drawn(
    [
        pytest.param(program, rate, id=f"{name} {said}")
        for program, name in zip(VIEWS, NAMES, strict=True)
        for rate, said in ((USUAL, "usual"), (SLOW, "slow"))
    ],
    3,
    "live bytes",
)


def _runs(terminal: Terminal) -> None:
    terminal.wait_for("import", "ready")
    terminal.press("f5")
    terminal.wait_for("running")


def _write(home: Path, program: str) -> dict[str, str]:
    """Lets the app find the program, with time enough; returns what its environment needs."""
    if "matplotlib" in program:
        pytest.importorskip("matplotlib")
    (home / FILE).write_text(program.lstrip())
    (home / CONFIG).write_text("[limits]\nrun_seconds = 200\n")
    return {"NNTUTOR_CONFIG": str(home / CONFIG)}


def _go_to(terminal: Terminal, view: View) -> None:
    tab = re.compile(rf"(\d) {view.pane}")
    terminal.wait_until(lambda: tab.search(terminal.text), f"the tab of {view.pane}")
    found = tab.search(terminal.text)
    assert found is not None
    terminal.press("escape", found[1])
    terminal.wait_for(f"[{found[0]}]")
    for key in view.keys:
        terminal.wait_for(f"{key}: ")
        terminal.press(key)
    terminal.wait_for_words(view.shows)


def _pause_and_go_on(terminal: Terminal) -> None:
    """A program of one's own is asked for its map once it waits: only then it has that pane."""
    terminal.press("escape", "enter")
    terminal.wait_for("paused", "Map")
    terminal.press("escape", "enter")
    terminal.wait_until(lambda: not terminal.shows("paused"), "it to go on")


def _count_bytes(terminal: Terminal, seconds: float) -> tuple[float, int]:
    """Return how long it took until so many seconds were over, and the bytes that came."""
    began, before = time.perf_counter(), len(terminal.sent)
    while (gone := time.perf_counter() - began) < seconds:
        terminal.read(0.05)
    return gone, len(terminal.sent) - before


@pytest.mark.parametrize(("program", "rate"), MEASURED)
def test_a_view_that_never_rests_sends_no_more_than_its_rate(
    start: Start, tmp_path: Path, program: str, rate: RateStep
) -> None:
    environment = _write(tmp_path, program)
    if rate is SLOW:
        environment["NNTUTOR_FPS"] = f"{rate.drawings:g}"
    terminal = start("try", FILE, environment=environment)
    _runs(terminal)
    if program is TRAINS:
        terminal.wait_for("Loss")
        _pause_and_go_on(terminal)
    for view in VIEWS[program]:
        _go_to(terminal, view)
        is_long = view.is_large and rate is SLOW
        seconds, count = _count_bytes(terminal, MEASURED_S if is_long else GLANCE_S)
        allowed = rate.bytes * (1 + seconds) + MAX_DRAWING_DEBT
        assert 0 < count <= allowed, f"{view}: {count} bytes in {seconds:.1f} s\n{terminal.text}"


@pytest.mark.parametrize("program", [TELLS_PICTURES_APART, TRAINS], ids=["pictures", "training"])
def test_on_a_line_of_8_kilobytes_a_second_keys_are_heard_and_the_end_is_seen(
    tmp_path: Path, program: str
) -> None:
    environment = _write(tmp_path, program) | SSH
    view = VIEWS[program][-1] if program is TELLS_PICTURES_APART else VIEWS[program][0]
    command = nntutor("--data-dir", str(tmp_path / "data"), "try", FILE)
    with FarTerminal(command, tmp_path, environment=environment) as terminal:
        _runs(terminal)
        _go_to(terminal, view)
        terminal.wait_until(lambda: terminal.shows() and terminal.answers, "an answer")
        terminal.max_bytes_a_read = LINE
        terminal.wait_for("slow link", deadline=90)
        before = len(terminal.sent)
        terminal.press("escape", "1")
        terminal.wait_for("[1 Code]")
        terminal.press("#", "q", "q", "q")
        terminal.wait_for("#qqq")
        assert len(terminal.sent) - before <= ON_THE_WAY
        before = len(terminal.sent)
        terminal.press("f9")
        terminal.wait_for("stopped")
        assert len(terminal.sent) - before <= ON_THE_WAY
        _wait_for_rest(terminal)
        _shows_all_that_there_is(terminal)


def _wait_for_rest(terminal: FarTerminal) -> None:
    """Wait until nothing is on the way and the screen stays as it is: marks come after a rest."""
    seen, since = "", time.perf_counter()

    def rests() -> bool:
        nonlocal seen, since
        if terminal.text != seen or terminal.on_the_way:
            seen, since = terminal.text, time.perf_counter()
        return time.perf_counter() - since > REST_S

    terminal.wait_until(rests, "the screen to rest")


def _shows_all_that_there_is(terminal: Terminal) -> None:
    """Once nothing runs, what came bit by bit is what the app would send as a whole."""
    came = terminal.text
    terminal.screen.reset()
    terminal.press("\x0c")
    terminal.wait_until(lambda: terminal.text == came, f"the same again:\n{came}")
