"""A folder for each example of a property test: tmp_path is one for all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Removed at the end, with all that is in it."""
    with tempfile.TemporaryDirectory(prefix="nntutor-test-") as folder:
        yield Path(folder)
