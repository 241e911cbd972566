"""What the session keeps of one real run for each view that draws what every run reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_session import open_session
from tests.support.wait import eventually
from tutor.client.client import WorkerClient
from tutor.session.words.loss_text import losses_words
from tutor.session.words.model_advice import models_words
from tutor.session.words.model_text import sample_words
from tutor.session.words.plot_text import axes_words

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("content")]

PROGRAM = """
import torch
from torch import nn, optim
import matplotlib.pyplot as plt
torch.manual_seed(0)
pictures, labels = torch.rand(40, 64), torch.randint(4, (40,))
model = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 4))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(30):
    optimizer.zero_grad()
    loss = criterion(model(pictures), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    plt.cla()
    plt.plot(losses, label="loss")
    plt.pause(1)
"""


async def test_each_view_has_what_it_shows(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    worker = WorkerClient()
    await worker.start()
    session = await open_session(tmp_path, worker)
    assert session.runs.run(PROGRAM)
    await eventually(lambda: session.state.ending is not None, "the end of the run")
    record = session.timeline.current
    assert len(record.losses) == 30
    assert losses_words(record.losses, session.state, " · ").startswith("30 steps:")
    assert record.inventory[0].name == "model[0].weight"
    described = record.models.newest
    assert models_words(described, record.error)
    assert all(layer.activations and layer.activations.bins for layer in described.models[0].layers)
    assert 1 <= described.step <= 30
    confusion = described.confusion
    assert confusion is not None
    assert sum(confusion.counts) == 40
    assert len(confusion.samples) == 24
    assert sample_words(confusion).startswith(("Wrong ones first", "24 pictures"))
    (figure,) = record.figures
    assert "Line loss: 30 points" in axes_words(figure.axes[0])
    await session.close()
