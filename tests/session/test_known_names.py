"""What the session knows of names: from the worker, from the lessons, and from the last run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tests.completion.sample import sample_lines
from tests.support.fake_client import FakeClient
from tests.support.tutor_session import bare_hub
from tutor.course.model import CodeStep, Exercise
from tutor.session.known_names import DOCUMENTATION, INDEX, MAX_ATTEMPTS, KnownNames
from tutor.session.timeline import Timeline
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Answer, Executed, InventoryEntry, InventoryTaken, Observation
from tutor.wire.values import FloatValue, Missing, SequenceValue, TensorValue, TextValue, Value

STEP = CodeStep(
    id="here",
    title="Here",
    text="Use `torch.sigmoid`, not this.",
    given="import torch",
    scaffold="result = ...",
    solution="secret = torch.tanh(x)",
)
EARLIER = (Exercise("import numpy", "y = torch.relu(x)"),)
DOUBLED = TensorValue("float32", "float", (2, 3), b"")


class _Library:
    """A runner that answers what the app asks about the libraries."""

    def __init__(self, *lines: str) -> None:
        self.asked: list[str] = []
        self._lines = lines

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        raise AssertionError(command)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.asked += [question.expression for question in command.questions]
        lines = tuple(map(TextValue, self._lines))
        value: Value = SequenceValue("list", len(lines), lines) if lines else Missing()
        return (Observation("finished", Executed("finished"), answers=(Answer(value),)),)


def known(client: FakeClient | None, timeline: Timeline | None = None) -> KnownNames:
    """What is known with this client, and one earlier step."""
    opening = SimpleNamespace(earlier_exercises=lambda _: iter(EARLIER))
    worker = SimpleNamespace(client=client)
    return KnownNames(bare_hub(worker=worker, timeline=timeline or Timeline(), opening=opening))


async def test_the_worker_is_asked_for_its_libraries_once() -> None:
    runner = _Library(*sample_lines())
    names = known(FakeClient(runner=runner))
    await asyncio.gather(names.read_library(), names.read_library())
    await names.read_library()
    assert runner.asked == [INDEX]
    assert names.library.find("torch.relu") is not None


@pytest.mark.parametrize("phase", ["starting", "asleep", "failed"])
async def test_a_worker_that_is_not_ready_is_left_alone(phase: str) -> None:
    runner = _Library(*sample_lines())
    client = FakeClient(runner=runner, phase=phase)  # type: ignore[arg-type] # one of its phases
    names = known(client)
    await names.read_library()
    assert await names.documentation("torch.relu") == ""
    assert (runner.asked, client.kept_awake, bool(names.library)) == ([], 0, False)
    client.become("ready")
    await names.read_library()
    assert names.library


async def test_a_worker_that_cannot_tell_is_not_asked_for_ever() -> None:
    runner = _Library()
    names = known(FakeClient(runner=runner))
    for _ in range(MAX_ATTEMPTS + 2):
        await names.read_library()
    assert runner.asked == [INDEX] * MAX_ATTEMPTS
    assert not names.is_unread, "nothing more is to come"
    await known(None).read_library()


async def test_documentation_comes_as_a_text() -> None:
    runner = _Library("First line.", "", "Third line.")
    names = known(FakeClient(runner=runner))
    assert await names.documentation("torch.relu") == "First line.\n\nThird line."
    assert runner.asked == [DOCUMENTATION.format(path="torch.relu")]


def test_what_the_lessons_have_used_is_taught_but_not_the_solution_of_the_step() -> None:
    names = known(None)
    for _ in range(2):
        taught = names.taught(STEP)
        assert {"numpy", "relu", "sigmoid", "result", "torch"} <= set(taught)
        assert not {"secret", "tanh", "not"} & set(taught)
        assert taught["torch"] == 3, "in the step before, in this one's givens and in its text"


def test_names_are_those_of_the_newest_run_that_left_any() -> None:
    timeline = Timeline()
    names = known(None, timeline)
    assert names.left_by_run() == {}
    entries = (InventoryEntry("y", DOUBLED), InventoryEntry("rate", FloatValue(0.5)))
    timeline.take((InventoryTaken(entries),))
    assert [told.shown for told in names.left_by_run().values()] == ["(2, 3) float32", "0.5"]
    timeline.begin()
    assert list(names.left_by_run()) == ["y", "rate"]
    timeline.forget()
    assert names.left_by_run() == {}
