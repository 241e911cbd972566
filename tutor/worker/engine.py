"""The engine of a learner process: torch, and all that runs programs and answers questions.

The zygote imports it by the name in its `Launch`, and calls nothing but these functions, so
that a test of the processes can bring an engine without torch. Importing this module must not
import torch, which `load` does: before that, its environment variables have to be set.
"""

from __future__ import annotations

import linecache
import os
from typing import TYPE_CHECKING

from tutor.wire.commands import Execute, ObserveAll

if TYPE_CHECKING:
    from tutor.worker.channel_protocol import EventChannel
    from tutor.worker.serving import Server

_server: list[Server] = []
"""The server made by `warm`; empty before that. Forks inherit it."""


def load() -> str:
    """Import torch with a single thread, install the recorder's hooks, and return its version."""
    # A fork has none of its parent's threads. If an operation here used a second one, the same
    # operation would wait in every fork for ever, in libgomp's barrier.
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    # The first optimizer asks whether there is a GPU, which would start CUDA: after that no fork
    # could use it. By this variable torch asks the driver's NVML library instead.
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import torch

    # Importing torch fills linecache with 1.7 MB of its own source, which is not needed again.
    linecache.clearcache()
    torch.set_num_threads(1)
    from tutor.worker.training_hooks import install_hooks

    install_hooks()
    return str(torch.__version__)


def warm() -> None:
    """Do slow first-time work, so that no fork has to; take the fingerprint.

    This must come last: a function that changes later counts as replaced by the program.
    """
    from tutor.worker.serving import Server
    from tutor.worker.warming import warm_libraries, warm_recording

    warm_libraries()
    warm_recording()
    _server[:] = [Server()]


def rehearse() -> None:
    """Run a tiny program and forget it, in a learner process that waits for its command.

    A fork copies a page of memory when it first writes to it. Copying 1,300 pages takes 5 of the
    7 ms of a small run, and the rehearsal does it before the learner waits for the run.
    """
    _server[-1].rehearse()


def rehearse_training() -> None:
    """Record a tiny training and forget it, in a learner process whose program may be watched.

    Recording touches 600 pages more, which would cost the first steps of a training 1.5 ms.
    """
    from tutor.worker.warming import rehearse_recording

    rehearse_recording()


def serve(channel: EventChannel, command: Execute | ObserveAll) -> None:
    """Carry out one command and return, after which the process must end.

    `warm` must have been called before.
    """
    _server[-1].serve(channel, command)
