"""The answers to a lesson, written as one program where the learner works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.used_steps import OWN, used_course
from tutor.paths import Places, find_places
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.session.lesson_program import NO_ANSWERS, NO_LESSON, write_answers


@pytest.fixture
def places(tmp_path: Path) -> Places:
    lessons = used_course(tmp_path / "lessons")
    return find_places(lessons, tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def answered(places: Places, program: str = OWN) -> None:
    AcceptedAnswers(places.data).save("first", "square", program)


def test_the_sentence_names_the_file_and_what_is_missing(places: Places, folder: Path) -> None:
    answered(places)
    sentence = write_answers(places, "first", folder)
    file = folder / "first.py"
    assert OWN.strip() in file.read_text()
    assert f"Your answers are in {file}." in sentence
    assert "`python first.py`" in sentence
    assert "Not answered yet, so left out:" in sentence


def test_what_is_there_is_never_written_over(places: Places, folder: Path) -> None:
    answered(places)
    (folder / "first.py").write_text("mine = 1")
    (folder / "first-2.py").mkdir()
    assert "first-3.py" in write_answers(places, "first", folder)
    assert (folder / "first.py").read_text() == "mine = 1"


def test_the_same_answers_are_written_once(places: Places, folder: Path) -> None:
    answered(places)
    assert write_answers(places, "first", folder) == write_answers(places, "first", folder)
    assert [file.name for file in folder.iterdir()] == ["first.py"]


def test_without_answers_nothing_is_written(places: Places, folder: Path) -> None:
    assert write_answers(places, "first", folder) == NO_ANSWERS
    assert write_answers(places, "no-such", folder) == NO_LESSON
    assert not list(folder.iterdir())


def test_a_folder_that_is_gone_is_told(places: Places, folder: Path) -> None:
    answered(places)
    sentence = write_answers(places, "first", folder / "gone")
    assert sentence.startswith("Nothing was written: No such file or directory.")
    assert "nntutor export first FILE" in sentence
