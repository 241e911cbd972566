from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grading.steps import sigmoid_step
from tutor.course.code import names_in
from tutor.grading.program_words import words_used
from tutor.grading.submission import (
    assigned_in_function,
    names_typed_in,
    read_submission,
    rebinding,
    repeats_given,
)

THREE = "a = 1\nb = [\n    a,\n    2,\n]\nc = a + 3\n"
STEP = sigmoid_step(prelude="import math\nfrom os import path\n", given=THREE)


def run_lines(source: str) -> list[str]:
    return [line.strip() for line in read_submission(STEP, source).source.split("\n")]


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("a = 1\nb = [a, 2]\nd = 4", ["", "", "d = 4"]),
        ("a=1\nb = [\n  a, 2\n]\nd = 4", ["", "", "", "", "d = 4"]),
        ("a = 1\nc = a + 3\nd = 4", ["", "", "d = 4"]),
        (
            "import math\na = 1\nimport random\nb = [a, 2]\nd = 4",
            ["", "", "import random", "", "d = 4"],
        ),
        ("d = 4\nimport math", ["d = 4", ""]),
        # one of three is part of the answer
        ("a = 1\nd = 4", ["a = 1", "d = 4"]),
        # not a leading run
        ("d = [4]\na = 1\nb = [a, 2]", ["d = [4]", "a = 1", "b = [a, 2]"]),
        ("c = 4\na = 1\nb = [a, 2]", ["c = 4", "a = 1", "b = [a, 2]"]),
        # each at most once, in any order
        ("a = 1\na = 1\nb = [a, 2]", ["a = 1", "a = 1", "b = [a, 2]"]),
        ("c = a + 3\na = 1", ["", ""]),
        # what only looks at them, or seeds, may stand among them
        (
            "'mine'\nrandom.seed(3)\na = 1\nprint(a)\na\nb = [a, 2]\nd = 4",
            ["'mine'", "random.seed(3)", "", "print(a)", "a", "", "d = 4"],
        ),
        ("a = 1\na.sort()\nb = [a, 2]", ["a = 1", "a.sort()", "b = [a, 2]"]),
        ("a = 1\nb = [a, 2]\na = 1", ["", "", "a = 1"]),
        # below all of them, all of them once more
        (f"{THREE}{THREE}d = 4", [*[""] * 12, "d = 4"]),
        (f"{THREE}a = 1\nc = a + 3", [*[""] * 6, "a = 1", "c = a + 3"]),
        # other values are the learner's own
        ("a = 2\nb = [a, 2]", ["a = 2", "b = [a, 2]"]),
        # beside others on one line, and before a comment
        ("a = 1; b = [a, 2]; d = 4", ["pass; pass; d = 4"]),
        ("a = 1  # given\nb = [a, 2]", ["# given", ""]),
        # constants of the learner's own may stand above
        ("LIMIT = 3\na = 1\nb = [a, 2]", ["LIMIT = 3", "", ""]),
        ("a = 1\nd = 'cpu'\nb = [a, 2]", ["", "d = 'cpu'", ""]),
        # a number for its name, and the other way round
        ("a = 1\nb = [1, 2]\nc = 1 + 3\nd = a", ["", "", "", "d = a"]),
        ("a: int = 1\nd: int = 2\nb = [1, 2]\nc = 4", ["", "d: int = 2", "", "c = 4"]),
        # an import of the learner's own way stays
        ("import math as m", ["import math as m"]),
    ],
)
def test_repeated_givens_are_left_out(source: str, left: list[str]) -> None:
    assert run_lines(source) == left


def test_a_single_given_is_all_there_are() -> None:
    step = sigmoid_step()
    assert read_submission(step, "x = 2.4\ny = 1").source == "\ny = 1"


def test_a_second_copy_of_the_givens_may_lack_what_binds_nothing() -> None:
    step = sigmoid_step(given="m = []\nm.sort()\nfor n in [1]:\n    m.append(n)\n")
    loop = "for n in [1]:\n    m.append(n)\n"
    assert read_submission(step, f"{step.given}m = []\n{loop}y = m").source.strip() == "y = m"
    assert read_submission(step, f"{step.given}m = []\ny = m").source.strip() == "m = []\ny = m"
    assert read_submission(step, f"{step.given}{loop}y = m").source.strip() == f"{loop}y = m"


def test_a_call_among_the_givens_may_stand_twice() -> None:
    step = sigmoid_step(given="m = [2]\nm.sort()\nn = 1\n")
    source = "m = [2]\nm.sort()\nm.sort()\nn = 1\ny = m"
    assert read_submission(step, source).source.split() == ["m.sort()", "y", "=", "m"]


def test_a_repeated_function_goes_with_its_decorator() -> None:
    step = sigmoid_step(given="@staticmethod\ndef f():\n    return 1\n")
    source = "@staticmethod\ndef f():\n    return 1\nd = f()"
    assert read_submission(step, source).source == "\n\n\nd = f()"


@given(st.lists(st.sampled_from(["a = 1", "b = [a, 2]", "c = a + 3", "d = 4", "import math"])))
def test_lines_keep_their_numbers_and_what_is_left_is_python(lines: list[str]) -> None:
    submission = read_submission(STEP, "\n".join(lines))
    left = submission.source.split("\n")
    assert len(left) == max(1, len(lines))
    assert all(now in ("", before) for now, before in zip(left, lines, strict=False))
    assert len(ast.parse(submission.source).body) == len(submission.statements)


def test_what_is_no_python_stays_as_it_is() -> None:
    submission = read_submission(STEP, "a = 1\nb = (")
    assert (submission.source, submission.parsed) == ("a = 1\nb = (", False)


def test_lines_may_end_in_any_way() -> None:
    assert run_lines("a = 1\r\nb = [a, 2]\r\nd = 'é'") == ["", "", "d = 'é'"]


def test_a_long_sum_is_read() -> None:
    submission = read_submission(STEP, "d = " + " + ".join(["a"] * 700))
    assert submission.parsed


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("a = 5", ("a",)),
        ("a = b = 5", ("a",)),
        ("a, d = 5, 6", ("a",)),
        ("a: int = 5", ("a",)),
        ("a = len('five')", ("a",)),
        ("if True:\n    a = 5\n    d = a", ("a",)),
        ("d = 5\na = d", ("a",)),
        ("def d():\n    return 5\na = d()", ("a",)),
        # what reads the varied value, or follows from it, is the answer's
        ("a = a + 1", ()),
        ("a += 1", ()),
        ("a = c - 3", ()),
        ("d = a\na = d", ()),
        ("e = d\nd = c\na = e", ()),
        ("def d():\n    return a\na = d()", ()),
        ("d = 5", ()),
        ("def a_function(a):\n    a = 5", ()),
    ],
)
def test_a_varied_given_that_is_bound_again(source: str, alone: tuple[str, ...]) -> None:
    assert rebinding(STEP, read_submission(STEP, source), ["a"]).names == alone


@pytest.mark.parametrize(
    ("source", "without"),
    [
        ("a = 5\nd = a", "pass\nd = a"),
        ("if d: a = 5; print(a)", "if d: pass; print(a)"),
        ("def main():\n    a = 1\n    return a", "def main():\n    pass\n    return a"),
        ("def main():\n    a = 7\n    return a", "def main():\n    a = 7\n    return a"),
        ("a = d = 5", "pass"),
        ("e = 5", "e = 5"),
    ],
)
def test_what_is_left_of_it_without_that(source: str, without: str) -> None:
    assert rebinding(STEP, read_submission(STEP, source), ["a"]).source == without


def test_a_given_that_does_not_follow_may_be_read() -> None:
    assert rebinding(STEP, read_submission(STEP, "c = a + 4"), ["c"]).names == ("c",)


def test_a_given_bound_by_its_own_statement_is_repeated() -> None:
    assert repeats_given(STEP, read_submission(STEP, "d = 1\na = 1"), "a")
    assert not repeats_given(STEP, read_submission(STEP, "a = 1\na = 2"), "a")
    assert not repeats_given(STEP, read_submission(STEP, "d = 1"), "a")


def test_names_of_an_expression() -> None:
    assert names_in("softmax(given.x)[a]") == {"softmax", "given", "a"}
    assert names_in("no expression") == set()


def test_where_a_name_is_kept_inside() -> None:
    source = "def f():\n    def g():\n        d = 1\n    e = 2"
    submission = read_submission(STEP, source)
    assert assigned_in_function(submission, "e") == "f"
    assert assigned_in_function(submission, "d") == "g"
    assert assigned_in_function(submission, "x") is None


def test_words_of_a_program() -> None:
    submission = read_submission(
        STEP, "for i in range(3):\n    t = torch.nn.Linear(8, 0.5)\nfrom os import sep"
    )
    words = words_used(submission)
    assert {"for", "range", "torch.nn.Linear", "nn.Linear", "Linear", "sep"} <= words
    assert "while" not in words


LOOP = "for e in range(3):\n    b = len(c)\n    print(b)\n"


@pytest.mark.parametrize(
    ("lines", "is_left_out"),
    [
        ("for e in range(9):\n    b = len(c)\nd = 4", True),
        ("for k in range(3):\n    b = len(c)\n    print(k, b)\nd = 4", True),
        ("for k in range(3):\n    b = len(c)\nd = k", False),
        ("for e in range(3):\n    b = len(c)\n    c.append(b)\nd = 4", False),
    ],
)
def test_a_given_loop_is_known_by_what_it_binds_and_calls(lines: str, is_left_out: bool) -> None:
    step = sigmoid_step(given=f"c = [1]\n{LOOP}")
    kept = read_submission(step, f"c = [1]\n{lines}").source
    assert ("for" not in kept) == is_left_out


def test_a_line_of_a_given_loop_repeats_the_given() -> None:
    step = sigmoid_step(given=f"c = [1]\n{LOOP}")
    mine = "for e in range(9):\n    b = len(c)\n    c.append(b)\n"
    assert repeats_given(step, read_submission(step, mine), "b")
    assert not repeats_given(step, read_submission(step, mine.replace("len(c)", "0")), "b")


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ("y = 1.0", {"y"}),
        ("y = math.sqrt(float(4))", {"y"}),
        ("y = a", set()),
        ("z = 2\ny = z", {"z"}),
        ("y = 2\ny = y + a", set()),
        ("y = a\ny = 2", {"y"}),
        ("for y in [1, 2]:\n    z = 3", set()),
    ],
)
def test_names_whose_value_is_written_out(source: str, typed: set[str]) -> None:
    assert names_typed_in(STEP, read_submission(STEP, source)) == typed
