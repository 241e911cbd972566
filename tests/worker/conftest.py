"""What tests of a training share: as many recorded steps on a busy machine as on an idle one."""

from __future__ import annotations

import pytest

from tests.support.engine import loaded


@pytest.fixture
def ample(monkeypatch: pytest.MonkeyPatch) -> None:
    """More processor time for key frames than even a very busy machine takes for a few."""
    loaded()
    from tutor.worker import parameter_history

    monkeypatch.setattr(parameter_history, "FREE_SECONDS", 1.0)
