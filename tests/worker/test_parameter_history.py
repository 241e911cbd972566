"""What is remembered of the parameters while a program trains."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest

from tests.support.engine import loaded, run
from tutor.wire.events import LossesRecorded, StepRecorded
from tutor.wire.values import TensorValue

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
x, y = torch.ones(4, 2), torch.zeros(4, 1)
"""

TRAINING = """
for n in range({steps}):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
"""

BY_HAND = """
w = torch.ones(2, requires_grad=True)
for n in range(4):
    w.grad = None
    (w * w).sum().backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
"""

NAMES = ["model[0].weight", "model[0].bias", "model[1].weight", "model[1].bias"]


def recorded(source: str, *questions: str, given: str = GIVEN) -> list[StepRecorded]:
    served = run(source, *questions, given=given, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    return served.all(StepRecorded)


def numbers(step: StepRecorded, place: int = 0) -> list[float]:
    value = step.entries[place].value
    assert isinstance(value, TensorValue)
    return array("d", value.data).tolist()


def test_each_step_of_a_short_training_is_there_with_its_tensors() -> None:
    steps = recorded(TRAINING.format(steps=5))
    assert [step.step for step in steps] == [0, 1, 2, 3, 4]
    assert all([entry.name for entry in step.entries] == NAMES for step in steps)
    weights = [numbers(step) for step in steps]
    assert all(one != other for one, other in pairwise(weights))
    assert all((entry.gradient_norm or 0) > 0 for entry in steps[0].entries)


def test_the_last_step_holds_what_the_model_has_at_the_end() -> None:
    served = run(TRAINING.format(steps=5), "model[0].weight", given=GIVEN, live=True)
    value = served.answers[0].value
    assert isinstance(value, TensorValue)
    assert array("d", value.data).tolist() == numbers(served.all(StepRecorded)[-1])


def test_of_a_long_training_there_are_at_most_two_hundred_evenly_spread() -> None:
    steps = [step.step for step in recorded(TRAINING.format(steps=3_000))]
    assert steps == sorted(set(steps))
    every = steps[-1] - steps[-2]
    evenly = [step for step in steps if step % every == 0]
    assert evenly == list(range(0, evenly[-1] + 1, every))
    assert 3_000 - evenly[-1] <= 4 * every, "it looks half as often where it took too much time"
    assert len(evenly) <= 200
    assert len(steps) < 1_000


def test_a_training_by_hand_is_remembered_too() -> None:
    steps = recorded(BY_HAND, given="")
    assert [numbers(step) for step in steps] == [[0.5**n] * 2 for n in range(4)]
    assert steps[0].entries[0].name == "w"
    assert steps[0].entries[0].gradient_norm == pytest.approx(2 * 2**0.5)


def test_backwards_that_pile_up_for_one_step_are_no_steps() -> None:
    pile = "for n in range(3): model(x).sum().backward()\noptimizer.step()\n"
    served = run(pile, given=GIVEN, live=True)
    assert [step.step for step in served.all(StepRecorded)] == [0]
    assert sum(len(event.losses) for event in served.all(LossesRecorded)) == 1


def test_of_a_large_tensor_there_are_statistics() -> None:
    large = GIVEN.replace("(2, 3)", "(2, 3000)").replace("(3, 1)", "(3000, 1)")
    (step,) = recorded(TRAINING.format(steps=1), given=large)
    entry = step.entries[0]
    assert isinstance(entry.value, TensorValue)
    assert (entry.value.data, entry.value.shape, entry.value.sampled) == (b"", (3000, 2), True)
    assert entry.statistics is not None
    assert numbers(step, 1)


def test_a_parameter_that_no_name_leads_to_has_a_number() -> None:
    inside = (
        "def train():\n w = nn.Parameter(torch.ones(2))\n opt = optim.SGD([w], lr=0.1)\n"
        " w.sum().backward()\n opt.step()\ntrain()\n"
    )
    (step,) = recorded(inside, given="")
    assert [entry.name for entry in step.entries] == ["parameter 1"]


def test_odd_tensors_disturb_nothing() -> None:
    sparse = (
        "embedding = nn.Embedding(5, 2, sparse=True)\n"
        "opt = optim.SGD(embedding.parameters(), lr=0.1)\n"
        "embedding(torch.tensor([1])).sum().backward()\nopt.step()\n"
    )
    (step,) = recorded(sparse, given="")
    assert step.entries[0].gradient_norm is None
    assert len(numbers(step)) == 10


class Clock:
    """Each look takes so long."""

    def __init__(self, tick: float) -> None:
        self.now = 0.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def test_where_it_takes_long_fewer_steps_are_remembered() -> None:
    loaded()
    import torch

    from tutor.worker.parameter_history import ParameterHistory
    from tutor.worker.recorder import Recorder

    counts = []
    for tick in (0.0, 0.02):
        recorder, recording = Recorder(), ParameterHistory({}, Clock(tick))
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        for _ in range(100):
            recorder.after_backward((torch.tensor(1.0),), True)
            recorder.before_step(optimizer)
            recorder.after_step(optimizer)
            recording.take(recorder, recorder.losses())
        counts.append(len([*recording.events(recorder.losses())]))
    quick, slow = counts
    assert quick == 100
    assert 2 < slow < 30
