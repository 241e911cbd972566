"""Whoever watches a training, in whatever view, paused or not: it computes the same bits.

Each view is told of at each step here, not only as often as its share of the time allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.support.digests import DIGEST, digest_in, unhooked_digest
from tests.support.engine import PRELUDE, Served, serve
from tests.support.sampling import drawn
from tutor.wire.commands import Execute, Program, Resume, StepLength, StepPhase
from tutor.wire.events import InventoryTaken, LossesRecorded, Paused, PlotsDrawn
from tutor.wire.maps import DecisionMap, FittedCurve
from tutor.wire.models import Confusion, LayerDescription, ModelsDescribed
from tutor.worker import layer_watch, live_reporter, step_reporter, view_probes

pytestmark = pytest.mark.xdist_group("torch")

STEPS = 12
PAUSES = 20

DROPOUT_AND_BATCH_NORM = f"""
import random
pictures, labels = torch.rand(40, 64), torch.randint(4, (40,))
model = nn.Sequential(
    nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 4)
)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.01)
losses = []
for epoch in range({STEPS}):
    noise = 0.01 * random.random() + 0.01 * np.random.rand()
    optimizer.zero_grad()
    loss = criterion(model(pictures + noise), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""

SHUFFLING_LOADER = f"""
import random
from torch.utils.data import DataLoader, TensorDataset
x = torch.randn(36, 2)
y = (x.sum(1) > 0).long()
model = nn.Sequential(nn.Linear(2, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 2))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
losses, checked = [], []
for epoch in range({STEPS} // 3):
    model.train()
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=12, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(xb + 0.01 * np.random.rand()), yb)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        checked.append(criterion(model(x), y).item())
"""

TWO_OPTIMIZERS = f"""
import random
maker = nn.Sequential(nn.Linear(2, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2))
judge = nn.Sequential(nn.Linear(2, 6), nn.Dropout(0.3), nn.LeakyReLU(), nn.Linear(6, 1))
maker_optimizer = optim.Adam(maker.parameters(), lr=0.01)
judge_optimizer = optim.Adam(judge.parameters(), lr=0.01)
criterion = nn.BCEWithLogitsLoss()
for step in range({STEPS} // 2):
    real, made = torch.randn(8, 2) + 3, maker(torch.randn(8, 2))
    judge_optimizer.zero_grad()
    judge_loss = criterion(judge(real), torch.ones(8, 1))
    judge_loss = judge_loss + criterion(judge(made.detach()), torch.zeros(8, 1))
    judge_loss.backward()
    judge_optimizer.step()
    maker_optimizer.zero_grad()
    maker_loss = criterion(judge(made), torch.ones(8, 1))
    maker_loss.backward()
    maker_optimizer.step()
"""

BY_HAND = f"""
import random
x = torch.linspace(-1, 1, 30).reshape(-1, 1)
y = 3 * x + 1 + 0.1 * torch.randn(30, 1)
model = nn.Linear(1, 1)
losses = []
for epoch in range({STEPS}):
    drawn = torch.randperm(30)[:10]
    loss = ((model(x[drawn]) - y[drawn]) ** 2).mean()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.3 * parameter.grad
    losses.append(loss.item())
"""

PLOTTING = f"""
import random
import matplotlib
matplotlib.use("module://tutor.worker.plot_backend")
import matplotlib.pyplot as plt
w = torch.randn(3, requires_grad=True)
optimizer = optim.SGD([w], lr=0.1)
losses = []
for epoch in range({STEPS}):
    optimizer.zero_grad()
    loss = (F.dropout(w, 0.3) ** 2).sum()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    plt.clf()
    plt.plot(losses)
    plt.pause(1 + random.random() + np.random.rand())
"""
"""It names the backend. matplotlib asks the environment for it in its first import alone, which
another test may have made in this process, and other backends really wait in each pause."""


def _layers(served: Served) -> Iterator[LayerDescription]:
    for described in served.all(ModelsDescribed):
        for model in described.models:
            yield from model.layers


def _confusions(served: Served) -> list[Confusion]:
    return [each.confusion for each in served.all(ModelsDescribed) if each.confusion]


@dataclass(frozen=True)
class Seen:
    """A view: what the app watches for it, and whether a run has told what it shows."""

    watched: str
    is_told: Callable[[Served], object]


VIEWS = {
    "loss": Seen("loss", lambda told: told.all(LossesRecorded)),
    "tensors": Seen("tensors", lambda told: len(told.all(InventoryTaken)) > 1),
    "map": Seen("map", lambda told: told.all(DecisionMap) or told.all(FittedCurve)),
    "model": Seen("model", lambda told: len(told.all(ModelsDescribed)) > 1),
    "histograms": Seen(
        "model",
        lambda told: any(each.activations and each.activations.bins for each in _layers(told)),
    ),
    "confusion": Seen("model", _confusions),
    "samples": Seen("model", lambda told: any(each.samples for each in _confusions(told))),
    "plot": Seen("plot", lambda told: told.all(PlotsDrawn)),
}

PROGRAMS = {
    "dropout and batch norm": (
        DROPOUT_AND_BATCH_NORM,
        ("loss", "tensors", "model", "histograms", "confusion", "samples"),
    ),
    "a loader that shuffles": (
        SHUFFLING_LOADER,
        ("loss", "tensors", "map", "model", "histograms", "confusion"),
    ),
    "two optimizers": (TWO_OPTIMIZERS, ("loss", "tensors", "model", "histograms")),
    "by hand": (BY_HAND, ("loss", "tensors", "map", "model", "histograms")),
    "plots": (PLOTTING, ("loss", "tensors", "plot")),
}
LENGTHS: tuple[StepLength | None, ...] = (None, "phase", "step", "epoch")


@cache
def _digest_of(name: str) -> str:
    """The digest of the program where nothing records."""
    return unhooked_digest(PROGRAMS[name][0] + DIGEST)


def _run(name: str, watched: tuple[str, ...], length: StepLength | None, *, live: bool) -> Served:
    views = tuple(view for view in ("map",) if watched)
    command = Execute(
        Program(PRELUDE, "", PROGRAMS[name][0] + DIGEST),
        live=live,
        hold=int(length is not None),
        step_log=False,
        shapes=live,
        views=views,
        watched=watched,
    )
    steps = [StepPhase(number, length) for number in range(2, PAUSES)] if length else []
    return serve(command, controls=[*steps, Resume()] if length else [])


@pytest.fixture(autouse=True)
def at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets views be told of at each step."""
    monkeypatch.setattr(layer_watch, "WATCHED_EVERY", 0.0)
    monkeypatch.setattr(layer_watch, "SHARE_WATCHED", 1e9)
    monkeypatch.setattr(view_probes, "EVERY", 0.0)
    monkeypatch.setattr(view_probes, "SHARE", 1e9)
    monkeypatch.setattr(live_reporter, "STEPS_EVERY", 0.0)
    monkeypatch.setattr(live_reporter, "INVENTORY_SHARE", 1e9)
    monkeypatch.setattr(step_reporter, "LOSSES_EVERY", 0.0)


def _said(length: StepLength | None) -> str:
    return f"by {length}" if length else "on"


def _cases() -> list[object]:
    """Each program with each of its views and ways to run; views watched in one way are one."""
    return [
        pytest.param(name, watched, length, id=f"{name}: {watched}, {_said(length)}")
        for name, (_, views) in PROGRAMS.items()
        for watched in dict.fromkeys(VIEWS[view].watched for view in views)
        for length in LENGTHS
    ]


@pytest.mark.parametrize(("name", "watched", "length"), drawn(_cases(), 5, "watched programs"))
def test_a_watched_program_computes_the_same(
    name: str, watched: str, length: StepLength | None
) -> None:
    if "plot" in name:
        pytest.importorskip("matplotlib")
    served = _run(name, (watched,), length, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    for view in PROGRAMS[name][1]:
        if VIEWS[view].watched == watched:
            assert VIEWS[view].is_told(served), view
    if length is not None:
        assert len(served.all(Paused)) >= STEPS // 3
    assert digest_in(served.output) == _digest_of(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_nobody_watches_computes_the_same(name: str) -> None:
    if "plot" in name:
        pytest.importorskip("matplotlib")
    assert len(_digest_of(name)) == 64
    for live in (False, True):
        served = _run(name, (), None, live=live)
        assert served.executed.outcome == "finished", served.executed.error
        assert digest_in(served.output) == _digest_of(name)


def test_each_view_is_watched_in_some_program() -> None:
    assert set(VIEWS) == {view for _, views in PROGRAMS.values() for view in views}
