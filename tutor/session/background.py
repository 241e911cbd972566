"""Tasks that go on beside the dispatching of events. Part of the core.

A bare asyncio task swallows what it raises until somebody asks. Here an error is told at once, so
that the front end can end with it: a fault of ours must neither hide nor cost what was typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]


class Background:
    """The tasks of one session."""

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        """`failed` is told the error of a task, once."""
        self._on_error = on_error
        self._tasks: dict[asyncio.Task[None], str] = {}

    def start(self, work: Work, group: str = "") -> None:
        """Begin the work in the loop that runs."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = group
        task.add_done_callback(self._done)

    def cancel(self, group: str) -> None:
        """Cancel what was started in the group."""
        for task, task_group in tuple(self._tasks.items()):
            if task_group == group:
                task.cancel()

    async def close(self) -> None:
        """Cancel all, and wait until none is left."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._on_error(error)
