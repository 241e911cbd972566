"""A kind of step is a row in the table of each room: all else asks the row, not for the kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tutor.authoring import check
from tutor.cli.for_authors import STARTS
from tutor.course import kinds as course
from tutor.course.model import QuestionStep, StepKind
from tutor.first_screen import kinds as first_screen
from tutor.grading import kinds as grading
from tutor.plain import kinds as plain
from tutor.session.commands import NAMED

ROOT = Path(__file__).parents[2]
ROOMS = ("course", "grading", "first_screen", "plain")
TABLES = {ROOT / "tutor" / room / "kinds.py" for room in ROOMS}
MODULES = sorted(set((ROOT / "tutor").rglob("*.py")) - TABLES)

KINDS = frozenset(get_args(StepKind))
NO_STEP = "none"
OWN = "try"
CLASSES = frozenset(
    [QuestionStep.__name__, *(kind.step.__name__ for kind in course.KINDS.values())]
)

ALLOWED = 10
"""Decisions by kind outside the tables: a pane of one kind has to know its own steps, and the rules
for authors are as many as there are things to get wrong."""


def _names(node: ast.AST) -> set[str]:
    """All names in an expression, without what they are looked up in."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _texts(node: ast.AST) -> set[str]:
    constants = (each for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {each.value for each in constants if isinstance(each.value, str)}


def _is_a_kind(node: ast.expr) -> bool:
    """Whether it is called a kind: `step.kind`, `kind_name(step)`, `tag`."""
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return "kind" in name or name == "tag"


def _asks_for_a_class(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name("isinstance" | "issubclass"), args=[_, classes]):
            return bool(_names(classes) & CLASSES)
        case ast.MatchClass(cls=cls):
            return bool(_names(cls) & CLASSES)
        case ast.Compare(left=left, comparators=others):  # type(step) is CodeStep
            return any(_names(side) & CLASSES for side in (left, *others))
    return False


def _asks_for_a_kind(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = (left, *others)
            texts = set().union(*map(_texts, sides))
            return bool(texts & {*KINDS, NO_STEP}) and any(map(_is_a_kind, sides))
        case ast.Match(subject=subject, cases=cases) if _is_a_kind(subject):
            return any(_texts(case.pattern) & {*KINDS, NO_STEP} for case in cases)
        case ast.Dict(keys=keys):  # a table of its own
            texts = set().union(*(_texts(key) for key in keys if key is not None))
            classes = set().union(*(_names(key) for key in keys if key is not None))
            return len(texts & KINDS) > 1 or bool(classes & CLASSES)
    return False


def decisions(source: str) -> Iterator[int]:
    """The lines that ask which kind a step has."""
    for node in ast.walk(ast.parse(source)):
        if _asks_for_a_class(node) or _asks_for_a_kind(node):
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize(
    "source",
    [
        "isinstance(step, CodeStep)",
        "isinstance(state.step, model.QuizStep | PredictStep)",
        "[step for step in steps if isinstance(step, (ReadStep, QuestionStep))]",
        "type(step) is CodeStep",
        "step.kind == 'code'",
        "look.kind in ('quiz', 'predict')",
        "'none' != kind_name(step)",
        "rows = {'code': 1, 'quiz': 2}",
        "rows = {CodeStep: 1}",
        "match step:\n    case CodeStep():\n        pass",
        "match step.kind:\n    case 'read':\n        pass",
    ],
)
def test_a_decision_by_kind_is_seen(source: str) -> None:
    assert len(list(decisions(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "isinstance(event, StepShown)",
        "kind_of(step).has_program",
        "verdict.kind == 'reject'",
        "look.pane == 'code'",
        "def load(step: CodeStep) -> None: ...",
        "styles = {'code': 1, 'bold': 2}",
    ],
)
def test_other_questions_are_none(source: str) -> None:
    assert list(decisions(source)) == []


def test_few_decisions_by_kind_stand_outside_the_tables() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        for line in decisions(path.read_text())
    ]
    assert len(found) <= ALLOWED, found


def test_each_table_has_a_row_for_each_kind() -> None:
    assert list(course.KINDS) == list(get_args(StepKind))
    assert list(course.TRAITS) == [*course.KINDS, OWN]
    assert list(grading.KINDS) == list(course.TRAITS)
    assert list(first_screen.KINDS) == [NO_STEP, *course.TRAITS]
    assert list(plain.KINDS) == list(first_screen.KINDS)
    assert set(check._CHECKS) < set(course.KINDS)
    assert {path.stem for path in STARTS.iterdir()} == KINDS


def test_a_row_of_the_course_is_that_of_its_class() -> None:
    assert {name: kind.step.__struct_config__.tag for name, kind in course.KINDS.items()} == {
        name: name for name in course.KINDS
    }


def test_what_a_kind_has_there_is_something_to_do_with() -> None:
    for name, kind in course.TRAITS.items():
        graded, shown = grading.KINDS[name], first_screen.KINDS[name]
        assert (graded.command is not None) == kind.has_program
        assert (name in NAMED["check"].on) == (kind.has_question or kind.has_judged_program)
        assert (graded.judge_program is not None) == kind.has_judged_program
        assert (graded.reached_goals is not None) == kind.has_sliders == ("lab" in shown.panes)
        assert (graded.judge_guess is not None) == kind.is_guessed
        is_answered = graded.judge_answer is not None or graded.judge_guess is not None
        assert is_answered == kind.has_question == shown.is_question
        assert ("code" in shown.panes) == (kind.has_program and not kind.has_sliders)
