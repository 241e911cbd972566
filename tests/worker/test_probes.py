"""A training that is held, stepped through phase by phase, and let go."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.engine import PRELUDE, Served, serve
from tutor.wire.commands import Execute, Program, Resume, RunControl, StepLength, StepPhase
from tutor.wire.events import InventoryTaken, LossesRecorded, Paused, Phase
from tutor.wire.models import LayerDescription, ModelsDescribed
from tutor.wire.values import FloatValue, IntValue, TensorValue

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
torch.manual_seed(0)
x = torch.ones(4, 2)
y = torch.zeros(4, 1)
model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1)))
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
"""

TRAINING = """
for epoch in range(3):
    optimizer.zero_grad()
    output = model(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
print(epoch, end="")
"""

PHASES = ("zero_grad", "forward", "loss", "backward", "step")


def held(
    source: str, *controls: RunControl, given: str = GIVEN, questions: Sequence[str] = ()
) -> Served:
    program = Program(PRELUDE, given, source)
    command = Execute(program, live=True, hold=1)
    return serve(command, questions, controls=controls)


def test_it_is_stepped_through_phase_by_phase() -> None:
    steps = [StepPhase(number) for number in range(2, 8)]
    served = held(TRAINING, *steps, Resume(), questions=["epoch"])
    assert served.executed.outcome == "finished", served.output
    assert served.all(Paused) == [
        Paused(1, "zero_grad", 1, 3),
        Paused(2, "forward", 1, 4),
        Paused(3, "loss", 1, 5),
        Paused(4, "backward", 1, 6),
        Paused(5, "step", 1, 7),
        Paused(6, "zero_grad", 2, 3),
        Paused(7, "forward", 2, 4),
    ]
    assert served.answers[0].value == IntValue(2)


EPOCHS = """
def train(rows):
    for row in rows:
        optimizer.zero_grad()
        loss = criterion(model(row), y)
        loss.backward()
        optimizer.step()

for epoch in range(4):
    train([x] * 3)
"""


def test_it_is_stepped_through_step_by_step_and_epoch_by_epoch() -> None:
    lengths: list[StepLength] = ["step", "step", "phase", "epoch", "step", "epoch", "epoch"]
    steps = [StepPhase(number, length) for number, length in enumerate(lengths, 2)]
    program = Program(PRELUDE, GIVEN, EPOCHS)
    command = Execute(program, live=True, hold=1, shapes=True)
    served = serve(command, ["epoch"], controls=[*steps, Resume()])
    assert served.executed.outcome == "finished", served.executed.error
    assert [(paused.phase, paused.step) for paused in served.all(Paused)] == [
        *(("zero_grad", 1), ("zero_grad", 2), ("zero_grad", 3), ("forward", 3)),
        *(("zero_grad", 4), ("zero_grad", 5), ("zero_grad", 7), ("zero_grad", 10)),
    ]


def test_where_there_are_no_epochs_an_epoch_is_a_step() -> None:
    steps = [StepPhase(2, "epoch"), StepPhase(3, "epoch")]
    served = held(TRAINING, *steps, Resume())
    assert [paused.step for paused in served.all(Paused)] == [1, 2, 3]


def test_the_numbers_are_the_same_whether_it_is_held_or_not() -> None:
    question = "float(model[0].weight.sum()), float(loss)"
    steps = [StepPhase(number) for number in range(2, 15)]
    one = held(TRAINING, *steps, Resume(), questions=[question])
    other = serve(Execute(Program(PRELUDE, GIVEN, TRAINING)), [question])
    assert len(one.all(Paused)) == 14
    assert one.answers == other.answers


def test_what_is_told_at_a_pause_is_of_that_moment() -> None:
    steps = [StepPhase(number) for number in range(2, 7)]
    served = held(TRAINING, *steps, Resume())
    events = list(served.events)
    pauses = [at for at, event in enumerate(events) if isinstance(event, Paused)]
    inventories = [events[at - 1] for at in pauses]
    assert all(isinstance(event, InventoryTaken) for event in inventories)
    weights = [_weight(event) for event in inventories if isinstance(event, InventoryTaken)]
    assert weights[0] == weights[4], "before the step nothing has changed"
    assert weights[4] != weights[5], "after it, the weights have"
    losses = [at for at, event in enumerate(events) if isinstance(event, LossesRecorded)]
    assert pauses[4] < losses[0] < pauses[5]


def test_the_layers_show_what_the_phase_before_a_pause_has_changed() -> None:
    steps = [StepPhase(number) for number in range(2, 12)]
    served = held(TRAINING, *steps, Resume())
    told: dict[tuple[Phase, int], tuple[int, LayerDescription]] = {}
    newest = ModelsDescribed()
    for event in served.events:
        if isinstance(event, ModelsDescribed):
            newest = event
        elif isinstance(event, Paused) and newest.models:
            told[event.phase, event.step] = newest.step, newest.models[0].layers[0]
    for step in (1, 2):
        before_loss, before_step = told["loss", step], told["step", step]
        assert (before_loss[0], before_step[0]) == (step, step)
        assert before_loss[1].activations is not None
        assert before_loss[1].activations.bins or before_loss[1].activations.std == 0
        assert before_loss[1].gradient is None
        assert before_step[1].gradient is not None
        assert before_step[1].update is None
    after_step, layer = told["zero_grad", 2]
    assert after_step == 1
    assert layer.update


def _weight(inventory: InventoryTaken) -> bytes:
    entry = next(each for each in inventory.entries if each.name == "model[0].weight")
    assert isinstance(entry.value, TensorValue)
    return entry.value.data


def test_a_function_of_the_learner_is_followed_into_and_a_given_one_has_no_line() -> None:
    function = "def train():\n    optimizer.zero_grad()\n"
    inside = held(function + "train()\n", Resume())
    assert inside.all(Paused) == [Paused(1, "zero_grad", 1, 2)]
    outside = held("train()\n", Resume(), given=GIVEN + function)
    assert outside.all(Paused) == [Paused(1, "zero_grad", 1, 1)]


def test_a_training_by_hand_has_its_steps_too() -> None:
    by_hand = (
        "w = torch.ones(1, requires_grad=True)\n"
        "for epoch in range(2):\n"
        "    loss = (w * w).sum()\n"
        "    loss.backward()\n"
        "    with torch.no_grad(): w -= 0.1 * w.grad\n"
        "    w.grad = None\n"
    )
    served = held(by_hand, StepPhase(2), Resume())
    assert served.all(Paused) == [Paused(1, "backward", 1, 4), Paused(2, "backward", 2, 4)]


def test_a_program_without_a_training_is_not_held() -> None:
    served = held("n = 3\n", questions=["n"])
    assert served.all(Paused) == []
    assert served.answers[0].value == IntValue(3)


def test_what_comes_too_late_changes_nothing() -> None:
    served = held("n = 3.5\n", StepPhase(2), Resume(), questions=["n"])
    assert served.answers[0].value == FloatValue(3.5)


def test_the_lessons_own_part_is_not_held() -> None:
    served = held("optimizer.zero_grad()\n", Resume(), given=GIVEN + TRAINING)
    assert served.all(Paused) == [Paused(1, "zero_grad", 1, 1)]


def test_after_the_program_nothing_watches_the_calls_of_a_model() -> None:
    question = "len(torch.nn.modules.module._global_forward_pre_hooks)"
    for controls in ((StepPhase(2), Resume()), (StepPhase(2), StepPhase(3), StepPhase(4))):
        served = held("optimizer.zero_grad()\nmodel(x)\n", *controls, questions=[question])
        assert served.answers[0].value == IntValue(0)
