"""Which class a model takes for which, as it is seen in the batches that go to its loss."""

from __future__ import annotations

import pytest

from tests.support.engine import run
from tutor.wire.models import Confusion, ModelsDescribed

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
x = torch.eye(3).repeat(4, 1)
labels = torch.tensor([0, 1, 1] * 4)
model = nn.Linear(3, 3, bias=False)
with torch.no_grad():
    model.weight.copy_(torch.eye(3))
"""
RIGHT_BUT_THE_LAST = (4, 0, 0, 0, 4, 4, 0, 0, 0)


def confusion(source: str, given: str = GIVEN) -> Confusion | None:
    return run(source, given=given, live=True).all(ModelsDescribed)[-1].confusion


@pytest.mark.parametrize(
    "source",
    [
        "nn.CrossEntropyLoss()(model(x), labels)",
        "nn.NLLLoss()(torch.log_softmax(model(x), 1), labels)",
        "nn.CrossEntropyLoss()(model(x), F.one_hot(labels, 3).float())",
        "F.cross_entropy(model(x), labels)",
        "def train(y):\n    return F.cross_entropy(model(x), y)\ntrain(labels)",
    ],
)
def test_classes_are_counted_with_any_loss(source: str) -> None:
    found = confusion(source)
    assert found is not None
    assert (found.classes, found.counts) == (3, RIGHT_BUT_THE_LAST)
    assert found.samples == ()


@pytest.mark.parametrize(
    "loss", ["nn.BCEWithLogitsLoss()(model(x), y)", "nn.BCELoss()(torch.sigmoid(model(x)), y)"]
)
def test_two_classes_of_a_single_number_are_counted(loss: str) -> None:
    given = """
x = torch.tensor([[1.0], [2.0], [-1.0], [-2.0]])
y = torch.tensor([[1.0], [0.0], [0.0], [0.0]])
model = nn.Linear(1, 1)
with torch.no_grad():
    model.weight.fill_(1.0), model.bias.fill_(0.0)
"""
    found = confusion(loss, given)
    assert found is not None
    assert (found.classes, found.counts) == (2, (2, 1, 0, 1))


@pytest.mark.parametrize(
    "source",
    [
        "del labels\nnn.MSELoss()(model(x), torch.zeros(12, 3))",
        "labels = labels + 5\nF.mse_loss(model(x), x)",
        "labels = labels[:5]\nmodel(x)",
        "del labels\nnn.CrossEntropyLoss()(model(x), torch.full((12,), -100))",
    ],
)
def test_what_has_no_classes_has_no_confusion(source: str) -> None:
    assert confusion(source) is None


def test_rows_of_small_pictures_come_with_it_the_wrong_ones_first() -> None:
    given = """
x = torch.zeros(30, 1, 8, 8)
x[:, 0, 0, 0] = 1.0
y = torch.tensor([0] * 28 + [1, 1])
model = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
with torch.no_grad():
    model[1].weight.zero_(), model[1].bias.copy_(torch.tensor([1.0, 0.0]))
"""
    found = confusion("nn.CrossEntropyLoss()(model(x), y)", given)
    assert found is not None
    assert [(each.label, each.given) for each in found.samples[:3]] == [(1, 0), (1, 0), (0, 0)]
    assert len(found.samples) == 24
    assert found.samples[0].pixels == bytes([255] + [0] * 63)
