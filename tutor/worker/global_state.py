"""Seeding and restoring the state that torch, numpy and Python keep for a whole process.

Functions of `sys` are kept aside here, before a program can replace them.
"""

from __future__ import annotations

import gc
import os
import random
import sys

import numpy as np
import torch

_RECURSION = sys.getrecursionlimit()
_set_recursion = sys.setrecursionlimit
_set_trace = sys.settrace
_set_profile = sys.setprofile


def seed_everything(seed: int) -> None:
    """Seed torch's generators, numpy's global one, and `random`.

    `torch.manual_seed` is not used, since it also seeds every other kind of device. Graphics cards
    are seeded only if CUDA was started, as it is for a program that may use them.
    """
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call] # torch has no types here
        torch.cuda.manual_seed_all(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def set_print_columns(columns: int) -> None:
    """Set the line width of printed tensors and arrays in torch and numpy."""
    torch.set_printoptions(linewidth=columns)  # type: ignore[no-untyped-call] # torch has no types here
    np.set_printoptions(linewidth=columns)


def reset_interpreter() -> None:
    """Undo interpreter settings of a program that would disturb the worker's own code.

    A trace function would be called in it, and a tiny recursion limit would end it.
    """
    _set_trace(None)
    _set_profile(None)
    _set_recursion(_RECURSION)


def use_threads(count: int) -> None:
    """Let torch use so many threads, but leave a core to the app."""
    count = min(count, len(os.sched_getaffinity(0)) - 1)
    if count > 1:
        torch.set_num_threads(count)


def restore_libraries() -> None:
    """Restore torch's and numpy's settings to their defaults, between programs of a batch."""
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.autograd.set_detect_anomaly(False)
    if torch.are_deterministic_algorithms_enabled():  # the call would import torch's compiler
        torch.use_deterministic_algorithms(False)
    torch.set_printoptions(profile="default")  # type: ignore[no-untyped-call] # torch has no types here
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)
    np.seterr(all="warn", under="ignore")
    np.set_printoptions(precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False)
    gc.enable()
