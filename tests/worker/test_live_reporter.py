"""What the app is told of a training while it runs, and the inventory."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from tests.support.engine import loaded, run
from tutor.wire import frames
from tutor.wire.commands import Bind, Command
from tutor.wire.events import (
    FromLearner,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    NameBound,
    TrainingNoted,
)
from tutor.wire.values import ArrayValue, ModuleValue, Other, TensorValue
from tutor.worker.loss_series import MAX_WHOLE, STRIDE, LossSeries

pytestmark = pytest.mark.xdist_group("torch")


class Pipe:
    """Takes what it is told to take, and keeps it."""

    def __init__(self) -> None:
        self.events: list[FromLearner] = []
        self.commands: list[Command] = []
        self.takes = True
        self.looks = 0

    def send_all(self, events: Iterable[FromLearner]) -> None:
        self.events.extend(events)

    def send(self, event: FromLearner) -> None:
        self.events.append(event)

    def offer(self, event: FromLearner) -> bool:
        if self.takes:
            self.events.append(event)
        return self.takes

    def offer_all(self, events: Iterable[FromLearner]) -> int:
        return sum(self.offer(event) for event in events)

    def report(self, event: FromLearner) -> None:
        self.events.append(event)

    def receive(self) -> Command:
        return self.commands.pop(0)

    def is_waiting(self) -> bool:
        self.looks += 1
        return bool(self.commands)

    def losses(self) -> list[float]:
        told = [event for event in self.events if isinstance(event, LossesRecorded)]
        numbers = [event.first + place for event in told for place in range(len(event.losses))]
        assert numbers == list(range(len(numbers))), "in order, none twice"
        return [loss for event in told for loss in event.losses]

    def inventories(self) -> int:
        return sum(isinstance(event, InventoryTaken) for event in self.events)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Training:
    """A recorder fed by hand, with its teller."""

    def __init__(self, namespace: dict[str, object] | None = None, pace: float = 0.0) -> None:
        loaded()
        from tutor.worker.live_reporter import LiveReporter
        from tutor.worker.recorder import Recorder
        from tutor.worker.training_hooks import recorded

        self.pipe, self.clock = Pipe(), Clock()
        self.waits: list[float] = []
        self.live = LiveReporter(
            self.pipe, namespace or {}, self.clock, pace=pace, sleep=self._sleep
        )
        self.recorder = Recorder(self.live, keeps_states=False)
        self.run_backward = recorded(lambda *_, **__: None)
        self.count = 0

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.now += seconds

    def backward(self) -> None:
        import torch

        from tutor.worker.training_hooks import WATCH

        WATCH.recorder = self.recorder
        self.run_backward((torch.tensor(float(self.count)),), accumulate_grad=True)
        WATCH.recorder = None
        self.count += 1

    def step(self) -> None:
        import torch

        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        self.backward()
        self.recorder.after_step(optimizer)

    def told(self) -> list[float]:
        return self.pipe.losses()


def test_losses_go_out_at_most_twenty_times_a_second() -> None:
    training = Training()
    for _ in range(100):
        training.step()
        training.clock.now += 0.01
    batches = [event for event in training.pipe.events if isinstance(event, LossesRecorded)]
    assert 15 <= len(batches) <= 21
    training.live.finish(training.recorder)
    assert training.told() == [float(i) for i in range(100)]


def test_what_the_app_did_not_take_comes_with_the_next() -> None:
    training = Training()
    for number in range(60):
        training.pipe.takes = number % 3 == 0
        training.step()
        training.clock.now += 0.06
    training.live.finish(training.recorder)
    assert training.told() == [float(i) for i in range(60)]


def test_the_first_backward_alone_does_not_say_what_a_step_is() -> None:
    training = Training()
    for _ in range(3):
        training.backward()
        training.clock.now += 0.06
    training.step()
    training.live.finish(training.recorder)
    assert training.told() == [3.0], "three passes piled up for one step"


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_many_backwards_or_long_ones_without_a_step_are_the_steps(seconds: float) -> None:
    training = Training()
    for _ in range(70):
        training.backward()
        training.clock.now += seconds + 0.06
    assert len(training.told()) >= 5
    training.live.finish(training.recorder)
    assert training.told() == [float(i) for i in range(70)]


def test_a_request_to_pause_is_looked_for_fifty_times_a_second() -> None:
    training = Training()
    for _ in range(1_000):
        training.live.after(training.recorder)
        training.clock.now += 0.001
    assert 45 <= training.pipe.looks <= 51


def test_a_paced_training_waits_for_its_turn_and_takes_a_new_number_there() -> None:
    names: dict[str, object] = {"rate": 0.1}
    training = Training(names, pace=10)
    training.pipe.commands += [Bind({"rate": 0.1})]
    for _ in range(3):
        training.step()
    assert names == {"rate": 0.1}
    training.pipe.commands += [Bind({"rate": 0.3})]
    training.step()
    assert names == {"rate": 0.3}
    training.clock.now += 5
    training.step()
    assert training.waits == pytest.approx([0.0, 0.1, 0.1, 0.1, 0.0])
    training.live.finish(training.recorder)
    noted = [event for event in training.pipe.events if isinstance(event, TrainingNoted)]
    assert [each for event in noted for each in event.bound] == [NameBound("rate", 0.3, 4)]


def test_a_phase_passes_by_a_listener_that_has_nothing_to_do() -> None:
    training = Training()
    training.step()
    asked: list[object] = []
    training.live.after = asked.append  # type: ignore[method-assign,assignment] # counted
    training.step()
    training.live.next_after = training.live.next_step = float("inf")
    training.step()
    assert len(asked) == 1, "the step, and not the backward before it"
    training.live.next_after = 0.0
    training.backward()
    training.backward()
    assert len(asked) == 2, "the second, which no step has parted from the first"
    assert training.recorder.by_step.count == 3


@pytest.mark.parametrize(("seconds", "least", "most"), [(0.0, 20, 41), (0.01, 2, 10)])
def test_the_inventory_is_taken_less_often_where_it_is_slow(
    seconds: float, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training({"x": 1})
    from tutor.worker import live_reporter

    def taken(*_: object) -> InventoryTaken:
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass
        return InventoryTaken(())

    monkeypatch.setattr(live_reporter, "take_inventory", taken)
    for _ in range(100):
        training.step()
        training.clock.now += 0.1
    assert least <= training.pipe.inventories() <= most


def test_after_many_steps_the_extremes_of_each_hundred_and_the_last_are_kept() -> None:
    series = LossSeries()
    for number in range(MAX_WHOLE + 5 * STRIDE):
        series.append(float(number))
    series.catch_up()
    assert series.count == MAX_WHOLE + 5 * STRIDE
    batches = list(series.batches(0))
    assert [batch.first for batch in batches[-10:]] == [
        MAX_WHOLE + place * STRIDE + end for place in range(5) for end in (0, STRIDE - 1)
    ]
    assert all(batch.losses[0] == batch.first for batch in batches)
    assert sum(len(batch.losses) for batch in batches) == len(series.kept) == MAX_WHOLE + 10
    assert all(len(frames.encode(batch)) < frames.MAX_FRAME for batch in batches)
    assert list(series.batches(len(series.kept))) == []


@pytest.mark.parametrize("place", [0, 1, STRIDE - 1])
def test_a_loss_that_is_no_number_hides_no_extreme(place: int) -> None:
    series = LossSeries()
    for number in range(MAX_WHOLE + STRIDE):
        series.append(math.nan if number == MAX_WHOLE + place else float(number % 7))
    series.catch_up()
    late = series.kept[MAX_WHOLE:]
    assert any(math.isnan(loss) for loss in late)
    assert 0.0 in late


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    loaded()
    import torch

    return torch


def _inventory(**namespace: object) -> dict[str, InventoryEntry]:
    from tutor.worker.inventory import take_inventory

    taken = take_inventory(namespace)
    assert len(frames.encode(taken)) < frames.MAX_FRAME
    return {entry.name: entry for entry in taken.entries}


def test_the_inventory_names_everything_as_one_would_write_it(torch: Any) -> None:  # noqa: ANN401 # a module
    nn = torch.nn

    class Net(nn.Module):  # type: ignore[misc,name-defined] # nn is known at run time only
        def __init__(self) -> None:
            super().__init__()
            self.fc1 = nn.Linear(2, 1)
            self.blocks = nn.ModuleList([nn.Linear(1, 1)])
            self.parts = nn.ModuleDict({"a b": nn.Linear(1, 1, bias=False)})
            self.scale = nn.Parameter(torch.ones(1))

    model = nn.Sequential(nn.Linear(2, 1), nn.Sequential(nn.ReLU(), nn.Linear(1, 1)))
    found = _inventory(model=model, net=Net(), x=torch.ones(2), n=3, text="no", f=len, m=torch)
    assert list(found) == [
        *("model", "model[0].weight", "model[0].bias", "model[1][1].weight", "model[1][1].bias"),
        *("net", "net.scale", "net.fc1.weight", "net.fc1.bias"),
        *("net.blocks[0].weight", "net.blocks[0].bias", "net.parts['a b'].weight"),
        *("x", "n"),
    ]
    assert isinstance(found["model"].value, ModuleValue)


def test_the_inventory_tells_the_length_of_each_gradient(torch: Any) -> None:  # noqa: ANN401 # a module
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    large = torch.full((300,), 2.0, requires_grad=True)
    ((w * w).sum() + large.sum()).backward()
    inner = w * 2
    found = _inventory(w=w, large=large, inner=inner)
    assert found["w"].gradient_norm == pytest.approx(10.0)
    assert found["large"].gradient_norm == pytest.approx(300**0.5)
    assert found["inner"].gradient_norm is None


def test_statistics_tell_of_what_is_not_drawn_from_its_elements(torch: Any) -> None:  # noqa: ANN401 # a module
    found = _inventory(
        few=torch.tensor([3.0, 4.0]),
        many=torch.arange(10_000.0),
        turned=torch.tensor([3.0 + 4.0j, 0.0]),
        none=torch.ones(0),
    )
    told = {name: entry.statistics for name, entry in found.items()}
    assert told["few"] is None
    assert told["many"] is not None
    assert (told["many"].low, told["many"].high) == (0.0, 9_999.0)
    assert told["turned"] is not None
    assert (told["turned"].low, told["turned"].high) == (0.0, 5.0)
    assert told["none"] is not None


def test_a_vast_namespace_fits_into_one_frame(torch: Any) -> None:  # noqa: ANN401 # a module
    import numpy

    many = {f"t{i}": torch.ones(100_000) for i in range(200)}
    found = _inventory(**many, late=numpy.ones(3), meta=torch.empty(2, device="meta"))
    first, last = found["t0"].value, found["t199"].value
    assert isinstance(first, TensorValue)
    assert isinstance(last, TensorValue)
    assert len(first.data) == 8 * 4_096
    assert (last.data, last.shape, last.sampled) == (b"", (100_000,), True)
    assert last.statistics is not None
    assert isinstance(found["late"].value, ArrayValue)
    assert isinstance(found["meta"].value, Other)


def test_a_run_that_is_not_live_tells_nothing_meanwhile() -> None:
    served = run("w = torch.ones(1, requires_grad=True)\nw.sum().backward()")
    assert served.all(LossesRecorded) == []
    assert served.all(InventoryTaken) == []
