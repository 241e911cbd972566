"""What is set before textual is imported, and where the app cannot open."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tutor.ui import environment
from tutor.ui.environment import is_remote, prepare_environment, terminal_problem


def test_over_ssh_fewer_bytes_are_sent() -> None:
    environ = {"SSH_CONNECTION": "10.0.0.1 22"}
    prepare_environment(environ)
    assert environ["TEXTUAL_FPS"] == "30"
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["TEXTUAL_SMOOTH_SCROLL"] == "0"
    assert is_remote(environ)


def test_what_the_learner_set_stays() -> None:
    environ = {"SSH_TTY": "/dev/pts/1", "TEXTUAL_FPS": "60", "ESCDELAY": "50"}
    prepare_environment(environ)
    assert environ["TEXTUAL_FPS"] == "60"
    assert environ["ESCDELAY"] == "50"


def test_tmux_gets_256_colours_and_nothing_else_does() -> None:
    inside, outside = {"TMUX": "/tmp/x"}, {"TERM": "xterm"}
    prepare_environment(inside)
    prepare_environment(outside)
    assert inside["TEXTUAL_COLOR_SYSTEM"] == "256"
    assert "TEXTUAL_COLOR_SYSTEM" not in outside
    assert outside["ESCDELAY"] == "25"


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_place_text_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setattr(environment, "_on_a_terminal", lambda: True)
    problem = terminal_problem({"TERM": term})
    assert problem is not None
    assert "TERM=xterm-256color" in problem
    assert terminal_problem({"TERM": "screen"}) is None


def test_without_a_terminal_the_app_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_on_a_terminal", lambda: False)
    assert "needs a terminal" in (terminal_problem({"TERM": "xterm"}) or "")


def test_the_module_imports_nothing_of_textual() -> None:
    program = "import sys, tutor.ui.environment; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
