"""Removing a folder in which a program could do what it liked. Both sides do it: a warden that of
its run, the client what a killed warden or a killed app has left.
"""

from __future__ import annotations

import os
from contextlib import suppress


def remove(folder: str) -> None:
    """With all that is in it, as far as it can be; the programs that wrote there have ended.

    Programs lock folders, and make some within others until no path and no call goes so deep. So
    each folder in a folder is moved up first, and only then looked into.
    """
    name = os.urandom(8).hex()
    waiting = [folder]
    moved = 0
    while waiting:
        path = waiting.pop()
        for inner in _clear(path):
            above = inner
            if path != folder:
                moved += 1
                above = os.path.join(folder, f"{name}-{moved}")
            with suppress(OSError):
                os.chmod(inner, 0o700)  # it may be locked, and what is locked cannot be moved
                os.rename(inner, above)
                waiting.append(above)
        if path != folder:
            with suppress(OSError):
                os.rmdir(path)
    with suppress(OSError):
        os.rmdir(folder)


def _clear(path: str) -> list[str]:
    """Removes all but the folders, which it returns."""
    folders: list[str] = []
    with suppress(OSError):
        os.chmod(path, 0o700)
        for entry in list(os.scandir(path)):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                with suppress(OSError):
                    os.unlink(entry.path)
    return folders
