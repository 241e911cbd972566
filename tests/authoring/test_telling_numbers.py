"""What counts as a number by which an answer is told to have a wrong program's mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.claim_rules import telling_numbers
from tutor.authoring.evidence import gather_evidence
from tutor.course.model import CodeStep

PROGRAM = "y = 2 * x"


async def told(folder: Path, wrong: str, check: str = 'same = "y"', vary: str = "-5") -> set[str]:
    """The numbers of a wrong program, where twice 3 is asked for, or twice another."""
    text = CODE.partition("[[check]]")[0]
    text += f'[[check]]\nname = "y"\n{check}\n\n[[vary]]\ngiven.x = "{vary}"\n\n'
    text += f'[[misconception]]\nid = "wrong"\nwrong = "{wrong}"\nsay = "That is wrong."\n'
    (step,) = sound_course(write_course(folder, step=text)).steps()
    assert isinstance(step, CodeStep)
    return set(telling_numbers(step, await gather_evidence(step, PythonRunner()), wrong))


@pytest.mark.parametrize(
    ("wrong", "check", "numbers"),
    [
        ("y = x ** 2", 'same = "y"', {"9", "25"}),
        ("y = x - x", 'same = "y"', {"0"}),
        ("y = abs(2 * x)", 'same = "y"', {"10"}),
        ("y = x", "same = \"[y, 7, 'word']\"", {"3", "-5"}),
        ("y = x", 'same = "[7] * y"', {"7"}),
        ("y = x", "same = \"{'y': y}\"", {"3", "-5"}),
        ("y = 2 * x + 1", 'true = "y == 2 * given.x"', set()),
        ("y = 2 * x + 1", 'same = "y == 6 or y == -10"', set()),
        ("y = 0", 'same = "60 // y"', {"ZeroDivisionError: integer division or modulo by zero"}),
        ("y = x ** 2", 'same = "y"\nbase_only = true', {"9"}),
    ],
)
async def test_what_no_right_answer_has_counts_once(
    tmp_path: Path, wrong: str, check: str, numbers: set[str]
) -> None:
    assert await told(tmp_path, wrong, check) == numbers


async def test_checks_that_the_wrong_program_meets_tell_nothing(tmp_path: Path) -> None:
    more = 'same = "y % 2"\n\n[[check]]\nname = "z"\nsame = "y"'
    assert await told(tmp_path, "y = 2 * x + 2", more) == {"8", "-8"}
