"""A learner's own file is written only as asked, whole or not at all, and never over another's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.progress.drafts import Drafts, Saved
from tutor.progress.own_files import (
    MAX_FILE,
    CannotOpenFile,
    ChangedOutside,
    NotWritten,
    OwnFile,
    Written,
    open_program,
)


def program(folder: Path, content: bytes = b"x = 1\n") -> Path:
    path = folder / "train.py"
    path.write_bytes(content)
    return path


def test_what_is_in_the_file_is_read_and_what_is_written_is_in_it(tmp_path: Path) -> None:
    file = OwnFile(program(tmp_path))
    assert file.text == "x = 1\n"
    assert file.write("x = 2\n") == Written()
    assert (tmp_path / "train.py").read_text() == "x = 2\n"
    assert os.listdir(tmp_path) == ["train.py"]


def test_a_new_file_is_made_when_it_is_written(tmp_path: Path) -> None:
    file = OwnFile(tmp_path / "new.py")
    assert (file.text, os.listdir(tmp_path)) == ("", [])
    assert file.write("x = 1") == Written()
    assert (tmp_path / "new.py").read_text() == "x = 1"


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfx = 1\r\ny = 2\r\n", b"x = 1\r\n", b"x = 'caf\xc3\xa9'\n", b""]
)
def test_mark_and_line_ends_stay_as_they_are(tmp_path: Path, content: bytes) -> None:
    path = program(tmp_path, content)
    file = OwnFile(path)
    assert "\r" not in file.text
    file.write(file.text + "z = 3\n")
    end = b"\r\n" if b"\r" in content else b"\n"
    assert path.read_bytes() == content + b"z = 3" + end


def test_rights_stay_and_a_link_still_leads_to_the_file(tmp_path: Path) -> None:
    path = program(tmp_path)
    path.chmod(0o754)
    link = tmp_path / "link.py"
    link.symlink_to(path)
    assert OwnFile(link).write("x = 2\n") == Written()
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("x = 2\n", 0o754)


@pytest.mark.parametrize(
    "change",
    [lambda path: path.write_text("theirs"), Path.unlink, lambda path: path.write_text("")],
)
def test_what_another_program_did_is_not_undone_unasked(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    path = program(tmp_path)
    file = OwnFile(path)
    change(path)
    theirs = path.read_text() if path.exists() else None
    assert file.write("mine") == ChangedOutside()
    assert (path.read_text() if path.exists() else None) == theirs
    assert file.write("mine", over=True) == Written()
    assert path.read_text() == "mine"
    assert file.write("mine again") == Written()


def test_a_file_that_appeared_meanwhile_is_another_programs(tmp_path: Path) -> None:
    file = OwnFile(tmp_path / "train.py")
    program(tmp_path)
    assert file.write("mine") == ChangedOutside()


def test_the_same_text_is_no_change_whoever_wrote_it(tmp_path: Path) -> None:
    path = program(tmp_path)
    file = OwnFile(path)
    path.write_text("both")
    assert file.write("both") == Written()


def test_a_write_that_fails_says_why_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program(tmp_path)
    file = OwnFile(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tutor.progress.own_files.sync_file", full)
    failed = file.write("x = 2")
    assert isinstance(failed, NotWritten)
    assert "No space left" in failed.reason
    assert (path.read_text(), os.listdir(tmp_path)) == ("x = 1\n", ["train.py"])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: os.mkfifo(path), "Not a regular file"),
        (lambda path: path.write_bytes(b"x = 1\n\xff"), "not UTF-8: see line 2"),
        (lambda path: path.write_bytes(b" " * (MAX_FILE + 1)), "Larger than"),
    ],
)
def test_what_is_no_program_is_refused(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / "train.py")
    with pytest.raises(CannotOpenFile, match=said):
        OwnFile(tmp_path / "train.py")


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotOpenFile, match="There is no folder"):
        OwnFile(tmp_path / "no" / "train.py")


class TestDrafts:
    def test_what_was_not_written_is_there_again(self, tmp_path: Path) -> None:
        data, path = tmp_path / "data", program(tmp_path)
        first = open_program(data, path)
        Drafts(data).save(first.step.lesson, first.step.id, "x = 5\n")
        again = open_program(data, path)
        assert (again.restored, again.changed) == (True, False)
        assert again.step.scaffold == "x = 1\n"
        assert again.file is not None
        assert again.file.write("x = 5\n") == Written()

    def test_a_file_that_was_changed_since_is_asked_about(self, tmp_path: Path) -> None:
        data, path = tmp_path / "data", program(tmp_path)
        first = open_program(data, path)
        Drafts(data).save(first.step.lesson, first.step.id, "mine")
        path.write_text("theirs")
        again = open_program(data, path)
        assert (again.restored, again.changed) == (True, True)
        assert again.file is not None
        assert again.file.write("mine") == ChangedOutside()
        assert path.read_text() == "theirs"

    def test_a_draft_that_the_file_holds_is_none_any_more(self, tmp_path: Path) -> None:
        data, path = tmp_path / "data", program(tmp_path)
        first = open_program(data, path)
        Drafts(data).save(first.step.lesson, first.step.id, "x = 1\n")
        again = open_program(data, path)
        assert not again.restored
        assert Drafts(data).load(again.step.lesson, again.step.id) is None
        path.write_text("theirs")
        assert open_program(data, path).step.scaffold == "theirs"

    def test_each_file_has_a_draft_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        ids = {
            open_program(tmp_path, path).step.id
            for path in (tmp_path / "train.py", tmp_path / "a" / "train.py", None)
        }
        assert len(ids) == 3

    def test_a_name_of_strange_characters_is_shown_and_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "a\x1b[31m\n b.py"
        path.write_text("x = 1")
        opened = open_program(tmp_path, path)
        assert opened.step.title == "a\\x1b[31m b.py"
        assert Drafts(tmp_path).save(opened.step.lesson, opened.step.id, "y") == Saved()
        assert open_program(tmp_path, path).restored
