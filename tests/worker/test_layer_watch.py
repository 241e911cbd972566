"""What is heard of a program's models, and that hearing it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.engine import Served, loaded, run
from tutor.session.recorded import RecordedModels
from tutor.wire.events import StepRecorded
from tutor.wire.models import LayerDescription, ModelDescription, ModelsDescribed

if TYPE_CHECKING:
    from tutor.worker.layer_watch import LayerWatch

pytestmark = pytest.mark.xdist_group("torch")

DATA = """
x = torch.randn(32, 8)
y = (x.sum(1, keepdim=True) > 0).float()
"""
TRAINING = """
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
optimizer = optim.SGD(model.parameters(), lr=0.5)
criterion = nn.BCELoss()
for epoch in range(30):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
"""
BY_HAND = """with torch.no_grad():
        for each in model.parameters():
            each -= 0.5 * each.grad"""


@pytest.fixture
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each step be heard, however slow the machine is."""
    loaded()
    for name in ("FREE_SECONDS", "FREE_SECONDS_WATCHED"):
        monkeypatch.setattr(f"tutor.worker.layer_watch.{name}", 60.0)


def heard(source: str, given: str = DATA) -> list[ModelsDescribed]:
    """All that a run tells of its models, in order."""
    return served(source, given).all(ModelsDescribed)


def served(source: str, given: str = DATA) -> Served:
    return run(source, given=given, live=True)


def models(source: str, given: str = DATA) -> tuple[ModelDescription, ...]:
    """The models as they are told of at the end."""
    return heard(source, given)[-1].models


def only(source: str, given: str = DATA) -> tuple[LayerDescription, ...]:
    """The layers of the only model."""
    (model,) = models(source, given)
    return model.layers


def shapes(layers: tuple[LayerDescription, ...]) -> list[tuple[object, ...]]:
    return [(layer.name, layer.type_name, layer.took, layer.gave) for layer in layers]


@pytest.mark.usefixtures("_time")
def test_a_training_tells_shapes_numbers_gradients_and_updates_of_each_layer() -> None:
    told = run(TRAINING, given=DATA, live=True, watched=("model",)).all(ModelsDescribed)
    (model,) = told[-1].models
    assert (model.name, model.type_name, model.numbers) == ("model", "Sequential", 161)
    assert shapes(model.layers) == [
        ("model[0]", "Linear", (32, 8), (32, 16)),
        ("model[1]", "ReLU", (32, 16), (32, 16)),
        ("model[2]", "Linear", (32, 16), (32, 1)),
        ("model[3]", "Sigmoid", (32, 1), (32, 1)),
    ]
    first, relu, _, last = model.layers
    assert (first.weight, first.numbers, relu.numbers) == ((16, 8), 144, 0)
    assert relu.activations is not None
    assert last.activations is not None
    assert 0 < relu.activations.zeros < 1
    assert relu.activations.low == 0
    assert sum(last.activations.bins) == 32
    assert last.activations.saturated is not None
    assert [layer.gradient is not None for layer in model.layers] == [True, False, True, False]
    assert [layer.update is not None for layer in model.layers] == [True, False, True, False]
    steps = [each.step for each in told]
    assert steps[:6] == [1, 2, 3, 4, 5, 6]
    assert steps == sorted(steps)
    assert 15 < steps[-1] <= 30


@pytest.mark.usefixtures("_time")
def test_where_nobody_looks_few_steps_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.worker.layer_watch.EVERY", float("inf"))
    large = TRAINING.replace("8, 16", "8, 2_000").replace("16, 1", "2_000, 1")
    steps = [each.step for each in heard(large.replace("range(30)", "range(100)"))]
    assert steps == [1, 4, 16, 64, 64], "the last one again at the end"


@pytest.mark.parametrize(("steps", "least"), [(20, 20), (100, 60), (1_000, 60)])
def test_a_small_model_is_recorded_at_each_step_that_has_a_snapshot(steps: int, least: int) -> None:
    events = served(TRAINING.replace("range(30)", f"range({steps})"))
    models = RecordedModels()
    for event in events.all(ModelsDescribed):
        models.add(event)
    snapshots = [each.step + 1 for each in events.all(StepRecorded)]
    assert len(snapshots) >= least
    assert snapshots[:least] == [*range(1, least + 1)]
    for step in snapshots:
        described = models.nearest(step)
        assert described.step == step
        assert all(each.update for each in described.models[0].layers if each.numbers)


def test_a_small_model_that_is_updated_by_hand_is_recorded_at_each_backward() -> None:
    source = TRAINING.replace("optimizer.step()", BY_HAND)
    told = heard(source)
    assert [each.step for each in told[:30]] == [*range(1, 31)]
    for each in told[1:30]:
        first = each.models[0].layers[0]
        assert first.update
        assert first.gradient


def trained(layers: LayerWatch, steps: int, now: float) -> bool:
    """Whether layers are heard after a training of so many steps."""
    from tutor.worker.recorder import Recorder

    recorder = Recorder()
    recorder.steps = steps
    layers.after(recorder, now)
    return layers.is_open


@pytest.fixture
def layers() -> Iterator[LayerWatch]:
    """What has heard the first step of a training, by a clock that stands still."""
    loaded()
    from tutor.worker.layer_watch import LayerWatch

    layers = LayerWatch({}, lambda: 0.0)
    assert not trained(layers, 1, now=0.1)
    yield layers
    layers.close()


def test_a_step_is_heard_as_soon_as_the_learner_begins_to_look(layers: LayerWatch) -> None:
    assert not trained(layers, 2, now=0.2)
    layers.watch(is_watched=True)
    assert trained(layers, 2, now=0.2)


def test_of_slow_steps_one_is_heard_each_second(layers: LayerWatch) -> None:
    assert not trained(layers, 2, now=1.0)
    assert trained(layers, 3, now=1.2)


def test_its_numbers_are_those_of_that_very_step() -> None:
    source = """
model = nn.Linear(2, 1, bias=False)
with torch.no_grad():
    model.weight.copy_(torch.tensor([[3.0, 4.0]]))
optimizer = optim.SGD([model.weight], lr=0.1)
(model(torch.tensor([[1.0, 0.0], [3.0, 0.0]])).sum()).backward()
optimizer.step()
"""
    (layer,) = only(source)
    assert layer.activations is not None
    assert (layer.activations.mean, layer.activations.std) == (6.0, 3.0)
    assert layer.gradient == pytest.approx(4.0)
    assert layer.update == pytest.approx(0.4 / 5.0)


def test_a_model_of_the_given_code_is_heard_too() -> None:
    given = DATA + "model = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid())\noutput = model(x)\n"
    layers = only("output.sum().backward()", given)
    assert layers[0].gave == (32, 1)
    assert layers[0].gradient is not None
    assert layers[0].update is None, "nothing has stepped"


def test_a_model_that_was_not_called_shows_its_numbers() -> None:
    model, other = models("net = nn.Sequential(nn.Linear(8, 16), nn.ReLU())\nb = nn.Linear(2, 2)")
    assert (model.name, model.called, model.numbers) == ("net", False, 144)
    assert [(layer.numbers, layer.calls) for layer in model.layers] == [(144, 0), (0, 0)]
    assert (other.name, other.numbers) == ("b", 6)


def test_it_ends_at_the_layer_that_failed() -> None:
    (model,) = models(TRAINING.replace("nn.Linear(16, 1)", "nn.Linear(12, 1)"))
    assert model.failed
    assert [layer.failed for layer in model.layers] == [False, False, True]
    failed = model.layers[-1]
    assert (failed.name, failed.took, failed.gave) == ("model[2]", (32, 16), None)


def test_a_failure_between_layers_is_that_of_the_model() -> None:
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 4)
        self.b = nn.Linear(4, 1)
    def forward(self, x):
        return self.b(self.a(x).view(7, 7))
net = Net()
net(x)
"""
    (model,) = models(source)
    assert model.failed
    assert [(layer.name, layer.calls, layer.failed) for layer in model.layers] == [
        ("net.a", 1, False),
        ("net.b", 0, False),
    ]


def test_a_failure_that_the_program_catches_is_forgotten_with_the_next_call() -> None:
    source = """
model = nn.Linear(8, 4)
try:
    model(x[:, :3])
except RuntimeError:
    pass
model(x)
"""
    assert [layer.failed for layer in only(source)] == [False]


OWN = """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.unused = nn.Linear(3, 3)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.scale = nn.Parameter(torch.ones(1))
        self.rnn = nn.LSTM(4, 5, batch_first=True)
        self.fc = nn.Linear(5, 5)
    def forward(self, x):
        h = F.relu(self.conv(x)).flatten(2).transpose(1, 2)
        h, _ = self.attention(h, h, h)
        h, _ = self.rnn(h)
        return self.fc(self.fc(h.mean(1))) * self.scale

class Trainer:
    def __init__(self):
        self.net = Block()
    def run(self):
        return self.net(torch.randn(2, 1, 5, 5))

def main():
    return Trainer().run()

main()
"""


def test_modules_of_ones_own_are_told_by_the_names_that_the_program_has_for_them() -> None:
    (model,) = models(OWN)
    assert (model.name, model.type_name) == ("self.net", "Block")
    told = {layer.name: layer for layer in model.layers}
    assert list(told) == [
        "self.net.conv",
        "self.net.attention",
        "self.net.rnn",
        "self.net.fc",
        "self.net",
        "self.net.unused",
    ]
    assert told["self.net.attention"].numbers == 60, "with those of the linear layer inside"
    assert told["self.net.rnn"].gave == (2, 9, 5)
    assert told["self.net.fc"].calls == 2
    assert told["self.net"].numbers == 1, "its own parameter"
    assert told["self.net.unused"].calls == 0


def test_layers_that_are_called_one_by_one_stand_together() -> None:
    (model,) = models("a, b = nn.Linear(8, 3), nn.ReLU()\nfor _ in range(3):\n    z = b(a(x))")
    assert (model.name, [layer.name for layer in model.layers]) == ("", ["a", "b"])


@pytest.mark.usefixtures("_time")
def test_each_model_of_several_is_told_of() -> None:
    source = """
G, D = nn.Sequential(nn.Linear(2, 8)), nn.Sequential(nn.Linear(8, 1))
one, other = optim.SGD(G.parameters(), lr=0.1), optim.SGD(D.parameters(), lr=0.1)
for _ in range(12):
    for optimizer in (other, one):
        one.zero_grad(), other.zero_grad()
        D(G(torch.randn(4, 2))).sum().backward()
        optimizer.step()
"""
    told = {model.name: model.layers[0] for model in models(source, "")}
    assert set(told) == {"G", "D"}
    assert all(layer.update for layer in told.values()), "a round of both steps is heard"


def test_frozen_layers_are_told_as_such() -> None:
    source = """
model = nn.Sequential(nn.Linear(8, 4), nn.Linear(4, 1))
model[0].requires_grad_(False)
model(x).sum().backward()
"""
    first, last = only(source)
    assert (first.frozen_numbers, first.gradient) == (36, None)
    assert last.frozen_numbers == 0
    assert last.gradient is not None


def test_dead_units_and_what_is_no_number_are_counted() -> None:
    source = """
model = nn.Sequential(nn.Linear(8, 4), nn.ReLU())
with torch.no_grad():
    model[0].bias[:3] = -1000.0
model(x)
other = nn.Sequential(nn.Linear(8, 4), nn.ReLU())
x[0] = float("nan")
other(x)
"""
    known, odd = models(source)
    relu = known.layers[1].activations
    assert relu is not None
    assert relu.dead == 0.75
    broken = odd.layers[0].activations
    assert broken is not None
    assert broken.not_finite == 4
    assert broken.std == broken.std, "of the finite ones"


@pytest.mark.parametrize("dtype", ["torch.float64", "torch.bfloat16"])
def test_other_dtypes_are_read_too(dtype: str) -> None:
    (layer,) = only(f"model = nn.Linear(8, 2).to({dtype})\nmodel(x.to({dtype}))")
    assert layer.activations is not None
    assert layer.activations.low < layer.activations.high


@pytest.mark.parametrize("size", ["0", "1"])
def test_batches_of_few_rows_or_none_are_read_too(size: str) -> None:
    (layer,) = only(f"model = nn.Linear(8, 2)\nmodel(x[:{size}])")
    assert layer.gave == (int(size), 2)


def test_no_hook_is_left_when_the_program_is_over() -> None:
    hooks = "len(torch.nn.modules.module._global_forward_hooks)"
    for source in (TRAINING, "model = nn.Linear(8, 2)\nmodel(x)", "model = nn.Linear(8, 2)\n1 / 0"):
        result = run(source, hooks, given=DATA, live=True)
        assert result.answers[0].shown == "0"


def test_a_program_that_only_calls_its_model_is_not_held_up() -> None:
    source = """
model = nn.Linear(8, 2)
hooks = []
for _ in range(2_000):
    model(x)
    hooks.append(len(torch.nn.modules.module._global_forward_hooks))
"""
    result = run(source, "hooks[0], hooks[-1]", given=DATA, live=True)
    assert result.answers[0].shown == "(1, 0)"
    assert result.all(ModelsDescribed)[-1].models[0].called


@pytest.mark.parametrize(
    "line", ["torch.jit.trace(model, x)", "torch.fx.symbolic_trace(model)", "'__code__'"]
)
def test_a_program_that_may_trace_its_models_is_not_heard(line: str) -> None:
    assert heard(f"model = nn.Linear(8, 2)\n{line}\nmodel(x)") == []


REGARDED = """
model = nn.Sequential(
    nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(16, 1)
)
optimizer = optim.Adam(model.parameters(), lr=0.01)
losses, calls = [], []
model.register_forward_hook(lambda *_: calls.append(len(calls)))
for epoch in range(60):
    model.train()
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(model(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        model(x)
"""
ALL = """[
    [tuple(p.flatten().tolist()) for p in model.parameters()],
    [tuple(b.flatten().tolist()) for b in model.buffers()],
    [tuple(p.grad.flatten().tolist()) for p in model.parameters()],
    losses, len(calls), model.training, torch.rand(3).tolist(), np.random.rand(),
]"""


@pytest.mark.parametrize("source", [REGARDED, REGARDED.replace("Adam", "SGD")])
def test_all_is_the_same_to_the_bit_whether_it_is_heard_or_not(source: str) -> None:
    digest = f"__import__('hashlib').md5(repr({ALL}).encode()).hexdigest()"
    live = run(source, digest, given=DATA, live=True)
    still = run(source, digest, given=DATA)
    assert live.all(ModelsDescribed)
    assert live.answers == still.answers
    assert live.answers[0].error is None


def test_what_a_dispatch_mode_of_the_program_counts_is_the_same() -> None:
    source = """
from torch.utils._python_dispatch import TorchDispatchMode
class Count(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        seen.append(str(func))
        return func(*args, **(kwargs or {}))
seen = []
model = nn.Sequential(nn.Linear(8, 2), nn.ReLU())
with Count():
    model(x)
"""
    live = run(source, "seen", given=DATA, live=True)
    assert live.answers == run(source, "seen", given=DATA).answers
    assert live.executed.outcome == "finished"


@pytest.mark.parametrize("line", ["net = torch.compile(model, backend='eager')", "net = model"])
@pytest.mark.parametrize("end", ["", "optimizer.zero_grad()"])
def test_a_compiled_model_is_described_without_values(line: str, end: str) -> None:
    source = f"# may compile\n{TRAINING}{end}".replace("optimizer =", f"{line}\noptimizer =")
    (model,) = models(source.replace("model(x)", "net(x)"))
    assert (model.name, model.type_name, model.called) == ("model", "Sequential", True)
    assert [each.name for each in model.layers] == [f"model[{at}]" for at in range(4)]
    assert all(each.calls == 1 and each.gave is None for each in model.layers)


def test_a_wrapped_model_that_is_compiled_has_the_type_that_it_had() -> None:
    source = TRAINING.replace("optimizer =", "model = torch.compile(model)\noptimizer =")
    source = source.replace("compile(model)", "compile(model, backend='eager')")
    (model,) = models(source)
    assert (model.name, model.type_name) == ("model", "Sequential")
