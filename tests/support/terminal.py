"""Programs on a real pseudo-terminal with an emulator: what the learner sees and types.

Everything that a started program needs (home, data, temporary files) is in the folder given. Every
process that it leaves behind can be found by a mark in its environment.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import pyte

from tests.support.wait import DEADLINE, wait_until
from tutor.client.processes import MARK

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "ctrl+c": "\x03",
    "ctrl+j": "\n",
    "ctrl+n": "\x0e",
    "ctrl+q": "\x11",
    "ctrl+t": "\x14",
}

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"

LAST_BYTES_S = 0.5
"""Seconds in which a busy kernel hands over what a program wrote before its end. There is no wait
where nobody has the terminal open any more."""


class Terminal:
    """A program on a terminal of its own; as a context manager it is killed at the end."""

    def __init__(
        self,
        command: Iterable[str],
        home: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.mark = f"{MARK}_TEST={uuid.uuid4().hex}"
        self.sent = bytearray()
        """All bytes the program has written so far."""
        self.heard_at = 0.0
        """The time at which the last of them arrived, by `time.perf_counter`."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        self.resize(columns, rows)
        self.process = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_as_from_a_shell,
            env=self._environment(home) | (environment or {}),
            cwd=home,
        )
        os.close(slave)

    def _environment(self, home: Path) -> dict[str, str]:
        name, _, value = self.mark.partition("=")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TMPDIR": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            name: value,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size as a window would; the kernel then sends SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped SSH line does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def press(self, *keys: str) -> None:
        """Send keys by their names in `KEYS`; any other text is sent as it is."""
        for key in keys:
            self.write(KEYS.get(key, key))

    def write(self, text: str) -> None:
        """Send text as if typed, in pieces: the terminal's line discipline holds only 4 KB."""
        for start in range(0, len(text), 512):
            os.write(self._master, text[start : start + 512].encode())
            self.read()

    def send(self, data: bytes) -> None:
        """Send bytes, which need not be text."""
        os.write(self._master, data)
        self.read()

    def paste(self, text: str) -> None:
        """Send text as a terminal pastes it, between bracketed-paste codes."""
        self.write(f"\x1b[200~{text}\x1b[201~")

    def read(self, wait: float = 0.0) -> None:
        """Read and show all that the program has written, waiting `wait` s for the first bytes."""
        while data := self.receive(wait):
            self.show(data)
            wait = 0.0

    def receive(self, wait: float = 0.0, max_bytes: int = 65536) -> bytes:
        """Return bytes that the program has written; none after its end or after `wait` seconds."""
        if not select.select([self._master], [], [], wait)[0]:
            return b""
        try:
            return os.read(self._master, max_bytes)
        except OSError:  # EIO: the last process has closed the terminal
            return b""

    def show(self, data: bytes) -> None:
        """Feed bytes to the emulator."""
        self.heard_at = time.perf_counter()
        self.sent += data
        self._stream.feed(data)

    @property
    def text(self) -> str:
        """The lines on the screen, without spaces at their ends."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def shows(self, *texts: str) -> bool:
        """Return True if all of these texts are on the screen now."""
        self.read(0.01)
        return all(text in self.text for text in texts)

    def wait_for(self, *texts: str, deadline: float = DEADLINE) -> None:
        """Wait until all of these texts are on the screen; a failure shows the screen."""
        self.wait_until(lambda: self.shows(*texts), f"{texts} on the screen", deadline)

    def wait_for_words(self, *texts: str, deadline: float = DEADLINE) -> None:
        """Wait for texts that may be broken into lines on the screen."""

        def are_shown() -> bool:
            words = " ".join(self.text.split())
            return all(text in words for text in texts)

        self.wait_until(are_shown, f"{texts} on the screen", deadline)

    def kernel_modes(self) -> list[object]:
        """Return the terminal's modes, as `termios.tcgetattr` gives them."""
        return termios.tcgetattr(self._master)

    def wait_until(
        self, condition: Callable[[], object], what: str, deadline: float = DEADLINE
    ) -> None:
        """Wait for a condition, reading before each look; a failure shows the screen."""

        def is_met() -> object:
            if self._master >= 0:
                self.read(0.01)
            return condition()

        try:
            wait_until(is_met, what, deadline)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the screen ---\n{self.text}") from None

    def wait_for_end(self, deadline: float = DEADLINE) -> int:
        """Wait for the program's end and return its exit status.

        The terminal is read meanwhile: otherwise the program could wait for ever to write.
        """

        self.wait_until(lambda: self.process.poll() is not None, "the program to end", deadline)
        while self._master >= 0 and (data := self.receive(LAST_BYTES_S)):
            self.show(data)
        return self.process.wait()

    def was_restored(self) -> bool:
        """Return True if the program has left the alternate screen and shown the cursor again."""
        return (
            self.sent.rfind(LEAVES_ALTERNATE_SCREEN) > self.sent.rfind(b"\x1b[?1049h")
            and self.sent.rfind(SHOWS_CURSOR) > self.sent.rfind(b"\x1b[?25l")
        )  # fmt: skip

    def processes_left(self) -> list[int]:
        """Return the living processes that the program has started and left behind."""
        return [pid for pid in marked_processes(self.mark) if pid != self.process.pid]

    def wait_for_no_process_left(self, deadline: float = DEADLINE) -> None:
        """Wait until no process that the program started is left."""
        wait_until(lambda: not self.processes_left(), "no process left", deadline)


def _as_from_a_shell() -> None:
    """Take the terminal, and heed the signals that one who tests in the background ignores."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def marked_processes(mark: str) -> list[int]:
    """Return the living processes whose environment holds the mark; zombies do not count."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                state = state_of(int(entry.name))
            except OSError:
                continue
            if mark.encode() in environment and state != "Z":
                found.append(int(entry.name))
    return found


def state_of(pid: int) -> str:
    """Return the kernel's letter for the state of the process: T if stopped, Z for a zombie."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def children_of(pid: int) -> list[int]:
    """Return the pids of the process's children, in the order of their start."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def nntutor(*arguments: str) -> list[str]:
    """Return the command that runs `nntutor` in this environment with these arguments."""
    return [sys.executable, "-m", "tutor", *arguments]
