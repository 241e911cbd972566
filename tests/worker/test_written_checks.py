"""Losses that are computed by hand without training: which are told, and as what."""

from __future__ import annotations

import pytest

from tests.support.engine import Served, run
from tests.worker.test_checked_losses import GIVEN
from tutor.wire.events import TrainingNoted

pytestmark = pytest.mark.xdist_group("torch")

BY_HAND = """
for epoch in range(3):
    loss = ((model(x[:8]) - y[:8]) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
BY_TORCH = "for epoch in range(3):\n    train(slice(0, 8))\n"


def told(served: Served) -> dict[str, str]:
    """Return what each series is told as, with the steps before its numbers."""
    assert served.executed.outcome == "finished", served.executed.error
    found: dict[str, tuple[bool, list[int]]] = {}
    for note in served.all(TrainingNoted):
        for each in note.checked:
            _, steps = found.get(each.name, (False, []))
            found[each.name] = each.is_guess, [*steps, *each.steps]
    return {
        name: f"{'guess' if is_guess else 'loss'} {steps}"
        for name, (is_guess, steps) in found.items()
    }


@pytest.mark.parametrize(
    ("loop", "check", "expected"),
    [
        # worked out as the loss that is trained with
        (BY_HAND, "held = ((model(x[8:]) - y[8:]) ** 2).mean()", {"held": "loss"}),
        (BY_HAND, "print('mean', ((model(x[8:]) - y[8:]) ** 2).mean())", {"mean": "loss"}),
        (BY_HAND, "print(f'new {((model(x) - y) ** 2).mean().item():.2f}')", {"new": "loss"}),
        (BY_HAND, "p = model(x)\nq = ((p - y) ** 2).mean()\nheld = q.item()", {"held": "loss"}),
        (BY_HAND, "if ((model(x) - y) ** 2).mean() < 0: pass", {"": "loss"}),
        # called a loss by the program
        (BY_TORCH, "val_loss = ((model(x) - y) ** 2).mean()", {"val_loss": "loss"}),
        (BY_TORCH, "print('val loss:', (model(x) - y).pow(2).mean())", {"val loss": "loss"}),
        # perhaps one
        (BY_TORCH, "score = ((model(x) - y) ** 2).mean()", {"score": "guess"}),
        (BY_HAND, "rmse = torch.sqrt(((model(x) - y) ** 2).mean())", {"rmse": "guess"}),
        (BY_HAND, "part = 1 - ((model(x) - y) ** 2).mean() / y.var()", {"part": "guess"}),
        # none
        (BY_HAND, "right = ((model(x) > 0) == (y > 0)).float().mean()", {}),
        (BY_HAND, "spread = ((x - x.mean()) ** 2).mean()", {}),
        (BY_HAND, "rows = ((model(x) - y) ** 2).mean(1)", {}),
        # told already
        (BY_TORCH, "val = F.mse_loss(model(x), y).mean()", {"val": "loss"}),
    ],
)
def test_what_a_number_without_training_is_told_as(
    loop: str, check: str, expected: dict[str, str]
) -> None:
    lines = "\n".join(f"        {line}" for line in check.splitlines())
    served = run(f"{loop}    with torch.no_grad():\n{lines}\n", given=GIVEN, live=True, shapes=True)
    assert told(served) == {name: f"{kind} [1, 2, 3]" for name, kind in expected.items()}


def test_what_is_added_up_counts_once_and_as_the_program_has_it() -> None:
    source = """
def evaluate(net):
    net.eval()
    parts = []
    with torch.no_grad():
        for start in (8, 10):
            parts.append(((net(x[start : start + 2]) - y[start : start + 2]) ** 2).mean().item())
    net.train()
    return sum(parts) / len(parts)
for epoch in range(2):
    loss = ((model(x[:8]) - y[:8]) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    held = evaluate(model)
"""
    served = run(source, "held", given=GIVEN, live=True, shapes=True)
    assert told(served) == {"held": "loss [1, 2]"}
    last = [each for note in served.all(TrainingNoted) for each in note.checked][-1].losses[-1]
    assert f"{last:.4f}" == f"{float(served.answers[0].shown):.4f}"


def test_a_loss_in_evaluation_mode_that_is_trained_with_is_none_without_training() -> None:
    source = """
model.eval()
for epoch in range(3):
    total = 0.0
    for start in (0, 4):
        loss = ((model(x[start : start + 4]) - y[start : start + 4]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print("loss", total / 2)
"""
    assert told(run(source, given=GIVEN, live=True, shapes=True)) == {}
