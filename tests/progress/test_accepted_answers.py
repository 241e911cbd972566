"""The accepted programs of a learner: the last one of each step is kept, whoever writes it."""

from __future__ import annotations

from pathlib import Path

from tutor.course.model import UsedAnswer
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import NotSaved, Saved


def test_the_last_program_counts_whichever_app_saved_it(tmp_path: Path) -> None:
    one, other = AcceptedAnswers(tmp_path), AcceptedAnswers(tmp_path)
    results = [
        one.save("basics", "double", "y = 2 * x"),
        other.save("basics", "double", "y = x + x"),
        one.save("basics", "double", "y = x * 2"),
    ]
    assert results == [Saved(), Saved(), Saved()]
    assert other.load("basics", "double") == "y = x * 2"
    assert [file.name for file in (tmp_path / "accepted" / "basics").iterdir()] == ["double.py"]


def test_a_step_that_was_renamed_has_its_program(tmp_path: Path) -> None:
    answers = AcceptedAnswers(tmp_path)
    answers.save("basics", "twice", "y = 2 * x")
    used = UsedAnswer(step="double", lesson="basics", was="twice")
    assert answers.own(used) == "y = 2 * x"
    answers.save("basics", "double", "y = x + x")
    assert answers.own(used) == "y = x + x"


def test_what_is_not_there_or_no_text_is_no_answer(tmp_path: Path) -> None:
    answers = AcceptedAnswers(tmp_path)
    assert answers.load("basics", "double") == ""
    (tmp_path / "accepted" / "basics" / "double.py").mkdir(parents=True)
    assert answers.load("basics", "double") == ""
    assert answers.load("..", "double") == ""
    (tmp_path / "accepted" / "basics" / "other.py").write_bytes(b"\xff\xfe")
    assert answers.load("basics", "other") == ""


def test_a_program_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    (tmp_path / "accepted").write_text("a file where the folder should be")
    assert isinstance(AcceptedAnswers(tmp_path).save("basics", "double", "y = 1"), NotSaved)
