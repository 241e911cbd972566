"""Memory of several learners on one machine, each with their own app, and of thirty by estimate.

What a learner's processes share with each other is counted once for the learner; the files of
Python and PyTorch, which all learners share, once for the machine.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Row
from tests.support.terminal import Terminal, nntutor
from tests.support.wait import wait_until
from tutor.client.memory_shortage import available_mb

LEARNERS = 6
PLANNED = 30
PATIENCE_S = 240.0
IDLE_S = 10.0
SETTLED_S = 3.0
"""So long no process has come or gone: what is made once, as the index of names, is done."""

ASLEEP = "PyTorch asleep"
_SLEEPY = "sleep_after_minutes = 0.02\n"
_OWN_FIELDS = ("Pss_Anon", "Pss_Shmem", "VmPTE")
"""Fields in kB of memory that no two learners share: anonymous, shared, and page tables."""
_FILE_FIELDS = ("RssFile",)


@dataclass(frozen=True)
class LearnerMemory:
    """The memory of one learner's processes together, in MB."""

    own: float
    """Memory that no other learner shares."""
    files: float
    """Pages of files in use, most of which other learners use as well."""


def memory_of(pids: list[int]) -> LearnerMemory:
    """Return the memory of these processes of one learner."""
    own = sum(_kilobytes(pid, _OWN_FIELDS) for pid in pids)
    files = max((_kilobytes(pid, _FILE_FIELDS) for pid in pids), default=0)
    return LearnerMemory(own / 1024, files / 1024)


def total_mb(per_learner: float, files: float, learners: int = PLANNED) -> float:
    """Return the estimated memory of so many learners, in MB."""
    return learners * per_learner + files


def _kilobytes(pid: int, names: tuple[str, ...]) -> int:
    found = {}
    for file in ("smaps_rollup", "status"):
        try:
            text = Path(f"/proc/{pid}/{file}").read_text()
        except OSError:
            continue  # it has ended meanwhile
        for line in text.splitlines()[1:]:
            name, _, rest = line.partition(":")
            if name in names:
                found[name] = int(rest.split()[0])
    return sum(found.values())


@contextmanager
def _apps(config: str) -> Iterator[list[Terminal]]:
    with ExitStack() as stack:
        apps = []
        for _ in range(LEARNERS):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (home / "config.toml").write_text(config)
            environment = {"NNTUTOR_CONFIG": str(home / "config.toml")}
            app = Terminal(nntutor("open", "sigmoid"), home, environment=environment)
            apps.append(stack.enter_context(app))
        yield apps
        for app in apps:
            app.press("ctrl+q")
        for app in apps:
            app.wait_for_end(PATIENCE_S)


def _all_show(apps: list[Terminal], text: str) -> None:
    """Wait until each of the apps has shown the text."""
    waiting = list(apps)

    def all_do() -> bool:
        waiting[:] = [app for app in waiting if not app.shows(text)]
        return not waiting

    wait_until(all_do, text, PATIENCE_S)


def _wait_until_settled(apps: list[Terminal]) -> None:
    seen: list[list[int]] = []
    since = time.monotonic()

    def are_settled() -> bool:
        nonlocal since
        now = [sorted(app.processes_left()) for app in apps]
        if now != seen:
            seen[:], since = now, time.monotonic()
        return time.monotonic() - since > SETTLED_S

    wait_until(are_settled, "the same processes for some seconds", PATIENCE_S)


def _measured(apps: list[Terminal]) -> list[LearnerMemory]:
    return [memory_of([app.process.pid, *app.processes_left()]) for app in apps]


def _available_mb() -> int:
    available = available_mb()
    assert available is not None
    return available


def _processor_seconds(pids: list[int]) -> float:
    """Return the seconds of those that are still there: one may just have done its work."""
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _processor_percent(apps: list[Terminal]) -> float:
    """Return the percentage of a core that an idle app and its worker use on average."""
    pids = [pid for app in apps for pid in (app.process.pid, *app.processes_left())]
    before = _processor_seconds(pids)
    time.sleep(IDLE_S)
    return 100 * (_processor_seconds(pids) - before) / IDLE_S / len(apps)


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    before = _available_mb()
    with _apps("") as apps:
        _all_show(apps, "ready")
        for app in apps:
            app.press("f5")
        _all_show(apps, "Ellipsis")
        _all_show(apps, "ready")
        _wait_until_settled(apps)
        awake = _measured(apps)
        taken = before - _available_mb()
        busy = _processor_percent(apps)
    with _apps(_SLEEPY) as apps:
        _all_show(apps, ASLEEP)
        for app in apps:
            app.wait_for_no_process_left(PATIENCE_S)
        asleep = _measured(apps)
    files = max(each.files for each in awake)
    own, resting = ([each.own for each in found] for found in (awake, asleep))
    return [
        Row(
            f"own memory of each of {LEARNERS} learners, PyTorch loaded",
            own,
            "MB",
            means="Each learner more on a machine takes so much of it.",
        ),
        Row(
            "own memory of each, PyTorch asleep",
            resting,
            "MB",
            "loaded",
            own,
            means="A learner who only reads takes so much.",
        ),
        Row(
            "files of Python and PyTorch, once for all",
            [files],
            "MB",
            means="So much is taken once, however many learn.",
        ),
        Row(
            f"less memory available, with all {LEARNERS} loaded",
            [taken],
            "MB",
            means="What the kernel itself says was taken; the estimate may not be below it.",
        ),
        Row(
            "processor, of each, with nothing to do",
            [busy],
            "% of a core",
            aim="≤ 1 %",
            means="An app that is left open costs the others so much.",
        ),
        Row(
            f"{PLANNED} learners, all loaded",
            [total_mb(max(own), files)],
            "MB",
            means="A machine for a class needs so much memory.",
        ),
        Row(
            f"{PLANNED} learners, all asleep",
            [total_mb(max(resting), files)],
            "MB",
            means="So much while the class listens.",
        ),
    ]
