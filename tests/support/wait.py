"""Waiting for a condition instead of for a fixed time, with a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

TICK = 0.01
"""Seconds between two checks of the condition."""

DEADLINE = 50.0
"""Seconds after which something will not happen any more, even on a very busy machine."""


def wait_until(condition: Callable[[], object], what: str, deadline: float = DEADLINE) -> None:
    """Block until the condition holds.

    Raises AssertionError after `deadline` seconds, which names `what` was awaited.
    """
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"waited {deadline:g} s for: {what}"
        time.sleep(TICK)


async def eventually(
    condition: Callable[[], object], what: str, deadline: float = DEADLINE
) -> None:
    """Wait until the condition holds, while the event loop goes on; see `wait_until`."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"waited {deadline:g} s for: {what}"
        await asyncio.sleep(TICK)


async def give_way(rounds: int = 20) -> None:
    """Let all others go on, as often as that; what waits for nothing comes to its end."""
    for _ in range(rounds):
        await asyncio.sleep(0)
