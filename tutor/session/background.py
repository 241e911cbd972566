"""The background tasks of a session. Only the core makes a `Background`; its parts start tasks.

A bare asyncio task swallows its exception until somebody asks for it. Here each is handed on at
once, so that the front end can save and end with it: a fault of the tutor must neither stay hidden
nor cost the learner what was typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]


class Background:
    """The background tasks of one session, in named groups that can be cancelled together."""

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        """Call `on_error` with the exception of each task that fails."""
        self._on_error = on_error
        self._tasks: dict[asyncio.Task[None], str] = {}

    def start(self, work: Work, group: str = "") -> None:
        """Start a task for the coroutine in the running loop, under the name of its group."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = group
        task.add_done_callback(self._done)

    def cancel(self, group: str) -> None:
        """Cancel the tasks that were started in the group."""
        for task, task_group in tuple(self._tasks.items()):
            if task_group == group:
                task.cancel()

    async def close(self) -> None:
        """Cancel all tasks, and wait until none is left."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._on_error(error)
