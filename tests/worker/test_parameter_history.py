"""What is remembered of the parameters while a program trains."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.engine import loaded, run
from tutor.wire.events import LossesRecorded, StepRecorded
from tutor.wire.values import TensorValue
from tutor.worker.allowance import Allowance
from tutor.worker.loss_series import LossSeries

if TYPE_CHECKING:
    from tutor.worker.parameter_history import ParameterHistory

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


@pytest.mark.usefixtures("ample")
def test_each_step_of_a_short_training_is_there_with_its_tensors() -> None:
    steps = recorded(TRAINING.format(steps=5))
    assert [step.step for step in steps] == [0, 1, 2, 3, 4]
    assert all([entry.name for entry in step.entries] == NAMES for step in steps)
    weights = [numbers(step) for step in steps]
    assert all(one != other for one, other in pairwise(weights))
    assert all((entry.gradient_norm or 0) > 0 for entry in steps[0].entries)


@pytest.mark.usefixtures("ample")
def test_the_last_step_holds_what_the_model_has_at_the_end() -> None:
    served = run(TRAINING.format(steps=5), "model[0].weight", given=GIVEN, live=True)
    value = served.answers[0].value
    assert isinstance(value, TensorValue)
    assert array("d", value.data).tolist() == numbers(served.all(StepRecorded)[-1])


@pytest.mark.usefixtures("ample")
def test_of_a_long_training_there_are_steps_from_all_of_it() -> None:
    steps = [step.step for step in recorded(TRAINING.format(steps=3_000))]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert steps[-1] > 2_000, "the budget grows with the time, to the end of the training"
    assert 20 < len(steps) < 1_000


@pytest.mark.usefixtures("ample")
@pytest.mark.parametrize(
    "update",
    [
        "w -= 0.25 * w.grad",
        "w.data = w.data - 0.25 * w.grad",
        "w.data -= 0.25 * w.grad",
        "w.copy_(w - 0.25 * w.grad)",
    ],
)
def test_a_training_by_hand_is_remembered_too(update: str) -> None:
    steps = recorded(BY_HAND.replace("w -= 0.25 * w.grad", update), given="")
    assert [numbers(step) for step in steps] == [[0.5**n] * 2 for n in range(4)]
    assert steps[0].entries[0].name == "w"
    assert steps[0].entries[0].gradient_norm == pytest.approx(2 * 2**0.5)


OWN_OPTIMIZER = """
class Halver(optim.Optimizer):
    def __init__(self, parameters):
        super().__init__(parameters, {})
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.mul_(0.5)
w = torch.ones(2, requires_grad=True)
own, other = Halver([w]), optim.SGD(model.parameters(), lr=0.1)
for n in range(4):
    own.zero_grad()
    (w * w).sum().backward()
    own.step()
    other.step()
"""

CLOSURE = """
w = torch.ones(2, requires_grad=True)
optimizer = optim.LBFGS([w], max_iter=3)
calls = 0
def closure():
    global calls
    calls += 1
    optimizer.zero_grad()
    loss = (w * w).sum()
    loss.backward()
    return loss
for n in range(4):
    optimizer.step(closure)
"""


@pytest.mark.usefixtures("ample")
def test_an_optimizer_of_the_learners_own_is_followed_beside_another() -> None:
    served = run(OWN_OPTIMIZER, "trace.steps", "trace.losses", given=GIVEN, live=True)
    steps = served.all(StepRecorded)
    assert [step.step for step in steps] == [0, 1, 2, 3]
    assert [numbers(step)[0] for step in steps] == [0.5**n for n in range(1, 5)]
    assert [answer.shown for answer in served.answers] == ["8", "(2.0, 0.5, 0.125, 0.03125)"]


@pytest.mark.usefixtures("ample")
def test_a_step_that_calls_its_closure_is_one_step() -> None:
    served = run(CLOSURE, "calls > 4", given=GIVEN, live=True)
    assert served.answers[0].shown == "True"
    assert [step.step for step in served.all(StepRecorded)] == [0, 1, 2, 3]
    assert sum(len(event.losses) for event in served.all(LossesRecorded)) == 4


@pytest.mark.parametrize("is_on", [True, False])
def test_a_snapshot_leaves_gradients_on_or_off_as_they_were(is_on: bool) -> None:
    loaded()
    import torch

    from tutor.worker.snapshots import Layout

    w = torch.ones(2, requires_grad=True)
    layout = Layout((w,), {})
    with torch.set_grad_enabled(is_on):
        taken = layout.copy()
        assert taken.numbers is not None
        assert not taken.numbers.requires_grad
        w.data = torch.ones(3)
        with pytest.raises(ValueError, match="size"):
            layout.copy()
        assert torch.is_grad_enabled() is is_on


def test_a_parameter_that_gets_another_size_costs_no_step_but_that() -> None:
    source = TRAINING.format(steps=3) + "    model[1].bias.data = torch.zeros(1, 1 + n)[:, :1]\n"
    served = run(source + "model[1].bias.data = torch.zeros(2)\n", "n", given=GIVEN, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    assert served.answers[0].shown == "2"
    for step in served.all(StepRecorded):
        value = step.entries[3].value
        assert isinstance(value, TensorValue)
        assert len(value.data) == 8 * prod(value.shape)


def test_each_tensor_has_its_own_gradient_also_beside_one_that_has_none() -> None:
    frozen = GIVEN + "model[0].bias.requires_grad_(False)\n"
    questions = [f"{name}.grad" for name in NAMES]
    served = run(TRAINING.format(steps=1), *questions, given=frozen, live=True)
    (step,) = served.all(StepRecorded)
    for entry, answer in zip(step.entries, served.answers, strict=True):
        if entry.name == "model[0].bias":
            assert (entry.gradient, entry.gradient_norm) == (b"", None)
            continue
        assert isinstance(answer.value, TensorValue)
        assert entry.gradient == answer.value.data
        squares = [number**2 for number in array("d", entry.gradient)]
        assert entry.gradient_norm == pytest.approx(sum(squares) ** 0.5)


def test_a_gradient_that_is_too_large_for_its_norm_is_told_without_a_warning() -> None:
    source = "(model[0].weight.sum() * 1e200).backward()\noptimizer.step()\n"
    served = run(source, given=GIVEN.replace("optimizer", "model.double()\noptimizer"), live=True)
    (step,) = served.all(StepRecorded)
    assert step.entries[0].gradient_norm == float("inf")
    assert served.output == ""


@pytest.mark.usefixtures("ample")
def test_backwards_that_pile_up_for_one_step_are_no_steps() -> None:
    pile = "for n in range(3): model(x).sum().backward()\noptimizer.step()\n"
    served = run(pile, given=GIVEN, live=True)
    assert [step.step for step in served.all(StepRecorded)] == [0]
    assert sum(len(event.losses) for event in served.all(LossesRecorded)) == 1


def test_of_a_large_tensor_there_are_statistics() -> None:
    large = GIVEN.replace("(2, 3)", "(2, 6000)").replace("(3, 1)", "(6000, 1)")
    (step,) = recorded(TRAINING.format(steps=1), given=large)
    entry = step.entries[0]
    assert isinstance(entry.value, TensorValue)
    assert (entry.value.data, entry.value.shape, entry.value.sampled) == (b"", (6000, 2), True)
    assert entry.statistics is not None
    assert numbers(step, 1)


def test_a_parameter_that_no_name_leads_to_has_a_number() -> None:
    nameless = (
        "opt = optim.SGD([nn.Parameter(torch.ones(2))], lr=0.1)\n"
        "opt.param_groups[0]['params'][0].sum().backward()\nopt.step()\n"
    )
    (step,) = recorded(nameless, given="")
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


def allowance(clock: Clock) -> Allowance:
    """Return a history's allowance under this clock, on an idle machine."""
    from tutor.worker.parameter_history import FREE_SECONDS, SHARE

    return Allowance(SHARE, FREE_SECONDS, clock, lambda: clock.now)


class ByHand:
    """A training of steps that take a millisecond each, and its history under a clock."""

    def __init__(self, tick: float, size: int = 1, parts: int = 1) -> None:
        loaded()
        import torch

        from tutor.worker.parameter_history import ParameterHistory
        from tutor.worker.recorder import Recorder

        self.clock = Clock(tick)
        self.recorder = Recorder()
        self.history = ParameterHistory({}, allowance(self.clock))
        parameters = [torch.zeros(size, requires_grad=True) for _ in range(parts)]
        self.parameter = parameters[0]
        self.optimizer = torch.optim.SGD(parameters, lr=0.1)
        self.steps: list[int] = []

    def train(self, count: int) -> None:
        """Make so many steps, each of which sets the parameter to its number."""
        import torch

        for number in range(self.recorder.steps, self.recorder.steps + count):
            self.clock.now += 0.001
            with torch.no_grad():
                self.parameter.fill_(number)
            self.recorder.after_backward((torch.tensor(1.0),), True, 1.0)
            self.recorder.after_step(self.optimizer)
            self.history.take(self.recorder, self.recorder.losses())

    def send(self) -> None:
        """Take what is to be sent, and look whether the numbers are those of their steps."""
        self.history.send(self.recorder.losses(), self.keep)

    def keep_steps(self, events: Iterable[StepRecorded]) -> int:
        """Take the numbers of the steps, and return how many there were."""
        steps = [event.step for event in events]
        self.steps += steps
        return len(steps)

    def keep(self, events: Iterable[StepRecorded]) -> int:
        """Look at each event, and return how many there were."""
        seen = [*events]
        assert all(numbers(event) == [event.step] for event in seen)
        return self.keep_steps(seen)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 90), max_size=12), st.sampled_from([0.0, 1e-5, 1e-4, 1e-3]))
def test_whatever_is_sent_when_each_step_has_its_own_numbers(parts: list[int], tick: float) -> None:
    training = ByHand(tick)
    for count in parts:
        training.train(count)
        training.send()
    assert training.steps == sorted(set(training.steps))
    assert not parts or training.steps[0] == 0


def test_the_budget_holds_before_and_after_the_first_steps() -> None:
    training = ByHand(tick=100e-6, size=10_000)  # to take one

    def send() -> None:
        training.history.send(training.recorder.losses(), training.keep_steps)

    training.train(200)
    send()
    first = len(training.steps)
    assert 17 <= first <= 20, "1.26 ms and 0.46 ms of the training's 200, at 0.1 ms each"
    for _ in range(20):
        training.train(100)
        send()
    assert 45 <= len(training.steps) - first <= 55, "2.3 ms of each second, at 0.1 ms each"
    later = [step for step in training.steps if step >= 200]
    gaps = [after - before for before, after in pairwise(later)]
    assert max(gaps) <= 50, "they are spread evenly"


@pytest.mark.parametrize(
    ("size", "parts", "expected"),
    [(1, 1, range(60)), (4_000, 2, range(32)), (10_000, 1, [0])],
    ids=["small", "kept whole", "large"],
)
def test_each_early_step_of_a_model_that_is_kept_whole_is_there_where_it_takes_long(
    size: int, parts: int, expected: Iterable[int]
) -> None:
    training = ByHand(tick=0.1, size=size, parts=parts)
    training.train(60)
    training.history.send(training.recorder.losses(), training.keep_steps)
    assert training.steps == [*expected]


def test_later_steps_of_a_small_model_are_there_ever_further_apart() -> None:
    training = ByHand(tick=0.1)
    training.train(3_000)
    training.send()
    later = training.steps[60:]
    assert len(later) <= 60
    assert max(after / before for before, after in pairwise(later)) < 1.12
    assert later[-1] > 2_700
    assert [frame.number for frame in training.history.kept][:60] == [*range(60)]


def test_the_first_step_is_there_even_if_its_backward_used_up_the_budget() -> None:
    training = ByHand(tick=0.1, size=10_000)
    recorder, history = training.recorder, training.history
    outputs = (training.parameter.sum(),)
    recorder.after_backward(outputs, True, outputs[0].item())
    history.take(recorder, recorder.shown.series)
    assert history.due(recorder.shown.series)[0] == 1, "the step is looked at"
    recorder.after_step(training.optimizer)
    history.take(recorder, recorder.losses())
    history.send(recorder.losses(), training.keep_steps)
    assert training.steps == [0]


def test_what_the_app_does_not_take_is_bounded() -> None:
    training = ByHand(tick=0.0)
    training.train(3_000)
    training.send()
    assert 100 <= len(training.steps) <= 201
    assert training.steps[0] == 0
    assert training.steps[-1] > 2_900


def _count_sent(recording: ParameterHistory, series: LossSeries) -> int:
    sent: list[StepRecorded] = []

    def send_all(events: Iterable[StepRecorded]) -> int:
        sent.extend(events)
        return len(sent)

    recording.send(series, send_all)
    return len(sent)


def test_what_was_handed_over_does_not_come_again() -> None:
    training = ByHand(tick=0.0)
    training.train(5)

    def takes_two(events: Iterable[StepRecorded]) -> int:
        return len([event.step for event in events][:2])

    def breaks_at_the_second(events: Iterable[StepRecorded]) -> int:
        for place, _ in enumerate(events):
            if place:
                raise KeyboardInterrupt
        return 0

    training.history.send(training.recorder.losses(), takes_two)
    with pytest.raises(KeyboardInterrupt):
        training.history.send(training.recorder.losses(), breaks_at_the_second)
    training.send()
    assert training.steps == [4], "0 and 1 were taken, 2 and 3 were on their way"


def test_where_it_takes_long_fewer_steps_are_remembered() -> None:
    loaded()
    import torch

    from tutor.worker.parameter_history import ParameterHistory
    from tutor.worker.recorder import Recorder

    counts = []
    for tick in (0.0, 0.0004):
        recorder, recording = Recorder(), ParameterHistory({}, allowance(Clock(tick)))
        optimizer = torch.optim.SGD([torch.zeros(10_000, requires_grad=True)], lr=0.1)
        for _ in range(100):
            recorder.after_backward((torch.tensor(1.0),), True, 1.0)
            recorder.after_step(optimizer)
            recording.take(recorder, recorder.losses())
        counts.append(_count_sent(recording, recorder.losses()))
    quick, slow = counts
    assert quick == 100
    assert 2 < slow < 30
