"""Additional time for a run while its program imports a slow library.

The program reports its imports, and may lie: so this time is limited.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MAX_SECONDS = 30.0
"""Seconds that all imports of a run may take together: a first one from a slow disk takes ten."""


class ImportAllowance:
    """Import time of one run: used and left."""

    def __init__(
        self, prolong: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with the whole time; `prolong` moves the run's deadline by that many seconds."""
        self._prolong = prolong
        self._clock = clock
        self._left = MAX_SECONDS
        self._begun: float | None = None
        self._used = 0.0

    @property
    def seconds(self) -> float:
        """Seconds that imports have taken so far."""
        return self._used + self._under_way()

    def begin(self) -> None:
        """Give the run all of the remaining time at the beginning of an import."""
        if self._begun is None and self._left > 0:
            self._begun = self._clock()
            self._prolong(self._left)

    def end(self) -> None:
        """Take back the time that the import has not used."""
        if self._begun is None:
            return
        used = self._under_way()
        self._begun = None
        self._used += used
        unused, self._left = self._left - used, self._left - used
        self._prolong(-unused)

    def _under_way(self) -> float:
        if self._begun is None:
            return 0.0
        return min(self._clock() - self._begun, self._left)
