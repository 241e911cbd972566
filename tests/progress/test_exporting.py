"""What `nntutor export` writes of the questions that were answered, beside the programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.lessons import CODE, NUMBER, PREDICT, QUIZ, READ, sound_course, write_course
from tutor.progress.entries import QuizAnswered
from tutor.progress.exporting import export_lessons
from tutor.progress.journal import Journal
from tutor.progress.notebook_cells import read_cells

JUDGED = QUIZ.replace('"one"', '"true-false"').replace('"which"', '"true"')
ANSWERS: tuple[QuizAnswered, ...] = (
    QuizAnswered("which", "accept", {0: True}),
    QuizAnswered("which", "reject", {1: True}),
    QuizAnswered("true", "accept", {0: True, 1: False}),
    QuizAnswered("halved", "reject", {0: True, 1: False}),
    QuizAnswered("how-many", "accept", {}, "0.75"),
)
WHICH = "Which is larger?\n\n- [ ] 2\n- [x] 1\n\nThat is not right."
TRUE = "Which is larger?\n\n- 2 You said: true.\n- 1 You said: false.\n\nThat is right."
HALVED = (
    "What is in `x` after the program?\n\n```\ny = x / 2\n```\n\n"
    "- [x] 2\n- [ ] 1\n\nIt came out otherwise."
)
HOW_MANY = "What is 3 / 4?\n\nYour answer: `0.75`\n\nThat is right."


def exported(folder: Path, answers: tuple[QuizAnswered, ...], name: str) -> str:
    root = write_course(
        folder / "lessons",
        read=READ,
        quiz=QUIZ,
        judged=JUDGED,
        code=CODE,
        guess=PREDICT,
        number=NUMBER,
    )
    journal = Journal(folder / "data", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for each in answers:
        journal.record(each)
    journal.close()
    course = sound_course(root)
    file = folder / name
    list(
        export_lessons(course, [(course.lessons[0], file)], folder / "data", lambda step: step.text)
    )
    return file.read_text()


def test_the_last_answer_to_each_question_stands_in_its_place(tmp_path: Path) -> None:
    page = exported(tmp_path, ANSWERS, "answers.md")
    parts = [part.partition("\n\n") for part in page.split("## ")[1:]]
    assert [(title, text.strip()) for title, _, text in parts if title != "Twice as much"] == [
        ("Which", WHICH),
        ("Which", TRUE),
        ("Which of them changes?", HALVED),
        ("How many", HOW_MANY),
    ]
    assert [title for title, _, _ in parts].index("Twice as much") == 2


def test_nothing_is_told_of_a_statement_that_was_not_judged(tmp_path: Path) -> None:
    page = exported(tmp_path, (QuizAnswered("true", "reject", {0: True}),), "answers.md")
    assert "- 2 You said: true.\n- 1\n" in page


def test_what_was_not_answered_is_left_out(tmp_path: Path) -> None:
    assert "Which" not in exported(tmp_path, (), "answers.md")


@pytest.mark.parametrize("name", ["answers.py", "answers.ipynb"])
def test_an_import_finds_no_code_in_them(tmp_path: Path, name: str) -> None:
    text = exported(tmp_path, ANSWERS, name)
    assert "Your answer: `0.75`" in text
    cells = read_cells(Path(name).suffix, text.encode()).cells
    assert {each.mark for each in cells if each.mark} == {"double"}
