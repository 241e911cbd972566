"""Slow imports, made one at a time so that keys are handled between them.

For panes that need large modules only after the first frame.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from importlib import import_module

PAUSE_S = 0.002
"""Seconds between two imports, in which the event loop handles keys."""


async def import_in_turns(names: Iterable[str]) -> None:
    """Import the modules one after another; a key waits for at most one of them."""
    for name in names:
        if name not in sys.modules:
            import_module(name)
            await asyncio.sleep(PAUSE_S)
