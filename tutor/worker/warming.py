"""The first use of torch's slow parts, made in the zygote so that no fork has to make it.

There must be no backward pass here. On builds with CUDA, autograd would start threads for its
devices, and a backward pass in a fork would then raise.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect

import torch
from torch import nn, optim

from tutor.worker import lazy_compiler


def warm_libraries() -> None:
    """Use the data loader, a model and each optimizer once.

    In a fork, every program that trains would pay for that again.
    """
    lazy_compiler.defer_compiler()
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
    """Construct the optimizer of that name, and with the most common ones take a step.

    torch wraps the `step` of a class when its first instance is made. If that happened in a fork,
    the fingerprint would count it as replaced by the program.
    """
    parameter = nn.Parameter(torch.ones(2, 2))
    parameter.grad = torch.ones(2, 2)
    with contextlib.suppress(Exception):  # one that takes other arguments stays cold
        optimizer: optim.Optimizer = getattr(optim, name)([parameter])
        if name in ("SGD", "Adam", "AdamW"):
            optimizer.step()
            optimizer.zero_grad()
