"""Long computations and imports on the event loop, in slices: keys are handled between them.

A computation is a generator that yields after each small piece of work.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Generator, Iterable
from importlib import import_module
from typing import TypeVar

SLICE_S = 0.003
"""Seconds of work before the event loop gets its turn."""

PAUSE_S = 0.002
"""Seconds between two imports, in which the event loop handles keys."""

Result = TypeVar("Result")


async def result_in_slices(
    work: Generator[None, None, Result], is_wanted: Callable[[], bool], turn_s: float
) -> Result | None:
    """Return the result of the work; None once it is no longer wanted.

    The event loop gets at least `turn_s` seconds between two slices.
    """
    began = time.monotonic()
    while is_wanted():
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if time.monotonic() - began > SLICE_S:
            await asyncio.sleep(turn_s)
            began = time.monotonic()
    return None


async def import_in_turns(names: Iterable[str]) -> None:
    """Import the modules one after another; a key waits for at most one of them.

    They stay, so they are frozen out of the garbage collector: to traverse them took 30 ms while a
    run drew its first charts.
    """
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        import_module(name)
        await asyncio.sleep(PAUSE_S)
    if missing:
        gc.freeze()
