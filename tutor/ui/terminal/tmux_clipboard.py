"""What is copied, handed to tmux, which by default keeps programs in it from the clipboard."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE

COMMANDS = (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"))
"""The first also sends the text on to the terminal; a tmux before 3.2 knows only the second."""


async def give_to_tmux(text: str) -> None:
    """Make the text what tmux pastes, and have tmux send it to the clipboard of its terminal.

    Nothing happens where tmux is not found, or does not answer.
    """
    for command in COMMANDS:
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
            )
        except OSError:
            return
        await process.communicate(text.encode())
        if process.returncode == 0:
            return
