"""Imports that would hold up a key, one at a time. For panes that need them later."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from importlib import import_module

PAUSE_S = 0.002
"""In which a key comes to its turn."""


async def import_in_turns(names: Iterable[str]) -> None:
    """A key waits for one of them at most."""
    for name in names:
        if name not in sys.modules:
            import_module(name)
            await asyncio.sleep(PAUSE_S)
