"""Making a graphics card ready, with functions of torch that only tell what they were asked.

No card is needed. A tensor that claims to lie on one stands in for what a program leaves there.
"""

from __future__ import annotations

import os
import textwrap

import pytest

from tests.support.engine import loaded, serve
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question
from tutor.wire.events import (
    BatchObserved,
    FromLearner,
    InventoryTaken,
    LibraryLoaded,
    LibraryLoading,
    LossesRecorded,
    StepRecorded,
)
from tutor.wire.values import BoolValue, Other, TensorValue, TextValue

pytestmark = pytest.mark.xdist_group("torch")

GIGABYTE = 1024**3


class Channel:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[FromLearner] = []

    def offer(self, event: FromLearner) -> bool:
        self.told.append(event)
        return True

    def send(self, event: FromLearner) -> None: ...

    def receive(self) -> None: ...


class Card:
    """Two cards of 8 GB, and what torch was asked of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, problem: str = "") -> None:
        loaded()
        import torch

        from tutor.worker import gpu_setup

        self.shares: list[tuple[float, int]] = []
        self.used: list[object] = []
        self.problem = problem
        self.channel = Channel()
        self.gpu_setup = gpu_setup
        self.cudnn = torch.backends.cudnn
        properties = type("Properties", (), {"total_memory": 8 * GIGABYTE})
        monkeypatch.setattr(torch.cuda, "init", self._init)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda index: properties)
        monkeypatch.setattr(
            torch.cuda,
            "set_per_process_memory_fraction",
            lambda share, index: self.shares.append((share, index)),
        )
        monkeypatch.setattr(torch, "zeros", lambda *_, device: self.used.append(device))
        monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
        monkeypatch.setenv(gpu_setup.VISIBLE, "0,1")
        monkeypatch.delenv(gpu_setup.PROBLEM, raising=False)

    def _init(self) -> None:
        if self.problem:
            raise RuntimeError(self.problem)

    def make_ready(self, memory_mb: int) -> None:
        """Make it ready; the wait is told in any case."""
        self.gpu_setup.make_ready(self.channel, memory_mb)  # type: ignore[arg-type] # no more of one is needed
        assert self.channel.told == [LibraryLoading(), LibraryLoaded()]


@pytest.mark.parametrize(("memory_mb", "share"), [(2048, 0.25), (99_999, 1.0)])
def test_a_program_may_take_as_much_of_a_card_as_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, memory_mb: int, share: float
) -> None:
    card = Card(monkeypatch)
    card.make_ready(memory_mb)
    assert card.shares == [(share, 0), (share, 1)]
    assert card.used == ["cuda"], "the first use makes the context"
    assert not card.cudnn.allow_tf32
    assert os.environ[card.gpu_setup.VISIBLE] == "0,1"
    assert card.gpu_setup.PROBLEM not in os.environ


def test_a_card_that_cannot_be_had_is_hidden_and_the_reason_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = Card(monkeypatch, "CUDA error: out of memory\ud800" + "x" * 999)
    card.make_ready(2048)
    assert os.environ[card.gpu_setup.VISIBLE] == ""
    assert os.environ[card.gpu_setup.PROBLEM].startswith("CUDA error: out of memory?")
    assert len(os.environ[card.gpu_setup.PROBLEM]) == card.gpu_setup.MAX_PROBLEM


def test_without_a_card_a_program_that_was_given_one_runs_on_the_cpu() -> None:
    source = "import os\nvisible = os.environ['CUDA_VISIBLE_DEVICES']\nhas = is_there()"
    given = "import torch\nis_there = torch.cuda.is_available"
    program = Program(given=given, source=source)
    served = serve(Execute(program, gpu=True), ["visible", "has"])
    assert [answer.value for answer in served.answers] == [TextValue(""), BoolValue(False)]
    assert served.all(LibraryLoading)
    assert served.all(LibraryLoaded)
    batch = serve(ObserveAll((program,), (Question("has"),), gpu=True))
    assert batch.only(BatchObserved).answers[0].value == BoolValue(False)
    assert not serve(Execute(program)).all(LibraryLoading), "a program without one waits for none"


def test_what_torch_does_before_a_card_fails_is_no_doing_of_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded()
    import torch

    def init() -> None:
        torch.relu = torch.sigmoid
        raise RuntimeError("CUDA error: out of memory")

    monkeypatch.setattr(torch, "relu", torch.relu)
    monkeypatch.setattr(torch.cuda, "init", init)
    program = Program(given="", source="x = 1")
    assert serve(Execute(program, gpu=True)).executed.replaced == ()
    batch = serve(ObserveAll((program,), (), gpu=True)).only(BatchObserved)
    assert batch.executed.replaced == ()


@pytest.mark.parametrize("is_started", [True, False])
def test_the_generators_of_cards_are_seeded_once_cuda_is_started(
    monkeypatch: pytest.MonkeyPatch, is_started: bool
) -> None:
    loaded()
    import torch

    from tutor.worker.global_state import seed_everything

    seeds: list[int] = []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: is_started)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeds.append)
    seed_everything(7)
    assert seeds == ([7] if is_started else [])


ON_CARD = textwrap.dedent(
    """
    import torch
    from torch.utils._pytree import tree_map

    class OnCard(torch.Tensor):
        @staticmethod
        def __new__(cls, numbers):
            made = torch.Tensor._make_wrapper_subclass(
                cls, numbers.shape, dtype=numbers.dtype, device="cuda:0"
            )
            made.numbers = numbers
            return made

        @classmethod
        def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
            kwargs = dict(kwargs or {})
            leaves = function is torch.ops.aten._to_copy.default
            if leaves and BROKEN:
                raise RuntimeError("CUDA error: an illegal memory access was encountered")
            kwargs.pop("device", None)
            args, kwargs = tree_map(
                lambda each: each.numbers if isinstance(each, OnCard) else each, (args, kwargs)
            )
            found = function(*args, **kwargs)
            return found if leaves else tree_map(
                lambda each: OnCard(each) if type(each) is torch.Tensor else each, found
            )
    """
)


@pytest.mark.parametrize("broken", [False, True])
def test_a_value_on_a_card_comes_with_its_device_and_what_cannot_be_copied_without_numbers(
    broken: bool,
) -> None:
    given = ON_CARD + f"BROKEN = {broken}"
    source = "x = OnCard(torch.tensor([1.5, -2.0]))\ny = x + x\nz = torch.ones(1)"
    served = serve(Execute(Program(given=given, source=source)), ["x", "y", "z", "y.device"])
    x, y, z, device = (answer.value for answer in served.answers)
    if broken:
        assert isinstance(x, Other)
        assert isinstance(y, Other)
    else:
        assert isinstance(x, TensorValue)
        assert isinstance(y, TensorValue)
        assert (x.device, y.device, y.shape) == ("cuda:0", "cuda:0", (2,))
        assert memoryview(y.data).cast("d").tolist() == [3.0, -4.0]
    assert isinstance(z, TensorValue)
    assert z.device == "cpu"
    assert isinstance(device, Other)


APART = ON_CARD + textwrap.dedent(
    """
    BROKEN = False
    weight = torch.nn.Parameter(torch.ones(2))
    other = torch.nn.Parameter(OnCard(torch.ones(3)))
    optimizer = torch.optim.SGD([weight, other], lr=0.1)
    """
)
TRAINS = """
for _ in range(3):
    loss = (weight ** 2).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def test_a_training_with_parameters_on_two_devices_is_recorded() -> None:
    program = Program(given=APART, source=TRAINS)
    served = serve(Execute(program, Limits(seconds=30), live=True))
    assert served.executed.outcome == "finished", served.executed.error
    losses = [each for event in served.all(LossesRecorded) for each in event.losses]
    assert len(losses) == 3
    steps = served.all(StepRecorded)
    assert steps
    kept = {entry.name: entry.value for entry in steps[-1].entries}
    assert isinstance(kept["weight"], TensorValue)
    assert isinstance(kept["other"], TensorValue)
    assert (kept["weight"].device, kept["weight"].sampled) == ("cpu", False)
    assert (kept["other"].device, kept["other"].sampled) == ("cuda:0", True)
    assert served.all(InventoryTaken)
