"""Folders for property tests, which need a fresh one for each example."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Yield a new folder that is removed at the end; `tmp_path` is the same for all examples."""
    with tempfile.TemporaryDirectory(prefix="nntutor-test-") as folder:
        yield Path(folder)
