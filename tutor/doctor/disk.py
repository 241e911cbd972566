"""The tutor's files on disk: the size of the learner's work, and of the caches.

Only caches are ever removed here. The folder of the learner's data holds both, so the code lists
the folders to remove, never those to keep: an unknown folder is kept.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from tutor.client.kept_observations import FOLDER
from tutor.doctor.findings import Finding, good, note
from tutor.files import remove_folder
from tutor.grading.wording import listed
from tutor.paths import Places, cache_folder
from tutor.text import size_words

DISK = "Disk"

MAX_CACHED = 100 * 1024 * 1024
"""Maximum bytes of all caches; each has a smaller limit of its own."""

REMOVES_IT = "`nntutor clean` removes only that."

_MAX_LISTED = 3
"""Maximum folders of the learner's work that are listed one by one, the largest first."""


def caches(places: Places) -> tuple[Path, ...]:
    """Return the folders of caches, whether they exist or not.

    A cache folder that also holds somebody's own files, as an option may make it, is left out.
    """
    observed = places.data / FOLDER
    root = cache_folder()
    kept = (places.data, places.lessons, places.images, places.config)
    if root is None or any(each.resolve().is_relative_to(root.resolve()) for each in kept):
        return (observed,)
    return observed, root


def bytes_in(folder: Path) -> int:
    """Return the bytes of all files below; unreadable files and links count 0."""
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                found += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # it has been removed meanwhile
    return found


def examine_disk(places: Places) -> Iterator[Finding]:
    """Yield findings on the size of the learner's work and of the caches."""
    may_go = caches(places)
    own = _own_parts(places.data, may_go)
    if own:
        largest = sorted(own, key=lambda each: each[1], reverse=True)[:_MAX_LISTED]
        parts = listed([f"{name} {size_words(size)}" for name, size in largest])
        total = size_words(sum(size for _, size in own))
        yield good(DISK, f"Your work takes {total} in {places.data}: {parts}.")
    cached = sum(map(bytes_in, may_go))
    text = f"Files that can be made again take {size_words(cached)}."
    if cached > MAX_CACHED:
        yield note(DISK, text, REMOVES_IT)
    else:
        yield good(DISK, f"{text} {REMOVES_IT}" if cached else text)


def remove_caches(places: Places) -> dict[Path, int]:
    """Remove all caches, and return the folders that existed, with their bytes.

    A link to a folder is left alone: somebody else put its target there.
    """
    removed = {}
    for folder in caches(places):
        if folder.is_dir() and not folder.is_symlink():
            before = bytes_in(folder)
            remove_folder(str(folder))
            removed[folder] = before - bytes_in(folder)
    return removed


def _own_parts(data: Path, others: Collection[Path]) -> list[tuple[str, int]]:
    """Return the learner's files and folders in the data folder, each with its bytes."""
    try:
        with os.scandir(data) as entries:
            found = [entry for entry in entries if Path(entry.path) not in others]
    except OSError:
        return []
    return [(entry.name, bytes_in(Path(entry.path)) or _size_of_file(entry)) for entry in found]


def _size_of_file(entry: os.DirEntry[str]) -> int:
    """Return the bytes of a file, 0 for an empty folder."""
    if entry.is_dir(follow_symlinks=False):
        return 0
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0  # it has been removed meanwhile
