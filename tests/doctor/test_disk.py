"""What is kept on the disk, and what of it may go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.lessons import READ, write_course
from tutor.doctor import disk
from tutor.doctor.disk import bytes_in, caches, examine_disk, remove_caches
from tutor.paths import Places
from tutor.text import size_words


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lessons = write_course(tmp_path / "lessons", read=READ)
    return Places(lessons, tmp_path / "images", tmp_path / "data", tmp_path / "config.toml")


def _fill(file: Path, size: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))
    return file


def _filled(places: Places, tmp_path: Path) -> tuple[list[Path], list[Path]]:
    """Files of the learner's own, and files that can be made again."""
    own = [
        _fill(places.data / "drafts" / "first" / "sum.py", 400_000),
        _fill(places.data / "answers" / "sum" / "1.py", 2_000_000),
        _fill(places.data / "something new", 10),
    ]
    again = [
        _fill(places.data / "observed" / "ab12", 300_000),
        _fill(tmp_path / "cache" / "nntutor" / "mutants" / "cd34", 1_000_000),
        _fill(tmp_path / "cache" / "nntutor" / "of a later version" / "x", 1_000),
    ]
    return own, again


def test_what_can_be_made_again_goes_and_nothing_else(places: Places, tmp_path: Path) -> None:
    own, again = _filled(places, tmp_path)
    neighbour = _fill(tmp_path / "cache" / "another program" / "y", 5)
    removed = remove_caches(places)
    assert removed == {places.data / "observed": 300_000, tmp_path / "cache/nntutor": 1_001_000}
    assert [file.exists() for file in again] == [False] * 3
    assert [file.exists() for file in (*own, neighbour)] == [True] * 4
    assert remove_caches(places) == {}


def test_what_a_link_leads_to_stays(places: Places, tmp_path: Path) -> None:
    elsewhere = _fill(tmp_path / "elsewhere" / "thesis.tex", 7)
    places.data.mkdir()
    (places.data / "observed").symlink_to(elsewhere.parent)
    inside = _fill(tmp_path / "cache" / "nntutor" / "mutants" / "cd34", 9).parent / "link"
    inside.symlink_to(elsewhere.parent)
    assert list(remove_caches(places)) == [tmp_path / "cache" / "nntutor"]
    assert elsewhere.exists()


@pytest.mark.parametrize("data", ["cache/nntutor", "cache/nntutor/mine", "link"])
def test_data_in_the_cache_is_no_cache(places: Places, tmp_path: Path, data: str) -> None:
    (tmp_path / "cache" / "nntutor").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "cache" / "nntutor")
    mixed = replace(places, data=tmp_path / data)
    own = _fill(mixed.data / "drafts" / "first" / "sum.py", 5)
    again = _fill(mixed.data / "observed" / "ab12", 7)
    assert list(remove_caches(mixed)) == [mixed.data / "observed"]
    assert (own.exists(), again.exists()) == (True, False)


def test_without_a_home_there_is_no_cache(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "cache_folder", lambda: None)
    assert caches(places) == (places.data / "observed",)


def test_the_doctor_tells_both(places: Places, tmp_path: Path) -> None:
    _filled(places, tmp_path)
    own, again = examine_disk(places)
    assert own.text == (
        f"Your work takes 2.3 MB in {places.data}: answers 1.9 MB, drafts 391 kB and something new "
        "1 kB."
    )
    assert (
        again.text == "Files that can be made again take 1.2 MB. `nntutor clean` removes only that."
    )
    assert (own.state, again.state) == ("good", "good")


def test_the_doctor_finds_nothing_before_the_first_start(places: Places) -> None:
    assert [each.text for each in examine_disk(places)] == [
        "Files that can be made again take 0 kB."
    ]
    assert list(places.data.parent.glob("data")) == []


def test_too_much_is_a_note(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MAX_CACHED", 10)
    _fill(places.data / "observed" / "ab12", 11)
    *_, found = examine_disk(places)
    assert (found.state, found.todo) == ("note", disk.REMOVES_IT)


def test_small_numbers_are_not_nothing(tmp_path: Path) -> None:
    sizes = (0, 1, 1024, 200_000, 1024**2 - 1, 1024**2)
    words = ["0 kB", "1 kB", "1 kB", "196 kB", "1023 kB", "1.0 MB"]
    assert [size_words(count) for count in sizes] == words
    assert bytes_in(tmp_path / "missing") == 0
