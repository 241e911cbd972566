"""Does what torch does slowly the first time, in the zygote. No backward pass: it would start
threads that a fork does not survive on builds with CUDA."""

from __future__ import annotations

import contextlib
import importlib
import inspect

import torch
from torch import nn, optim


def warm_libraries() -> None:
    """Takes about a second: the first optimizer imports torch's compiler."""
    importlib.import_module("torch.utils.data")
    _forward()
    for name, kind in vars(optim).items():
        if inspect.isclass(kind) and issubclass(kind, optim.Optimizer) and name != "Optimizer":
            _step(name)


def _forward() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.Sigmoid())
    scores = model(torch.zeros(2, 3))
    with torch.no_grad():
        nn.CrossEntropyLoss()(scores, torch.tensor([0, 1]))
        repr(nn.Softmax(dim=1)(scores))
        repr(model)


def _step(name: str) -> None:
    """Constructed once, each class has its step wrapped by torch, which else looks replaced."""
    parameter = nn.Parameter(torch.ones(2, 2))
    parameter.grad = torch.ones(2, 2)
    with contextlib.suppress(Exception):  # one that wants other arguments stays cold
        optimizer: optim.Optimizer = getattr(optim, name)([parameter])
        if name in ("SGD", "Adam", "AdamW"):
            optimizer.step()
            optimizer.zero_grad()
