"""What was handed in is found, whose it is, and what a learner puts there instead is survived."""

from __future__ import annotations

import copy
import os
import pwd
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.hand_ins import RIGHT, hand_in, judged, put
from tutor.classroom import collecting
from tutor.classroom.collecting import HandInReader, Problems, collect, locate
from tutor.classroom.hand_in_file import MAX_BYTES, SUFFIX
from tutor.files import remove_folder

CONTENT = hand_in([judged("double", 1, "accept")], RIGHT, name="the name that is typed")


def names(*paths: Path) -> list[str]:
    return [each.named for each in collect(paths).received]


def test_who_it_is_is_told_by_the_outermost_folder_else_by_the_file(tmp_path: Path) -> None:
    put(tmp_path / "anna" / "deep", "a", CONTENT)
    put(tmp_path / "ben", "b", CONTENT)
    put(tmp_path, "carla_1234", CONTENT)
    (tmp_path / "notes.txt").write_text("no hand-in")
    assert names(tmp_path) == ["anna", "ben", "carla_1234"]
    assert names(tmp_path / "ben") == ["b"]
    assert names(put(tmp_path / "ben", "b", CONTENT)) == ["b"]
    assert {each.owner for each in collect([tmp_path]).received} == {""}
    assert {each.arrived for each in collect([tmp_path]).received} == {None}


def test_a_file_of_another_account_is_that_accounts_whatever_its_names_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "teacher", "a", CONTENT)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    monkeypatch.setattr(pwd, "getpwuid", {os.getuid(): Mock(pw_name="anna")}.__getitem__)
    (received,) = collect([tmp_path]).received
    assert received.owner == "anna"
    assert received.arrived is not None


def test_an_account_without_a_name_has_a_number() -> None:
    assert collecting._account(2**31 - 5) == f"uid {2**31 - 5}"


def test_the_members_of_an_archive_are_those_of_their_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"anna_77/x{SUFFIX}", CONTENT)
        archive.writestr(f"../../ben/x{SUFFIX}", CONTENT)
        archive.writestr(f"carla{SUFFIX}", CONTENT)
        archive.writestr("notes.txt", b"no hand-in")
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["anna_77", "ben", "carla"]
    assert found.problems == ()


@pytest.mark.parametrize("cut", [1, 30, 100, -1])
def test_a_broken_archive_is_told(tmp_path: Path, cut: int) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(f"anna/x{SUFFIX}", CONTENT)
    content = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "all.zip").write_bytes(content[:cut])
    put(tmp_path / "ben", "b", CONTENT)
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["ben"]
    (problem,) = found.problems
    assert problem.startswith(f"{tmp_path / 'all.zip'} cannot be unpacked")


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_BYTES", 10_000)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"anna/x{SUFFIX}", b"\n" * 10_001)
        archive.writestr(f"ben/x{SUFFIX}", CONTENT)
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["ben"]
    assert found.problems == (f"{tmp_path}/all.zip/anna/x{SUFFIX} is too large.",)


def test_an_archive_is_read_only_as_far_as_it_is_what_an_upload_makes(tmp_path: Path) -> None:
    """A file of 64 KB that holds 63 MB of line ends took six minutes."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"anna/x{SUFFIX}", CONTENT + b"\n" * 1_000_000)
        archive.writestr(f"ben/x{SUFFIX}", CONTENT)
        archive.writestr(f"carla/x{SUFFIX}", CONTENT, zipfile.ZIP_LZMA)
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["ben"]
    assert found.problems == (
        f"{tmp_path}/all.zip/anna/x{SUFFIX} would unpack to more than 200 times its size.",
        f"{tmp_path}/all.zip/carla/x{SUFFIX} is packed in an unsupported way.",
    )


def test_an_archive_whose_members_are_the_same_bytes_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(f"anna/x{SUFFIX}", CONTENT * 100)
        for number in range(50):
            again = copy.copy(archive.filelist[0])
            again.filename = f"anna/{number}{SUFFIX}"
            archive.filelist.append(again)
    found = collect([tmp_path])
    assert found.received == ()
    assert found.problems == (f"{tmp_path}/all.zip cannot be unpacked: its files overlap.",)


def test_an_archive_with_too_many_members_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_MAX_MEMBERS", 2)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}{SUFFIX}", CONTENT)
    assert collect([tmp_path]).problems == (
        f"{tmp_path}/all.zip cannot be unpacked: it has more than 2 hand-ins.",
    )


def test_a_learners_own_archive_is_no_larger_than_a_hand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_BYTES", 1024**2)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("notes.txt", bytes(1024**2))
        archive.writestr(f"anna{SUFFIX}", CONTENT)
    assert names(tmp_path) == ["anna"]
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    found = collect([tmp_path])
    assert found.received == ()
    assert found.problems == (f"{tmp_path}/all.zip was skipped: It is larger than 1 MB.",)


def test_what_is_wrong_with_thousands_of_files_hides_nothing_of_others(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}/x{SUFFIX}", b"x")
    put(tmp_path, "ben", CONTENT[:-20])
    problems = collect([tmp_path]).problems
    assert len(problems) == 7
    assert problems[4:] == (
        f"{tmp_path}/all.zip/4/x{SUFFIX} is not a hand-in of nntutor.",
        f"{tmp_path}/all.zip: 1,995 more files like these.",
        f"{tmp_path}/ben{SUFFIX} was cut or changed: its last line does not fit those before.",
    )


def test_folders_that_are_nested_deeper_than_python_calls_are_walked(tmp_path: Path) -> None:
    put(tmp_path / "a", "x", CONTENT)
    folder = tmp_path / "a"
    for _ in range(1_200):
        folder /= "a"
        folder.mkdir()
    try:
        assert names(tmp_path) == ["a"]
    finally:
        remove_folder(str(tmp_path / "a"))  # pytest itself cannot


def test_links_pipes_and_files_of_two_gigabytes_are_told_and_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(CONTENT)
    drop = tmp_path / "drop"
    put(drop, "right", CONTENT)
    (drop / f"link{SUFFIX}").symlink_to(secret)
    (drop / f"folder{SUFFIX}").mkdir()
    os.mkfifo(drop / f"pipe{SUFFIX}")
    with (drop / f"large{SUFFIX}").open("wb") as large:
        large.truncate(2 * 1024**3)
    found = collect([drop])
    assert [each.named for each in found.received] == ["right"]
    assert list(found.problems) == [
        f"{drop}/large{SUFFIX} was skipped: It is larger than {MAX_BYTES // 1024**2} MB.",
        f"{drop}/link{SUFFIX} was skipped: it is a link.",
        f"{drop}/pipe{SUFFIX} was skipped: It is not a regular file.",
    ]


def test_linked_folders_are_not_walked(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "a", CONTENT)
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "linked").symlink_to(tmp_path / "elsewhere")
    assert names(tmp_path / "drop") == []


def test_what_is_wrong_with_a_file_is_told_with_its_path_in_one_line(tmp_path: Path) -> None:
    put(tmp_path, "cut", CONTENT[:-20])
    put(tmp_path, "other\n\x1b[31m", b"something else")
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["cut"]
    assert found.problems == (
        f"{tmp_path}/cut{SUFFIX} was cut or changed: its last line does not fit those before.",
        f"{tmp_path}/other \\x1b[31m{SUFFIX} is not a hand-in of nntutor.",
    )


def test_a_file_that_takes_the_place_of_another_is_not_read_as_that_one(tmp_path: Path) -> None:
    put(tmp_path, "a", CONTENT)
    problems = Problems()
    (located,) = locate([tmp_path], problems)
    put(tmp_path, "b", CONTENT).replace(tmp_path / f"a{SUFFIX}")
    with HandInReader(problems) as reader:
        assert reader.read(located) is None
    assert problems.sentences() == (
        f"{tmp_path}/a{SUFFIX} was skipped: It changed while it was read.",
    )


def write_notes(file: Path, content: bytes) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", content)


def test_an_archive_that_is_written_anew_meanwhile_is_told(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("anna", "ben"):
            archive.writestr(f"{name}/x{SUFFIX}", CONTENT)
    before = file.stat()
    problems = Problems()
    first, second = locate([file], problems)
    with HandInReader(problems) as reader:
        assert reader.read(first) is not None
        write_notes(file, b"")
        assert reader.read(second) is None
    write_notes(file, b"-" * (before.st_size - file.stat().st_size))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # it looks as it did
    with HandInReader(problems) as reader:
        assert reader.read(second) is None
    assert problems.sentences() == (
        f"{file}/ben/x{SUFFIX} was skipped: It changed while it was read.",
        f"{file}/ben/x{SUFFIX} cannot be unpacked: list index out of range.",
    )


def test_what_was_located_and_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(f"anna/x{SUFFIX}", CONTENT)
        archive.writestr(f"ben/x{SUFFIX}", CONTENT)
    content = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "all.zip").write_bytes(content.replace(b"hand-in", b"hand+in", 1))
    found = collect([tmp_path])
    assert [each.named for each in found.received] == ["ben"]
    assert [each.partition(": ")[0] for each in found.problems] == [
        f"{tmp_path}/all.zip/anna/x{SUFFIX} cannot be unpacked"
    ]


def test_a_name_that_is_no_text_is_survived(tmp_path: Path) -> None:
    put(tmp_path / os.fsdecode(b"\xff"), "a", CONTENT)
    assert names(tmp_path) == ["\\udcff"]
