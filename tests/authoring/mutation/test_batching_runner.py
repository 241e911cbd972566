"""Runs that are asked for together share a process."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tests.support.python_runner import PythonRunner
from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question
from tutor.wire.events import Observation
from tutor.wire.values import IntValue

Y = (Question("y"),)


def execute(source: str, *, step_log: bool = True) -> Execute:
    return Execute(Program(source=source), Limits(seconds=2.0), step_log=step_log)


class DyingRunner(PythonRunner):
    """A runner whose batches end with the first program that exits."""

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        observations = await super().observe_all(command)
        sources = [program.source for program in command.programs]
        if "exit" not in sources:
            return observations
        end = sources.index("exit")
        return (*observations[:end], *[Observation("timeout")] * (len(sources) - end))


async def test_runs_of_one_turn_are_one_batch_and_get_their_own_answers() -> None:
    inner = PythonRunner()
    runner = BatchingRunner(inner)
    runs = await asyncio.gather(
        *(runner.observe(execute(f"y = {number}"), Y) for number in range(3))
    )
    assert [run.answers[0].value for run in runs] == [IntValue(0), IntValue(1), IntValue(2)]
    (batch,) = inner.commands
    assert isinstance(batch, ObserveAll)
    assert batch.limits == Limits(seconds=2.0)


async def test_runs_with_other_questions_have_another_batch() -> None:
    inner = PythonRunner()
    runner = BatchingRunner(inner)
    await asyncio.gather(
        runner.observe(execute("y = 1"), Y),
        runner.observe(execute("y = 2"), ()),
        runner.observe(execute("y = 3", step_log=False), Y),
    )
    assert len(inner.commands) == 3


async def test_runs_with_other_data_files_have_another_batch() -> None:
    inner = PythonRunner()
    runner = BatchingRunner(inner)
    files = [(("table.csv", b"1"),), (("table.csv", b"2"),)]
    await asyncio.gather(
        *(runner.observe(replace(execute("y = 1"), files=each), Y) for each in files)
    )
    assert [command.files for command in inner.commands] == files


async def test_givens_that_are_fixed_are_so_in_a_batch_of_their_own() -> None:
    inner = PythonRunner()
    runner = BatchingRunner(inner)
    fixed = [(), ("y",)]
    await asyncio.gather(
        *(runner.observe(replace(execute("y = 1"), fixed=each), Y) for each in fixed)
    )
    assert [command.fixed for command in inner.commands] == fixed


async def test_what_a_batch_cannot_tell_runs_by_itself() -> None:
    inner = PythonRunner()
    command = Execute(Program(source="y = 1"), network=True)
    await BatchingRunner(inner).observe(command, Y)
    assert inner.commands == [command]


async def test_those_that_one_kept_from_running_run_after_it() -> None:
    inner = DyingRunner()
    runner = BatchingRunner(inner)
    sources = ("y = 1", "exit", "y = 2", "exit", "y = 3")
    runs = await asyncio.gather(*(runner.observe(execute(source), Y) for source in sources))
    assert [run.outcome for run in runs] == [
        "finished", "timeout", "finished", "timeout", "finished"
    ]  # fmt: skip
    assert [run.answers[0].value for run in runs[::2]] == [IntValue(1), IntValue(2), IntValue(3)]
    assert [len(command.programs) for command in inner.commands] == [5, 1, 2]  # type: ignore[union-attr] # batches


async def test_who_no_longer_waits_is_left_out() -> None:
    class Cancelling(PythonRunner):
        async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
            tasks[1].cancel()
            await asyncio.gather(tasks[1], return_exceptions=True)
            return await super().observe_all(command)

    runner = BatchingRunner(Cancelling())
    tasks = [asyncio.ensure_future(runner.observe(execute(f"y = {n}"), Y)) for n in range(2)]
    assert (await tasks[0]).answers[0].value == IntValue(0)


async def test_an_exception_of_the_runner_reaches_all() -> None:
    class Broken(PythonRunner):
        async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
            raise OSError("gone")

    runner = BatchingRunner(Broken())
    runs = [runner.observe(execute("y = 1"), Y) for _ in range(2)]
    results = await asyncio.gather(*runs, return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
