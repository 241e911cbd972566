"""What the session keeps of real runs for the model pane."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.support.engine import PRELUDE, serve
from tests.support.fake_client import FakeClient
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.session.core import TutorSession
from tutor.session.words.model_advice import models_words, source_words
from tutor.session.words.model_text import line_rows, model_rows, with_failure
from tutor.wire.commands import Execute, Program
from tutor.wire.events import Executed, Observation, RunEnded, RunEvent
from tutor.wire.models import ModelsDescribed

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = "x = torch.randn(16, 4)\ny = (x.sum(1) > 0).long()\n"
TRAINING = """
def train(net, steps):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()

train(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), 5)
"""


async def session_after(folder: Path, source: str) -> TutorSession:
    """A session that was told of all that a real run of the program tells."""
    program = Program(PRELUDE, GIVEN, source)
    served = serve(Execute(program, live=True, shapes=True, views=("model",)))
    executed = served.only(Executed)
    told = tuple(event for event in served.events if isinstance(event, get_args(RunEvent)))
    observation = Observation(executed.outcome, executed, milliseconds=1.0)
    client = FakeClient([(*told, RunEnded(observation))])
    session = new_session(folder, client=client, start_at="double")
    await session.open()
    session.runs.run("y = 2 * x")
    await eventually(lambda: session.state.ending is not None, "the end")
    return session


async def test_a_training_in_a_function_is_told_layer_by_layer(tmp_path: Path) -> None:
    session = await session_after(tmp_path, TRAINING)
    record = session.timeline.current
    described = record.models.newest
    assert [row.name for row in model_rows(described)] == ["net", "input", "0", "1", "2"]
    assert "Largest relative update" in models_words(described, record.error)
    assert record.models.nearest(1).step == 1
    confusion = described.confusion
    assert confusion is not None
    assert sum(confusion.counts) == 16


async def test_a_small_model_is_shown_as_it_is_at_the_end(tmp_path: Path) -> None:
    source = TRAINING.replace("5)", "41)")
    record = (await session_after(tmp_path, source)).timeline.current
    assert record.models.newest.step == 41
    assert not source_words(record.models.newest, is_over=True)


async def test_a_training_says_of_which_step_its_numbers_are(tmp_path: Path) -> None:
    large = TRAINING.replace("4, 8", "4, 800").replace("8, 2", "800, 2")
    source = large.replace("5)", "141)")
    record = (await session_after(tmp_path, source)).timeline.current
    described = record.models.newest
    words = source_words(described, is_over=True)
    assert words.startswith(f"Last update: step {described.step} of 141. ")
    assert not source_words(described, is_over=False)


async def test_the_answers_to_all_the_data_are_kept(tmp_path: Path) -> None:
    batches = TRAINING.replace("net(x), y", "net(x[at : at + 4]), y[at : at + 4]").replace(
        "optimizer.zero", "at = 4 * (_ % 4)\n        optimizer.zero"
    )
    record = (await session_after(tmp_path, batches)).timeline.current
    counted = record.models.answers(None)
    assert counted is not None
    assert (counted.name, counted.total, counted.step) == ("x", 16, 5)
    assert sum(counted.confusion.counts) == 16


async def test_a_model_that_does_not_fit_ends_at_its_layer(tmp_path: Path) -> None:
    source = "net = nn.Sequential(nn.Linear(4, 8), nn.Linear(6, 2))\nnet(x)"
    record = (await session_after(tmp_path, source)).timeline.current
    assert record.error is not None
    described = with_failure(record.models.newest, record.error)
    assert [row.kind for row in model_rows(described)][-1] == "failed"
    assert "Linear(8, 2) would fit" in models_words(described, record.error)


async def test_a_program_without_a_model_has_the_shapes_of_its_lines(tmp_path: Path) -> None:
    source = "w = torch.randn(4, 3)\nh = x @ w\nz = h @ w"
    record = (await session_after(tmp_path, source)).timeline.current
    assert record.models.newest == ModelsDescribed()
    rows = line_rows(record.shapes, record.error, source)
    assert [(row.what, row.shape) for row in rows[:2]] == [
        ("w = torch.randn(4, 3)", "(4, 3)"),
        ("h = x @ w", "(16, 3)"),
    ]
    assert rows[-1].kind == "failed"
    assert "h (16, 3) and w (4, 3)" in rows[-1].what
