"""Uses torch's slow parts for the first time in the zygote, so that no fork has to.

There must be no backward pass here. On builds with CUDA, autograd would start threads for its
devices, and a backward pass in a fork would then raise.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import itertools
import socket

import torch
from torch import nn, optim

from tutor.worker import lazy_compiler
from tutor.worker.channel import Channel
from tutor.worker.layer_watch import LayerWatch
from tutor.worker.live_reporter import LiveReporter
from tutor.worker.recorder import Recorder
from tutor.worker.training_hooks import WATCH, recorded

RECORDED_RUNS = 8
RECORDED_STEPS = 3
"""Steps in each run. After them Python has specialized the code of all recording functions."""


def warm_libraries() -> None:
    """Use the data loader, a model and each optimizer once.

    Otherwise every program that trains would spend that time again in its fork.
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


def warm_recording() -> None:
    """Record some short trainings, and discard their events.

    Python rewrites the code of a function in its first calls. A fork has to copy each page of
    memory that is written to, so these calls would take several times as long there.
    """
    _record(RECORDED_RUNS)


def rehearse_recording() -> None:
    """Record one more training in a fork, to copy those pages before the run."""
    _record(1)


def _record(runs: int) -> None:
    here, there = socket.socketpair()
    here.setblocking(False)
    channel = Channel(there.detach())
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2_000))
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    loss = model(torch.zeros(1, 2)).sum()
    namespace = {"model": model, "loss": loss, "step": 1, "rate": 0.1}
    optimizer = optim.SGD(model.parameters(), lr=0.0, momentum=0.5)
    run_backward = recorded(lambda *_, **__: None)
    for _ in range(runs):
        layers, clock = LayerWatch(namespace), itertools.count(0.0, 0.1).__next__
        reporter = LiveReporter(channel, namespace, clock, layers=layers)
        reporter.next_after = float("-inf")
        recorder = Recorder(reporter, keeps_states=False)
        WATCH.follow(recorder)
        for _ in range(RECORDED_STEPS):
            layers.open(recorder)
            optimizer.zero_grad(set_to_none=False)
            model(torch.zeros(2, 2))
            run_backward((loss,), accumulate_grad=True)
            optimizer.step()
            reporter.next_after = float("-inf")
        layers.close()
        with contextlib.suppress(BlockingIOError):
            here.recv(1 << 20)
    WATCH.stop()
    channel.close()
    here.close()
