"""What the author's programs gave is kept over starts, and counts only where it must be alike."""

from __future__ import annotations

import errno
import hashlib
import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.support.observations import tensor
from tests.support.worker import worker
from tutor.client import kept_observations
from tutor.client.kept_observations import MAX_FILE_BYTES, KeptObservations
from tutor.client.worker_facts import WorkerFacts
from tutor.wire.commands import Limits, ObserveAll, Program, Question
from tutor.wire.events import Answer, Bound, ErrorFacts, Executed, GivenChange, Observation
from tutor.wire.values import FloatValue, Missing, TextValue

FACTS = WorkerFacts(level="namespaces", own_root=True, own_network=True, torch_version="2.13")
COMMAND = ObserveAll((Program("import torch", "x = 1", "y = x", 3), Program()), (Question("y"),))
OBSERVATIONS = (
    Observation(
        "finished",
        Executed("finished", None, (Bound("y", tensor([1.0, -0.0, math.inf])),), milliseconds=1.5),
        (Answer(tensor([1.0]), "tensor([1.])"), Answer(FloatValue(math.inf))),
        output="printed\n",
    ),
    Observation(
        "raised",
        Executed(
            "raised", ErrorFacts("NameError", "no"), given_changes=(GivenChange("x", "rebound"),)
        ),
        (Answer(Missing(), error=ErrorFacts("NameError", "no")),),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the observations of the command, kept by an earlier start."""
    KeptObservations(tmp_path / "kept").write(COMMAND, FACTS, OBSERVATIONS)
    return tmp_path / "kept"


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_they_are_what_they_were(folder: Path) -> None:
    assert KeptObservations(folder).read(COMMAND, FACTS) == OBSERVATIONS


def test_others_on_the_machine_cannot_read_them(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only_file(folder).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("command", "facts"),
    [
        (COMMAND, replace(FACTS, torch_version="2.14")),
        (COMMAND, replace(FACTS, level="landlock-signals", landlock=6)),
        (ObserveAll((Program("", "x = 1", "y = x", 3), Program()), (Question("y"),)), FACTS),
        (
            ObserveAll((Program("import torch", "x = 2", "y = x", 3), Program()), (Question("y"),)),
            FACTS,
        ),
        (
            ObserveAll((Program("import torch", "x = 1", "y = x", 4), Program()), (Question("y"),)),
            FACTS,
        ),
        (ObserveAll(COMMAND.programs, (Question("x"),)), FACTS),
        (ObserveAll(COMMAND.programs, COMMAND.questions, Limits(memory_mb=1)), FACTS),
    ],
    ids=["torch", "level", "prelude", "given", "seed", "question", "limits"],
)
def test_they_count_for_nothing_else(folder: Path, command: ObserveAll, facts: WorkerFacts) -> None:
    assert KeptObservations(folder).read(command, facts) is None


@pytest.mark.parametrize("changed", ["_processor", "_installed"])
def test_they_count_for_no_other_machine_or_library(
    folder: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    monkeypatch.setattr(kept_observations, changed, lambda *_: ("another",))
    kept_observations._surroundings.cache_clear()
    assert KeptObservations(folder).read(COMMAND, FACTS) is None
    kept_observations._surroundings.cache_clear()


def test_they_count_for_no_other_code_of_the_worker(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_observations, "_CODE", ("worker",))
    kept_observations._surroundings.cache_clear()
    assert KeptObservations(folder).read(COMMAND, FACTS) is None
    kept_observations._surroundings.cache_clear()


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def become_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def hold_too_few(file: Path) -> None:
    KeptObservations(file.parent).write(COMMAND, FACTS, OBSERVATIONS[:1])


def nest_deeply(file: Path) -> None:
    payload = b"\x91" * 500_000
    file.write_bytes(hashlib.sha256(payload).digest() + payload)


@pytest.mark.parametrize(
    "harm",
    [
        flip_a_bit,
        cut,
        become_a_pipe,
        become_a_folder,
        hold_too_few,
        nest_deeply,
        Path.unlink,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"\xff" * (MAX_FILE_BYTES + 10)),
    ],
)
def test_a_broken_file_is_a_miss(folder: Path, harm: Callable[[Path], object]) -> None:
    harm(only_file(folder))
    assert KeptObservations(folder).read(COMMAND, FACTS) is None


def test_a_broken_file_is_replaced(folder: Path) -> None:
    flip_a_bit(only_file(folder))
    assert KeptObservations(folder).read(COMMAND, FACTS) is None
    KeptObservations(folder).write(COMMAND, FACTS, OBSERVATIONS)
    assert KeptObservations(folder).read(COMMAND, FACTS) == OBSERVATIONS


def test_where_programs_could_write_there_nothing_is_kept_or_believed(folder: Path) -> None:
    exposed = WorkerFacts(level="limits-only", torch_version="2.13")
    file = only_file(folder)
    KeptObservations(folder).write(COMMAND, exposed, OBSERVATIONS)
    assert list(folder.iterdir()) == [file]
    file.rename(KeptObservations(folder)._file(COMMAND, exposed))
    assert KeptObservations(folder).read(COMMAND, exposed) is None


@pytest.mark.parametrize("asked", [{"network": True}, {"gpu": True}])
def test_what_came_from_the_network_or_a_card_is_not_kept(
    tmp_path: Path, asked: dict[str, bool]
) -> None:
    asks = structs.replace(COMMAND, **asked)
    KeptObservations(tmp_path / "kept").write(asks, FACTS, OBSERVATIONS)
    assert not (tmp_path / "kept").exists()


def test_a_full_disk_costs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept_observations, "replace_file", refuse)
    KeptObservations(folder).write(COMMAND, FACTS, OBSERVATIONS[::-1])
    assert KeptObservations(folder).read(COMMAND, FACTS) == OBSERVATIONS


def test_a_folder_that_cannot_be_made_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = KeptObservations(tmp_path / "file" / "kept")
    kept.write(COMMAND, FACTS, OBSERVATIONS)
    assert kept.read(COMMAND, FACTS) is None


def test_two_tutors_at_once_find_whole_files(folder: Path) -> None:
    one, other = KeptObservations(folder), KeptObservations(folder)
    for _ in range(3):
        one.write(COMMAND, FACTS, OBSERVATIONS)
        assert other.read(COMMAND, FACTS) == OBSERVATIONS
        other.write(COMMAND, FACTS, OBSERVATIONS)
        assert one.read(COMMAND, FACTS) == OBSERVATIONS
    assert len(list(folder.iterdir())) == 1


def test_the_oldest_files_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_observations, "MAX_FILES", 3)
    kept = KeptObservations(folder)
    commands = [ObserveAll((Program(source=f"x = {n}"),), ()) for n in range(5)]
    for age, command in enumerate(commands):
        kept.write(command, FACTS, OBSERVATIONS[:1])
        os.utime(kept._file(command, FACTS), (age, age))
    found = [kept.read(command, FACTS) for command in commands]
    assert [each is not None for each in found] == [False, False, False, True, True]
    assert kept.read(COMMAND, FACTS) == OBSERVATIONS, "it is the newest by its time"


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    kept = KeptObservations(tmp_path)
    large = Observation("finished", answers=(Answer(TextValue("x" * MAX_FILE_BYTES)),))
    kept.write(COMMAND, FACTS, (large, large))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
async def test_another_worker_need_not_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptObservations(tmp_path / "kept")
    command = ObserveAll((Program(source="import os\nx = os.urandom(8).hex()"),), (Question("x"),))
    seen = []
    for name in ("first", "second", "third"):
        (tmp_path / name).mkdir()
        given = None if name == "third" else kept
        async with worker(tmp_path / name, monkeypatch, kept=given) as started:
            facts = await started.client.settle()
            seen.append(await started.client.observe_all(command))
    if facts.own_root or facts.landlock:
        assert seen[0] == seen[1]
    assert seen[2] != seen[0]
