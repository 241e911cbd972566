"""Steps that begin with answers to earlier ones: which these are, and what a course may not ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import QUIZ, step_alone, step_file
from tests.support.used_steps import CUBE, OWN, SQUARE, TWICE, step_of, used_course
from tutor.course.load import load_course
from tutor.course.step_header import read_step_header
from tutor.course.used_answers import with_own


def test_the_solution_stands_for_an_answer_after_what_is_given_there(tmp_path: Path) -> None:
    step = step_of(used_course(tmp_path), "cube")
    (used,) = step.used
    assert (used.step, used.lesson, used.title) == ("square", "first", "A function for squares")
    assert step.before.splitlines() == [
        "",
        "side = 3",
        "def square(number):",
        "    return number * number",
        "",
        "area = square(side)",
    ]
    assert step.given == "edge = 2\n"


def test_an_own_answer_takes_its_place(tmp_path: Path) -> None:
    step = with_own(step_of(used_course(tmp_path), "cube"), lambda used: OWN)
    assert step.before.strip() == f"side = 3\n{OWN}"


def test_what_a_used_step_uses_comes_before_it(tmp_path: Path) -> None:
    step = step_of(used_course(tmp_path), "twice")
    assert [each.step for each in step.used] == ["square", "cube"]
    values: dict[str, object] = {}
    exec(step.before, values)
    assert values["volume"] == 8


@pytest.mark.parametrize("step_id", ["square", "cube", "twice"])
def test_app_and_first_screen_know_the_same_answers(tmp_path: Path, step_id: str) -> None:
    step = step_of(used_course(tmp_path), step_id)
    alone, header = step_alone(tmp_path, step_id), read_step_header(tmp_path, step_id)
    assert alone is not None
    assert header is not None
    codes = [each.code for each in step.used]
    titles = [each.title for each in step.used]
    for other in (alone, header[1]):
        assert [each.code for each in other.used] == codes
        assert [each.title for each in other.used] == titles


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({"cube": CUBE.replace('"square"]', '"sqare"]')}, "no step `sqare` with a solution"),
        ({"cube": CUBE.replace('"square"]', '"cube"]')}, "no step `cube` with a solution"),
        ({"cube": CUBE.replace('"square"]', '"twice"]')}, "no step `twice` with a solution"),
        ({"square": QUIZ, "cube": CUBE.replace('"square"]', '"which"]')}, "no step `which` with"),
        ({"cube": CUBE.replace('"square"]', '"square", "square"]')}, "`square` is named twice"),
    ],
    ids=["unknown", "itself", "later", "no program", "twice"],
)
def test_only_earlier_steps_with_a_solution_are_used(
    tmp_path: Path, steps: dict[str, str], message: str
) -> None:
    _, problems = load_course(used_course(tmp_path, **steps))
    assert message in str(problems[0])
    assert problems[0].file == step_file(tmp_path, "cube", 2)
    assert step_alone(tmp_path, "cube") is None


def test_steps_that_use_each_other_have_no_header(tmp_path: Path) -> None:
    steps = {"square": SQUARE.replace("given =", 'uses = ["twice"]\ngiven ='), "twice": TWICE}
    assert read_step_header(used_course(tmp_path, **steps), "cube") is None


def test_files_of_a_used_step_stand_there_too(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sides.txt").write_text("3")
    square = SQUARE.replace('given = "side = 3"', 'files = ["sides.txt"]\ngiven = "side = 3"')
    step = step_of(used_course(tmp_path, square=square), "twice")
    assert step.data == (("sides.txt", b"3"),)
