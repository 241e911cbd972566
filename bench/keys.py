"""Keys in the editor: bytes sent and time taken until the key's letter is on the terminal.

One run of the app is measured at rest, while a program trains, and then through a line of 32 KB a
second, like a bad SSH line. In turn with it: the app without the layer that sends only changes, and
harlequin. All at two sizes of the terminal. Then long programs with mistakes marked, at one size:
fast keys, and keys at the moment at which the text is looked at for mistakes.
"""

from __future__ import annotations

import importlib.util
import os
import select
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import peer
from bench.measure import Row
from tests.support.terminal import Terminal, nntutor
from tutor.terminal_facts import FULL_REPAINT

STEP = "training-loop"
LETTERS = "жщфыэюяцчшбдгипв"
"""Each letter is typed once in a round, so that its bytes in the output must be its echo."""

ROUNDS = 6
SITUATIONS = {
    "at_rest": "",
    "training": ", while a program trains and is watched",
    "slow_line": ", while it trains and the line takes 32 KB a second",
}
"""Each situation, and what its row says of it."""

BETWEEN_S = 0.12
QUIET_S = 0.5
TIMEOUT_S = 4.0
SLOW_LINE = 32_000
"""Bytes a second."""

TRAINS = """
import time, torch
net = torch.nn.Linear(16, 16)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(100_000):
    loss = ((net(torch.randn(8, 16)) - 1) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print("epoch", epoch, loss.item())
    time.sleep(0.002)
"""


MARKS_MISTAKES = importlib.util.find_spec("tutor.ui.editor.marker_watch") is not None
"""Whether the tutor that is measured looks for mistakes while one types in `nntutor try`."""
LINES = (300, 2_000)
"""The lengths of the programs with mistakes."""
LOOK_S = 0.7
"""The pause after which the editor looks for mistakes, as `tutor.ui.editor.marker_watch` has it."""


def _with_mistakes(lines: int) -> str:
    """Return a program of so many lines, of which each tenth has a name that nothing binds."""
    few = ["", *TRAINS.strip().split("\n")[1:6], "print(nowhere)", "", "# here", ""]
    return "\n".join((few * (lines // len(few) + 1))[:lines])


class Line(Terminal):
    """A terminal behind a line of limited rate, which does not draw what it receives."""

    bytes_a_second = 0
    """The rate of the line; 0 for no limit."""

    _taken = 0
    _since = 0.0

    def begin(self, bytes_a_second: int) -> None:
        """Limit the line to this rate from now on."""
        self.bytes_a_second = bytes_a_second
        self._taken, self._since = 0, time.perf_counter()

    def take(self, seconds: float) -> bytes:
        """Return the bytes that come first; none if none come within that time."""
        allowed = 65_536
        if self.bytes_a_second:
            passed = time.perf_counter() - self._since
            allowed = int(passed * self.bytes_a_second) - self._taken
            if allowed < 64:
                time.sleep(0.002)
                return b""
            if not select.select([self._master], [], [], 0)[0]:
                # Time in which the line was idle must not allow a burst later.
                self._taken = int(passed * self.bytes_a_second) - 64
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        data = os.read(self._master, min(allowed, 65_536))
        self._taken += len(data)
        return data


@dataclass
class Typed:
    """The measurements of one program in one situation."""

    milliseconds: list[float] = field(default_factory=list)
    """The echo time of each key."""
    bytes: list[float] = field(default_factory=list)
    """The bytes sent between each key and the next."""
    seconds: float = 0.0
    """The time that all the typing took."""

    @property
    def kilobytes_a_second(self) -> float:
        return sum(self.bytes) / 1000 / self.seconds


@dataclass
class Measured:
    """The measurements of one program at one size, in each situation."""

    at_rest: Typed = field(default_factory=Typed)
    training: Typed = field(default_factory=Typed)
    slow_line: Typed = field(default_factory=Typed)


def _measure_app(measured: Measured, size: tuple[int, int], *, full: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        draft = home / "data" / "drafts" / "architecture" / f"{STEP}.py"
        draft.parent.mkdir(parents=True)
        draft.write_text(TRAINS)
        command = nntutor("--data-dir", str(home / "data"), "open", STEP)
        environment = {FULL_REPAINT: "1"} if full else {}
        with Line(command, home, columns=size[0], rows=size[1], environment=environment) as line:
            line.wait_for("F6 Pane", "ready")
            if size[0] < 100:
                line.press("f6")
            line.wait_for("import time, torch")
            line.press("#")  # the letters are a comment, so that the program runs
            _settle(line)
            _type(line, measured.at_rest)
            line.press("f5")
            line.wait_for("running", "epoch 50 ")
            _type(line, measured.training)
            _type(line, measured.slow_line, SLOW_LINE)


def _measure_peer(measured: Measured, size: tuple[int, int]) -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        Line(peer.command(), Path(home), columns=size[0], rows=size[1]) as line,
    ):
        line.wait_for(peer.READY_TEXT, "Run Query")
        _settle(line)
        _type(line, measured.at_rest)


def _settle(line: Line) -> None:
    """Read until nothing more comes: a start draws in several steps."""
    while line.take(QUIET_S):
        pass


def _type(
    line: Line, typed: Typed, bytes_a_second: int = 0, *, between_s: float = BETWEEN_S
) -> None:
    line.begin(bytes_a_second)
    began = time.perf_counter()
    for letter in LETTERS:
        wanted = letter.encode()
        os.write(line._master, wanted)
        start = now = time.perf_counter()
        found, seen = 0.0, b""
        while now < start + (between_s if found else TIMEOUT_S):
            seen += line.take(0.01)
            now = time.perf_counter()
            if not found and wanted in seen:
                found = now - start
        typed.milliseconds.append((found or TIMEOUT_S) * 1000)
        typed.bytes.append(len(seen))
    typed.seconds += time.perf_counter() - began


def _rows(size: tuple[int, int]) -> Iterator[Row]:
    changes, repaint, other = Measured(), Measured(), Measured()
    _measure_app(changes, size, full=False)
    _measure_app(repaint, size, full=True)
    what = f"key, {size[0]}x{size[1]}"
    against = "full repaint"
    for situation, meaning in SITUATIONS.items():
        ours, theirs = getattr(changes, situation), getattr(repaint, situation)
        yield Row(
            f"{what}, {situation.replace('_', ' ')}",
            ours.milliseconds,
            "ms",
            against,
            theirs.milliseconds,
            means=f"A typed letter is seen after so long{meaning}.",
        )
    ours, theirs = changes.at_rest, repaint.at_rest
    yield Row(
        f"{what}, at rest: sent",
        ours.bytes,
        "bytes",
        against,
        theirs.bytes,
        "≤ 500",
        means="A letter sends so much through the line.",
    )
    yield Row(
        f"{what}, training: all that is sent",
        [changes.training.kilobytes_a_second],
        "KB/s",
        against,
        [repaint.training.kilobytes_a_second],
        "≤ 25",
        means="A program that trains while it is watched sends so much through the line.",
    )
    if peer.command():
        _measure_peer(other, size)
        yield Row(
            f"{what}, at rest, beside {peer.NAME}",
            ours.milliseconds,
            "ms",
            peer.NAME,
            other.at_rest.milliseconds,
            means="How soon another program on Textual shows a letter.",
        )
        yield Row(
            f"{what}, at rest: sent, beside {peer.NAME}",
            ours.bytes,
            "bytes",
            peer.NAME,
            other.at_rest.bytes,
            means="How much another program on Textual sends for a letter.",
        )


def _long_rows(lines: int) -> Iterator[Row]:
    """Yield what keys cost in a long program with mistakes marked."""
    fast, at_look = Typed(), Typed()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        program = home / "long.py"
        program.write_text(_with_mistakes(lines))
        command = nntutor("--data-dir", str(home / "data"), "try", str(program))
        with Line(command, home, columns=120, rows=35) as line:
            line.wait_for("7! print(nowhere)", "ready")
            _type(line, fast)
            _type(line, at_look, between_s=LOOK_S)
    what = f"key, {lines:,} lines with mistakes"
    yield Row(
        what,
        fast.milliseconds,
        means="A typed letter is seen after so long in a long program with marked mistakes.",
    )
    yield Row(
        f"{what}: sent",
        fast.bytes,
        "bytes",
        aim="≤ 500",
        means="A letter sends so much there.",
    )
    yield Row(
        f"{what}, as they are looked for",
        at_look.milliseconds,
        means="A letter is seen after so long if it comes as the editor looks for mistakes.",
    )


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    for size in ((80, 24), (160, 45)):
        yield from _rows(size)
    for lines in LINES if MARKS_MISTAKES else ():
        yield from _long_rows(lines)
