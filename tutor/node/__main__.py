"""`python -P -m tutor.node`: print the ready marker, then serve the app.

Nothing but frames may be printed to standard output. So the descriptors of both streams are moved
away before anything else is imported, and output of libraries goes to stderr.
"""

from __future__ import annotations

import os
import stat
import sys

WRONG_USE = 2

_FIRST_FREE = 3
"""First descriptor after those of the standard streams."""


def main() -> int:
    """Serve one app until it is gone, and return the exit status."""
    if not _is_line(0):  # stdout may be a terminal in raw mode: `srun --unbuffered`
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
    """Return True if an app may be at the other end, not a terminal or a file."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _moved_streams() -> tuple[int, int]:
    """Return copies of stdin and stdout; redirect these to /dev/null and to stderr."""
    import fcntl

    streams = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for fd in (0, 1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return streams[0], streams[1]


if __name__ == "__main__":
    sys.exit(main())
