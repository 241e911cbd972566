from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.lessons import CODE, sound_course, write_course
from tutor.course.changes import with_changes
from tutor.course.load import load_course
from tutor.course.model import CodeStep

SOLUTION = """\
total = 0
for x in xs:
    total += x

    print(x)
print(total)
"""


def test_a_program_without_the_mark_is_whole() -> None:
    assert with_changes(SOLUTION, "a @ b\n@@\n") == "a @ b\n@@\n"


def test_lines_are_replaced_added_and_left_out() -> None:
    changes = "@@\n for x in xs:\n-    total += x\n+    total = x\n\n@@\n-print(total)\n"
    assert with_changes(SOLUTION, changes) == (
        "total = 0\nfor x in xs:\n    total = x\n\n    print(x)\n"
    )
    assert with_changes("y = 2", "@@\n+x = 1\n y = 2\n") == "x = 1\ny = 2"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ("@@\n-total = 1\n", "the solution has no lines like those of the hunk at `total = 1`"),
        ("@@\n-    x\n", "the solution has no lines like those of the hunk at `x`"),
        ("@@\n+import math\n", "a hunk needs a line of the solution, to say where it belongs"),
        ("@@\nprint(total)\n", "`print(total)` should begin with a space, + or -"),
        (
            "@@\n-print(total)\n@@\n-total = 0\n",
            "the hunk at `total = 0` belongs before the one above it",
        ),
    ],
)
def test_changes_that_do_not_fit(changes: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        with_changes(SOLUTION, changes)


def test_lines_that_occur_twice_do_not_tell_a_place() -> None:
    with pytest.raises(ValueError, match="the solution has the lines at `a` 2 times"):
        with_changes("a\nb\na\n", "@@\n-a\n")


LINES = st.lists(st.sampled_from(["a", "    b", "", "-c", "@@x"]), min_size=1, max_size=6)


@given(LINES, LINES)
def test_a_whole_diff_gives_the_other_program(solution: list[str], program: list[str]) -> None:
    rows = [row for row in difflib.ndiff(solution, program) if row[0] != "?"]
    changes = "\n".join(["@@", *(row[0] + row[2:] for row in rows), ""])
    assert with_changes("\n".join(solution) + "\n", changes) == "".join(
        line + "\n" for line in program
    )


def test_a_step_with_changes(tmp_path: Path) -> None:
    step = CODE.replace('"y = x ** 2"', '"@@\\n-y = 2 * x\\n+y = x + x"')
    (code,) = sound_course(write_course(tmp_path, code=step)).steps()
    assert isinstance(code, CodeStep)
    assert code.misconceptions[0].wrong == "y = x + x"


def test_a_change_that_does_not_fit_is_a_problem_at_its_key(tmp_path: Path) -> None:
    step = CODE.replace('"y = x ** 2"', '"@@\\n-y = 3 * x"')
    _, problems = load_course(write_course(tmp_path, code=step))
    assert [each.message for each in problems] == [
        "the solution has no lines like those of the hunk at `y = 3 * x`"
    ]
    assert problems[0].key == "misconception[1].wrong"
