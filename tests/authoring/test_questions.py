"""Each rule of the linter for quizzes and predict steps, broken once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.test_check import found
from tests.support.lessons import NUMBER, PREDICT, QUIZ
from tests.support.python_runner import PythonRunner

TYPED = """\
id = "halved"
kind = "predict"
mode = "number"
title = "How much"
text = "What is in `y` after the program?"
program = "y = 3 / 4"
answer = "y"
tolerance = 0.01

[[wrong]]
answer = "4 / 3"
why = "That is the other way round."
"""


async def test_sound_questions(tmp_path: Path) -> None:
    shape = TYPED.replace("number", "shape").replace("3 / 4", "(3, 4)").replace("4 / 3", "(4, 3)")
    for number, step in enumerate((NUMBER, PREDICT, TYPED, shape.replace("tolerance = 0.01", ""))):
        assert await found(tmp_path / str(number), step) == []


@pytest.mark.parametrize(
    ("step", "old", "new", "problem"),
    [
        (QUIZ, 'mode = "one"', 'mode = "many"', None),
        (QUIZ, 'mode = "one"', 'mode = "true-false"', None),
        (NUMBER, 'answer = "1.33"', 'answer = "0.755"',
         "wrong[1].answer: `0.755` is a right answer"),
        (NUMBER, "Four quarters are 1.", "It is 0.75.", "hints[1]: contains the answer"),
        (NUMBER, "Four quarters are 1.", "It is 10.75 or 0.7512.", None),
        (NUMBER, "[[wrong]]", '[[wrong]]\nanswer = "1.34"\nwhy = "No."\n[[wrong]]', None),
        (NUMBER, "[[wrong]]", '[[wrong]]\nanswer = "1.33"\nwhy = "No."\n[[wrong]]',
         "wrong[2].answer: `1.33` gets another reason than its own"),
        (NUMBER, "[[wrong]]", '[[wrong]]\nanswer = "1.334"\nwhy = "No."\n[[wrong]]',
         "wrong[2].answer: `1.33` and `1.334` overlap: give the numbers more digits, or a smaller "
         "`tolerance`"),
        (NUMBER, "[[wrong]]",
         '[[wrong]]\nanswer = "1.336"\ntolerance = 0.001\nwhy = "No."\n[[wrong]]', None),
        (NUMBER, 'answer = "1.33"', 'answer = "0.77"\ntolerance = 0.02',
         "wrong[1].answer: `0.77` and the right answer overlap: give the numbers more digits, or "
         "a smaller `tolerance`"),
        (NUMBER, "That is 4 / 3.", "$$4$$",
         "wrong[1].why: warning: `$$` is LaTeX; formulas are written in Unicode"),
    ],
)  # fmt: skip
async def test_quizzes(tmp_path: Path, step: str, old: str, new: str, problem: str | None) -> None:
    lines = await found(tmp_path, step.replace(old, new))
    assert lines == ([problem] if problem else [])


async def test_answers_of_one_kind_alone(tmp_path: Path) -> None:
    every = QUIZ.replace('mode = "one"', 'mode = "many"').replace('"1"', '"1"\ncorrect = true')
    assert await found(tmp_path / "many", every) == [
        "option: warning: every option is right: one of the other kind is missing"
    ]
    none = QUIZ.replace('mode = "one"', 'mode = "true-false"').replace("correct = true", "")
    assert await found(tmp_path / "none", none) == [
        "option: warning: every option is wrong: one of the other kind is missing"
    ]


async def test_a_typed_answer_without_foreseen_ones(tmp_path: Path) -> None:
    assert await found(tmp_path, NUMBER.partition("[[wrong]]")[0]) == [
        "wrong: warning: is missing: a `[[wrong]]` says why a likely wrong answer is wrong"
    ]


@pytest.mark.parametrize(
    ("step", "old", "new", "problem"),
    [
        (PREDICT, '"y = x / 2"', '"y = x / 0"',
         "program: raises ZeroDivisionError: division by zero; if it should, let an option use "
         "`trace.error`"),
        (PREDICT, 'when = "x == given.x"', 'when = "z == 1"',
         "option[1].when: `z == 1` cannot be evaluated after the run: NameError"),
        (PREDICT, 'when = "x == given.x"', 'when = "x"',
         "option[1].when: `x` should be true or false, but is a number"),
        (PREDICT, 'when = "x == given.x / 2"', 'when = "y == 1"',
         "option: 2 of its options hold after the run, not one"),
        (PREDICT, 'when = "x == given.x"', 'when = "x == 3"',
         "option: 0 of its options hold after the run, not one"),
        (PREDICT, 'value = "y"', 'value = "z"',
         "show[1].value: `z` cannot be evaluated after the run: NameError"),
        (PREDICT, "x = y = x / 2", "x = y = x / 0",
         "scaffold: raises ZeroDivisionError: division by zero"),
        (PREDICT, "y = x / 2", "y = x / 2  ",
         "program: warning: line 1 of it has spaces at its end"),
        (TYPED, 'answer = "y"', 'answer = "[y]"',
         "answer: `[y]` should be one number, but is"),
        (TYPED, 'answer = "y"', 'answer = "float(\'inf\')"',
         "answer: `float('inf')` should be one number, but is inf"),
        (TYPED, "tolerance = 0.01", "",
         "tolerance: is missing: nobody types 0.75 to the last digit"),
        (TYPED, '"4 / 3"', '"6 / 8"', "wrong[1].answer: `0.75` is a right answer"),
        (TYPED, '"y = 3 / 4"', '"import random\\ny = 0.75"', None),
    ],
)  # fmt: skip
async def test_predictions(
    tmp_path: Path, step: str, old: str, new: str, problem: str | None
) -> None:
    lines = await found(tmp_path, step.replace(old, new, 1))
    assert [line for line in lines if problem and line.startswith(problem)] or not problem, lines
    assert problem or not lines


async def test_what_is_shown_is_there_after_the_untouched_scaffold(tmp_path: Path) -> None:
    step = PREDICT.replace('"x = y = x / 2"', '"x = x / 2"')
    assert await found(tmp_path / "lacks", step) == [
        "show[1].value: `y` cannot be evaluated after the untouched scaffold: NameError: name 'y' "
        "is not defined"
    ]
    binds = step.replace('"x = x / 2"', '"y = x / 4"')
    assert await found(tmp_path / "binds", binds) == []
    stuck = PythonRunner({"y = x / 4": "timeout"})
    assert await found(tmp_path / "stuck", binds, stuck) == ["scaffold: ended as `timeout`"]


async def test_a_prediction_that_hangs_on_the_seed(tmp_path: Path) -> None:
    step = PREDICT.replace('"y = x / 2"', '"import random\\ny = random.random()"')
    step = step.replace('"x == given.x"', '"y > 0.7"').replace('"x == given.x / 2"', '"y <= 0.7"')
    assert await found(tmp_path, step) == ["seed: warning: under seed 7919 other options are right"]


async def test_a_prediction_that_takes_too_long(tmp_path: Path) -> None:
    slow = PythonRunner(milliseconds=4_000)
    assert await found(tmp_path, PREDICT, slow) == [
        "limit_s: is less than 3 times the 4.0 s that were measured"
    ]
    stuck = PythonRunner({"y = x / 2": "timeout"})
    assert await found(tmp_path, PREDICT, stuck) == ["program: ended as `timeout`"]
