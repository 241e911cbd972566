"""Which neighbours of a wrong program are told its words, though they compute something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.mutation.claims import find_claims
from tutor.course.model import CodeStep


async def claims(folder: Path, check: str, more: str = "", most: int = 99) -> tuple[str, ...]:
    """What a wrong program that adds 1 claims of its neighbours, where twice `x` is asked for."""
    text = CODE.partition("[[check]]")[0]
    text += f'{more}[[check]]\nname = "y"\n{check}\n\n[[vary]]\ngiven.x = "-5"\n\n'
    text += '[[misconception]]\nid = "wrong"\nwrong = "y = 2 * x + 1"\nsay = "You added 1."\n'
    (step,) = sound_course(write_course(folder, step=text)).steps()
    assert isinstance(step, CodeStep)
    (item,) = step.misconceptions
    return await find_claims(step, item, PythonRunner(), most)


async def test_what_misses_the_same_and_computes_something_else_is_claimed(tmp_path: Path) -> None:
    found = await claims(tmp_path, 'true = "y == 2 * given.x"')
    assert "its line 1: `1` becomes `2`" in found
    assert "the solution's line 1: `2` becomes `3`" in found


async def test_what_computes_the_same_is_not_another(tmp_path: Path) -> None:
    found = await claims(tmp_path, 'true = "y == 2 * given.x"')
    assert "its line 1: `2 * x` becomes `x * 2`" not in found


async def test_what_has_other_values_is_not_claimed(tmp_path: Path) -> None:
    assert await claims(tmp_path, 'same = "y"') == ()


async def test_free_numbers_are_no_mistake(tmp_path: Path) -> None:
    free = '[[free]]\nconstant = "2"\nleast = 1\nmost = 9\n\n'
    found = await claims(tmp_path, 'true = "y == 2 * given.x"', free)
    assert found
    assert not any("`2` becomes" in name for name in found)


@pytest.mark.parametrize("most", [1, 2])
async def test_no_more_are_looked_for_than_are_wanted(tmp_path: Path, most: int) -> None:
    assert len(await claims(tmp_path, 'true = "y == 2 * given.x"', most=most)) == most
