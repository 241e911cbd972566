"""Losses that are computed without training, and the epochs of a program."""

from __future__ import annotations

import pytest

from tests.support.engine import Served, run
from tutor.wire.events import LossesRecorded, TrainingNoted

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
x = torch.randn(12, 2)
y = x.sum(1, keepdim=True)
model = nn.Linear(2, 1)
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
def train(rows):
    loss = criterion(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def checked(served: Served) -> dict[str, dict[int, float]]:
    """Return the losses by name and by the steps before them."""
    found: dict[str, dict[int, float]] = {}
    for note in served.all(TrainingNoted):
        for each in note.checked:
            found.setdefault(each.name, {}).update(zip(each.steps, each.losses, strict=True))
    return found


def epochs(served: Served) -> list[int]:
    return [each for note in served.all(TrainingNoted) for each in note.epochs]


def test_in_evaluation_mode_a_loss_counts_too() -> None:
    source = """
for epoch in range(3):
    model.train()
    train(slice(0, 8))
    model.eval()
    val = criterion(model(x[8:]), y[8:])
"""
    served = run(source, given=GIVEN, live=True)
    assert list(checked(served)["val"]) == [1, 2, 3]


def test_who_never_trains_in_training_mode_checks_nothing() -> None:
    served = run("model.eval()\nfor epoch in range(3): train(slice(0, 8))", given=GIVEN, live=True)
    assert checked(served) == {}


def test_the_losses_of_batches_make_one_mean() -> None:
    source = """
def evaluate():
    total = 0.0
    with torch.no_grad():
        for start in (0, 4, 8):
            total += F.mse_loss(model(x[start : start + 4]), y[start : start + 4]).item()
    return total / 3
first = evaluate()
train(slice(0, 12))
second = evaluate()
"""
    served = run(source, "first, second", given=GIVEN, live=True)
    told = checked(served)
    assert {name: list(found) for name, found in told.items()} == {"first": [0], "second": [1]}
    means = f"({told['first'][0]:.4f}, {told['second'][1]:.4f})"
    first, second = (float(each) for each in served.answers[0].shown.strip("()").split(", "))
    assert means == f"({first:.4f}, {second:.4f})"


def test_sums_over_batches_are_divided_by_all_their_rows() -> None:
    source = """
train(slice(0, 12))
total = 0.0
with torch.no_grad():
    for start in (0, 5, 10):
        rows = slice(start, start + 5)
        total += F.mse_loss(model(x[rows]), y[rows], reduction="sum").item()
    test = nn.MSELoss(reduction="sum")(model(x), target=y)
    none = F.mse_loss(x[:0], x[:0], reduction="sum")
"""
    served = run(source, "total / 12", given=GIVEN, live=True)
    told = checked(served)
    mean = float(served.answers[0].shown)
    assert told["total"][1] == pytest.approx(mean, abs=1e-4)
    assert told["test"][1] == pytest.approx(mean, abs=1e-4)
    assert told["none"][1] == 0


def test_sums_are_shown_as_the_training_shows_its_own() -> None:
    source = """
for step in range(3):
    optimizer.zero_grad()
    F.mse_loss(model(x), y, reduction="sum").backward()
    optimizer.step()
total = 0.0
with torch.no_grad():
    for rows in (slice(0, 6), slice(6, 12)):
        total += F.mse_loss(model(x[rows]), y[rows], reduction="sum").item()
"""
    served = run(source, "total / 2", given=GIVEN, live=True)
    assert checked(served)["total"][3] == pytest.approx(float(served.answers[0].shown), rel=1e-4)


@pytest.mark.parametrize(
    ("scaled", "factor"),
    [
        ("F.mse_loss(model(x), y) / 4", 1.0),
        ("0.5 * (F.mse_loss(model(x), y) * 0.25)", 1.0),
        ("torch.amp.GradScaler('cpu').scale(F.huber_loss(model(x), y) / 3)", 1.0),
        ("torch.tensor(8.0) * F.mse_loss(model(x), y)", 1.0),
        ("F.mse_loss(model(x), y) * model.bias.exp().sum()", 2.0),
        ("F.mse_loss(model(x), y) * 0", 0.0),
        ("((model(x) - y) ** 2).mean() / 4", 0.25),
        ("(F.mse_loss(model(x), y) + F.l1_loss(model(x), y) * 0) / 2", 0.5),
        ("F.mse_loss(model(x), y)", 1.0),
    ],
)
def test_a_loss_scaled_for_its_backward_pass_is_shown_before(scaled: str, factor: float) -> None:
    source = f"""
with torch.no_grad():
    model.bias.fill_(math.log(2))
    mean = (F.huber_loss if "huber" in {scaled!r} else F.mse_loss)(model(x), y)
loss = {scaled}
loss.backward()
optimizer.step()
"""
    served = run(source, "mean.item()", given="import math" + GIVEN, live=True)
    (loss,) = (each for event in served.all(LossesRecorded) for each in event.losses)
    assert loss == pytest.approx(float(served.answers[0].shown) * factor, abs=1e-4)


def test_the_losses_of_two_splits_in_one_function_are_apart() -> None:
    source = """
def ask(rows):
    with torch.no_grad():
        return criterion(model(x[rows]), y[rows]).item()
def estimate(device):
    out = {}
    for split in ("train", "val"):
        out[split] = ask(slice(0, 8) if split == "train" else slice(8, 12))
    return out
def estimate_here(device):
    seen = locals()
    word = "val"
    held_out = ask(slice(4, 12))
    return held_out, sorted(seen)
train(slice(0, 8))
out = estimate("cpu")
held_out, seen = estimate_here("cpu")
def ask_in_training(mode):
    with torch.no_grad():
        new_loss = criterion(model(x[9:]), y[9:])
train(slice(0, 8))
ask_in_training("train")
shown = f"{out['train']:.3f}, {out['val']:.3f}, {held_out:.3f}"
"""
    served = run(source, "shown, seen", given=GIVEN, live=True)
    told = checked(served)
    assert list(told) == ["train", "val", "held_out", "new_loss"]
    losses = f"{told['train'][1]:.3f}, {told['val'][1]:.3f}, {told['held_out'][1]:.3f}"
    assert served.answers[0].shown == f"('{losses}', ['device'])"


def test_what_a_loss_function_returns_and_raises_is_as_ever() -> None:
    source = """
import inspect, pickle
same = pickle.loads(pickle.dumps(F.mse_loss)) is F.mse_loss
names = list(inspect.signature(F.cross_entropy).parameters)[:2]
with torch.no_grad():
    none = F.mse_loss(x, x, reduction="none").shape
nn.BCELoss()(torch.sigmoid(model(x)), y[:5])
"""
    served = run(source, "same, names, tuple(none)", given=GIVEN, live=True)
    assert served.executed.error is not None
    assert served.executed.error.raised_in == "torch.nn.functional"
    assert served.executed.error.line == 7
    assert not [f for f in served.executed.error.frames if "checked_losses" in f.file]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "for epoch in range(4):\n    for i in range(3):\n        train(slice(i, i + 3))\n",
            [0, 3, 6, 9],
        ),
        (
            "def one_epoch():\n    for i in range(3): train(slice(i, i + 3))\n"
            "for lr in (0.1, 0.2):\n    for epoch in range(3): one_epoch()\n",
            [0, 3, 6, 9, 12, 15],
        ),
        (
            "for epoch in range(3):\n    for i in range(8):\n        train(slice(i, i + 3))\n"
            "        if i % 2 == 1:\n            for j in range(2):\n"
            "                with torch.no_grad(): criterion(model(x), y)\n",
            [0, 8, 16],
        ),
        ("for epoch in range(5): train(slice(0, 12))\n", []),
    ],
)
def test_the_epochs_are_the_rounds_around_the_batches(source: str, expected: list[int]) -> None:
    given = GIVEN
    served = run(given + source, live=True, shapes=True)
    assert served.executed.outcome == "finished", served.executed.error
    assert epochs(served) == expected
