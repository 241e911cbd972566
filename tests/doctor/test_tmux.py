"""What is said of the tmux around, from facts and from a real one."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.support.tmux import INSTALLED, Tmux
from tutor.doctor.findings import State
from tutor.doctor.tmux import TmuxFacts, examine_tmux, inspect_tmux

INSIDE = {"TMUX": "/tmp/tmux-0/default,1,0"}

SAYS = (
    "import os; from tutor.doctor.tmux import inspect_tmux; "
    "print(inspect_tmux(dict(os.environ)), flush=True)"
)


def told(facts: TmuxFacts | None) -> list[tuple[State, str]]:
    return [(found.state, found.text) for found in examine_tmux(INSIDE, facts)]


def test_outside_of_tmux_nothing_is_said() -> None:
    assert inspect_tmux({}) is None
    assert list(examine_tmux({}, None)) == []


def test_a_tmux_that_is_set_well_is_good() -> None:
    assert told(TmuxFacts("3.5a", 10, "on")) == [
        ("good", "Inside tmux 3.5a: Esc waits 10 ms there.")
    ]


def test_what_could_be_set_better_is_noted() -> None:
    late, clipboard = told(TmuxFacts("3.3", 500, "external"))
    assert late == ("note", "Inside tmux 3.3: Esc waits 500 ms there.")
    assert clipboard[0] == "note"
    assert clipboard[1].startswith("tmux has set-clipboard external")


def test_a_tmux_that_does_not_answer_is_noted(tmp_path: Path) -> None:
    assert inspect_tmux({"TMUX": str(tmp_path / "no-socket,1,0"), "PATH": "/usr/bin:/bin"}) is None
    assert inspect_tmux({"TMUX": "x", "PATH": str(tmp_path)}) is None
    ((state, text),) = told(None)
    assert state == "note"
    assert "escape-time" in text


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
@pytest.mark.skipif(not INSTALLED, reason="tmux is not installed")
def test_a_real_tmux_is_asked(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    program = f"cd {root}; {sys.executable} -c {shlex.quote(SAYS)}; read _"
    with Tmux(["sh", "-c", program], tmp_path, columns=120, escape_time=123) as tmux:
        tmux.wait_for("TmuxFacts(version=", "escape_ms=123", "clipboard='external'", "features=''")
