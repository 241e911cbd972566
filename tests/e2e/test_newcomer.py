"""Someone who has not seen the app does its first step, and `sigmoid`, from an empty data folder.

Only keys are pressed that the screen names at that moment; the answer is put together from what
the text and the hints say. Known are only the keys of any editor: arrows, End and Backspace.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.support.terminal import Terminal, state_of
from tutor.progress.fold import read_progress

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.process,
    pytest.mark.xdist_group("terminal"),
    pytest.mark.timeout(180),
]

SENDS = {
    "Enter": "\r",
    "Space": " ",
    "Right": "\x1b[C",
    "F2": "\x1bOQ",
    "F4": "\x1bOS",
    "F6": "\x1b[17~",
    "F8": "\x1b[19~",
    "Ctrl+Q": "\x11",
    "1": "1",
    "2": "2",
    "3": "3",
    "4": "4",
}
DOWN, END, BACKSPACE = "\x1b[B", "\x1b[F", "\x7f"

SAID = (
    (r"Enter\s+(begins|goes on)", "Enter"),
    (r"PgDn or Space shows more", "Space"),
    (r"F6 goes to the (answers|sliders)", "F6"),
    (r"A number key chooses", "quiz"),
    (r"F8 goes on to the next step", "F8"),
)
"""What a reader is told to do, and with which key; what stands first is done first."""


class Newcomer:
    """Looks at the screen, and does what it says."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.pressed: list[str] = []

    @property
    def screen(self) -> str:
        self._terminal.read(0.05)
        return self._terminal.text

    def look(self) -> str:
        """The screen, once nothing on it moves any more: nobody reads faster."""
        self._terminal.wait_until(self._is_still, "a screen that stands still")
        return self.screen

    def _is_still(self) -> bool:
        before = len(self._terminal.sent)
        self._terminal.read(0.3)
        is_silent = len(self._terminal.sent) == before
        # on a busy machine an app that is drawing may be silent, too: it waits for a core
        return is_silent and state_of(self._terminal.process.pid) == "S"

    def press(self, key: str) -> None:
        """A key that the screen names; then waits until something changed."""
        before = self.look()
        assert re.search(rf"(?<![\w+]){re.escape(key)}(?!\w)", before), (key, before)
        self.pressed.append(key)
        self._terminal.write(SENDS[key])
        self._terminal.wait_until(lambda: self.screen != before, f"an effect of {key}")

    def type(self, keys: str) -> None:
        self._terminal.write(keys)

    def see(self, *words: str) -> None:
        self._terminal.wait_for(*words, deadline=60.0)

    def do_what_it_says(self) -> None:
        """The first thing on the screen that tells what to do next."""
        self._terminal.wait_until(self._told, "a word on what to do")
        key = self._told()
        if key == "quiz":
            self.answer()
        else:
            self.press(key)

    def answer(self) -> None:
        """Tries the statements one after the other, by the numbers that stand before them."""
        for number in "1234":
            self.press(number)
            self.press("Enter")
            self._terminal.wait_until(
                lambda: re.search(r"Not yet|✓ Right", self.look()), "a verdict"
            )
            if "✓ Right" in self.look():
                return
        raise AssertionError(f"no statement is right:\n{self.screen}")

    def _told(self) -> str:
        screen = self.look()
        told = [key for words, key in SAID if re.search(words, screen)]
        return "F8" if "F8" in told and "✓ Right" in screen else next(iter(told), "")


def replace_dots(newcomer: Newcomer, code: str) -> None:
    """Puts code in place of the three dots at the end of the line with the cursor."""
    newcomer.type(END + BACKSPACE * 3 + code)
    newcomer.see(code)


def test_the_first_step_is_done_with_what_the_screen_says(tmp_path: Path, start: Start) -> None:
    newcomer = Newcomer(start())
    newcomer.see("nntutor", "F1 Help")
    while "Type your guess" not in newcomer.look():
        newcomer.do_what_it_says()
    newcomer.type("150")
    newcomer.press("Enter")
    newcomer.see("right: 179 of 200")
    for _ in range(5):
        if "F8 goes on" in " ".join(newcomer.look().split()):
            break
        newcomer.press("Right")
    newcomer.see("✓ At least 195 of the 200", "right: 198 of 200")
    assert len(newcomer.pressed) <= 8
    assert "watch-it-learn" in read_progress(tmp_path / "data")[0].done


def test_the_step_sigmoid_is_done_with_what_the_screen_says(tmp_path: Path, start: Start) -> None:
    newcomer = Newcomer(start("open", "what-networks-do"))
    newcomer.see("What a network does", "F1 Help")
    for _ in range(60):
        if "A score into a probability" in newcomer.look():
            break
        newcomer.do_what_it_says()
    newcomer.see("A score into a probability")

    read = newcomer.look()
    while "PgDn or Space shows more" in newcomer.look():
        newcomer.press("Space")
        read += newcomer.look()
    assert "Apply it to input_tensor and store the result as probability" in " ".join(read.split())
    newcomer.press("F6")
    newcomer.see("[2 Code]", "sigmoid = ...", "probability = ...")
    for shown in range(1, 5):
        newcomer.press("F2")
        newcomer.see(f"hints: {shown} of 4 shown")
        if "sigmoid = nn.Sigmoid()" in newcomer.look():
            break
    newcomer.type("nn.Sigmoid()")  # the first blank is selected
    newcomer.see("sigmoid = nn.Sigmoid()")
    newcomer.type(DOWN * 3)
    replace_dots(newcomer, "sigmoid(input_tensor)")
    newcomer.press("F4")
    newcomer.see("✓ Right", "F8 goes on to the next step")

    assert "sigmoid" in read_progress(tmp_path / "data")[0].done
