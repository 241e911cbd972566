"""The editor's keys as tmux passes them on, and the way of what is copied to the clipboard."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code, write_draft
from tests.support.terminal import Terminal, nntutor
from tests.support.tmux import INSTALLED, Tmux
from tests.ui.test_editor_keys import SENT

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("terminal"),
]

NEEDS_TMUX = pytest.mark.skipif(not INSTALLED, reason="tmux is not installed")

DRAFT = "one\ntwo\nthree\n"

LINE = re.compile(r"^\s*\d+(?:[ !] (?P<code>.*))?$")
"""A line of the editor, after its number, and the sign of a mistake."""

PRESSED = [
    (("ctrl+end", "x", "ctrl+home", "y"), ["yone", "two", "three", "x"]),
    (("ctrl+z", "alt+down"), ["two", "one", "three", "x"]),
    (("alt+up",), ["one", "two", "three", "x"]),
    (("alt+shift+down",), ["one", "one", "two", "three", "x"]),
    (("ctrl+x",), ["one", "two", "three", "x"]),
    (("end", "ctrl+left", "z"), ["one", "ztwo", "three", "x"]),
    (("ctrl+right", "z"), ["one", "ztwoz", "three", "x"]),
    (("ctrl+w",), ["one", "", "three", "x"]),
    (("ctrl+z",), ["one", "ztwoz", "three", "x"]),
    (("ctrl+y",), ["one", "", "three", "x"]),
    (("a", "b", "home", "delete"), ["one", "b", "three", "x"]),
    (("ctrl+underscore",), ["one", "# b", "three", "x"]),
    (("end", "ctrl+u"), ["one", "", "three", "x"]),
    (("tab", "d", "shift+tab"), ["one", "d", "three", "x"]),
    (("home", "ctrl+k", "ctrl+k"), ["one", "three", "x"]),
    (("ctrl+r", "o", "\t", "0", "ctrl+r"), ["0ne", "three", "x"]),
    (("\x1b",), ["0ne", "three", "x"]),
    (("ctrl+g", "3", "\r", "w"), ["0ne", "three", "wx"]),
    (("ctrl+f", "h"), ["0ne", "three", "wx"]),
    (("\x1b",), ["0ne", "three", "wx"]),
    (("q",), ["0ne", "tqree", "wx"]),
    (("ctrl+a", "ctrl+a", "ctrl+x"), [""]),
    (("ctrl+v",), ["0ne", "tqree", "wx"]),
    (("shift+f2", "v"), ["v0ne", "tqree", "wx"]),
    (("ctrl+right_square_bracket", "v"), ["v0ne", "vtqree", "wx"]),
]
"""Keys, one after the other, and the lines that are in the editor then."""


def lines_of(terminal: Terminal) -> list[str]:
    """The lines of the code, as far as there are any."""
    found = (LINE.match(line) for line in terminal.text.splitlines())
    return [match["code"] or "" for match in found if match]


@NEEDS_TMUX
def test_each_key_gets_through_tmux_as_it_comes(tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", DRAFT)
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", "sigmoid")
    with Tmux(command, tmp_path) as tmux, tmux.attach() as terminal:
        open_code(terminal, "three")
        for keys, expected in PRESSED:
            for key in keys:
                terminal.write(SENT.get(key, key))
            if keys == ("\x1b",):  # a key right behind it would be taken for one with Alt
                terminal.wait_until(lambda: not terminal.shows("Find"), "the end of the search")

            def is_there(expected: list[str] = expected) -> bool:
                terminal.read(0.01)
                return lines_of(terminal) == expected

            terminal.wait_until(is_there, f"{keys}: {expected}, not {lines_of(terminal)}")
        for key in ("ctrl+end", "\r", "p", "r", "i", "n", "ctrl+@"):
            terminal.write(SENT.get(key, key))
        terminal.wait_for("(*args")
        terminal.write("\t")
        terminal.wait_until(lambda: lines_of(terminal)[-1] == "print", "the name that was offered")
        for key in ("shift+f1", "ctrl+backslash"):
            terminal.write(SENT[key])
            terminal.wait_for("Esc leaves")
            terminal.write("\x1b")
            terminal.wait_until(lambda: not terminal.shows("Esc leaves"), "the end of the page")
            if "\x1b" in keys:
                terminal.wait_until(
                    lambda: not terminal.shows("Find") and not terminal.shows("With"), "no bar"
                )
        terminal.press("ctrl+q")
        tmux.wait_for_end()


@NEEDS_TMUX
def test_what_is_copied_in_tmux_reaches_the_clipboard_of_its_terminal(tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", DRAFT)
    command = nntutor("--data-dir", str(tmp_path / "data"), "open", "sigmoid")
    with Tmux(command, tmp_path) as tmux, tmux.attach() as terminal:
        open_code(terminal, "three")
        terminal.write(SENT["ctrl+home"] + SENT["ctrl+c"])
        wait_until_sent(terminal)
        terminal.wait_until(lambda: tmux.ask("show-buffer") == "one\n", "tmux pastes it")
        terminal.press("ctrl+q")
        tmux.wait_for_end()


def test_what_is_copied_reaches_the_clipboard_of_the_terminal(start: Start, tmp_path: Path) -> None:
    """As over SSH: the bytes on the line are all that the near side has."""
    write_draft(tmp_path, "sigmoid", DRAFT)
    terminal = start("open", "sigmoid")
    open_code(terminal, "three")
    terminal.write(SENT["ctrl+home"] + SENT["ctrl+c"])
    wait_until_sent(terminal)


def wait_until_sent(terminal: Terminal) -> None:
    """Wait until the terminal was told to put the first line into its clipboard."""
    code = base64.b64encode(b"one\n")

    def is_told() -> bool:
        terminal.read(0.01)
        return re.search(rb"\x1b\]52;c?;" + re.escape(code), bytes(terminal.sent)) is not None

    terminal.wait_until(is_told, "OSC 52")
