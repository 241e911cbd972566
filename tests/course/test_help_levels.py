"""The solution shown bit by bit."""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.lessons import chapter
from tutor.course.help_levels import (
    HELP_LEVELS,
    Help,
    help_at,
    next_help_level,
    one_more_word,
    shown_code,
    shuffled_lines,
    word_count,
)
from tutor.course.model import CodeStep


def step(solution: str, step_id: str = "any") -> CodeStep:
    return CodeStep(id=step_id, title="t", text="t", scaffold="y = ...", solution=solution)


def real_steps() -> list[CodeStep]:
    course = chapter()
    return [each for each in course.steps() if isinstance(each, CodeStep)]


def test_the_rungs_come_one_after_the_other() -> None:
    two = step("a = 1\nb = 2\n")
    shown, met = Help(), []
    while level := next_help_level(two, shown):
        met.append(level)
        shown = help_at(level)
    assert tuple(met) == HELP_LEVELS


@pytest.mark.parametrize("solution", ["a = 1", "# why\na = 1\n", "a += 1\na += 1\n"])
def test_lines_that_have_no_other_order_are_no_rung(solution: str) -> None:
    assert next_help_level(step(solution), Help()) == "words"


@given(st.integers(2, 9), st.text("abc", min_size=1, max_size=4))
def test_lines_are_all_there_and_never_in_their_own_order(count: int, step_id: str) -> None:
    lines = [f"x{n} = {n}" for n in range(count)]
    shuffled = shuffled_lines(step("\n".join(lines), step_id))
    assert sorted(shuffled) == sorted(lines)
    assert list(shuffled) != lines
    assert shuffled == shuffled_lines(step("\n".join(lines), step_id))


def test_indentation_stays_and_comments_and_empty_lines_go() -> None:
    code = "# five rounds\nfor n in range(5):\n\n    print(n)\n"
    assert set(shuffled_lines(step(code))) == {"for n in range(5):", "    print(n)"}


def test_a_word_is_shown_with_the_signs_after_it() -> None:
    one = step("y = f(-2)\n")
    assert word_count(one) == 3
    told = [shown_code(one, Help("words", n), hidden="_") for n in range(4)]
    assert told == ["_ _ _____\n", "y = _____\n", "y = f(-__\n", "y = f(-2)\n"]


def test_signs_that_begin_a_line_come_with_its_first_word() -> None:
    one = step("x = 1\n(y, z) = 2, 3\n")
    assert shown_code(one, Help("words", 2), hidden="_") == "x = 1\n___ __ _ __ _\n"
    assert shown_code(one, Help("words", 3), hidden="_") == "x = 1\n(y, __ _ __ _\n"


def test_a_bracket_over_several_lines_is_one_statement() -> None:
    one = step("model = Sequential(\n    Linear(8, 1),\n)\n")
    assert shown_code(one, Help("words", 5), hidden="_") == one.solution


def test_with_the_last_word_all_of_it_is_shown() -> None:
    one = step("y = 2")
    assert one_more_word(one, Help("words", 0)) == Help("words", 1)
    assert one_more_word(one, Help("words", 1)) == Help("whole")
    assert next_help_level(one, Help("whole")) == ""


def test_of_every_step_of_the_course_the_words_lead_to_the_solution() -> None:
    for each in real_steps():
        ends = [shown_code(each, Help("words", n), hidden="") for n in range(word_count(each) + 1)]
        shown = ["".join(text.split()) for text in ends]
        assert all(after.startswith(before) for before, after in pairwise(shown))
        assert ast.dump(ast.parse(ends[-1])) == ast.dump(ast.parse(each.solution))
        lines = [line.strip() for line in shuffled_lines(each)]
        assert all(line in each.solution for line in lines)
