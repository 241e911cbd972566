"""What a program leaves behind, looked for by the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.worker import worker
from tutor.wire.values import TextValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("hostile")]

LEAVES = """
import ctypes, os, signal, socket, time
reader, writer = os.pipe()
left = []
for folder in (".", "/dev/shm", "/tmp", "/var", "/run"):
    try:
        open(f"{folder}/left-behind", "w").write("secret")
        left.append(folder)
    except OSError:
        pass
libc = ctypes.CDLL(None)
segment = libc.shmget(4711, 4096, 0o1666)
for number in range(4):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for signal_number in signal.valid_signals():
            try:
                signal.signal(signal_number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        try:
            os.kill(1, signal.SIGKILL)
            os.kill(1, signal.SIGSTOP)
        except OSError:
            pass
        server = socket.socket(socket.AF_UNIX)
        try:
            server.bind("\\0left-behind")
            server.listen()
        except OSError:
            pass
        os.write(writer, b"!")
        if number == 3:
            os.kill(os.getpid(), signal.SIGSTOP)
        while True:
            time.sleep(60)
for number in range(4):
    os.read(reader, 1)
"""

LOOKS = """
import ctypes, os, socket
found = []
for folder in (".", "/dev/shm", "/tmp", "/var", "/run"):
    if os.path.exists(f"{folder}/left-behind"):
        found.append(folder)
if ctypes.CDLL(None).shmget(4711, 4096, 0) != -1:
    found.append("shared memory")
try:
    socket.socket(socket.AF_UNIX).connect("\\0left-behind")
    found.append("socket")
except OSError:
    pass
others = {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1, os.getpid()}
found += [open(f"/proc/{pid}/comm").read().strip() for pid in sorted(others)]
if len(os.listdir("/proc/self/fd")) > 6:
    found += [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[5:]]
found = ", ".join(found)
"""


async def test_the_next_run_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker(tmp_path, monkeypatch, spares=1) as running:
        facts = await running.client.settle()
        if facts.level != "namespaces" or not facts.own_mounts:
            pytest.skip("runs share folders here")
        before = await running.observe(LEAVES, "', '.join(left)")
        assert before.outcome == "finished", before
        assert before.answers[0].value == TextValue("., /dev/shm")
        found = await running.observe(LOOKS, "found")
        assert found.answers[0].value == TextValue(""), found
        assert running.phases == ["starting", "ready"]
