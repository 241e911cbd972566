"""A local copy of the newest run's output on another machine.

It is fetched on request: most outputs are never read outside of the app.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from io import FileIO
from pathlib import Path

from tutor.client import scratch_folder
from tutor.client.transcript import MAX_BYTES, NAME, TranscriptExcerpt
from tutor.wire.node import PrintedPart

_MOST = MAX_BYTES + 1024
"""Maximum bytes of the file: those of a transcript, and the line on missing text."""


class PrintedCopy:
    """The file, in a temporary folder of its own."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    async def fetch(
        self, read: Callable[[int], Awaitable[PrintedPart]]
    ) -> TranscriptExcerpt | None:
        """Return the file; None without output. `read` returns the part after an offset.

        Never raises: text that this machine cannot store is reported as missing.
        """
        part = await read(0)
        if not part.data:
            return None
        written, left_out, problem = 0, part.left_out, part.problem
        try:
            self._folder = self._folder or scratch_folder.make()
            file = self._folder / NAME
            new = file.with_suffix(".new")
            new.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with FileIO(os.open(new, flags, 0o600), "wb") as stream:
                new.replace(file)
                while part.data and written < _MOST:
                    written += stream.write(part.data)
                    part = await read(written)
        except OSError as error:
            left_out, problem = left_out + part.size - written, error.strerror or str(error)
        return TranscriptExcerpt(file, left_out, problem) if written else None

    def remove(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            scratch_folder.remove(folder)
