"""What is told of a program's models when its training is over, and that asking changes nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.support.engine import PRELUDE, Served, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.models import LayerDescription, ModelDescription, ModelsDescribed
from tutor.wire.values import FloatValue, SequenceValue
from tutor.worker.asking_apart import AskedApart
from tutor.worker.layer_watch import LayerWatch
from tutor.worker.recorder import Recorder
from tutor.worker.training_hooks import WATCH

pytestmark = [pytest.mark.xdist_group("torch"), pytest.mark.usefixtures("ample")]

GIVEN = """
x = torch.randn(32, 8)
y = (x.sum(1, keepdim=True) > 0).float()
"""
TRAINING = """
model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
for step in range(100):
    optimizer.zero_grad()
    F.mse_loss(model(x), y).backward()
    before = [p.detach().clone() for p in model.parameters()]
    optimizer.step()
"""
TRUTH = """[
    float(sum(p.grad.square().sum() for p in model[0].parameters()).sqrt()),
    float(sum((p - b).square().sum() for p, b in zip(model[0].parameters(), before)).sqrt()
          / sum(b.square().sum() for b in before[:2]).sqrt()),
    float(model[0](x).mean()),
    float(model[:2](x).std(correction=0)),
]"""


@pytest.fixture(autouse=True)
def _few_steps_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only the first step be heard while a program runs."""
    monkeypatch.setattr("tutor.worker.layer_watch.EVERY", float("inf"))
    monkeypatch.setattr("tutor.worker.layer_watch.GROWTH", 1_000_000)


def served(source: str, *questions: str, given: str = GIVEN) -> Served:
    program = Program(PRELUDE, given, source)
    return serve(Execute(program, live=True, views=("model",), step_log=False), questions)


def last(source: str, given: str = GIVEN) -> ModelsDescribed:
    return served(source, given=given).all(ModelsDescribed)[-1]


def only(source: str, given: str = GIVEN) -> ModelDescription:
    """The only model as it is told of at the end, of which it was asked."""
    described = last(source, given)
    assert described.at_end
    (model,) = described.models
    return model


def with_numbers(model: ModelDescription) -> list[LayerDescription]:
    return [layer for layer in model.layers if layer.numbers]


@pytest.mark.parametrize(
    "optimizer",
    [
        "SGD(model.parameters(), lr=0.1)",
        "Adam(model.parameters(), lr=1)",
        "SGD(model.parameters(), lr=0.1, weight_decay=0.2)",
        "SGD(model.parameters(), lr=0.001, maximize=True)",
        "SGD(model.parameters(), lr=0.02, momentum=0.9, dampening=0.1, weight_decay=0.1)",
        "Adam(model.parameters(), lr=0.01)",
        "Adam(model.parameters(), lr=0.01, weight_decay=0.1)",
        "AdamW(model.parameters(), lr=0.01, weight_decay=0.2)",
    ],
)
def test_the_numbers_are_those_of_the_last_step(optimizer: str) -> None:
    source = TRAINING.replace("SGD(model.parameters(), lr=0.1)", optimizer)
    told = served(source, TRUTH)
    described = told.all(ModelsDescribed)[-1]
    assert (described.step, described.total, described.at_end) == (100, 100, True)
    (model,) = described.models
    assert (model.name, model.given, model.numbers, model.frozen_numbers) == ("model", "x", 161, 0)
    assert [(layer.took, layer.gave, layer.calls) for layer in model.layers] == [
        ((32, 8), (32, 16), 1),
        ((32, 16), (32, 16), 1),
        ((32, 16), (32, 1), 1),
    ]
    first, tanh, _ = model.layers
    assert first.activations is not None
    assert tanh.activations is not None
    assert tanh.activations.saturated is not None
    truth = told.answers[0].value
    assert isinstance(truth, SequenceValue)
    numbers = (first.gradient, first.update, first.activations.mean, tanh.activations.std)
    for number, true in zip(numbers, truth.items, strict=True):
        assert isinstance(true, FloatValue)
        assert number == pytest.approx(true.value, rel=1e-3, abs=1e-6)


def test_a_schedule_that_has_gone_on_does_not_change_what_was_moved() -> None:
    schedule = "\noptimizer.param_groups[0]['lr'] = 5.0"
    told = [with_numbers(only(TRAINING + more)) for more in ("", schedule)]
    assert told[0] == told[1]


def test_an_unknown_rule_is_told_by_the_snapshot_before_the_last_step() -> None:
    source = TRAINING.replace("SGD(model.parameters(), lr=0.1)", "Rprop(model.parameters())")
    told = served(source.replace("range(100)", "range(3)"), TRUTH)
    truth = told.answers[0].value
    assert isinstance(truth, SequenceValue)
    moved = truth.items[1]
    assert isinstance(moved, FloatValue)
    (model,) = told.all(ModelsDescribed)[-1].models
    assert model.layers[0].update == pytest.approx(moved.value, rel=1e-4)


BY_HAND = """
model = nn.Linear(8, 1)
for step in range(4):
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad
            CLEAR
"""


def test_updates_by_hand_are_told_too() -> None:
    (layer,) = only(BY_HAND.replace("CLEAR", "last, p.grad = p.grad, None")).layers
    assert layer.gradient is None, "it was cleared"
    assert layer.update
    (layer,) = only(BY_HAND.replace("CLEAR", "p.grad.zero_()")).layers
    assert layer.gradient is None, "zeros are none"
    (layer,) = only(BY_HAND.replace("CLEAR", "pass")).layers
    assert layer.gradient


def test_a_gradient_that_no_step_has_used_is_not_told_as_that_of_the_last() -> None:
    for more in ("optimizer.zero_grad()", "F.mse_loss(model(x), y).backward()"):
        assert {layer.gradient for layer in only(f"{TRAINING}\n{more}").layers} == {None}


def test_layers_that_are_not_in_the_optimizer_have_not_moved() -> None:
    source = TRAINING.replace("SGD(model.parameters(", "SGD(model[2].parameters(")
    first, last_one = with_numbers(only(source))
    assert first.gradient
    assert first.update == 0
    assert last_one.update


def test_layers_that_were_frozen_on_the_way_have_not_moved_any_more() -> None:
    source = TRAINING.replace("SGD(model.parameters(), lr=0.1)", "Adam(model.parameters())")
    frozen = "    if step == 50:\n        model[0].requires_grad_(False)\n"
    first, last_one = with_numbers(only(source + frozen))
    assert first.update is None
    assert last_one.update


def test_a_step_that_was_heard_itself_is_not_asked_about() -> None:
    described = last(TRAINING.replace("range(100)", "range(1)"))
    assert (described.step, described.total, described.at_end) == (1, 1, False)


LOADER = """
model = nn.Sequential(nn.Linear(8, 4), nn.Dropout(0.5), nn.Linear(4, 1))
optimizer = optim.Adam(model.parameters())
def fit():
    for step in range(4):
        for xb, yb in zip(x.split(12), y.split(12)):
            optimizer.zero_grad()
            F.mse_loss(model(xb), yb).backward()
            optimizer.step()
"""


def test_a_batch_that_a_name_still_holds_is_the_last_one() -> None:
    model = only(LOADER.replace("def fit()", "if True") + "\nmodel.eval()")
    assert (model.given, model.given_step) == ("xb", 0)
    assert model.layers[0].took == (8, 8), "the rest of the rows"
    assert not model.training, "as the program has left it"


def test_a_batch_that_no_name_holds_any_more_is_that_of_the_step_that_was_heard() -> None:
    model = only(LOADER + "\nfit()")
    assert (model.given, model.given_step) == ("", 1)
    assert model.layers[0].took == (12, 8)
    assert model.training
    dropped = model.layers[1].activations
    assert dropped is not None
    assert dropped.zeros > 0, "in the mode of the program"


@pytest.mark.parametrize(
    "source",
    [
        LOADER + "\nfit()",
        """
a, b = nn.Linear(8, 4), nn.Linear(8, 4)
optimizer = optim.SGD([*a.parameters(), *b.parameters()], lr=0.01)
for step in range(40):
    rows = x[: 32 - step % 7]
    (a(rows * 1.0) * b(rows * 2.0)).square().mean().backward()
    optimizer.step()
""",
    ],
    ids=["a model", "loose layers"],
)
def test_what_is_shown_at_the_end_does_not_depend_on_when_steps_were_heard(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seldom = last(source)
    monkeypatch.setattr("tutor.worker.layer_watch.EVERY", 0.0)
    monkeypatch.setattr("tutor.worker.layer_watch.FREE_SECONDS", 1e6)
    often = served(source).all(ModelsDescribed)
    assert len(often) > 10, "steps were heard"
    assert often[-1].models == seldom.models
    assert {model.given_step for model in seldom.models} == {1}


def test_a_name_that_holds_something_else_by_now_is_not_asked_with() -> None:
    model = only(LOADER.replace("def fit()", "if True") + "\nxb = x.T")
    assert (model.given, model.given_step) == ("", 1)


def test_layers_that_are_called_by_themselves_are_asked_each() -> None:
    source = """
a, b = nn.Linear(8, 4), nn.Linear(8, 4)
optimizer = optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)
for step in range(9):
    (a(x) * b(x)).square().mean().backward()
    optimizer.step()
a(x[:3])
"""
    model = only(source)
    assert [(layer.name, layer.took) for layer in model.layers] == [("a", (32, 8)), ("b", (32, 8))]
    assert all(layer.update for layer in model.layers)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model(x)", "model[2](model[:2](x))"),  # what a layer has computed, it is given again
        ("model(x)", "model(input=x)"),
        ("optimizer =", "model[0].lock = __import__('threading').Lock()\noptimizer ="),
    ],
)
def test_where_it_cannot_be_asked_the_step_that_was_heard_stays(old: str, new: str) -> None:
    described = last(TRAINING.replace(old, new))
    assert (described.step, described.total, described.at_end) == (1, 100, False)


def test_a_stop_is_an_end_too() -> None:
    source = TRAINING + "    if step == 60:\n        raise KeyboardInterrupt\n"
    told = served(source)
    assert told.executed.outcome == "stopped"
    described = told.all(ModelsDescribed)[-1]
    assert (described.step, described.at_end) == (61, True)


def test_an_error_after_the_training_is_an_end_too() -> None:
    told = served(TRAINING + "\nmodel(x[:, :3])")
    assert told.executed.outcome == "raised"
    assert told.all(ModelsDescribed)[-1].at_end


def test_what_questions_do_to_the_model_is_not_of_the_program() -> None:
    question = "[p.data.zero_() for p in model.eval().parameters()] and model(x).sum().backward()"
    still, changed = (served(TRAINING, *asked) for asked in ((), (question,)))
    assert changed.answers[0].error is None
    assert still.all(ModelsDescribed)[-1] == changed.all(ModelsDescribed)[-1]


def test_asking_leaves_model_data_and_random_numbers_as_they_are() -> None:
    torch.manual_seed(3)
    x = torch.randn(8, 4)
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(inplace=True), nn.Dropout())
    model.append(nn.Linear(4, 1))
    calls: list[int] = []
    model.register_forward_hook(lambda *_: calls.append(1))
    optimizer = torch.optim.Adam(model.parameters())
    namespace: dict[str, object] = {"x": x, "model": model, "optimizer": optimizer}
    layers, recorder = LayerWatch(namespace), Recorder()
    WATCH.follow(recorder)
    try:
        for _ in range(6):
            optimizer.zero_grad()
            model(x).sum().backward()
            optimizer.step()
            layers.after(recorder, 0.0)
        layers.finish(recorder)
    finally:
        WATCH.stop()
        layers.close()

    def state() -> list[object]:
        tensors = [x, *model.parameters(), *model.buffers(), torch.get_rng_state()]
        tensors += [each.grad for each in model.parameters() if each.grad is not None]
        tensors += [kept for each in optimizer.state.values() for kept in each.values()]
        modes = [(part.training, len(part._forward_hooks)) for part in model.modules()]
        return [[each.tolist() for each in tensors], modes, len(calls), [*namespace]]

    before = state()
    described = layers.at_end(AskedApart(namespace))
    assert described is not None
    assert described.step == 6
    assert state() == before
