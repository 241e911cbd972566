"""Moves the memory of this process into pages of 2 MB, to make frequent forks cheaper.

A fork copies an entry for each written page, and its exit drops it. glibc's malloc can be set to
map large pages, but Python's objects are in pages of 4 KB: 11,000 of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from tutor.worker import linux

SIZE = 2 * 1024 * 1024
_FILLED = 0.9
"""Share of a mapping that must be in use: a large page over an unused part takes memory for it."""
_PRIVATE = re.compile(rb"([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 +(?:\[heap\])?\n")
"""A line of smaps with which a mapping begins that belongs to no file."""


def use() -> None:
    """Move the memory of this process into large pages, if it fills them.

    If the kernel refuses, nothing changes.
    """
    with open("/proc/self/smaps", "rb") as file:
        ranges = list(ranges_to_move(file))
    for start, end in ranges:
        with suppress(OSError):
            linux.collapse_pages(start, end - start)


def ranges_to_move(smaps: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each mapping worth moving, both aligned to large pages."""
    start = end = anonymous = 0
    for line in smaps:
        if mapping := _PRIVATE.fullmatch(line):
            start, end = int(mapping[1], 16), int(mapping[2], 16)
        elif not line[:1].isupper():
            start = end = 0  # another kind of mapping begins
        elif line.startswith(b"Anonymous:"):
            anonymous = _bytes(line)
        elif line.startswith(b"AnonHugePages:"):
            first, last = -(-start // SIZE) * SIZE, end // SIZE * SIZE
            is_filled = anonymous >= (end - start) * _FILLED
            if first < last and is_filled and anonymous - _bytes(line) >= SIZE:
                yield first, last


def _bytes(line: bytes) -> int:
    return int(line.split()[1]) * 1024
