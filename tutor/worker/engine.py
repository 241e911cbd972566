"""What runs inside a learner process. The zygote knows it by name and by these four functions.

Importing this module imports no torch: `load` does. So a test of the processes can bring an
engine of its own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tutor.wire.commands import Execute, ObserveAll

if TYPE_CHECKING:
    from tutor.worker.channel_protocol import EventChannel
    from tutor.worker.serving import Server

_server: list[Server] = []


def load() -> str:
    """Imports torch, with one thread, and sets the hooks. Returns torch's version."""
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    # the first optimizer asks for a GPU, which else starts CUDA: no fork could use it after that
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import torch

    torch.set_num_threads(1)
    from tutor.worker.recorder import install_hooks

    install_hooks()
    return str(torch.__version__)


def warm() -> None:
    """Does once what is slow the first time, so that no fork has to, and notes what everything is:
    what differs in a fork, its program has replaced. Runs no backward pass."""
    from tutor.worker.serving import Server
    from tutor.worker.warming import warm_libraries

    warm_libraries()
    _server[:] = [Server()]


def rehearse() -> None:
    """In a learner process that waits: runs a tiny program and forgets it. A fork copies a page of
    memory when it first writes there, and 1,300 pages are 5 of the 7 ms that a small run takes."""
    _server[-1].rehearse()


def serve(channel: EventChannel, command: Execute | ObserveAll) -> None:
    """Carries out one command, after `warm`, and returns; the process is to end then."""
    _server[-1].serve(channel, command)
