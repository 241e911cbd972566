"""The tables themselves: complete, and without a row twice."""

from __future__ import annotations

import ast

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


def renamed(program: str) -> str:
    """Return the syntax tree of a program, with numbers for the names that it binds."""
    tree = ast.parse(program)
    numbers: dict[str, str] = {}
    for node in ast.walk(tree):
        for name in _bound_by(node):
            numbers.setdefault(name, str(len(numbers)))
    for node in ast.walk(tree):
        for field in ("id", "arg", "name"):
            own = getattr(node, field, None)
            if isinstance(own, str):
                setattr(node, field, numbers.get(own, own))
    return ast.dump(tree)


def _bound_by(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
    return ()


def test_programs_that_differ_in_their_own_names_alone_are_one() -> None:
    one = "def area(side):\n    return side ** 2\nresult = area(side=x)"
    other = "def square(n):\n    return n ** 2\nproduct = square(n=x)"
    assert renamed(one) == renamed(other)
    assert renamed(one) != renamed(one.replace("=x)", "=y)")), "what is given has its own name"


def test_every_step_has_programs_that_differ_by_more_than_names() -> None:
    for step, answers in ANSWERS.items():
        assert len({renamed(row.program) for row in answers.right}) >= 8, step
        assert len({row.program for row in answers.wrong}) >= 12, step
        assert len({row.slug for row in answers.wrong}) >= 5, step


def test_every_misconception_and_note_of_a_step_is_met_by_a_row(course: Course) -> None:
    for step in course.steps():
        if isinstance(step, CodeStep):
            answers = ANSWERS.get(step.id)
            assert answers is not None, f"{WANTED}: {step.id}"
            met = {row.slug for row in answers.wrong} | {row.note for row in answers.right}
            ids = {item.id for item in step.misconceptions} | {note.id for note in step.notes}
            assert ids <= met, f"{step.id}: no row of its table meets {ids - met}"
