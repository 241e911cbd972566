"""The connection to the machine where programs run, as plain data for `nntutor doctor`."""

from __future__ import annotations

from msgspec import Struct

from tutor.wire.node import Welcome


class Connection(Struct, frozen=True):
    """The connection to the node, for `nntutor doctor`."""

    command: tuple[str, ...]
    path: str | None = None
    """Path of the command's executable; None if there is none."""
    seconds: float | None = None
    """Time from the start of the command to the node's answer; None without one."""
    before_marker: bytes = b""
    """Output before the node's ready marker."""
    welcome: Welcome | None = None
    waiting: str = ""
    """Last line of the command before the node answered."""
    hint: str = ""
    """Why it may wait for ever, and what to do; empty if unknown."""
    exit_status: int | None = None
    """Exit status of the command; None while it runs."""
