"""For property tests: a folder for each example."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Removed at the end, with all that is in it: tmp_path is one for all examples."""
    with tempfile.TemporaryDirectory(prefix="nntutor-test-") as folder:
        yield Path(folder)
