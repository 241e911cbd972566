"""A key in the editor: bytes and time until its letter is on the terminal, against full repaints.

At rest and while a program trains, at two sizes; and through a line of 32 KB a second, as a bad
SSH line is. With and without the layer that sends changes only, in turn.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import Row
from tests.support.terminal import Terminal, nntutor
from tutor.ui.cell_diff import FULL_REPAINT

STEP = "training-loop"
LETTERS = "жщфыэюяцчшбдгипвЖЩФЫЭЮЯЦЧШБДГИПВ"
"""Each is typed once, so that its bytes are its echo."""

BETWEEN_S = 0.12
GIVES_UP_S = 4.0
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


class Line(Terminal):
    """A terminal whose bytes come no quicker than the line lets them; nothing is drawn."""

    bytes_a_second = 0
    """0 for a line without a limit."""

    _taken = 0
    _since = 0.0

    def begin(self, bytes_a_second: int) -> None:
        """From now on the line counts."""
        self.bytes_a_second = bytes_a_second
        self._taken, self._since = 0, time.perf_counter()

    def take(self, seconds: float) -> bytes:
        """What comes within that time, as soon as something does."""
        allowed = 65_536
        if self.bytes_a_second:
            passed = time.perf_counter() - self._since
            allowed = int(passed * self.bytes_a_second) - self._taken
            if allowed < 64:
                time.sleep(0.002)
                return b""
            if not select.select([self._master], [], [], 0)[0]:
                # an idle line saves nothing up
                self._taken = int(passed * self.bytes_a_second) - 64
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        data = os.read(self._master, min(allowed, 65_536))
        self._taken += len(data)
        return data


@dataclass
class Typed:
    """What was measured of one run of the app."""

    milliseconds: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p95(self) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


@contextmanager
def _at_the_code(size: tuple[int, int], *, training: bool, full: bool) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        draft = home / "data" / "drafts" / "architecture" / f"{STEP}.py"
        draft.parent.mkdir(parents=True)
        draft.write_text(TRAINS)
        command = nntutor("--data-dir", str(home / "data"), "open", STEP)
        environment = {FULL_REPAINT: "1"} if full else {}
        columns, rows = size
        line = Line(command, home, columns=columns, rows=rows, environment=environment)
        with line:
            line.wait_for("F6 Pane", "ready")
            if columns < 100:
                line.press("f6")
            line.wait_for("import time, torch")
            if training:
                line.press("f5")
                line.wait_for("running", "epoch")
            yield line


def _type(line: Line, bytes_a_second: int) -> Typed:
    line.begin(bytes_a_second)
    typed = Typed()
    began = time.perf_counter()
    for letter in LETTERS:
        wanted = letter.encode()
        os.write(line._master, wanted)
        start = now = time.perf_counter()
        found, seen = 0.0, b""
        while now < start + (BETWEEN_S if found else GIVES_UP_S):
            seen += line.take(0.01)
            now = time.perf_counter()
            if not found and wanted in seen:
                found = now - start
        typed.milliseconds.append((found or GIVES_UP_S) * 1000)
        typed.bytes.append(len(seen))
    typed.seconds = time.perf_counter() - began
    return typed


def _pair(size: tuple[int, int], *, training: bool, bytes_a_second: int = 0) -> list[Row]:
    found = []
    for full in (False, True):
        with _at_the_code(size, training=training, full=full) as line:
            found.append(_type(line, bytes_a_second))
    changes, repaint = found
    what = f"key, {size[0]}x{size[1]}, {'training' if training else 'at rest'}"
    if bytes_a_second:
        what += f", {bytes_a_second // 1000} KB/s"
    p95 = f"p95 {changes.p95:.0f} against {repaint.p95:.0f} ms"
    rows = [Row(what, changes.milliseconds, "ms", "full repaint", repaint.milliseconds, p95)]
    if not training:
        rows.append(Row(what, changes.bytes, "bytes", "full repaint", repaint.bytes, "≤ 500"))
    elif not bytes_a_second:
        rate, against = ([sum(each.bytes) / 1000 / each.seconds] for each in found)
        rows.append(Row(f"{what}: all", rate, "KB/s", "full repaint", against, "≤ 25"))
    return rows


def measure() -> list[Row]:
    """Rows for the table."""
    rows: list[Row] = []
    for size in ((80, 24), (160, 45)):
        rows += _pair(size, training=False)
        rows += _pair(size, training=True)
        rows += _pair(size, training=True, bytes_a_second=SLOW_LINE)
    return rows
