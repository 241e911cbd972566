"""Whole screens, at four sizes, in two themes and without colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.snapshots.scenes import (
    FAILED,
    LOOP,
    TRAINED,
    WRONG,
    act,
    refuse,
    scene,
    settle,
    silent,
)
from tutor.config import Config

SnapCompare = Callable[..., bool]

SIZES = pytest.mark.parametrize(
    "size", [(80, 24), (100, 30), (120, 35), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}"
)
LOOKS = pytest.mark.parametrize("look", ["dark", "light", "no-color"])


@pytest.fixture
def config(look: str, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Of the look."""
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    return Config(theme="nntutor-light" if look == "light" else "nntutor-dark")


@SIZES
@LOOKS
def test_sigmoid_untouched(
    snap_compare: SnapCompare, tmp_path: Path, config: Config, size: tuple[int, int]
) -> None:
    app = scene(tmp_path, "sigmoid", config=config)
    assert snap_compare(app, terminal_size=size, run_before=settle)


@SIZES
@LOOKS
def test_sigmoid_refused(
    snap_compare: SnapCompare, tmp_path: Path, config: Config, size: tuple[int, int]
) -> None:
    app = scene(tmp_path, "sigmoid", draft=WRONG, config=config)
    assert snap_compare(app, terminal_size=size, run_before=refuse)


@SIZES
@LOOKS
def test_training_loop_after_a_run(
    snap_compare: SnapCompare, tmp_path: Path, config: Config, size: tuple[int, int]
) -> None:
    client = silent([TRAINED])
    app = scene(tmp_path, "training-loop", draft=LOOP, config=config, client=client)
    assert snap_compare(
        app, terminal_size=size, run_before=lambda pilot: act(pilot, "escape", "2", "f5")
    )


def test_a_check_that_waits_for_pytorch(snap_compare: SnapCompare, tmp_path: Path) -> None:
    app = scene(tmp_path, "sigmoid", draft=WRONG, client=silent(phase="starting"))

    async def begin(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("escape", "2", "f4")
        await settle(pilot)

    assert snap_compare(app, terminal_size=(120, 35), run_before=begin)


def test_a_program_that_raised(snap_compare: SnapCompare, tmp_path: Path) -> None:
    app = scene(tmp_path, "training-loop", draft=LOOP, client=silent([FAILED]))
    assert snap_compare(
        app,
        terminal_size=(120, 35),
        run_before=lambda pilot: act(pilot, "escape", "2", "f5"),
    )
