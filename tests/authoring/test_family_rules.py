"""Families of a course: shared by two steps or more, and had by each that should have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import BOUND, CODE, FAMILY, write_course, write_family
from tutor.authoring.course_rules import check_families, files_that_bind
from tutor.course.load import load_course

OTHER = CODE.replace('id = "double"', 'id = "double-again"')
BY_PROPERTY = CODE.replace('wrong = "y = x ** 2"', 'when = "y == x ** 2"')


def problems_of(root: Path, one: str, other: str, family: str = FAMILY) -> list[str]:
    write_family(write_course(root, one=one, other=other), family)
    course, problems = load_course(root)
    assert problems == ()
    return [str(problem).removeprefix(f"{root}/") for problem in check_families(root, course)]


def test_a_family_that_two_steps_have_is_fine(tmp_path: Path) -> None:
    assert problems_of(tmp_path, f"{CODE}\n{BOUND}", f"{OTHER}\n{BOUND}") == []


def test_an_idea_that_one_step_has_belongs_there(tmp_path: Path) -> None:
    without = 'without.halved = "It is right."\n'
    assert problems_of(tmp_path, f"{CODE}\n{BOUND}{without}", f"{OTHER}\n{BOUND}") == [
        "families/doubling.toml:12: misconception[2]: warning: only the step `double-again` uses "
        "it: move it there"
    ]


@pytest.mark.parametrize(("printed", "count"), [("", 1), ("print", 0)])
def test_a_step_with_a_name_of_the_family_should_have_it(
    tmp_path: Path, printed: str, count: int
) -> None:
    family = f'found_in = ["sqrt"]\n{FAMILY}'
    third = CODE.replace('id = "double"', 'id = "third"').replace(
        'solution = "y = 2 * x"', f'solution = "y = 2 * x; {printed}(math.sqrt)"'
    )
    write_course(tmp_path, one=f"{CODE}\n{BOUND}", other=f"{OTHER}\n{BOUND}", third=third)
    write_family(tmp_path, family)
    problems = check_families(tmp_path, load_course(tmp_path)[0])
    assert [each.key for each in problems] == ["family"] * count


def test_a_step_with_lines_to_order_cannot_have_a_family(tmp_path: Path) -> None:
    order = """
id = "in-order"
kind = "order"
title = "In order"
text = "Let `z` be the root of `y`."
lines = '''
y = 4.0
z = math.sqrt(y)
'''
hints = ["Which needs nothing?", "Which needs `y`?"]
[[check]]
same = "z"
[[vary]]
seed = 1
"""
    write_course(tmp_path, one=f"{CODE}\n{BOUND}", other=f"{OTHER}\n{BOUND}", third=order)
    write_family(tmp_path, f'found_in = ["sqrt"]\n{FAMILY}')
    course, problems = load_course(tmp_path)
    assert problems == ()
    assert check_families(tmp_path, course) == []


def test_what_two_steps_of_a_family_tell_alike_belongs_into_one(tmp_path: Path) -> None:
    other = BY_PROPERTY.replace('id = "double"', 'id = "double-again"')
    (problem,) = problems_of(tmp_path, f"{BY_PROPERTY}\n{BOUND}", f"{other}\n{BOUND}")
    assert "is also in the step `double`: move it to a family of both" in problem


def test_the_steps_of_a_family_are_known_by_its_file(tmp_path: Path) -> None:
    write_course(tmp_path, one=f"{CODE}\n{BOUND}", other=OTHER)
    file = write_family(tmp_path)
    course, _ = load_course(tmp_path)
    assert [each.name for each in files_that_bind(course, [file])] == ["01-double.toml"]
    assert files_that_bind(course, [tmp_path / "first"]) == []
