"""Whatever a program has made of its folder, nothing of it stays, and nothing else goes."""

from __future__ import annotations

import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tutor.files import read_bytes, remove_folder, remove_oldest, write_new_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "run-1"
    made.mkdir()
    return made


def test_an_empty_one_and_one_that_is_not_there(folder: Path) -> None:
    remove_folder(str(folder))
    assert not folder.exists()
    remove_folder(str(folder))


def test_folders_deeper_than_any_path(folder: Path) -> None:
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(3000):
            os.mkdir("deep")
            os.chdir("deep")
        Path("the end").write_text("x")
    finally:
        os.fchdir(before)
        os.close(before)
    remove_folder(str(folder))
    assert not folder.exists()


def test_what_is_locked_goes_too(folder: Path) -> None:
    inner = folder / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (inner / "file").write_text("x")
    for path in (inner, inner.parent, inner.parent.parent, folder):
        path.chmod(0)
    remove_folder(str(folder))
    assert not folder.exists()


def test_links_go_and_what_they_point_to_stays(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir(mode=0o755)
    (outside / "kept").write_text("x")
    (folder / "in").mkdir()
    for link in (folder / "to-folder", folder / "in" / "to-folder"):
        link.symlink_to(outside)
    (folder / "to-file").symlink_to(outside / "kept")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    remove_folder(str(folder))
    assert not folder.exists()
    assert (outside / "kept").read_text() == "x"
    assert outside.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("seed", range(5))
def test_a_wild_tree(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    made = [os.fsencode(folder)]
    for number in range(200):
        name = chance.choice([b"%d", b"\xff%d", b"\x1b[2J%d", b"a\nb%d"]) % number
        path = os.path.join(chance.choice(made), name)
        if chance.random() < 0.5:
            os.mkdir(path)
            made.append(path)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, chance.choice([0, 0o600])))
    for path in reversed(made):
        os.chmod(path, chance.choice([0, 0o500, 0o700]))
    remove_folder(str(folder))
    assert not folder.exists()


def test_of_a_large_file_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"0123456789" * 10)
    assert read_bytes(file, 12) == b"012345678901"
    assert len(read_bytes(file, 1_000)) == 100


def test_what_is_no_file_is_named_and_let_go_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = os.listdir("/proc/self/fd")
    for nothing in (tmp_path, tmp_path / "none", tmp_path / "pipe"):
        with pytest.raises(OSError, match=f"'{nothing}'"):
            read_bytes(nothing, 12)
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_the_oldest_go_by_number_and_by_bytes(tmp_path: Path) -> None:
    for age, size in enumerate((5, 5, 90, 5, 5)):
        file = tmp_path / str(age)
        file.write_bytes(bytes(size))
        os.utime(file, (age, age))
    remove_oldest(tmp_path, 4, 1_000)
    assert {file.name for file in tmp_path.iterdir()} == {"1", "2", "3", "4"}
    remove_oldest(tmp_path, 4, 50)
    assert {file.name for file in tmp_path.iterdir()} == {"3", "4"}


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let no file become larger, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_of_a_new_file_that_does_not_fit_nothing_is_left(tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    with no_file_above(10), pytest.raises(OSError) as problem:
        write_new_file(file, b"x" * 100_000)
    assert problem.value.filename == str(file)
    assert not file.exists()
    write_new_file(file, b"x")
    with pytest.raises(FileExistsError):
        write_new_file(file, b"y")
    assert file.read_bytes() == b"x"
