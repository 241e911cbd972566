"""Each pane in each of its states, and what stands over panes, on the smallest usual terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_app import NARROW
from tests.ui.snapshots.conftest import Compare
from tests.ui.snapshots.states import STATES, app_in, lead


@pytest.mark.parametrize("name", STATES, ids=lambda name: name.replace(" ", "-"))
async def test_state(tmp_path: Path, name: str, looks_as_before: Compare) -> None:
    state = STATES[name]
    app, client = app_in(tmp_path, state)
    async with app.run_test(size=NARROW) as pilot:
        await lead(pilot, client, state)
        await looks_as_before(app)


@pytest.mark.parametrize("size", [(60, 16), (120, 35)], ids=["60x16", "120x35"])
async def test_pad(tmp_path: Path, size: tuple[int, int], looks_as_before: Compare) -> None:
    state = STATES["lab with a pad"]
    app, client = app_in(tmp_path, state)
    async with app.run_test(size=size) as pilot:
        await lead(pilot, client, state)
        await looks_as_before(app)


async def test_surface_beside_code(tmp_path: Path, looks_as_before: Compare) -> None:
    state = STATES["surface"]
    app, client = app_in(tmp_path, state)
    async with app.run_test(size=(120, 35)) as pilot:
        await lead(pilot, client, state)
        await looks_as_before(app)
