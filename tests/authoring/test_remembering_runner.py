"""What is known of a program is not run for again, and nothing else is made of it."""

from __future__ import annotations

import msgspec

from tests.support.python_runner import PythonRunner
from tutor.authoring.remembering_runner import RememberingRunner
from tutor.wire.commands import Execute, ObserveAll, Program, Question
from tutor.wire.values import IntValue

ONE, TWO = Program(source="y = 1\nz = 3"), Program(source="y = 2\nz = 4")
Y, Z = Question("y"), Question("z")


async def values(
    runner: RememberingRunner, *programs: Program, questions: tuple[Question, ...]
) -> list[list[int]]:
    observations = await runner.observe_all(ObserveAll(programs, questions))
    return [
        [each.value.value for each in one.answers if isinstance(each.value, IntValue)]
        for one in observations
    ]


async def test_fewer_questions_to_programs_that_ran_are_answered_from_these_runs() -> None:
    inner = PythonRunner()
    runner = RememberingRunner(inner)
    assert await values(runner, ONE, TWO, questions=(Y, Z)) == [[1, 3], [2, 4]]
    assert await values(runner, TWO, questions=(Z,)) == [[4]]
    assert await values(runner, TWO, ONE, questions=(Z, Y)) == [[4, 2], [3, 1]]
    assert len(inner.commands) == 1


async def test_a_question_or_a_program_that_is_new_has_all_of_the_command_run() -> None:
    inner = PythonRunner()
    runner = RememberingRunner(inner)
    await values(runner, ONE, questions=(Y,))
    assert await values(runner, ONE, TWO, questions=(Y,)) == [[1], [2]]
    assert await values(runner, ONE, questions=(Z,)) == [[3]]
    other_seed = msgspec.structs.replace(ONE, seed=7)
    assert await values(runner, other_seed, questions=(Y,)) == [[1]]
    assert [len(command.programs) for command in inner.commands] == [1, 2, 1, 1]  # type: ignore[union-attr] # batches


async def test_an_answer_of_its_own_is_always_run() -> None:
    inner = PythonRunner()
    runner = RememberingRunner(inner)
    await values(runner, ONE, questions=(Y,))
    for _ in range(2):
        await runner.observe(Execute(ONE), (Y,))
    assert len(inner.commands) == 3


async def test_a_program_that_did_not_end_is_not_remembered() -> None:
    inner = PythonRunner(endings={"z = 3": "timeout"})
    runner = RememberingRunner(inner)
    for _ in range(2):
        (observation,) = await runner.observe_all(ObserveAll((ONE,), (Y,)))
        assert observation.outcome == "timeout"
    assert len(inner.commands) == 2
