"""Which smaller parts of a refused file are tried."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import pytest

from tests.grading.steps import sigmoid_step
from tutor.course.model import Exercise
from tutor.course.step_tables import Check
from tutor.grading import narrower_sections as module
from tutor.grading.free_names import names_bound
from tutor.grading.narrower_sections import narrower_sections, sections_without_own_givens
from tutor.grading.sections import Section
from tutor.grading.submission import read_submission

STEP = sigmoid_step(
    prelude="",
    given="x = 1\nn = 'x'\n",
    solution="y = 2 * x\nz = y + 1\n",
    also_right=(),
    checks=(Check(same="z"), Check(same="y")),
)
TWIN = Exercise(STEP.given, "y = twin(x)\nz = y\n")
OTHERS = (Exercise("a = 7\nb = 8\n", "for i in range(3):\n    c = a"), TWIN)
OWN = "y = 2 * x\nz = y + 1\n"
ANSWER = "y = 2 * x; z = y + 1"


def parts(
    source: str,
    others: tuple[Exercise, ...] = OTHERS,
    find: Callable[..., tuple[Section, ...]] = narrower_sections,
) -> list[tuple[int, int, str]]:
    """First and last line of each, and what of it runs, in one line."""
    found = find(STEP, read_submission(STEP, source), others)
    return [
        (part.first, part.last, "; ".join(filter(None, part.submission.source.split("\n"))))
        for part in found
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        # nothing of another exercise, nothing bound anew
        (OWN, []),
        (OWN + "z = round(z)\n", []),
        ("x = 5\n" + OWN, []),
        ("helper = 2\nx = 5\n" + OWN, []),
        # a part ends before a given is bound anew
        (OWN + "x = 5\nz = 0\n", [(1, 2, ANSWER)]),
        (OWN + "x = x + 1\nz = 0\n", []),
        # the same part may overwrite what was right
        (OWN + "z = 0\nx = 5\n", [(1, 3, ANSWER + "; z = 0")]),
        # the answer to a step with the same givens
        (OWN + "y = twin(x)\nz = y\n", [(3, 4, "y = twin(x); z = y"), (1, 2, ANSWER)]),
        (OWN + "y = other(x)\nz = y\n", []),
        # what answers to other steps bind, above and below
        ("c = nowhere\n" + OWN, [(2, 3, ANSWER)]),
        (OWN + "c = nowhere\n", [(1, 2, ANSWER)]),
        (OWN + "c = nowhere\nz = 0\n", []),
        (OWN + "c = nowhere\nc.fill(0)\n", [(1, 2, ANSWER)]),
        # unless they change a given there
        (OWN + "c = nowhere\nx.fill(c)\n", []),
        ("x = 5\nc = 1\n" + OWN, []),
        # what only prepares the answer below is no part of this one
        (OWN + "h = 3\ndef f(): return h\nc = nowhere + f()\n", [(1, 2, ANSWER)]),
        (OWN + "h = z\nc = nowhere + h\n", [(1, 3, ANSWER + "; h = z")]),
        (OWN + "z.sort()\nc = nowhere\n", [(1, 3, ANSWER + "; z.sort()")]),
        # what ends up in the answer belongs to it, and counting rounds is nobody's
        (
            "c = 3\nd = c\ne = 4\n" + OWN + "z += d\nc = 0\n",
            [(1, 6, "c = 3; d = c; e = 4; " + ANSWER + "; z += d")],
        ),
        (
            "c = nowhere\nk = []\nfor j in (2, 1):\n    c = j\n    k.append(c)\n"
            "y = k[0] * x\nz = y + k[1]\n",
            [
                (
                    2,
                    7,
                    "k = []; for j in (2, 1):;     c = j;     k.append(c); "
                    "y = k[0] * x; z = y + k[1]",
                )
            ],
        ),
        ("i = 3\n" + OWN, []),
        # what is printed of it goes with it
        ("c = nowhere\nprint(c)\nc\n" + OWN, [(4, 5, ANSWER)]),
    ],
)
def test_the_smaller_parts(source: str, found: list[tuple[int, int, str]]) -> None:
    assert parts(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        # a given that the file makes itself, for this exercise or for one above
        ("x = read()\n" + OWN, [(1, 3, "pass; " + ANSWER)]),
        ("x, w = read()\nc = x\n" + OWN, [(3, 4, ANSWER)]),
        # what is made of such a one is left out with it, what is made of the step's own is not
        ("n = 7\nx = fit(n)\n" + OWN, [(1, 4, "pass; pass; " + ANSWER)]),
        ("x = x + 1\n" + OWN, [(1, 3, "x = x + 1; " + ANSWER)]),
        ("x = n * 2\n" + OWN, [(1, 3, "x = n * 2; " + ANSWER)]),
        # what the solution binds as well is the answer's, and so is what is filled in place
        ("y = read()\nz = y + 1\n", [(1, 2, "y = read(); z = y + 1")]),
        ("x[0] = 1\n" + OWN, [(1, 3, "x[0] = 1; " + ANSWER)]),
        ("z = 1\n", []),
    ],
)
def test_the_smaller_parts_with_the_givens_of_the_step(
    source: str, found: list[tuple[int, int, str]]
) -> None:
    assert parts(source, OTHERS, sections_without_own_givens) == found


@pytest.mark.parametrize("above", ["", "a = 7\nb = 8\n"])
def test_the_given_code_of_another_step_is_no_answer_beside_one(above: str) -> None:
    more = Exercise(STEP.given + OWN, "z = z + 1\n")
    others = (OTHERS[0], more)
    wrong = "y = 3 * x\nz = y + 1\n"
    found = parts(above + STEP.given + wrong + more.given + more.answer, others)
    assert [what for _, _, what in found] == [wrong.strip().replace("\n", "; ")]
    alone = parts(above + "c = 1\n" + more.given, others)
    assert [what for _, _, what in alone] == [ANSWER]


def test_a_part_in_which_another_exercise_begins_is_not_surely_the_steps() -> None:
    source = OTHERS[0].given + STEP.given + "y = 2 * x\n" + OTHERS[0].given + "z = y + 1\n"
    found = narrower_sections(STEP, read_submission(STEP, source), OTHERS)
    assert [(part.first, part.last, part.is_sure) for part in found] == [(3, 8, False)]
    source = OTHERS[0].given + STEP.given + OWN + OTHERS[0].given + "z = y + 1\n"
    found = narrower_sections(STEP, read_submission(STEP, source), OTHERS)
    assert [(part.first, part.last, part.is_sure) for part in found] == [(3, 6, True)]


@pytest.mark.parametrize(("reads", "found"), [("n", []), ("1", [(2, 3, ANSWER)])])
def test_what_reads_a_given_that_no_other_step_has_belongs_to_the_answer(
    reads: str, found: list[tuple[int, int, str]]
) -> None:
    assert parts(f"c = {reads}\n" + OWN, OTHERS[:1]) == found


def test_only_beside_another_exercise_a_smaller_part_can_refuse() -> None:
    alone = narrower_sections(STEP, read_submission(STEP, "c = nowhere\n" + OWN), OTHERS)
    source = OTHERS[0].given + STEP.given + OWN + OTHERS[0].given
    beside = narrower_sections(STEP, read_submission(STEP, source), OTHERS)
    assert [part.can_refuse for part in (*alone, *beside)] == [False, True]


def test_the_answer_to_a_step_with_some_of_the_givens_ends_a_part() -> None:
    some = (OTHERS[0], Exercise("x = 1\n", TWIN.answer))
    found = parts(OWN + "y = twin(x)\nz = y\n", some)
    assert found == [(3, 4, "y = twin(x); z = y"), (1, 2, ANSWER)]


def test_a_course_of_one_exercise_has_no_other() -> None:
    assert parts(OWN + "x = 5\nz = 0\n", ()) == []


@pytest.mark.parametrize("source", ["", "y = (", "y = 1\n", "\x00"])
def test_any_text_can_be_asked_about(source: str) -> None:
    assert parts(source) == []


def test_a_long_file_is_read_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app judges while nothing is typed, and stands still meanwhile."""
    read: list[int] = []

    def counting(statements: Sequence[ast.stmt]) -> set[str]:
        read.append(len(statements))
        return names_bound(statements)

    monkeypatch.setattr(module, "names_bound", counting)
    source = OWN + "".join(f"c{number} = {number}\nz = z\n" for number in range(1_000))
    parts(source + "x = 5\n")
    assert sum(read) < 5 * source.count("\n")
