"""The examination of the connection, if config.toml has programs run on another machine."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tutor import __version__
from tutor.client.connection import Connection
from tutor.doctor.findings import Finding, bad, good, note
from tutor.text import one_line

SECTION = "Other machine"

_MAX_QUOTED = 200
"""Maximum characters shown of a login shell's output."""


def examine_connection(connection: Connection, reason: str, closed_s: float) -> Iterator[Finding]:
    """Yield findings on each link of the chain, up to the first that fails.

    `reason` says why there is no worker, empty if there is one; closing it took `closed_s` seconds.
    """
    if connection.path is None:
        name = connection.command[0]
        yield bad(
            SECTION, f"`{name}` was not found.", "Correct `command` under [worker] in config.toml."
        )
        return
    words = shlex.join(connection.command)
    yield good(SECTION, f"Programs run through `{words}`, found at {connection.path}.")
    if connection.welcome is None:
        last = connection.waiting or "nothing"
        text = (
            reason
            if connection.exit_status is not None
            else f"No machine answered yet. Its last message: {last}"
        )
        yield bad(SECTION, text, connection.hint)
    else:
        yield from _answered(connection, reason)
    yield from _before(connection)
    yield from _closed(connection, closed_s)


def _answered(connection: Connection, reason: str) -> Iterator[Finding]:
    welcome = connection.welcome
    assert welcome is not None
    job = f" (job {welcome.job})" if welcome.job else ""
    yield good(SECTION, f"{welcome.host}{job} answered after {connection.seconds or 0:.1f} s.")
    if welcome.version == __version__:
        yield good(SECTION, f"It has nntutor {welcome.version} and Python {welcome.python}.")
    else:
        yield bad(SECTION, reason)
    if connection.hint:
        yield note(SECTION, connection.hint)


def _before(connection: Connection) -> Iterator[Finding]:
    text = one_line(connection.before_marker.decode(errors="replace")).strip()
    if text:
        text = text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]} …"
        yield note(
            SECTION,
            f"Before nntutor answered, the other machine printed: {text}",
            "This is harmless. It usually comes from the login shell.",
        )


def _closed(connection: Connection, seconds: float) -> Iterator[Finding]:
    if connection.welcome is None or connection.exit_status is None:
        return
    if connection.exit_status == 0:
        yield good(SECTION, f"Closed in {seconds:.1f} s, and nothing was left there.")
    else:
        yield note(
            SECTION,
            f"`{connection.command[0]}` ended with status {connection.exit_status}.",
            "The next start there removes any remains.",
        )
