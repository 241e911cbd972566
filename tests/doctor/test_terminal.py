"""What follows from the terminal's environment."""

from __future__ import annotations

import pytest

from tutor.config import Config
from tutor.doctor.findings import Finding, State
from tutor.doctor.terminal import TerminalFacts, examine_terminal, inspect_terminal
from tutor.ui.terminal.throttle import RATE_STEPS

FINE = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def told(
    environ: dict[str, str], word: str, config: Config | None = None
) -> list[tuple[State, str]]:
    """State and text of the findings that say the word."""
    findings = examined(TerminalFacts(environ, (120, 40)), config)
    return [(found.state, found.text) for found in findings if word in found.text]


def examined(facts: TerminalFacts, config: Config | None = None) -> tuple[Finding, ...]:
    return tuple(examine_terminal(facts, config or Config()))


def test_a_good_terminal_has_only_good_findings() -> None:
    assert {found.state for found in examined(TerminalFacts(FINE, (120, 40)))} == {"good"}


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
    finding = examined(TerminalFacts(FINE, size))[2]
    assert finding.state == state
    assert says in finding.text


@pytest.mark.parametrize(
    ("encoding", "state"),
    [("utf-8", "good"), ("UTF8", "good"), ("ISO-8859-1", "bad"), ("ascii", "bad")],
)
def test_an_encoding_other_than_utf8_is_bad(encoding: str, state: State) -> None:
    finding = examined(TerminalFacts(FINE, (120, 40), encoding))[3]
    assert finding.state == state


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        (FINE, ", as COLORTERM is truecolor."),
        ({"TERM": "xterm-kitty"}, ", as TERM is xterm-kitty."),
        ({"TERM": "screen-256color"}, ", as TERM is screen-256color, and COLORTERM does not"),
        ({"TERM": "screen", "TMUX": "x"}, ", which tmux reduces to those of the terminal around"),
        ({"TERM": "linux"}, ", because this is the Linux console."),
        ({"TERM": "xterm"}, ", as neither TERM nor COLORTERM promises more."),
    ],
)
def test_why_there_are_so_many_colours_is_told(environ: dict[str, str], why: str) -> None:
    ((_, text),) = told(environ, "colours")
    assert why in text


@pytest.mark.parametrize(
    ("environ", "config", "state", "says"),
    [
        (FINE, Config(), "good", "with Unicode: text is UTF-8."),
        ({"TERM": "linux"}, Config(), "note", "in ASCII: the font of this console"),
        (
            {"TERM": "linux"},
            Config(glyphs="unicode"),
            "good",
            "Unicode: `glyphs` in config.toml",
        ),
        (FINE, Config(glyphs="ascii"), "good", "in ASCII: `glyphs` in config.toml"),
    ],
)
def test_which_signs_are_drawn_and_why(
    environ: dict[str, str], config: Config, state: State, says: str
) -> None:
    ((found, text),) = told(environ, "Frames and charts are drawn", config)
    assert (found, says in text) == (state, True), text


def test_what_moves_by_itself_is_told() -> None:
    ((_, reduced),) = told(FINE, "`motion` in config.toml", Config(motion="reduced"))
    assert reduced.startswith("Animations are off")
    assert told(FINE, "is replayed slowly")[0][0] == "good"
    assert told({**FINE, "SSH_TTY": "x"}, "is replayed slowly")[0][0] == "note"


@pytest.mark.parametrize(
    ("environ", "state", "says"),
    [
        (FINE, "good", "up to 10 times a second, because the connection is not known to be slow"),
        (
            {**FINE, "SSH_TTY": "x"},
            "good",
            "up to 5 times a second, because this is an SSH session",
        ),
        ({**FINE, "NNTUTOR_FPS": "2"}, "good", "up to 2 times a second, as set by NNTUTOR_FPS"),
        ({**FINE, "NNTUTOR_FPS": "two"}, "bad", "NNTUTOR_FPS is two, but should be a number"),
    ],
)
def test_how_often_charts_are_drawn_is_told(
    environ: dict[str, str], state: State, says: str
) -> None:
    found = examined(TerminalFacts(environ, (120, 40)))[-1]
    assert (found.state, says in found.text) == (state, True), found.text


def test_the_rates_told_are_those_that_are_used() -> None:
    for environ, rate_step in ((FINE, 0), ({**FINE, "SSH_TTY": "x"}, 1)):
        assert told(environ, f"up to {RATE_STEPS[rate_step].drawings:g} times a second")


def test_it_is_told_whether_only_changes_are_sent_and_why_not() -> None:
    assert told(FINE, "Only cells that changed are sent")[0][0] == "good"
    facts = TerminalFacts(
        FINE, (120, 40), repaint_reason="this version of textual draws differently"
    )
    (found,) = [found for found in examined(facts) if "Whole panes are sent" in found.text]
    assert found.state == "note"
    assert "sent: this version of textual draws differently." in found.text


def test_ssh_is_told_without_addresses() -> None:
    ((state, text),) = told({**FINE, "SSH_CONNECTION": "192.0.2.7 1 192.0.2.8 22"}, "Over SSH")
    assert state == "note"
    assert "192.0.2" not in text


def test_the_terminal_of_this_process_can_be_looked_at() -> None:
    assert examined(inspect_terminal(repaint_reason="a reason")) != examined(inspect_terminal())
