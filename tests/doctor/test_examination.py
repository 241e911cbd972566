"""The whole examination, with clients that go wrong and with real processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.lessons import QUIZ, READ, write_course
from tests.support.worker import HERE_BY_PIPE, STUB
from tutor.client.client import WorkerClient
from tutor.client.connection import Connection
from tutor.client.remote import RemoteClient
from tutor.client.worker_facts import WorkerFacts
from tutor.config import Caps, Config
from tutor.doctor import Finding, examine, healthy, report
from tutor.doctor.terminal import TerminalFacts
from tutor.paths import Places
from tutor.wire.commands import Execute, Program, Question, StepLength
from tutor.wire.events import (
    Answer,
    ErrorFacts,
    Evaluation,
    Executed,
    Observation,
    OutputWritten,
    RunEnded,
    RunEvent,
)
from tutor.wire.node import Hello
from tutor.wire.values import FloatValue, Missing, TextValue

TERMINAL = TerminalFacts({"TERM": "xterm-256color"}, (120, 40))
FINISHED = Observation(
    "finished", Executed("finished"), (Answer(FloatValue(0.5), shown="tensor([0.5000])"),)
)
STOPPED = Observation("stopped")


class FakeRun:
    """Prints twice, and ends as it was told."""

    def __init__(self, asked: list[str], ending: Observation) -> None:
        self._asked = asked
        self._ending = ending

    async def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        yield (OutputWritten("stdout", "started\n"),)
        yield (OutputWritten("stdout", "and more\n"),)
        yield (RunEnded(self._ending),)

    def stop(self) -> None:
        self._asked.append("stop")

    def pause(self, number: int) -> None: ...

    def step_phase(self, number: int, length: StepLength = "phase") -> None: ...

    def resume(self) -> None: ...

    def watch(self, views: tuple[str, ...]) -> None: ...

    def bind(self, numbers: dict[str, int | float]) -> None: ...

    def extend(self, seconds: float) -> None: ...

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        return Evaluation("gone")

    def forget(self) -> None: ...


class FakeClient:
    """Answers as it was told, and remembers what it was asked."""

    def __init__(self, observation: Observation = FINISHED, ending: Observation = STOPPED) -> None:
        self.asked: list[str] = []
        self.connection: Connection | None = None
        self.on_card = FINISHED
        self.hangs = False
        self.is_late_on_card = False
        self.refuses = False
        self._observation = observation
        self._ending = ending

    async def start(self) -> None:
        self.asked.append("start")
        if self.refuses:
            raise OSError(24, "Too many open files")

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.asked.append("observe")
        if self.is_late_on_card and command.gpu:
            raise TimeoutError  # as when the deadline comes
        if self.hangs:
            await asyncio.Event().wait()
        return self.on_card if command.gpu else self._observation

    def begin(self, command: Execute) -> FakeRun:
        self.asked.append("begin")
        return FakeRun(self.asked, self._ending)

    async def close(self) -> None:
        self.asked.append("close")

    def describe(self) -> WorkerFacts:
        return WorkerFacts(level="namespaces", torch_version="2.13.0", spares=2, landlock=7)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    lessons = write_course(tmp_path / "lessons", read=READ, quiz=QUIZ)
    return Places(lessons, tmp_path, tmp_path / "data", tmp_path / "config.toml")


async def worker_findings(
    places: Places, client: FakeClient, deadline: float = 60.0
) -> list[Finding]:
    findings = await examine(places, client, terminal=TERMINAL, deadline=deadline)
    assert client.asked[-1] == "close"
    return [found for found in findings if found.section == "Worker"]


async def test_a_healthy_machine_has_a_finding_in_every_section(places: Places) -> None:
    client = FakeClient()
    findings = await examine(places, client, terminal=TERMINAL)
    assert healthy(findings), report(findings)
    assert list(dict.fromkeys(found.section for found in findings)) == [
        "Versions",
        "Terminal",
        "Progress and drafts",
        "Disk",
        "Settings",
        "Lessons",
        "Machine",
        "Worker",
        "Protection",
    ]
    assert client.asked == ["start", "observe", "observe", "begin", "stop", "close"]


def on_card(name: str, problem: str = "") -> Observation:
    answers = (Answer(TextValue(name)), Answer(TextValue(problem)))
    return replace(FINISHED, answers=answers, gpu=True)


@pytest.mark.parametrize(
    ("seen", "state", "said"),
    [
        (on_card("NVIDIA H100"), "good", "A program used the graphics card: NVIDIA H100."),
        (on_card("", "CUDA error 304"), "note", "a graphics card: CUDA error 304"),
        (on_card(""), "note", "a graphics card: PyTorch finds none."),
        (FINISHED, "note", "a graphics card: no NVIDIA card was found, or all are hidden."),
        (Observation("timeout", gpu=True), "note", "did not finish (timeout)"),
    ],
)
async def test_where_the_settings_allow_a_graphics_card_a_program_tries_it(
    places: Places, seen: Observation, state: str, said: str
) -> None:
    client = FakeClient()
    client.on_card = seen
    config = Config(limits=Caps(gpu=True))
    findings = await examine(places, client, config=config, terminal=TERMINAL)
    (found,) = [each for each in findings if said in each.text]
    assert (found.section, found.state) == ("Worker", state)
    assert client.asked.count("observe") == 3


async def test_a_card_that_hangs_is_not_told_of_the_programs_on_the_cpu(places: Places) -> None:
    client = FakeClient()
    client.is_late_on_card = True
    config = Config(limits=Caps(gpu=True))
    findings = await examine(places, client, config=config, terminal=TERMINAL)
    worker = [(each.state, each.text) for each in findings if each.section == "Worker"]
    assert [state for state, _ in worker[:3]] == ["good", "good", "note"]
    assert worker[2][1].startswith("No program can use a graphics card: one that tried did not")


async def test_problems_of_the_config_are_told(places: Places) -> None:
    problems = ("config.toml:1: them: is not a setting",)
    findings = await examine(places, FakeClient(), problems, terminal=TERMINAL)
    assert not healthy(findings)
    assert problems[0] in [found.text for found in findings]


async def test_a_worker_that_never_answers_is_told_after_the_deadline(places: Places) -> None:
    client = FakeClient()
    client.hangs = True
    found = await worker_findings(places, client, deadline=0.01)
    assert found[1].state == "bad"
    assert "No program finished within" in found[1].text


async def test_a_worker_that_cannot_be_started_is_told(places: Places) -> None:
    client = FakeClient()
    client.refuses = True
    found = await worker_findings(places, client)
    assert found[1].text == "The worker cannot be started: Too many open files."


@pytest.mark.parametrize(
    ("observation", "says"),
    [
        (Observation("lost", detail="It died."), "did not finish (lost): It died."),
        (Observation("memory"), "did not finish (memory): no reason given"),
        (
            Observation("raised", Executed("raised", ErrorFacts("ImportError", "libgomp"))),
            "did not finish (raised): ImportError: libgomp",
        ),
        (Observation("finished", Executed("finished")), "its result could not be read"),
        (
            Observation(
                "finished", Executed("finished"), (Answer(Missing(), error=ErrorFacts("E", "m")),)
            ),
            "its result could not be read",
        ),
    ],
)
async def test_a_program_that_fails_is_told_with_the_reason(
    places: Places, observation: Observation, says: str
) -> None:
    found = await worker_findings(places, FakeClient(observation))
    assert found[1].state == "bad"
    assert says in found[1].text


async def test_an_endless_program_that_ends_otherwise_is_told(places: Places) -> None:
    found = await worker_findings(places, FakeClient(ending=Observation("timeout")))
    assert found[1].text == "Stopping an endless program failed: it ended as `timeout`."


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
async def test_real_processes_run_a_program_and_stop_another(places: Places) -> None:
    small = Execute(Program(source="output = 0.5\n"))
    client = WorkerClient(engine="tests.support.stub_engine")
    findings = await examine(places, client, terminal=TERMINAL, small=small)
    assert healthy(findings), report(findings)
    assert [found for found in findings if found.text.startswith("torch 0.0-stub, imported")]
    assert [found for found in findings if "an endless one was stopped" in found.text]
    assert client.describe().phase == "closed"


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
async def test_another_machine_is_examined_in_place_of_this_one(places: Places) -> None:
    small = Execute(Program(source="output = 0.5\n"))
    client = RemoteClient(HERE_BY_PIPE, Hello(engine=STUB))
    findings = await examine(places, client, terminal=TERMINAL, small=small)
    assert healthy(findings), report(findings)
    sections = list(dict.fromkeys(found.section for found in findings))
    assert sections[-3:] == ["Other machine", "Worker", "Protection"]
    assert "Machine" not in sections
    assert "and nothing was left there" in report(findings)
    assert "an endless one was stopped" in report(findings)


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
async def test_another_machine_without_torch_is_told(places: Places) -> None:
    client = RemoteClient(HERE_BY_PIPE, Hello(engine="no_such_engine"))
    findings = await examine(places, client, terminal=TERMINAL)
    bad = [found.text for found in findings if found.state == "bad"]
    assert "no_such_engine" in bad[0]


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
async def test_an_engine_that_is_not_there_is_told(places: Places) -> None:
    client = WorkerClient(engine="no_such_engine")
    findings = await examine(places, client, terminal=TERMINAL)
    worker = [found for found in findings if found.section == "Worker"]
    assert [found.state for found in worker[:2]] == ["bad", "bad"]
    assert "no_such_engine" in worker[0].text + worker[1].text
