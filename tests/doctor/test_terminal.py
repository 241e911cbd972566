"""What follows from the terminal's environment."""

from __future__ import annotations

import pytest

from tutor.doctor.findings import State
from tutor.doctor.terminal import TerminalFacts, examine_terminal, look

FINE = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def told(environ: dict[str, str], word: str) -> list[tuple[State, str]]:
    """State and text of the findings that say the word."""
    findings = examine_terminal(TerminalFacts(environ, (120, 40)))
    return [(found.state, found.text) for found in findings if word in found.text]


def test_a_good_terminal_has_only_good_findings() -> None:
    findings = tuple(examine_terminal(TerminalFacts(FINE, (120, 40))))
    assert [found.state for found in findings] == ["good"] * 4


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}])
def test_a_terminal_that_cannot_place_text_is_bad(environ: dict[str, str]) -> None:
    ((state, _),) = told(environ, "cannot place text")
    assert state == "bad"


@pytest.mark.parametrize(
    ("environ", "expected", "state"),
    [
        (FINE, "16 million colours", "good"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "16 million colours", "good"),
        ({"TERM": "screen-256color"}, "256 colours", "good"),
        ({"TERM": "screen", "TMUX": "/tmp/x"}, "256 colours", "good"),
        ({"TERM": "xterm"}, "16 colours", "note"),
        ({**FINE, "NO_COLOR": "1"}, "no colours", "note"),
        ({**FINE, "TEXTUAL_COLOR_SYSTEM": "standard"}, "16 colours, as", "good"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "16 colours", "note"),
        ({"TERM": "screen", "TMUX": "x", "COLORTERM": "truecolor"}, "256 colours", "good"),
    ],
)
def test_colours_are_told(environ: dict[str, str], expected: str, state: State) -> None:
    ((found, text),) = told(environ, "colours")
    assert (found, expected in text) == (state, True), text


@pytest.mark.parametrize(
    ("size", "state", "says"),
    [
        ((120, 40), "good", "120 columns, 40 rows."),
        ((80, 24), "note", "one pane at a time"),
        ((60, 16), "note", "one pane at a time"),
        ((59, 24), "bad", "too small"),
        ((80, 15), "bad", "too small"),
        (None, "note", "a file or a pipe"),
    ],
)
def test_the_size_is_told(size: tuple[int, int] | None, state: State, says: str) -> None:
    finding = tuple(examine_terminal(TerminalFacts(FINE, size)))[2]
    assert finding.state == state
    assert says in finding.text


@pytest.mark.parametrize(
    ("encoding", "state"),
    [("utf-8", "good"), ("UTF8", "good"), ("ISO-8859-1", "bad"), ("ascii", "bad")],
)
def test_an_encoding_other_than_utf8_is_bad(encoding: str, state: State) -> None:
    finding = tuple(examine_terminal(TerminalFacts(FINE, (120, 40), encoding)))[3]
    assert finding.state == state


def test_the_console_gets_ascii() -> None:
    ((state, _),) = told({"TERM": "linux"}, "drawn in ASCII")
    assert state == "note"


def test_tmux_and_ssh_are_remarked_on() -> None:
    assert [state for state, _ in told({**FINE, "TMUX": "/tmp/tmux"}, "escape-time")] == ["note"]
    ((state, text),) = told({**FINE, "SSH_CONNECTION": "192.0.2.7 1 192.0.2.8 22"}, "SSH")
    assert state == "note"
    assert "192.0.2" not in text


def test_the_terminal_of_this_process_can_be_looked_at() -> None:
    assert tuple(examine_terminal(look()))
