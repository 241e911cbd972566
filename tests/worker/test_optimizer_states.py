"""What optimizers keep is in the key frames of a training, and reading it changes nothing."""

from __future__ import annotations

from array import array

import pytest

from tests.support.engine import run
from tutor.wire.events import InventoryEntry, StartRecorded, StepRecorded
from tutor.wire.values import TensorValue

pytestmark = [pytest.mark.xdist_group("torch"), pytest.mark.usefixtures("ample")]

GIVEN = """
torch.manual_seed(0)
x, y = torch.randn(8, 2), torch.randn(8, 1)
model = nn.Linear(2, 1)
"""
TRAINING = """
optimizer = {optimizer}
for n in range(6):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
"""


def trained_with(optimizer: str, *questions: str) -> tuple[list[StepRecorded], list[object]]:
    served = run(TRAINING.format(optimizer=optimizer), *questions, given=GIVEN, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    return served.all(StepRecorded), [answer.value for answer in served.answers]


def states(entry: InventoryEntry) -> dict[str, list[float]]:
    numbers = array("f", entry.states).tolist()
    size = len(numbers) // max(1, len(entry.state_names))
    return {
        name: numbers[place * size : (place + 1) * size]
        for place, name in enumerate(entry.state_names)
    }


def as_float32(value: object) -> list[float]:
    assert isinstance(value, TensorValue)
    return array("f", array("d", value.data)).tolist()


def test_adam_has_its_two_means_and_the_count_of_its_steps() -> None:
    names = ("exp_avg", "exp_avg_sq")
    asked = [f"optimizer.state[model.weight]['{name}']" for name in names]
    steps, values = trained_with("optim.Adam(model.parameters(), lr=0.1)", *asked)
    assert [step.entries[0].optimizer_steps for step in steps] == [1, 2, 3, 4, 5, 6]
    last = states(steps[-1].entries[0])
    assert last == dict(zip(names, map(as_float32, values), strict=True))
    assert states(steps[0].entries[0]) != last
    assert [set(states(entry)) for entry in steps[0].entries] == [set(names)] * 2


def test_a_momentum_is_there_from_the_first_step_on_and_without_one_there_is_nothing() -> None:
    asked = "optimizer.state[model.bias]['momentum_buffer']"
    steps, values = trained_with("optim.SGD(model.parameters(), lr=0.1, momentum=0.9)", asked)
    first, last = steps[0].entries[1], steps[-1].entries[1]
    assert states(first) == {"momentum_buffer": array("f", array("d", first.gradient)).tolist()}
    assert states(last) == {"momentum_buffer": as_float32(values[0])}
    plain, _ = trained_with("optim.SGD(model.parameters(), lr=0.1)")
    assert all(not each.states and not each.optimizer_steps for each in plain[-1].entries)


def test_each_of_two_optimizers_has_its_own() -> None:
    source = """
one = optim.SGD([model.weight], lr=0.1, momentum=0.5)
other = optim.RMSprop([model.bias], lr=0.1)
for n in range(3):
    model.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    one.step()
    other.step()
"""
    last = run(source, given=GIVEN, live=True).all(StepRecorded)[-1]
    assert [set(states(each)) for each in last.entries] == [{"momentum_buffer"}, {"square_avg"}]


def test_odd_states_disturb_nothing() -> None:
    source = """
class Odd(optim.SGD):
    def step(self, closure=None):
        super().step()
        for parameter in model.parameters():
            self.state[parameter].update({
                "a" * 1000: parameter.detach(), 3: parameter.detach(), "text": "no", "step": 7,
                "sparse": torch.zeros(1, 2).to_sparse(), "short": torch.zeros(9),
                "huge": torch.full_like(parameter, 1e300, dtype=torch.float64)})
optimizer = Odd(model.parameters(), lr=0.1)
for n in range(2):
    ((model(x) - y) ** 2).mean().backward()
    optimizer.step()
"""
    served = run(source, given=GIVEN, live=True)
    last = served.all(StepRecorded)[-1].entries[0]
    assert states(last) == {"huge": [float("inf")] * 2}
    assert last.optimizer_steps == 7
    assert served.output == ""


def test_what_has_no_room_beside_values_and_gradients_is_left_out() -> None:
    layers = "nn.Sequential(*[nn.Linear(60, 60) for _ in range(3)])"
    given = GIVEN.replace("nn.Linear(2, 1)", layers)
    given = given.replace("randn(8, 2)", "randn(8, 60)")
    source = TRAINING.format(optimizer="optim.Adam(model.parameters())")
    last = run(source, given=given, live=True).all(StepRecorded)[-1]
    whole = [entry for entry in last.entries if entry.gradient]
    assert len(whole) == 6
    assert [len(entry.state_names) for entry in whole] == [2, 2, 2, 2, 0, 2]


def test_the_start_is_what_was_there_before_the_first_step() -> None:
    source = "begin = model.weight.detach().clone()\n"
    source += TRAINING.format(optimizer="optim.Adam(model.parameters(), lr=0.1)")
    served = run(source, "begin", given=GIVEN, live=True)
    entry = served.only(StartRecorded).entries[0]
    assert entry.name == "model.weight"
    assert entry.value.data == served.answers[0].value.data  # type: ignore[union-attr]
    assert run("n = 1", live=True).all(StartRecorded) == []


@pytest.mark.parametrize(
    "optimizer",
    [
        "optim.Adam(model.parameters(), lr=0.1)",
        "optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)",
        "optim.RMSprop(model.parameters(), lr=0.01, momentum=0.5, centered=True)",
        "optim.Adagrad(model.parameters(), lr=0.1)",
        "optim.SGD([model.weight], lr=0.1)",
    ],
)
def test_a_training_that_is_watched_computes_the_same_bit_for_bit(optimizer: str) -> None:
    source = TRAINING.format(optimizer=optimizer).replace("model(x)", "model(x * torch.rand(1))")
    source += "kept = str(optimizer.state_dict()['state']) + str(len(optimizer.state))"
    asked = ("model.weight", "model.bias", "loss", "kept", "torch.get_rng_state().sum()")
    watched, unwatched = (run(source, *asked, given=GIVEN, live=live) for live in (True, False))
    assert watched.all(StepRecorded)
    assert not unwatched.all(StepRecorded)
    assert watched.answers == unwatched.answers
