"""Reads TOML that anybody may have written. For config and course; knows neither.

A pipe is not waited for, a huge file not taken in, and no key keeps the parser busy: it takes time
and memory that grow with the square of the parts of a key.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

MOST_PARTS = 64
"""Of one key, between its dots."""

_PART = (
    r"(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++"
    r'|"(?:\\.|[^"\\\n])*+"'
    r"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
)
_LONG_KEY = re.compile(f"(?:{_PART}){{{MOST_PARTS}}}")


def read_bytes(file: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file. Raises OSError, also for anything else."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a regular file")
        return stream.read(most)


def parse(text: str) -> dict[str, Any]:
    """Raises TOMLDecodeError, ValueError or RecursionError."""
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"A key has more than {MOST_PARTS} parts (at line {line}, column 1)"
        raise tomllib.TOMLDecodeError(message)
    return tomllib.loads(text)
