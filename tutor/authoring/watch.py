"""Notice which files of a course change, for `nntutor check --watch`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from tutor.files import Stamp, stamp_of

_INTERVAL_S = 0.5
Stamps = Mapping[Path, Stamp]
"""The stamp of each file."""


def stamps_of(folders: Iterable[Path]) -> Stamps:
    """Return the stamps of all TOML files in the folders; skip unreadable ones."""
    stamps: dict[Path, Stamp] = {}
    for folder in folders:
        for file in folder.rglob("*.toml"):
            stamp = stamp_of(file)
            if stamp is not None:  # else removed meanwhile, as editors do before they write
                stamps[file] = stamp
    return stamps


async def wait_a_little() -> None:
    """Wait for a time that an author hardly notices after saving a file."""
    await asyncio.sleep(_INTERVAL_S)


async def changes(
    folders: Iterable[Path], before: Stamps, wait: Callable[[], Awaitable[None]]
) -> AsyncIterator[tuple[Path, ...]]:
    """Yield the new or changed files, each time that there are some.

    It awaits `wait` between two looks. A removed file is no change of its own.
    """
    watched = tuple(folders)
    while True:
        await wait()
        now = stamps_of(watched)
        changed = tuple(sorted(file for file, stamp in now.items() if before.get(file) != stamp))
        before = now
        if changed:
            yield changed
