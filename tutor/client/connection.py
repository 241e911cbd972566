"""The way to the machine where programs run, as plain data for `nntutor doctor`."""

from __future__ import annotations

from msgspec import Struct

from tutor.wire.node import Welcome


class Connection(Struct, frozen=True):
    """The way to the node, for `nntutor doctor`."""

    command: tuple[str, ...]
    path: str | None = None
    """Where the first word of the command was found; None if nowhere."""
    seconds: float | None = None
    """From the start of the command until the node answered; None if it has not."""
    before_marker: bytes = b""
    """What was printed before it."""
    welcome: Welcome | None = None
    waiting: str = ""
    """What the command said last while it was waited for."""
    hint: str = ""
    """Why it may wait for ever, and what to do; empty if nothing is known of that."""
    exit_status: int | None = None
    """With which the command has ended; None while it runs."""
