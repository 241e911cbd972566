"""A shape error inside a model tells the shapes of every layer before it."""

from __future__ import annotations

import pytest

from tests.support.engine import run
from tutor.wire.events import LayerShapes

pytestmark = pytest.mark.xdist_group("torch")

NET = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.act = nn.ReLU()
        self.head = nn.Linear(5, 2)
    def forward(self, x):
        print("forward")
        return self.head(self.act(self.first(x)))
"""


def layers(source: str) -> tuple[LayerShapes, ...]:
    error = run(source).executed.error
    assert error is not None
    return error.layers


def told(source: str) -> list[tuple[str, str, tuple[int, ...] | None, tuple[int, ...] | None]]:
    return [(layer.name, layer.type_name, layer.took, layer.gave) for layer in layers(source)]


def test_of_a_sequential() -> None:
    source = "model = nn.Sequential(nn.Linear(5, 8), nn.Linear(4, 2))\nmodel(torch.ones(3, 5))"
    assert told(source) == [
        ("model[0]", "Linear", (3, 5), (3, 8)),
        ("model[1]", "Linear", (3, 8), None),
    ]
    assert [layer.failed for layer in layers(source)] == [False, True]


def test_of_a_class_whose_forward_prints() -> None:
    observed = run(NET + "net = Net()\nnet(torch.ones(2, 4))")
    assert observed.executed.error is not None
    assert [(layer.name, layer.gave) for layer in observed.executed.error.layers] == [
        ("net.first", (2, 3)),
        ("net.act", (2, 3)),
        ("net.head", None),
    ]
    assert observed.output.count("forward") == 1


@pytest.mark.parametrize(
    "source",
    [
        "nn.Linear(4, 2)(torch.ones(3, 5))",
        "torch.ones(2, 3) @ torch.ones(2, 3)",
        "model = nn.Sequential(nn.Linear(5, 8))\nmodel(torch.ones(3, 5))\n1 / 0",
        "def bad(*a): raise ValueError('x')\n"
        "model = nn.Sequential(nn.Linear(2, 2))\nmodel.forward = bad\nmodel(torch.ones(1, 2))",
    ],
    ids=["one layer alone", "no layer", "another error", "no layer of it was called"],
)
def test_nothing_is_told_where_there_is_no_way(source: str) -> None:
    assert layers(source) == ()


def test_a_model_that_fails_only_once_tells_nothing() -> None:
    source = """\
class Moody(nn.Linear):
    calls = 0
    def forward(self, x):
        Moody.calls += 1
        if Moody.calls == 1:
            raise ValueError("not today")
        return super().forward(x)
model = nn.Sequential(Moody(2, 2))
model(torch.ones(1, 2))
"""
    assert layers(source) == ()


def test_a_forward_that_never_ends_the_second_time_is_given_up() -> None:
    source = """\
class Moody(nn.Linear):
    calls = 0
    def forward(self, x):
        Moody.calls += 1
        while Moody.calls > 1:
            pass
        raise ValueError("not today")
model = nn.Sequential(Moody(2, 2))
model(torch.ones(1, 2))
"""
    assert layers(source) == ()
