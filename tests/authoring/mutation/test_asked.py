"""What a task asks for, and whether a program has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.mutation.asked import asked_names, difference, what_is_asked
from tutor.course.model import CodeStep
from tutor.grading.plan import scenarios
from tutor.grading.scenario_result import RunAnswers, run_answers
from tutor.wire.commands import Execute, Program, Question


def code_step(root: Path, text: str) -> CodeStep:
    (step,) = sound_course(write_course(root, step=text)).steps()
    assert isinstance(step, CodeStep)
    return step


async def run(step: CodeStep, source: str, questions: tuple[Question, ...] = ()) -> RunAnswers:
    given = scenarios(step)[0].given
    command = Execute(Program(step.prelude, given, source, step.seed))
    return run_answers(await PythonRunner().observe(command, questions), questions)


def with_text(text: str, solution: str = "y = 2 * x\\nhelper = y\\n", more: str = "") -> str:
    return (
        CODE.replace("Store twice `x` under the name `y`.", text)
        .replace('"y = 2 * x"', f'"{solution}"')
        .replace("hints =", f"{more}\nhints =")
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Store it as `y`.", ("y",)),
        ("Store it as `y`, and `helper`.", ("y", "helper")),
        ("`helper` is told first.\\n\\n**Your task.** Store it as `y`.", ("y",)),
        ("Let `y(x)` be twice `x`, as in `torch.helper`.", ("y",)),
        ("Write:\\n```python\\nhelper = 1\\n```\\nand store it as `y`.", ("y",)),
    ],
)
def test_names_in_code_that_the_solution_binds_are_asked_for(
    tmp_path: Path, text: str, names: tuple[str, ...]
) -> None:
    assert asked_names(code_step(tmp_path, with_text(text))) == names


def test_the_step_may_say_what_is_asked_for(tmp_path: Path) -> None:
    step = code_step(tmp_path, with_text("Store `y`.", more='asks = ["helper", "print()"]'))
    assert asked_names(step) == ("helper",)


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("y = x + x", ""),
        ("print(1)\ny = 2 * x\nother = 3", ""),
        ("y = 7", "`y` is 7, not 6"),
        ("y = '6'", "`y` is text, not a number"),
        ("z = 2 * x", "`y` could not be evaluated"),
        ("y = 2 * x\n1 / 0", "it raises ZeroDivisionError"),
    ],
)
async def test_a_program_differs_by_what_is_asked(tmp_path: Path, program: str, found: str) -> None:
    step = code_step(tmp_path, with_text("Store it as `y`."))
    solution = await run(step, step.solution)
    asked = what_is_asked(step, solution)
    expected = await run(step, step.solution, asked.questions)
    assert difference(asked, await run(step, program, asked.questions), expected) == found


async def test_the_output_counts_only_where_it_is_asked_for(tmp_path: Path) -> None:
    for more, found in (("", ""), ('asks = ["y", "print()"]', "it prints something else")):
        step = code_step(tmp_path / more[:4], with_text("Store it as `y`.", more=more))
        asked = what_is_asked(step, await run(step, step.solution))
        expected = await run(step, step.solution, asked.questions)
        got = await run(step, "y = 2 * x\nprint(y)", asked.questions)
        assert difference(asked, got, expected) == found


async def test_a_given_that_the_solution_changes_is_asked_for(tmp_path: Path) -> None:
    text = with_text("Store it as `y`.", "y = list.pop(x)\\n").replace("x = 3", "x = [1, 2]")
    step = code_step(tmp_path, text.replace('given.x = "-5"', 'given.x = "[4]"'))
    asked = what_is_asked(step, await run(step, step.solution))
    assert asked.labels == ("`y`", "`x`")
    asks = code_step(tmp_path / "2", text.replace("hints =", 'asks = ["y"]\nhints =')
                     .replace('given.x = "-5"', 'given.x = "[4]"'))  # fmt: skip
    assert what_is_asked(asks, await run(asks, asks.solution)).labels == ("`y`",)


async def test_functions_are_asked_by_what_they_do(tmp_path: Path) -> None:
    step = code_step(tmp_path, with_text("Write `y(x)`.", "def y(x):\\n    return 2 * x\\n"))
    asked = what_is_asked(step, await run(step, step.solution))
    assert asked.questions == (Question("behaviour(y, given.x)"),)


async def test_modules_that_the_given_imports_are_no_points_to_ask_at(tmp_path: Path) -> None:
    text = with_text("Write `y(x)`.", "def y(x):\\n    return 2 * x\\n")
    step = code_step(tmp_path, text.replace('"x = 3"', '"import math\\nx = 3\\nrate = 0.5"'))
    asked = what_is_asked(step, await run(step, step.solution))
    assert asked.questions == (Question("behaviour(y, given.x, given.rate)"),)


async def test_what_an_optimizer_does_is_asked_where_the_step_says_so(tmp_path: Path) -> None:
    step = code_step(tmp_path, with_text("Store it as `y`.", more='asks = ["y", "step()"]'))
    asked = what_is_asked(step, await run(step, step.solution))
    assert asked.labels == ("`y`", "what the optimizer did in its steps")
