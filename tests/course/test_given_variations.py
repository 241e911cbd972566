from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.given_variations import bound_names, other_exercises, vary
from tutor.course.model import CodeStep, Course, Exercise, Lesson, PredictStep, ReadStep

GIVEN = """\
import math
x = [
    1,
    2,
]  # two numbers
y = len(x); z = 'ü'; w = 4
a: int = 5
b, c = 1, 2
d = e = 7
def f(n):
    inner = n
    return inner
for i in x:
    last = i
w2 = w
w2 += 1
"""


def test_names_bound_at_the_top_level_in_order() -> None:
    names = "math x y z w a b c d e f i last w2"
    assert bound_names(GIVEN) == tuple(names.split())


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from m import a as b, c", ("b", "c")),
        ("from m import *", ()),
        ("x: int", ()),
        ("[k for k in range(3)]", ()),
        ("lambda q: q", ()),
        ("with open('f') as g: pass", ("g",)),
        ("try: pass\nexcept ValueError as error: pass", ("error",)),
        ("match 1:\n  case [p, *q]: pass\n  case {1: r, **s}: pass", ("p", "q", "s", "r")),
        ("print(n := 3)", ("n",)),
        ("a.b = c[0] = 1", ()),
        ("class K:\n    field = 1", ("K",)),
        ("not python", ()),
    ],
)
def test_what_binds_a_name(code: str, names: tuple[str, ...]) -> None:
    assert bound_names(code) == names


def test_a_long_sum_is_not_too_deep() -> None:
    assert bound_names("x = 1" + " + 1" * 1500) == ("x",)


def test_only_the_right_hand_side_changes_and_lines_stay() -> None:
    varied = vary(GIVEN, {"x": "range(3)", "w": "40", "z": "'é'", "a": "6"})
    before, after = GIVEN.splitlines(), varied.splitlines()
    assert len(before) == len(after)
    assert after[1] == "x = (range(3)"
    assert after[4] == ")  # two numbers"
    assert after[5:7] == ["y = len(x); z = 'é'; w = 40", "a: int = 6"]
    assert after[7:] == before[7:]


def test_later_givens_follow() -> None:
    namespace: dict[str, object] = {}
    exec(vary(GIVEN, {"x": "[0] * 9"}), namespace)
    assert namespace["y"] == 9


def test_one_right_hand_side_of_several_names() -> None:
    assert "d = e = 8\n" in vary(GIVEN, {"e": "8"})
    with pytest.raises(ValueError, match="`d` and `e` are bound by one statement"):
        vary(GIVEN, {"d": "8", "e": "9"})


def test_a_new_value_of_several_lines_or_with_a_comment() -> None:
    assert vary("x = 1; y = 2", {"x": "[\n3,\n]"}) == "x = ([\n3,\n]); y = 2"
    assert vary("x = 1; y = 2", {"x": "3 # three"}) == "x = 3; y = 2"
    assert vary("x = (1 +\n  2)", {"x": " 3 "}) == "x = ((3\n))"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("nope", "1", "no given binds `nope`"),
        ("lats", "1", r"no given binds `lats`: did you mean `last`\?"),
        ("b", "1", "`b` is one of several targets on line 8 of the given code"),
        ("f", "1", "`f` is not bound by a plain `f = …` on line 10"),
        ("last", "1", "`last` is not bound by a plain `last = …` on line 13"),
        ("math", "1", "`math` is not bound by a plain"),
        ("x", "1 +", "the new value of `x` does not compile"),
        ("x", "y = 1", "the new value of `x` does not compile"),
        ("x", "1\0", "the new value of `x` does not compile"),
    ],
)
def test_what_cannot_be_varied(name: str, value: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        vary(GIVEN, {name: value})


def test_a_name_that_is_bound_two_times_cannot_be_varied() -> None:
    with pytest.raises(ValueError, match="bound more than once, on lines 1 and 3"):
        vary("x = 1\ny = 2\nx = x + 1", {"x": "2"})
    assert vary("x = 1\nx += 1", {"x": "2"}) == "x = 2\nx += 1"


def test_givens_that_are_no_python() -> None:
    with pytest.raises(ValueError, match="the given code does not compile"):
        vary("x = = 1", {"x": "2"})


def test_the_exercises_of_the_others_are_not_the_steps_own() -> None:
    own, other, bare = (
        CodeStep(id=name, title="t", text="t", scaffold="", solution="b = 1", given=given)
        for name, given in (("own", "x = 1\n"), ("other", "y = 2\n"), ("bare", "\n"))
    )
    guess = PredictStep(
        id="guess", title="t", text="t", mode="one", program="c = 1", given="z = 3\n"
    )
    read = ReadStep(id="read", title="t", text="t")
    lesson = Lesson(id="all", title="t", steps=(own, read, other, guess, bare))
    course = Course(title="t", lessons=(lesson,))
    y, z = Exercise("y = 2\n", "b = 1"), Exercise("z = 3\n", "c = 1")
    assert other_exercises(course, own) == (y, z, Exercise("\n", "b = 1"))
    assert other_exercises(course, bare) == (Exercise("x = 1\n", "b = 1"), y, z)


EXPRESSIONS = st.sampled_from(
    ["1", "(1, 2)", "1, 2", "[\n 1,\n 2\n]", "'ä#'", "f(\n)", "-x if x else y", '"""\nlong\n"""']
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=4), EXPRESSIONS, st.data())
def test_a_varied_program_differs_in_one_value(
    values: list[str], new: str, data: st.DataObject
) -> None:
    given_code = "".join(f"n{i} = {value}  # note {i}\n" for i, value in enumerate(values))
    chosen = data.draw(st.integers(0, len(values) - 1))
    varied = ast.parse(vary(given_code, {f"n{chosen}": new}))
    values[chosen] = new
    wanted = ast.parse("".join(f"n{i} = {value}\n" for i, value in enumerate(values)))
    assert ast.dump(varied) == ast.dump(wanted)
