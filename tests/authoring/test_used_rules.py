"""Steps that begin with the answer to an earlier one: it must be needed, and any right one do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.python_runner import PythonRunner
from tests.support.used_steps import CUBE, SQUARE, used_course
from tutor.authoring.check import check

FEW = """
square = lambda number: {7: 49, -2: 4, 2.5: 6.25}.get(number, 0)
area = side * side
"""
NONE_OF_IT = CUBE.replace("edge * square(edge)", "edge ** 3").replace("square(edge)", "edge * edge")


async def problems_of(root: Path) -> list[str]:
    problems = await check(root, (), PythonRunner(), lambda *_: None)
    return [str(problem).removeprefix(f"{root}/first/") for problem in problems]


async def test_a_sound_course_has_no_problem(tmp_path: Path) -> None:
    assert await problems_of(used_course(tmp_path)) == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            {"square": SQUARE.replace('also_right = ["""', f'also_right = ["""{FEW}""", """')},
            "02-cube.toml:5: uses: with also_right[1] of `square` the solution is not right: This "
            "was judged with the tutor's solution in place of your own answer to “A function for "
            "squares”. With yours it would be refused: `volume`: you got 0. That is 8.0 too small. "
            "Line 1 computes it: print its parts one by one, and compare each with the task.",
        ),
        (
            {"cube": NONE_OF_IT},
            "02-cube.toml:5: uses[1]: neither the given code nor the solution reads a name of "
            "`square`",
        ),
    ],
    ids=["another right answer", "not needed"],
)
async def test_what_is_wrong_is_told_at_the_later_step(
    tmp_path: Path, steps: dict[str, str], problem: str
) -> None:
    assert problem in await problems_of(used_course(tmp_path, **steps))
