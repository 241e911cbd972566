"""For property tests: the same examples each time, no clock, and a folder for each example."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import settings

steady = settings(deadline=None, derandomize=True, database=None)
"""A decorator. A busy machine then fails no test, and a failure comes again."""


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Removed at the end, with all that is in it: tmp_path is one for all examples."""
    with tempfile.TemporaryDirectory(prefix="nntutor-test-") as folder:
        yield Path(folder)
