"""What all tests of the app's widgets and screens have in common."""

from __future__ import annotations

import pytest

from tutor.ui.editor import marker_watch
from tutor.ui.screens import frame


@pytest.fixture(autouse=True)
def no_pause_is_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no text looked at for mistakes: on a busy machine it would be in some runs only.

    The tests of that shorten the pause themselves.
    """
    monkeypatch.setattr(marker_watch, "PAUSE_S", 3600.0)


@pytest.fixture(autouse=True)
def strip_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the strip after Esc wait for its key, however slow the machine is."""
    monkeypatch.setattr(frame, "STRIP_S", 3600.0)
