"""Which part of a file of several exercises belongs to a step."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tutor.course.model import Exercise
from tutor.course.step_tables import Check
from tutor.grading.sections import sections
from tutor.grading.submission import read_submission

STEP = sigmoid_step(
    prelude="import math\n",
    given="x = 1\nname = 'x'\n",
    solution="y = 2 * x\nz = y + 1\n",
    also_right=(),
    checks=(Check(same="z"),),
)
OTHERS = ("x = 5\nw = x + 1\nv = 0\n", "a = 7\n")


def exercises(givens: tuple[str, ...]) -> list[Exercise]:
    return [Exercise(given) for given in givens]


def parts(source: str, others: tuple[str, ...] = OTHERS) -> list[tuple[int, int, str]]:
    """First and last line of each, and what of it runs, in one line."""
    found = sections(STEP, read_submission(STEP, source), exercises(others))
    return [
        (part.first, part.last, "; ".join(filter(None, part.submission.source.split("\n"))))
        for part in found
    ]


OWN = "x = 1\nname = 'x'\ny = 2 * x\nz = y + 1\n"
ANSWER = "y = 2 * x; z = y + 1"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        # nothing of another exercise: no parts
        (OWN, []),
        ("y = 2 * x\nz = y + 1\nx = 5\n", []),
        # another one below, by all of its givens or by two of them
        ("y = 2 * x\nz = y + 1\na = 7\nz = a\n", [(1, 2, ANSWER)]),
        ("y = 2 * x\nz = y + 1\nx = 5\nv = 0\nz = x\n", [(1, 2, ANSWER)]),
        ("y = 2 * x\nz = y + 1\nx = 5\nx\nv = 0\nz = x\n", [(1, 2, ANSWER)]),
        # above, below and on both sides; other numbers are another program
        ("a = 7\nz = a\n" + OWN, [(3, 6, ANSWER)]),
        ("a = 7\nz = a\n" + OWN + "x = 5\nw = x + 1\nv = 0\ny = z = 9\n", [(3, 6, ANSWER)]),
        ("a = 8\nz = a\n" + OWN, []),
        # imports are kept from above, and functions that are called
        (
            "a = 7\nfrom os import path\ndef f(b):\n    return b\nz = f(a)\n" + OWN,
            [(6, 9, "from os import path; " + ANSWER)],
        ),
        (
            "a = 7\ndef f(b):\n    return b\ndef g(b): return f(b)\nz = f(a)\n" + OWN + "z = g(z)",
            [(6, 10, "def f(b):;     return b; def g(b): return f(b); " + ANSWER + "; z = g(z)")],
        ),
        # what does not bind what is asked for is a part where the givens stand above it
        ("a = 7\nz = a\nx = 1\nname = 'x'\ny = 2 * x\n", [(3, 5, "y = 2 * x")]),
        ("a = 7\nz = a\nx = 1\nname = 'x'\nprint(2 * x)\n", [(3, 5, "print(2 * x)")]),
        ("a = 7\nz = a\nx = 1\nname = 'x'\nimport math\n", []),
        ("y = 2 * x\na = 7\nz = a\n", []),
    ],
)
def test_the_part_that_belongs_to_the_step(source: str, found: list[tuple[int, int, str]]) -> None:
    assert parts(source) == found


def test_what_stands_above_can_be_had_too() -> None:
    source = "a = 7\nhalf = a / 2\nc = half\n" + OWN + "z = y + half\na = 7\n"
    (part,) = sections(STEP, read_submission(STEP, source), exercises(OTHERS))
    assert "half = a / 2" in part.submission.source
    assert "c = half" not in part.submission.source
    assert part.submission.source.count("a = 7") == 1


def test_what_a_function_names_for_itself_is_not_had_from_above() -> None:
    above = "a = 7\nhalf = a / 2\nw = half\n"
    own = "def f(q):\n    half = w = q\n    return half + w\ny = f(x)\nz = y + 1\n"
    (part,) = sections(
        STEP, read_submission(STEP, above + STEP.given + own + "a = 7\n"), exercises(OTHERS)
    )
    assert part.submission.source.strip() == own.strip()


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("for k in range(3):\n    half = k\n    y = half * x\nz = y + 1\n", False),
        ("with f() as half:\n    y = half * x\nz = y + 1\n", False),
        ("for k in range(3):\n    y = half * x\n    half = k\nz = y + 1\n", True),
        ("while half:\n    half = 0\ny = x\nz = y + 1\n", True),
        ("for half in half:\n    y = half * x\nz = y + 1\n", True),
    ],
)
def test_what_a_loop_binds_before_it_reads_it_is_not_had_from_above(own: str, kept: bool) -> None:
    source = "a = 7\nhalf = a / 2\n" + STEP.given + own + "a = 7\n"
    (part,) = sections(STEP, read_submission(STEP, source), exercises(OTHERS))
    assert ("half = a / 2" in part.submission.source) == kept


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("y = (lambda half: half * x)(2)\nz = y + 1\n", False),
        ("y = (lambda b=half: b * x)()\nz = y + 1\n", True),
        ("y = sum(half for half in [x, x])\nz = y + 1\n", False),
        ("y = sum(b for b in [half])\nz = y + 1\n", True),
        ("y = sum(half for half in [half])\nz = y + 1\n", True),
        ("y = sum(b for half in [x] for b in [half])\nz = y + 1\n", False),
        ("half *= 2\ny = z = half\n", True),
    ],
)
def test_what_an_expression_binds_for_itself_is_not_had_from_above(own: str, kept: bool) -> None:
    source = "a = 7\nhalf = a / 2\n" + STEP.given + own + "a = 7\n"
    (part,) = sections(STEP, read_submission(STEP, source), exercises(OTHERS))
    assert ("half = a / 2" in part.submission.source) == kept


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("half.append(a)", True),
        ("for k in [a]:\n    half.append(k)", True),
        ("half[0] = a", True),
        ("half.real.imag = a", True),
        ("fill(half)", True),
        ("print(half)", False),
        ("half.append(x)", False),
        ("c = x\nhalf.append(c)", False),
        ("import half\nhalf.show()", False),
        ("def g(): half.append(a)", False),
        ("c = [half]", False),
        ("other.append(half[0])", False),
    ],
)
def test_what_is_had_from_above_is_changed_as_it_is_there(change: str, kept: bool) -> None:
    own = "y = half\nz = y + 1\na = 7\n"
    source = f"a = 7\nhalf = []\nother = []\n{change}\n{STEP.given}{own}"
    (part,) = sections(STEP, read_submission(STEP, source), exercises(OTHERS))
    assert (change.splitlines()[-1] in part.submission.source) == kept


def test_a_function_from_above_is_no_given() -> None:
    source = "a = 7\ndef x(): return nowhere\n" + OWN + "a = 7\n"
    (part,) = sections(STEP, read_submission(STEP, source), exercises(OTHERS))
    assert part.submission.source.strip() == ANSWER.replace("; ", "\n")


def test_an_asked_name_may_be_bound_by_a_function_above() -> None:
    step = sigmoid_step(
        prelude="", given="x = 1\nn = 'x'\n", solution="def f(): 0\nz = f()\n", also_right=(),
        checks=(Check(true="callable(f)"), Check(same="z")),
    )  # fmt: skip
    source = "a = 7\ndef f(): return 1\nx = 1\nn = 'x'\nz = 1\na = 7\n"
    (part,) = sections(step, read_submission(step, source), exercises(OTHERS))
    assert "def f(): return 1" in part.submission.source


def test_givens_of_a_part_are_known_as_they_are_alone() -> None:
    step = sigmoid_step(
        prelude="",
        given="m = []\nn = 4\nm.sort()\nfor k in range(5):\n    m.append(k)\n",
        solution="y = m",
        also_right=(),
        checks=(Check(same="y"),),
    )
    without_sort = "m = []\nn = 4\nfor k in range(9):\n    print(k)\n    m.append(k)\n"
    source = f"a = 7\n{without_sort}y = m\na = 7\n"
    (part,) = sections(step, read_submission(step, source), exercises(OTHERS))
    assert part.submission.source.strip() == "y = m"


def test_of_several_answers_the_last_one_counts() -> None:
    assert [first for first, *_ in parts("a = 7\n" + OWN + "a = 7\n" + OWN)] == [7]


def test_where_two_steps_have_the_same_givens_each_may_be_meant() -> None:
    both = (*OTHERS, STEP.given)
    assert [first for first, *_ in parts("a = 7\n" + OWN + OWN, both)] == [6, 2]


def test_givens_that_begin_with_these_and_go_on_are_another_exercise() -> None:
    longer = STEP.given + "y = 0\n"
    assert [first for first, *_ in parts(OWN + longer + "z = 4\n", (longer,))] == [3]
    found = parts("a = 7\nz = 0\n" + OWN + longer + "z = 4\n", (*OTHERS, longer))
    assert [first for first, *_ in found] == [3]


def test_part_of_the_answer_begins_no_exercise() -> None:
    others = ("q = 1\ny = 2 * x\nz = y + 1\nu = 0\n", "a = 7\n")
    assert parts(OWN + "a = 7\nz = 3\n", others) == [(3, 4, ANSWER)]


@pytest.mark.parametrize("source", ["", "\n", "y = (", "a = 7\n", "\x00"])
def test_any_text_can_be_asked_about(source: str) -> None:
    assert parts(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        # a copy of the given code with another line in it, or above its rest
        ("a = 7\nu = 1\nv = 2\nw = 0\nx = 4\ny = 5\nz = u\n",
         [(2, 7, "w = 0; x = 4; y = 5; z = u")]),
        ("a = 7\nb = a\nu = 0\nu\nv = 2\nw = 3\nx = 4\ny = 5\nz = u\n",
         [(3, 9, "u = 0; u; v = 2; w = 3; x = 4; y = 5; z = u")]),
        # all of the given code once more, and lines that make no givens
        ("a = 7\nu = 1\nv = 2\nw = 3\nx = 4\ny = 5\nz = 0\nu = 9\nv = 2\nw = 3\nz = u\n",
         [(8, 11, "u = 9; v = 2; w = 3; z = u")]),
        ("a = 7\nv = 2\nw = 3\nprint(a)\nz = u\nx = 4\ny = 5\nz = u\n", [(6, 8, "z = u")]),
    ],
)  # fmt: skip
def test_a_copy_of_the_given_code_with_other_lines_is_one_part(
    source: str, found: list[tuple[int, int, str]]
) -> None:
    step = sigmoid_step(
        given="u = 1\nv = 2\nw = 3\nx = 4\ny = 5\n", solution="z = u\n", checks=(Check(same="z"),)
    )
    parts = sections(step, read_submission(step, source), exercises(("a = 7\n",)))
    assert [
        (part.first, part.last, "; ".join(filter(None, part.submission.source.split("\n"))))
        for part in parts
    ] == found
