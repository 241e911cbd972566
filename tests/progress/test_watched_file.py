"""A file that other programs write: what is noticed of it, and that nothing is written over."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, sampled_from, tuples

from tutor.progress import watched_file
from tutor.progress.watched_file import (
    AGAIN_S,
    GONE_S,
    LOOK_S,
    STILL_S,
    CannotWatch,
    FileLooks,
    Settled,
    base_of,
    begin_file,
    keep_base_of,
    with_givens,
    without_givens,
)


class Watcher:
    """Looks at a file under a clock of its own."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.now = 100.0
        self.looks = FileLooks(path, text, clock=lambda: self.now)

    def after(self, seconds: float) -> Settled | None:
        self.now += seconds
        return self.looks.look()

    def settle(self) -> list[Settled]:
        """All news within ten seconds, in which nobody writes."""
        return [news for _ in range(40) if (news := self.after(0.25)) is not None]


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    path = tmp_path / "double.py"
    path.write_text("y = 1\n")
    os.utime(path, (0, 0))  # the clock of these tests is faster than that of the disk
    watcher = Watcher(path, "y = 1\n")
    assert watcher.settle() == []
    return watcher


def test_a_save_is_told_once(watcher: Watcher) -> None:
    watcher.path.write_text("y = 2\n")
    assert watcher.settle() == [Settled("y = 2\n")]
    assert watcher.settle() == []


def test_the_same_text_is_no_news(watcher: Watcher) -> None:
    watcher.path.write_text("y = 1\n")
    assert watcher.settle() == []


def test_the_end_of_the_last_line_is_no_news(watcher: Watcher) -> None:
    watcher.path.write_text("y = 1")
    assert watcher.settle() == []
    watcher.path.write_text(with_givens("y = 1", "x = 3"))
    assert watcher.settle() == []


def test_it_is_read_once_it_has_stayed_as_it_is_for_a_moment(watcher: Watcher) -> None:
    for number in range(5):
        watcher.path.write_text("y = 2\n" * (number + 1))
        assert watcher.after(STILL_S / 2) is None
    assert watcher.after(STILL_S / 2) is None
    assert watcher.after(STILL_S) == Settled("y = 2\n" * 5)


def test_one_looks_more_often_while_something_changes(watcher: Watcher) -> None:
    assert watcher.looks.pause_s == LOOK_S
    watcher.path.write_text("y = 2\n")
    watcher.after(LOOK_S)
    assert watcher.looks.pause_s == STILL_S


def test_a_file_put_in_its_place_is_told(watcher: Watcher) -> None:
    other = watcher.path.with_name("double.py~")
    other.write_text("y = 3\n")
    stamp = watcher.path.stat()
    os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    other.rename(watcher.path)
    assert watcher.settle() == [Settled("y = 3\n")]


def test_a_file_that_is_away_for_a_moment_is_being_saved(watcher: Watcher) -> None:
    watcher.path.unlink()
    assert watcher.after(LOOK_S) is None
    assert watcher.after(GONE_S * 0.9) is None
    watcher.path.write_text("y = 2\n")
    assert watcher.settle() == [Settled("y = 2\n")]


def test_a_file_that_is_gone_is_told_until_it_is_back(watcher: Watcher) -> None:
    watcher.path.unlink()
    (gone,) = watcher.settle()
    assert gone.text is None
    assert f"{watcher.path} is gone" in gone.problem
    watcher.path.write_text("y = 1\n")
    assert watcher.settle() == [Settled()]


def test_a_folder_with_braces_is_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "{model}" / "{}.py"
    path.parent.mkdir()
    path.write_bytes(b"\xff")
    watcher = Watcher(path, "y = 1\n")
    (unread,) = watcher.settle()
    path.write_text("")
    (empty,) = watcher.settle()
    path.unlink()
    (gone,) = watcher.settle()
    problems = [news.problem for news in (unread, empty, gone)]
    assert [str(path) in problem for problem in problems] == [True] * 3


def test_the_probe_of_an_editor_beside_it_is_nothing(watcher: Watcher) -> None:
    probe = watcher.path.with_name("4913")
    probe.touch()
    assert watcher.after(1) is None
    probe.unlink()
    assert watcher.settle() == []


def test_a_second_write_in_the_same_tick_of_the_clock_is_seen(watcher: Watcher) -> None:
    """Some systems count the time of a file in seconds."""

    def write(text: str) -> None:
        watcher.path.write_text(text)
        os.utime(watcher.path, ns=(0, 7_000_000_000))

    write("y = 2\n")
    assert (watcher.after(LOOK_S), watcher.after(STILL_S)) == (None, Settled("y = 2\n"))
    write("y = 3\n")
    assert watcher.after(AGAIN_S / 2) == Settled("y = 3\n")


def test_what_is_written_while_it_is_read_is_read_again(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = watched_file.read_code
    pending = ["y = 33\n"]

    def read_slowly(path: Path) -> str:
        text = read(path)
        if pending:
            path.write_text(pending.pop())
        return text

    monkeypatch.setattr(watched_file, "read_code", read_slowly)
    watcher.path.write_text("y = 2")
    assert watcher.settle() == [Settled("y = 33\n")]


def _make_huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)


def _make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_make_huge, "cannot be opened: Larger than 256 KB"),
        (_make_pipe, "cannot be opened: Not a regular file"),
        (_make_folder, "cannot be opened: Is a directory"),
        (lambda path: path.write_bytes(b"x = 1\ny = '\xff'\n"), "is not UTF-8: see line 2"),
        (lambda path: path.write_text("\n \n"), "is empty. What it held before is kept"),
    ],
)
def test_what_cannot_be_used_is_told_and_not_taken(
    watcher: Watcher, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(watcher.path)
    (news,) = watcher.settle()
    assert news.text is None
    assert said in news.problem


def test_marks_and_line_ends_of_other_systems_are_none_of_the_code(watcher: Watcher) -> None:
    watcher.path.write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\r\n")
    assert watcher.settle() == [Settled("x = 1\ny = 2\n")]


@pytest.mark.parametrize("given", ["", "x = 3", "# one\n\n  two = 2\n"])
@pytest.mark.parametrize("text", ["y = 1\n", "\n# mine\ny = '''\n#: a'''\n", "#: mine\ny = 1\n"])
def test_the_givens_below_the_code_are_taken_off_again(text: str, given: str) -> None:
    whole = with_givens(text, given)
    assert without_givens(whole) == text
    assert whole.startswith(text.rstrip())


def test_the_givens_may_be_moved_or_removed() -> None:
    whole = with_givens("y = 1\n", "x = 3")
    assert without_givens("y = 1\nz = 2\n") == "y = 1\nz = 2\n"
    block = whole.removeprefix("y = 1\n")
    assert without_givens(f"{block}y = 1\n") == f"{block}y = 1\n", "comments, as all others"


class _FullDisk(io.BytesIO):
    def write(self, *_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _on_a_full_disk(path: Path, _mode: str) -> io.BytesIO:
    path.touch()
    return _FullDisk()


class TestItsBeginning:
    SCAFFOLD, GIVEN = "y = ...\n", "x = 3"

    def begin(self, path: Path, text: str) -> str:
        return begin_file(path, text, self.SCAFFOLD, self.GIVEN, path.parent / "d" / "base")

    def test_it_is_made_with_the_code(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        assert self.begin(path, "y = 1\n") == "y = 1\n"
        assert path.read_text() == with_givens("y = 1\n", self.GIVEN)

    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ("y = 1\n", "y = 1"),
            ("y = ...\n", "y = 2\n"),
        ],
        ids=["the same", "nothing written here"],
    )
    def test_a_file_that_is_there_stays_as_it_is(
        self, tmp_path: Path, here: str, there: str
    ) -> None:
        path = tmp_path / "a.py"
        path.write_text(there)
        assert self.begin(path, here).rstrip() == there.rstrip()
        assert path.read_text() == there

    def test_a_file_changed_since_the_last_time_is_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        path.write_text("y = 2\n")
        keep_base_of(tmp_path / "d" / "base", "y = 1\n")
        assert self.begin(path, "y = 1\n") == "y = 2\n"

    @pytest.mark.parametrize("base", ["y = 3\n", "y = 2\n"])
    def test_where_this_side_has_changed_it_is_refused(self, tmp_path: Path, base: str) -> None:
        path = tmp_path / "a.py"
        path.write_text("y = 2\n")
        keep_base_of(tmp_path / "d" / "base", base)
        with pytest.raises(CannotWatch, match="Rename it"):
            self.begin(path, "y = 1\n")
        assert path.read_text() == "y = 2\n"

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda path: path.touch(), "is empty. Remove it"),
            (lambda path: path.write_bytes(b"\xff"), "is not UTF-8"),
            (lambda path: path.symlink_to("nothing"), "No such file"),
            (lambda path: path.mkdir(), "Is a directory"),
        ],
    )
    def test_what_cannot_be_used_is_refused(
        self, tmp_path: Path, spoil: Callable[[Path], None], said: str
    ) -> None:
        path = tmp_path / "a.py"
        spoil(path)
        with pytest.raises(CannotWatch, match=said):
            self.begin(path, "y = 1\n")

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CannotWatch, match="cannot be made: No such file"):
            self.begin(tmp_path / "no" / "a.py", "y = 1\n")

    def test_a_disk_that_is_full_leaves_no_part_of_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "a.py"
        monkeypatch.setattr(Path, "open", _on_a_full_disk)
        with pytest.raises(CannotWatch, match="cannot be made: No space left"):
            self.begin(path, "y = 1\n")
        assert not path.exists()

    def test_each_file_of_a_step_has_a_base_of_its_own(self, tmp_path: Path) -> None:
        bases = {base_of(tmp_path, "l", "s", tmp_path / name) for name in ("a.py", "b.py")}
        assert len(bases) == 2


ACTS = ("write", "replace", "remove", "wait")


@given(acts=lists(tuples(sampled_from(ACTS), integers(0, 3), floats(0.01, 3)), max_size=30))
def test_whatever_was_done_the_last_text_is_told_and_none_twice(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, float]]
) -> None:
    path = tmp_path_factory.mktemp("watched") / "a.py"
    path.write_text("y = 0\n")
    watcher = Watcher(path, "y = 0\n")
    told = ["y = 0\n"]

    def take(news: Settled | None) -> None:
        if news is not None and news.text is not None:
            told.append(news.text)

    for at, (act, number, seconds) in enumerate(acts):
        target = path if act == "write" else path.with_name("b.py")
        if act in ("write", "replace"):
            target.write_text(f"y = {number}\n")
            os.utime(target, (at, at))  # the clock of this test is faster than that of the disk
            target.rename(path)
        elif act == "remove":
            path.unlink(missing_ok=True)
        take(watcher.after(seconds))
    for _ in range(20):
        take(watcher.after(0.25))
    assert all(before != after for before, after in pairwise(told))
    assert not path.exists() or told[-1] == path.read_text()
