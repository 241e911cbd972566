"""Copying to tmux, which by default does not pass on the clipboard of its programs."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE

COMMANDS = (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"))
"""The first one also sends the text to the terminal; tmux before 3.2 knows only the second."""


async def give_to_tmux(text: str) -> None:
    """Load the text into tmux's buffer, and have tmux set its terminal's clipboard.

    Do nothing if tmux is not found or does not answer.
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
