"""Prepares graphics cards for the program of one process, or hides unavailable ones.

A CUDA context cannot be forked, so each run makes its own. Only a learner process may call this:
after a start of CUDA in the zygote, no fork of it could use CUDA.
"""

from __future__ import annotations

import os

import torch

from tutor.wire.events import LibraryLoaded, LibraryLoading
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.guard import clean

VISIBLE = "CUDA_VISIBLE_DEVICES"
"""The variable from which CUDA, when it starts, reads the allowed cards; empty allows none."""

PROBLEM = "NNTUTOR_GPU_PROBLEM"
"""The variable with the reason why no card is available, for the program of `nntutor doctor`."""

MAX_PROBLEM = 300
_MEGABYTE = 1024 * 1024


def make_ready(channel: EventChannel, memory_mb: int) -> None:
    """Start CUDA for the program, which may take `memory_mb` of each card.

    If CUDA cannot be started, the program finds no card, and runs on the CPU. If it has started and
    the first use of a card fails, because others have all of its memory for example, that comes too
    late to hide it: the program finds the card, and may fail at its own first use in the same way.
    The program is not charged for the seconds that this takes.
    """
    channel.offer(LibraryLoading())
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call] # torch has no types here
        for index in range(torch.cuda.device_count()):
            total = torch.cuda.get_device_properties(index).total_memory
            share = min(1.0, memory_mb * _MEGABYTE / total)
            torch.cuda.set_per_process_memory_fraction(share, index)
        # round as on the CPU, as far as possible
        torch.backends.cudnn.allow_tf32 = False
        torch.zeros(1, device="cuda")  # the first use makes the context
    except Exception as error:  # a driver may raise anything
        os.environ[VISIBLE] = ""
        os.environ[PROBLEM] = clean(str(error), MAX_PROBLEM)
    finally:
        channel.offer(LibraryLoaded())
