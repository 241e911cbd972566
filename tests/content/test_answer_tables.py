"""The tables themselves: complete, and without a row twice."""

from __future__ import annotations

from tests.content.answers import ANSWERS
from tutor.course.model import CodeStep, Course

WANTED = "each code step has its programs in tests/content/answers/<id>.toml"


def test_every_code_step_has_a_table(course: Course) -> None:
    steps = {step.id for step in course.steps() if isinstance(step, CodeStep)}
    assert set(ANSWERS) == steps, f"{WANTED}: {set(ANSWERS) ^ steps}"


def test_the_tables_hold_many_different_programs() -> None:
    right = [row.program for answers in ANSWERS.values() for row in answers.right]
    wrong = [row.program for answers in ANSWERS.values() for row in answers.wrong]
    assert len(set(right)) == len(right) >= 25
    assert len(set(wrong)) == len(wrong) >= 40


def test_every_misconception_and_note_of_a_step_is_met_by_a_row(course: Course) -> None:
    for step in course.steps():
        if isinstance(step, CodeStep):
            answers = ANSWERS.get(step.id)
            assert answers is not None, f"{WANTED}: {step.id}"
            met = {row.slug for row in answers.wrong} | {row.note for row in answers.right}
            ids = {item.id for item in step.misconceptions} | {note.id for note in step.notes}
            assert ids <= met, f"{step.id}: no row of its table meets {ids - met}"
