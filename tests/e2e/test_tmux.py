"""Inside tmux, with the two terminals it usually offers to programs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.conftest import write_draft
from tests.support.terminal import nntutor
from tests.support.tmux import INSTALLED, Tmux

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("terminal"),
    pytest.mark.skipif(not INSTALLED, reason="tmux is not installed"),
]

Begin = Callable[..., Tmux]

ANSWER = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\n"
CODE = ("[2 Code]", "sigmoid = ...")
TERMINALS = pytest.mark.parametrize("terminal", ["screen", "tmux-256color"])


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts tmux with the app at the step `sigmoid`, in its editor."""
    with ExitStack() as stack:

        def start(terminal: str = "screen", escape_time: int = 10) -> Tmux:
            command = nntutor("--data-dir", str(tmp_path / "data"), "open", "sigmoid")
            tmux = Tmux(command, tmp_path, terminal=terminal, escape_time=escape_time)
            stack.enter_context(tmux)
            tmux.wait_for("[1 Lesson]", "F6 Pane")
            tmux.press("F6")
            tmux.wait_for("[2 Code]")
            tmux.press("C-Home")
            return tmux

        yield start


def _leave(tmux: Tmux) -> None:
    tmux.press("C-q")
    tmux.wait_for_end()


@TERMINALS
def test_a_typed_answer_is_checked(begin: Begin, terminal: str) -> None:
    tmux = begin(terminal)
    tmux.wait_for(*CODE)
    tmux.press(*["C-k"] * 16)
    tmux.wait_until(lambda: "sigmoid = ..." not in tmux.text, "an empty editor")
    tmux.write(ANSWER.replace("\n", "\r"))
    tmux.press("F4")
    tmux.wait_for("Right")
    _leave(tmux)


@TERMINALS
def test_a_wrong_answer_gets_its_reason(begin: Begin, tmp_path: Path, terminal: str) -> None:
    wrong = "sigmoid = lambda x: 1 / (1 + torch.exp(x))\nprobability = sigmoid(input_tensor)\n"
    write_draft(tmp_path, "sigmoid", wrong)
    tmux = begin(terminal)
    tmux.press("C-t")
    tmux.wait_for("Not yet", "0.083")
    _leave(tmux)


@TERMINALS
def test_the_window_shows_what_the_app_means_to_show(begin: Begin, terminal: str) -> None:
    tmux = begin(terminal)
    tmux.wait_for(*CODE, "ready")
    tmux.write("# typed\r")
    tmux.press("Escape", "h")
    tmux.wait_for("Show all keys")
    tmux.press("Escape")
    tmux.wait_for("# typed", *CODE, "saved", "Ln 2, Col 1")
    before = tmux.text
    tmux.press("C-l", "X")
    tmux.wait_for("X")
    tmux.press("BSpace")
    tmux.wait_until(lambda: tmux.text == before, "the same screen drawn anew")
    _leave(tmux)


@TERMINALS
def test_it_is_drawn_with_256_colours(begin: Begin, terminal: str) -> None:
    tmux = begin(terminal)
    tmux.wait_for(*CODE)
    colours = tmux.colours
    assert any(colour.startswith("38;5;") for colour in colours), colours
    assert any(colour.startswith("48;5;") for colour in colours), colours
    assert not any(colour.startswith(("38;2;", "48;2;")) for colour in colours), colours
    _leave(tmux)


def test_many_colours_need_a_terminal_around_that_has_them(tmp_path: Path) -> None:
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", "sigmoid")
    waits = f"read _; COLORTERM=truecolor exec {shlex.join(command)}"
    with Tmux(["sh", "-c", waits], tmp_path) as tmux:
        tmux.ask("set", "-as", "terminal-features", ",xterm*:RGB")
        with tmux.attach() as terminal:
            terminal.wait_until(lambda: "RGB" in tmux.features, "an attached terminal")
            tmux.press("Enter")
            terminal.wait_for("[1 Lesson]", "F6 Pane")
            assert any(colour.startswith("48;2;") for colour in tmux.colours), tmux.colours
            _leave(tmux)


@pytest.mark.parametrize("size", [(120, 35), (60, 16), (200, 50)])
def test_another_size_is_drawn_whole(begin: Begin, size: tuple[int, int]) -> None:
    tmux = begin()
    tmux.wait_for(*CODE)
    columns, rows = size
    tmux.resize(columns, rows)

    def is_drawn() -> bool:
        lines = tmux.text.splitlines()
        return len(lines) == rows and "Esc More" in lines[-1] and len(lines[0]) > columns * 0.75

    tmux.wait_until(is_drawn, "the new size")
    tmux.wait_for("sigmoid = ...")
    _leave(tmux)


def test_who_comes_back_sees_the_whole_and_what_happened_meanwhile(begin: Begin) -> None:
    tmux = begin()
    with tmux.attach() as first:
        first.wait_for(*CODE)
        first.write("# before")
        first.wait_for("# before")
        tmux.detach()
        first.wait_for_end()
    tmux.write(" and after")
    with tmux.attach() as second:
        second.wait_for("# before and after", *CODE, "F1 Help")
        second.wait_until(lambda: second.text.strip() == tmux.text.strip(), "one picture")
    with tmux.attach(columns=120, rows=35) as larger:
        larger.wait_for("# before and after", "sigmoid = ...")
        larger.wait_until(lambda: larger.shows("F1 Help") and _fills(larger.text, 120), "all")
        _leave(tmux)


def _fills(text: str, columns: int) -> bool:
    return max(map(len, text.splitlines())) > columns * 0.75


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("escape_time", [10, 500])
def test_letters_after_escape_act_however_long_tmux_waits(
    begin: Begin, escape_time: int, at_once: bool
) -> None:
    tmux = begin(escape_time=escape_time)
    with tmux.attach() as terminal:
        terminal.wait_for(*CODE)
        for letter, shown in (("o", "Enter opens"), ("3", "[3 Verdict]"), ("2", "[2 Code]")):
            if at_once:
                terminal.write(f"\x1b{letter}")
            else:
                terminal.press("escape")
                terminal.wait_for("Outline")
                terminal.press(letter)
            terminal.wait_for(shown)
            if letter == "o":
                terminal.press("escape")
                terminal.wait_until(lambda: not terminal.shows("Enter opens"), "it closed")
        terminal.wait_for("sigmoid = ...")
        _leave(tmux)


@TERMINALS
def test_when_tmux_is_killed_the_draft_is_saved_and_nothing_is_left(
    begin: Begin, tmp_path: Path, terminal: str
) -> None:
    draft = write_draft(tmp_path, "sigmoid", "\nprint('it has', 'begun')\nwhile True:\n    pass\n")
    tmux = begin(terminal)
    tmux.press("F5")
    tmux.wait_for("it has begun")
    tmux.write("# kept")
    tmux.wait_for("# kept")
    tmux.kill_server()
    tmux.wait_for_end()
    assert "# kept" in draft.read_text()
