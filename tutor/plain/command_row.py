"""A command of plain mode: its word, its help and its argument."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from tutor.plain.desk import Desk

Act = Callable[[Desk, str], Awaitable[None]]
"""Performs the command; the text is the rest of the line after its word."""


class Command(Struct, frozen=True):
    """One row of the table of commands."""

    name: str
    act: Act
    does: str
    """Help text, printed after `NAME: `."""
    takes: str = ""
    """Argument, in capitals."""
    is_kept: bool = True
    """True if `repeat` can print its answer again."""
