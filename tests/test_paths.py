"""Where things are looked for, and what is said when they are not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tutor import paths
from tutor.paths import (
    Places,
    PlacesError,
    find_places,
    folders_for_programs,
    hidden_from_programs,
    make_private,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (paths.LESSONS_VARIABLE, paths.DATA_VARIABLE, paths.CONFIG_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def course(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text("format = 1\n")
    return folder


def test_options_come_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.LESSONS_VARIABLE, str(course(tmp_path / "env")))
    monkeypatch.setenv(paths.DATA_VARIABLE, str(tmp_path / "env-data"))
    monkeypatch.setenv(paths.CONFIG_VARIABLE, str(tmp_path / "my.toml"))
    lessons = course(tmp_path / "option" / "lessons")
    assert find_places(lessons, tmp_path / "data") == Places(
        lessons=lessons,
        images=tmp_path / "option" / "images",
        data=tmp_path / "data",
        config=tmp_path / "my.toml",
        data_source="--data-dir",
    )

    assert find_places().lessons == tmp_path / "env"
    assert find_places().data == tmp_path / "env-data"


@pytest.mark.parametrize("value", ["XDG_DATA_HOME", paths.DATA_VARIABLE])
def test_what_named_the_data_folder_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    lessons = course(tmp_path / "lessons")
    assert find_places(lessons).data_source == ""
    monkeypatch.setenv(value, str(tmp_path / "other"))
    assert find_places(lessons).data_source == value
    by_option = find_places(lessons, tmp_path / "other")  # the command line reads it, too
    assert by_option.data_source == (value if value == paths.DATA_VARIABLE else "--data-dir")


def test_installed_lessons_come_before_those_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "tutor")
    beside = course(tmp_path / "lessons")
    assert find_places().lessons == beside
    installed = course(tmp_path / "tutor" / "content" / "lessons")
    assert find_places().lessons == installed
    assert find_places().images == tmp_path / "tutor" / "content" / "images"


def test_xdg_folders_are_respected(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = course(tmp_path / "lessons")
    assert find_places(lessons).data == home / ".local" / "share" / "nntutor"
    assert find_places(lessons).config == home / ".config" / "nntutor" / "config.toml"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    assert find_places(lessons).data == tmp_path / "d" / "nntutor"
    assert find_places(lessons).config == tmp_path / "c" / "nntutor" / "config.toml"


def test_a_named_folder_without_a_course_is_refused_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PlacesError, match=r"--lessons: .*nowhere is not a folder"):
        find_places(tmp_path / "nowhere")
    with pytest.raises(PlacesError, match=r"has no course\.toml\. Name the folder that holds it"):
        find_places(tmp_path)
    monkeypatch.setenv(paths.LESSONS_VARIABLE, str(tmp_path))
    with pytest.raises(PlacesError, match=paths.LESSONS_VARIABLE):
        find_places()


def test_no_lessons_anywhere_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "tutor")
    with pytest.raises(PlacesError, match="--lessons DIR"):
        find_places()


def test_without_a_home_the_place_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = course(tmp_path / "lessons")
    monkeypatch.setattr(
        "platformdirs.user_data_path", lambda name, appauthor: Path("~/.local/share") / name
    )
    with pytest.raises(PlacesError, match=r"Set HOME .* or use --data-dir DIR"):
        find_places(lessons)
    assert find_places(lessons, tmp_path).data == tmp_path


def test_a_relative_folder_and_a_tilde_become_absolute(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    course(tmp_path / "lessons")
    places = find_places(Path("lessons"), Path("~/kept"))
    assert places.lessons == tmp_path / "lessons"
    assert places.data == home / "kept"


def test_finding_creates_nothing(tmp_path: Path, home: Path) -> None:
    find_places(course(tmp_path / "lessons"))
    assert not home.exists()


def test_private_folders_are_for_the_owner_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b")
        make_private(tmp_path / "a" / "b")
    finally:
        os.umask(previous)
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_in_the_way_of_a_folder_is_an_oserror(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError):
        make_private(tmp_path / "a" / "b")


def test_importing_paths_brings_no_library() -> None:
    code = "import sys, tutor.paths; print('platformdirs' in sys.modules, 'msgspec' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "False False\n"


@pytest.mark.parametrize("wide", ["home", ".", "tmp"])
def test_programs_are_shown_the_current_folder_unless_it_holds_more_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: str
) -> None:
    for name in ("home/work", "tmp"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "home" / "work")
    assert folders_for_programs() == (str(tmp_path / "home" / "work"),)
    monkeypatch.chdir(tmp_path / wide)
    assert folders_for_programs() == ()


def test_a_current_folder_that_has_gone_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert folders_for_programs() == ()
    monkeypatch.chdir(tmp_path)


def test_lessons_and_data_are_hidden_from_programs(tmp_path: Path) -> None:
    places = Places(tmp_path / "lessons", tmp_path / "images", tmp_path / "data", tmp_path / "c")
    assert hidden_from_programs(places) == (str(tmp_path / "lessons"), str(tmp_path / "data"))
