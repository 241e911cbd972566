"""The device files of graphics cards: only a program that is given a card can use them.

Copies of harmless devices stand in for them. Only root can make such.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.worker import STUB
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.control import GpuAccess, Protection

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("process"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make device files"),
]

ZERO = os.makedev(1, 5)
"""The device that gives zeros, where /dev/null gives nothing."""

PROGRAM = """
import fcntl

def tried(path):
    try:
        with open(path, "rb+", buffering=0) as device:
            device.write(b"x")
            found = "zeros" if device.read(1) else "null"
            try:
                fcntl.ioctl(device, 0x5401, bytes(64))
            except OSError as error:
                found += f" {error.errno}"
            return found
    except OSError as error:
        return type(error).__name__

print([tried(path) for path in PATHS])
"""
NO_SUCH_REQUEST = 25
"""ENOTTY, the device's own answer: EACCES would be that of Landlock."""


@pytest.fixture
def devices() -> Iterator[Path]:
    """A folder with the files of a card and another device, which all accounts can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "nvidia-caps").mkdir()
        for each in ("nvidiactl", "nvidia0", "nvidia-caps/nvidia-cap1", "sda"):
            os.mknod(folder / each, stat.S_IFCHR | 0o666, ZERO)
            (folder / each).chmod(0o666)
        yield folder


@pytest.mark.parametrize(
    ("protection", "asks", "card", "other"),
    [
        ("auto", True, f"zeros {NO_SUCH_REQUEST}", "FileNotFoundError"),
        ("auto", False, f"null {NO_SUCH_REQUEST}", "FileNotFoundError"),
        ("landlock-signals", True, f"zeros {NO_SUCH_REQUEST}", "PermissionError"),
        ("landlock-signals", False, "PermissionError", "PermissionError"),
    ],
    ids=["given", "not given", "given, by Landlock alone", "not given, by Landlock alone"],
)
async def test_a_run_reaches_the_devices_of_a_card_only_if_it_is_given_one(
    devices: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    protection: Protection,
    asks: bool,
    card: str,
    other: str,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cards = [f"{devices}/{each}" for each in ("nvidiactl", "nvidia0", "nvidia-caps/nvidia-cap1")]
    source = PROGRAM.replace("PATHS", repr([*cards, f"{devices}/sda"]))
    client = WorkerClient(engine=STUB, gpu=GpuAccess(tuple(cards)), protection=protection, spares=0)
    await client.start()
    try:
        command = Execute(Program(source=source), Limits(seconds=20), gpu=asks)
        observation = await client.observe(command, ())
        assert observation.outcome == "finished", observation
        assert observation.output == f"{[card, card, card, other]}\n"
    finally:
        await client.close()
