"""`python -P -m tutor.node`: the sign that the node is there, and then the serving of the app.

Nothing may be printed to standard output but frames. So the descriptors of both streams are moved
out of reach before anything else is imported, and whatever a library prints goes to stderr.
"""

from __future__ import annotations

import os
import stat
import sys

WRONG_USE = 2

_FIRST_FREE = 3
"""Descriptors of the standard streams come before it."""


def main() -> int:
    """Serve one app until it has gone, and return the exit status."""
    if not _is_line(0):  # stdout may be a terminal that changes nothing: `srun --unbuffered`
        sys.stderr.write(
            "nntutor starts this by itself where config.toml has `command` under [worker]. "
            "It cannot be used in a terminal, and so not with `srun --pty` or `ssh -t`.\n"
        )
        return WRONG_USE
    streams = _moved_streams()
    from tutor.wire.node import marker

    os.write(streams[1], marker())
    from tutor.node.server import serve  # takes longer, while the app reads the marker

    return serve(streams)


def _is_line(descriptor: int) -> bool:
    """Return True if an app may be at the other end, which is neither a terminal nor a file."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _moved_streams() -> tuple[int, int]:
    """Return copies of stdin and stdout, which stand for nothing and for stderr from now on."""
    import fcntl

    streams = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for fd in (0, 1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return streams[0], streams[1]


if __name__ == "__main__":
    sys.exit(main())
