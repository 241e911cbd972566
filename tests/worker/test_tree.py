"""Finding and ending all processes below one, in a child that stands for a warden."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.wait import wait_until
from tutor.worker import tree

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]

WARDEN = """
import os, signal
from tutor.worker import linux, tree
linux.adopt_orphans()
for n in range(4):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if n % 2 and os.fork():
            os._exit(0)
        signal.pause()
pids = []
while len(pids) < 4:
    pids = [pid for pid in tree.descendants(tree.pid_in_proc()) if tree.tasks([pid])]
reaped = tree.sweep()
print(tree.descendants(tree.pid_in_proc()), [child.exit_code for child in reaped].count(-9) >= 4)
"""


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A child that does nothing."""
    with subprocess.Popen(SLEEP) as process:
        yield process.pid
        process.kill()


def test_own_child_is_found(sleeper: int) -> None:
    assert sleeper in tree.children(os.getpid())
    assert sleeper in tree.descendants(tree.pid_in_proc())
    assert tree.tasks([sleeper]) == 1


def test_cpu_seconds_of_several_processes_add_up(sleeper: int) -> None:
    own = tree.cpu_seconds([os.getpid()])
    assert own > 0
    assert tree.cpu_seconds([os.getpid(), sleeper]) >= own
    wait_until(lambda: sum(range(100_000)) and tree.cpu_seconds([os.getpid()]) > own, "more of it")


def test_what_has_ended_counts_nothing(sleeper: int) -> None:
    os.kill(sleeper, signal.SIGKILL)
    wait_until(lambda: tree.tasks([sleeper]) == 0, "the zombie to count nothing")
    assert tree.tasks([2**22 + 1]) == 0
    assert tree.cpu_seconds([2**22 + 1]) == 0
    assert tree.children(2**22 + 1) == []


def test_a_sweep_leaves_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WARDEN], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] True\n"
