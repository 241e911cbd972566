"""A command of plain mode: its word, what it does, and what may stand after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from tutor.plain.desk import Desk

Act = Callable[[Desk, str], Awaitable[None]]
"""Does what the command is for; the text is what stands after its word."""


class Command(Struct, frozen=True):
    """One row of the table of commands."""

    name: str
    act: Act
    does: str
    """What it does, after `NAME: ` in the help."""
    takes: str = ""
    """What may stand after the word, in capitals."""
    is_kept: bool = True
    """Whether its answer can be repeated."""
