"""What is read of processes and terminals, and what a row must have."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from bench import app, measure
from bench.measure import Row
from tests.support.terminal import Terminal

SAYS = "So it is."


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"values": []}, "nothing was measured"),
        ({"values": [1.0], "means": ""}, "one sentence"),
        ({"values": [1.0], "means": "so long"}, "one sentence"),
        ({"values": [1.0], "against": "a peer"}, "a name and values"),
        ({"values": [1.0], "reference": [1.0]}, "a name and values"),
    ],
)
def test_a_row_is_refused_that_lacks_something(row: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Row(**{"what": "a row", "means": SAYS} | row)  # type: ignore[arg-type] # by name


def _terminal(home: Path, program: str) -> Terminal:
    return Terminal([sys.executable, "-S", "-c", program], home)


def test_a_moment_is_that_of_the_bytes_that_were_waited_for(tmp_path: Path) -> None:
    begin = time.perf_counter()
    program = "print('one', flush=True); input(); sum(range(10**6)); print('two'); input()"
    with _terminal(tmp_path, program) as terminal:
        one = measure.moment(terminal, lambda: "one" in terminal.text, begin)
        terminal.press("enter")
        two = measure.moment(terminal, lambda: "two" in terminal.text, begin)
    assert 0 < one.wall < two.wall <= (time.perf_counter() - begin) * 1000
    assert 0 < one.processor < two.processor
    assert 0 <= one.queue <= two.queue


def test_what_came_with_the_bytes_waited_for_is_shown_as_well(tmp_path: Path) -> None:
    with _terminal(tmp_path, "print('x' * 200_000); print('the end'); input()") as terminal:
        measure.moment(terminal, lambda: "xx" in terminal.text, time.perf_counter())
        terminal.wait_for("the end")


def test_a_text_that_never_comes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATIENCE_S", 0.1)
    with (
        _terminal(tmp_path, "print('something else'); input()") as terminal,
        pytest.raises(TimeoutError),
    ):
        measure.moment(terminal, lambda: "the text" in terminal.text, time.perf_counter())


def test_the_cost_of_a_program_is_its_own() -> None:
    busy = "import time\nwhile time.process_time() < 0.2: pass"
    cost = measure.cost_of(busy)
    assert cost.processor >= 190  # the kernel counts in ticks
    assert cost.wall > 0


def test_a_program_that_fails_has_no_cost() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure.cost_of("raise SystemExit(3)")


def test_a_process_that_has_ended_has_neither_memory_nor_time() -> None:
    assert measure.resident_mb(2**22 + 1) == 0
    assert measure.processor_seconds([2**22 + 1]) == 0
    assert measure.resident_mb(os.getpid()) > 5
    assert measure.processor_seconds([os.getpid()]) > 0


TEXT = ["A title", f"{app.SENTENCE} score", "and a word", *[""] * 17, "▼ More below"]
PANE = "\n".join(f"│ {line:<50} │ code" for line in TEXT)
SCREEN = f"""print('''{PANE}\n+---+\nstatus''', end='', flush=True); input()
print(chr(27) + '[3;3Hother' + chr(27) + '[21;3Hless', end='', flush=True); input()
print(chr(27) + '[3;3Hand a' + chr(27) + '[21;3Hmore', end='', flush=True); input()
"""


def test_cells_of_the_text_are_those_of_its_pane(tmp_path: Path) -> None:
    with _terminal(tmp_path, SCREEN) as terminal:
        terminal.wait_for("status")
        cells = app.text_cells(terminal)
        letters = "".join(str(cell[0]) for cell in cells.values())
        assert letters == f"{app.SENTENCE}scoreandaword".replace(" ", "")
        watch = app.Watch(terminal)
        assert watch.settle() == 0
        terminal.send(b" \r")
        terminal.wait_until(lambda: watch.look() and "less" in terminal.text, "a change", 10)
        assert watch.changed == 4
        terminal.press("enter")
        terminal.wait_until(lambda: watch.look() and "more" in terminal.text, "its end", 10)
        assert watch.settle() == 4
