"""Waiting without sleeping blindly: on a condition, with a deadline that names what was awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

TICK = 0.01
"""Seconds between two looks at the condition."""


def wait_until(condition: Callable[[], object], what: str, deadline: float = 20.0) -> None:
    """Blocks until the condition holds. Raises AssertionError naming `what` after the deadline."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"waited {deadline:g} s for: {what}"
        time.sleep(TICK)


async def eventually(condition: Callable[[], object], what: str, deadline: float = 20.0) -> None:
    """The same inside an event loop, which goes on meanwhile."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"waited {deadline:g} s for: {what}"
        await asyncio.sleep(TICK)
