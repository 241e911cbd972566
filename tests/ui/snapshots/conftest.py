"""Pictures of whole screens. They are made on one release of Python, and compared on that alone.

To make them anew: `pytest -n0 tests/ui/snapshots --snapshot-update`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytest_textual_snapshot import snap_compare

__all__ = ["snap_compare"]

MADE_ON = (3, 11)

collect_ignore_glob = [] if sys.version_info[:2] == MADE_ON else ["test_*.py"]


def pytest_configure(config: pytest.Config) -> None:
    """Another release would make pictures that differ for no reason of ours."""
    if config.getoption("--snapshot-update") and sys.version_info[:2] != MADE_ON:
        made_on = ".".join(map(str, MADE_ON))
        raise pytest.UsageError(f"snapshots are made on Python {made_on}")


@pytest.fixture(autouse=True)
def _folder_for_differences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `snap_compare` leaves what it saw; the plugin that would set it is not loaded."""
    folder = tmp_path / "seen"
    folder.mkdir()
    monkeypatch.setenv("TEXTUAL_SNAPSHOT_TEMPDIR", str(folder))
