"""Places, lessons and settings, as they are found."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.lessons import QUIZ, READ, write_course
from tutor.config import Config
from tutor.doctor import kept
from tutor.doctor.findings import Finding, State
from tutor.doctor.kept import (
    examine_config,
    examine_data,
    examine_lessons,
    examine_theme,
    examine_versions,
    installed_version,
)
from tutor.paths import Places
from tutor.progress.chosen_theme import remember_theme
from tutor.progress.drafts import Drafts
from tutor.progress.entries import StepRead
from tutor.progress.journal import Journal


@pytest.fixture
def places(tmp_path: Path) -> Places:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    lessons = write_course(tmp_path / "lessons", read=READ, quiz=QUIZ)
    return Places(lessons, tmp_path / "images", data, tmp_path / "config.toml")


def stated(findings: Iterable[Finding]) -> list[tuple[State, str]]:
    return [(found.state, found.text) for found in findings]


def texts(findings: Iterable[Finding], state: State) -> list[str]:
    return [found.text for found in findings if found.state == state]


def test_versions_are_told() -> None:
    found = " ".join(texts(examine_versions(), "good"))
    assert "nntutor 0." in found
    assert "Python 3." in found
    assert "textual 8." in found
    assert installed_version("no-such-package-of-ours") is None


def test_a_system_other_than_linux_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Windows")
    (text,) = texts(examine_versions(), "bad")
    assert "built for Linux" in text


def test_what_was_kept_is_counted(places: Places) -> None:
    journal = Journal(places.data, now=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    journal.record(StepRead("intro"))
    journal.close()
    findings = tuple(examine_data(places))
    assert {found.state for found in findings} == {"good"}
    assert f"{places.data} can be written." in texts(findings, "good")
    assert "1 journal file, 1 step done." in texts(findings, "good")
    assert os.listdir(places.data) == ["journal"]


def test_a_data_folder_yet_to_come_is_fine_and_not_created(tmp_path: Path, places: Places) -> None:
    later = Places(places.lessons, places.images, tmp_path / "a" / "b", places.config)
    assert texts(examine_data(later), "good")[0].endswith("will be created at the first start.")
    assert not (tmp_path / "a").exists()


def test_a_file_in_place_of_the_data_folder_is_bad(tmp_path: Path, places: Places) -> None:
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        bad = texts(examine_data(Places(places.lessons, places.images, data, places.config)), "bad")
        assert [text for text in bad if f"{data} cannot be written" in text]


def test_a_disk_that_refuses_is_bad(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", refuse)
    assert texts(examine_data(places), "bad") == [
        f"{places.data} cannot be written: Disk quota exceeded. Nothing would be saved."
    ]


def test_little_space_is_bad(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "ENOUGH_SPACE", 1 << 62)
    (text,) = texts(examine_data(places), "bad")
    assert text.endswith(" free.")


def test_a_folder_open_to_others_is_noted(places: Places) -> None:
    places.data.chmod(0o755)
    (text,) = texts(examine_data(places), "note")
    assert "Other accounts on this machine" in text


def test_unreadable_journals_and_drafts_set_aside_are_noted(places: Places) -> None:
    drafts = Drafts(places.data)
    drafts.save("outputs", "sigmoid", "a")
    (places.data / "drafts" / "outputs" / "sigmoid.py").write_text("b")
    drafts.save("outputs", "sigmoid", "c")
    (places.data / "journal").mkdir()
    (places.data / "journal" / "x.jsonl").write_text("what?\n")
    journal, draft = texts(examine_data(places), "note")
    assert "has 1 line that cannot be read" in journal
    assert draft.startswith("1 draft set aside")


def test_settings_are_told(places: Places) -> None:
    assert stated(examine_config(places, ())) == [
        ("good", f"{places.config} does not exist: the defaults apply.")
    ]
    places.config.write_text("")
    assert stated(examine_config(places, ())) == [("good", f"{places.config} was read.")]
    problems = [f"config.toml:{line}: x: is not a setting" for line in range(1, 6)]
    assert stated(examine_config(places, problems)) == [("bad", problem) for problem in problems]


def test_lessons_are_counted(places: Places) -> None:
    assert stated(examine_lessons(places)) == [("good", f"1 lesson, 2 steps in {places.lessons}.")]


def test_lessons_that_cannot_be_used_are_bad(places: Places) -> None:
    (places.lessons / "course.toml").write_text("title = \n")
    bad = texts(examine_lessons(places), "bad")
    assert len(bad) >= 2
    assert [text for text in bad if "course.toml:1: TOML:" in text]


def test_of_many_problems_of_lessons_the_rest_is_counted(places: Places) -> None:
    head = places.lessons / "course.toml"
    head.write_text(head.read_text() + "".join(f"x{number} = 1\n" for number in range(5)))
    *_, last = examine_lessons(places)
    assert (last.state, last.text) == ("bad", "and 2 further problems.")
    assert "nntutor check" in last.todo


def test_a_theme_that_does_not_exist_is_bad(places: Places) -> None:
    known = ("nntutor-dark", "nntutor-light")
    assert examine_theme(places, Config(theme="nntutor-light"), known).state == "good"
    found = examine_theme(places, Config(theme="nntutor-lihgt"), known)
    assert (found.state, found.text) == (
        "bad",
        "There is no theme nntutor-lihgt: the app starts with nntutor-dark.",
    )
    remember_theme(places.data, "of-another-release", "nntutor-light")
    found = examine_theme(places, Config(theme="nntutor-light"), known)
    assert found.state == "bad"
    assert "of-another-release" in found.text


def test_the_theme_is_told_with_what_named_it(places: Places) -> None:
    light = Config(theme="nntutor-light")
    assert examine_theme(places, Config()).text == "The theme is nntutor-dark."
    assert examine_theme(places, light).text.endswith("from `theme` in config.toml.")
    remember_theme(places.data, "nntutor-contrast", "nntutor-light")
    assert examine_theme(places, light).text.endswith("contrast, chosen in the app.")


def test_what_named_the_data_folder_is_told(places: Places) -> None:
    named = replace(places, data_source="NNTUTOR_DATA_DIR")
    assert f"{places.data}, the folder that NNTUTOR_DATA_DIR names, can be written." in texts(
        examine_data(named), "good"
    )
