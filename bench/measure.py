"""Taking times of programs and terminals, and the row of the table that holds them.

A subject is a module with a function `measure`, which measures one round and yields its rows. What
a row is compared with is measured in the same round. Nothing here judges a row or keeps it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 30.0

_OF_BENCH = """
import runpy, sys
import tutor
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Row:
    """What one round has measured of one thing, and what it is compared with."""

    what: str
    values: Sequence[float]
    unit: str = "ms"
    against: str = ""
    """The name of the reference; empty if there is none."""
    reference: Sequence[float] = ()
    """Values measured of the reference, in the same unit."""
    aim: str = ""
    """The aim, or another remark on the values."""
    means: str = field(kw_only=True)
    """What the row means to the user, in one sentence."""
    more_is_better: bool = field(default=False, kw_only=True)
    matched: bool = field(default=False, kw_only=True)
    """True if the values are of the same things in each round, in the same order."""
    digest: str = field(default="", kw_only=True)
    """What came out, in short; rows with different digests have not done the same work."""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"{self.what}: nothing was measured")
        if bool(self.against) != bool(self.reference):
            raise ValueError(f"{self.what}: a reference has a name and values")
        if not self.means.endswith("."):
            raise ValueError(f"{self.what}: one sentence says what it means to the user")


@dataclass(frozen=True)
class Moment:
    """What a program had cost when bytes of it arrived."""

    wall: float
    """Milliseconds since its start, as the learner waits."""
    processor: float
    """Milliseconds in which its main thread ran."""
    queue: float
    """Milliseconds in which its main thread could have run, but others did."""


def timed(action: Callable[[], object]) -> float:
    """Return the milliseconds that the action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def until(terminal: Terminal, condition: Callable[[], object], begin: float) -> float:
    """Return the milliseconds from `begin` to the arrival of the bytes that made it true.

    `begin` is a time of `time.perf_counter`. Raises TimeoutError after `PATIENCE_S`.
    """
    return moment(terminal, condition, begin).wall


def moment(terminal: Terminal, condition: Callable[[], object], begin: float) -> Moment:
    """Return what the program had cost when the bytes arrived that made the condition true.

    What the emulator needs to take the bytes in does not count, since it is no part of the app: all
    that has come is received first, and the condition is looked at after each piece of it.
    """
    now = _moment(terminal, begin)
    while not condition():
        pieces: list[tuple[Moment, bytes]] = []
        while data := terminal.receive(0.0 if pieces else 1.0):
            pieces.append((_moment(terminal, begin), data))
        for now, data in pieces:
            terminal.show(data)
            if condition():
                _show_all(terminal, [rest for at, rest in pieces if at.wall > now.wall])
                return now
        if time.perf_counter() - begin > PATIENCE_S:
            raise TimeoutError(terminal.text)
    return now


def _show_all(terminal: Terminal, pieces: list[bytes]) -> None:
    for data in pieces:
        terminal.show(data)


def _moment(terminal: Terminal, begin: float) -> Moment:
    wall = (time.perf_counter() - begin) * 1000
    pid = terminal.process.pid
    ran, waited, _ = Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()
    return Moment(wall, int(ran) / 1e6, int(waited) / 1e6)


def python(program: str) -> Callable[[], object]:
    """Return an action that runs the program in a fresh interpreter, to its end."""
    return lambda: subprocess.run([sys.executable, "-c", program], check=True)


def of_bench(module: str, *arguments: str, python: str = sys.executable) -> list[str]:
    """Return the command that runs a module of `bench` with the tutor of that interpreter.

    A plain `python -m` in another checkout would find the `bench` of that one.
    """
    return [python, "-P", "-c", _OF_BENCH, str(ROOT), module, *arguments]


def cost_of(program: str) -> Moment:
    """Return what a program costs in a fresh interpreter, to its end; the queue is not known."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program])
    _, status, used = os.wait4(process.pid, 0)
    wall = (time.perf_counter() - begin) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"`{program}` ended with {process.returncode}")
    return Moment(wall, (used.ru_utime + used.ru_stime) * 1000, 0.0)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, in MB; 0 once it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int((text.partition("VmRSS:")[2].split() or ["0"])[0]) / 1024


def processor_seconds(pids: list[int]) -> float:
    """Return the seconds of processor time of processes, and of the children they have reaped."""
    fields = [_stat_of(pid) for pid in pids]
    ticks = sum(int(value) for each in fields for value in each[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
