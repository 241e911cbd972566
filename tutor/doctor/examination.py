"""The whole examination, which runs one program and stops another."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from tutor.client.worker_facts import WorkerFacts
from tutor.config import Config
from tutor.doctor.disk import examine_disk
from tutor.doctor.findings import Finding
from tutor.doctor.kept import (
    examine_config,
    examine_data,
    examine_lessons,
    examine_theme,
    examine_versions,
    installed_version,
)
from tutor.doctor.machine import examine_machine
from tutor.doctor.other_machine import examine_connection
from tutor.doctor.terminal import TerminalFacts, examine_terminal, inspect_terminal
from tutor.doctor.worker import SmokeTest, examine_protection, examine_worker
from tutor.paths import Places
from tutor.text import printable
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.events import Observation, OutputWritten, RunEnded
from tutor.wire.values import TextValue

if TYPE_CHECKING:
    from tutor.client.connection import Connection
    from tutor.client.interface import RunHandle

DEADLINE = 90.0
"""Seconds for the smoke test: importing torch from a cold disk or over NFS takes long."""

_SPARE_DEADLINE = 2.0
"""Seconds to wait for a spare, which may never come."""

SMALL = Execute(
    Program(source="import torch\noutput = torch.sigmoid(torch.zeros(1))\nprint(output)\n")
)
_OUTPUT = Question("output")
ENDLESS = Execute(
    Program(source="print('started', flush=True)\nwhile True:\n    pass\n"),
    limits=Limits(seconds=30.0),
)
_ON_CARD = Execute(
    Program(
        source="import os, torch\n"
        "name = ''\n"
        "problem = os.environ.get('NNTUTOR_GPU_PROBLEM', '')\n"
        "if torch.cuda.is_available():\n"
        "    name = torch.cuda.get_device_name()\n"
        "    torch.ones(2, device='cuda').sum().item()\n"
    ),
    gpu=True,
)
_ON_CARD_QUESTIONS = (Question("name"), Question("problem"))


class Worker(Protocol):
    """The part of a client that the examination needs."""

    async def start(self) -> None: ...

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation: ...

    def begin(self, command: Execute) -> RunHandle: ...

    async def close(self) -> None: ...

    def describe(self) -> WorkerFacts: ...

    @property
    def connection(self) -> Connection | None: ...


async def examine(
    places: Places,
    client: Worker,
    problems: Sequence[str] = (),
    *,
    config: Config | None = None,
    themes: Collection[str] | None = None,
    terminal: TerminalFacts | None = None,
    small: Execute = SMALL,
    deadline: float = DEADLINE,
) -> tuple[Finding, ...]:
    """Examine everything, and return the findings in the order of their sections.

    `problems` are those of the settings; `themes` are all of the app's, None if unknown. The client
    must not have been started; it is closed at the end. `small` is the program of the smoke test,
    which may take `deadline` seconds.
    """
    gpu = config is not None and config.limits.gpu
    facts, smoke_test, closed_s = await _test_worker(client, small, deadline, gpu=gpu)
    return (
        *examine_versions(),
        *examine_terminal(terminal or inspect_terminal(), config or Config()),
        *examine_data(places),
        *examine_disk(places),
        *examine_config(places, problems),
        examine_theme(places, config or Config(), themes),
        *examine_lessons(places),
        *_examine_programs(facts, smoke_test, client.connection, closed_s, gpu=gpu),
    )


def _examine_programs(
    facts: WorkerFacts,
    smoke_test: SmokeTest,
    connection: Connection | None,
    closed_s: float,
    *,
    gpu: bool,
) -> Iterator[Finding]:
    """Yield findings on the machine where programs run, this one or another."""
    if connection is None:
        yield from examine_machine(gpu=gpu)
        torch = facts.torch_version or installed_version("torch")
        yield from examine_worker(facts, smoke_test, torch)
        yield from examine_protection(facts, root=os.geteuid() == 0)
        return
    yield from examine_connection(connection, facts.reason, closed_s)
    if connection.welcome is not None:
        yield from examine_worker(facts, smoke_test, facts.torch_version)
        yield from examine_protection(facts, root=connection.welcome.root, read=None)


async def _test_worker(
    client: Worker, small: Execute, deadline: float, *, gpu: bool
) -> tuple[WorkerFacts, SmokeTest, float]:
    """Return the facts, the result of the programs, and the seconds that closing took."""
    smoke_test: SmokeTest | None = None
    try:
        async with asyncio.timeout(deadline):
            await client.start()
            smoke_test = await _test_programs(client, small)
            if gpu and not smoke_test.problem:
                smoke_test = await _with_gpu(client, smoke_test)
    except TimeoutError:
        smoke_test = _out_of_time(smoke_test, deadline)
    except OSError as error:
        smoke_test = SmokeTest(f"The worker cannot be started: {error.strerror or error}.")
    finally:
        facts = client.describe()
        started = time.perf_counter()
        await client.close()
    return facts, smoke_test, time.perf_counter() - started


def _out_of_time(so_far: SmokeTest | None, deadline: float) -> SmokeTest:
    """Return the result after a timeout, which keeps that of the programs on the CPU."""
    if so_far is None:
        return SmokeTest(f"No program finished within {deadline:.0f} seconds.")
    return replace(
        so_far, gpu_problem=f"one that tried did not finish within {deadline:.0f} seconds."
    )


async def _test_programs(client: Worker, small: Execute) -> SmokeTest:
    first = await client.observe(small, (_OUTPUT,))  # waits for torch, and so is not timed
    if problem := _problem_of(first):
        return SmokeTest(problem)
    await _wait_for_spare(client)
    started = time.perf_counter()
    second = await client.observe(small, (_OUTPUT,))
    run_ms = (time.perf_counter() - started) * 1000
    if problem := _problem_of(second):
        return SmokeTest(problem)
    stop_ms, stopped = await _stop_endless(client)
    if stopped is None or stopped.outcome != "stopped":
        outcome = stopped.outcome if stopped else "lost"
        return SmokeTest(f"Stopping an endless program failed: it ended as `{outcome}`.")
    await _wait_for_spare(client)
    return SmokeTest("", run_ms, stop_ms)


async def _with_gpu(client: Worker, smoke_test: SmokeTest) -> SmokeTest:
    """Return the result with that of a program that asks for a graphics card."""
    seen = await client.observe(_ON_CARD, _ON_CARD_QUESTIONS)
    if not seen.gpu:
        return replace(smoke_test, gpu_problem="no NVIDIA card was found, or all are hidden.")
    if problem := _problem_of(seen):
        return replace(smoke_test, gpu_problem=problem)
    name, why = (
        printable(each.value.value) if isinstance(each.value, TextValue) else ""
        for each in seen.answers
    )
    if name:
        return replace(smoke_test, gpu=name)
    return replace(smoke_test, gpu_problem=why or "PyTorch finds none.")


async def _wait_for_spare(client: Worker) -> None:
    """Wait for the spare that is forked after a run, so that the next is timed as in the app."""
    end = time.monotonic() + _SPARE_DEADLINE
    while not client.describe().spares and time.monotonic() < end:
        await asyncio.sleep(0.01)


def _problem_of(observation: Observation) -> str:
    if observation.outcome != "finished":
        error = observation.executed.error if observation.executed else None
        why = f"{error.type_name}: {error.message}" if error else observation.detail
        return f"A small program did not finish ({observation.outcome}): {why or 'no reason given'}"
    if not observation.answers or observation.answers[0].error is not None:
        return "A small program ran, but its result could not be read."
    return ""


async def _stop_endless(client: Worker) -> tuple[float, Observation | None]:
    """Return the milliseconds from the stop of an endless program to its end, and the end."""
    asked: float | None = None
    observation: Observation | None = None
    run = client.begin(ENDLESS)
    async for events in run.events():
        for event in events:
            if isinstance(event, OutputWritten) and asked is None:
                asked = time.perf_counter()
                run.stop()
            elif isinstance(event, RunEnded):
                observation = event.observation
    return (time.perf_counter() - (asked or 0.0)) * 1000, observation
