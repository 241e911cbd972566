"""Which steps of a run are shown again, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from msgspec.structs import replace
from textual.screen import Screen

from tests.support.fake_client import finished
from tests.support.maps import two_classes
from tutor.session.events import CursorMoved
from tutor.session.timeline import RunRecord
from tutor.ui.screens.replay import FRAME_S, FRAMES, Replayer
from tutor.wire.events import LossesRecorded

MAP = two_classes(lambda x, _: (x + 1) / 2, step=1)
MAPS = (*range(1, 33), 40, 60, 100)


class Timers:
    """Stands in for a screen, and for its timer: a test makes it ring."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.ring: Callable[[], None] = lambda: None
        self.is_stopped = False

    def set_interval(self, seconds: float, ring: Callable[[], None]) -> Timers:
        self.seconds, self.ring = seconds, ring
        return self

    def stop(self) -> None:
        self.is_stopped = True


def test_maps_are_shown_again_once_they_are_looked_at_and_the_curve_only_once() -> None:
    run, timers, moved = RunRecord(), Timers(), list[CursorMoved]()
    losses = LossesRecorded(0, (1.0, 0.5, 0.2))
    run.take(finished(losses, *(replace(MAP, step=step) for step in (1, 2, 3)), milliseconds=80.0))
    replayer = Replayer(cast("Screen[None]", timers), moved.append, reduced_motion=False)
    replayer.consider(run)
    for map_on_screen, is_shown in ((False, True), (False, False), (True, True), (True, False)):
        replayer.start_if_seen(chart_on_screen=True, map_on_screen=map_on_screen)
        assert replayer.is_running is is_shown
        replayer.skip()
    replayer.consider(run)
    replayer.forget()
    replayer.start_if_seen(chart_on_screen=True, map_on_screen=True)
    assert not replayer.is_running


def shown_again(*, map_on_screen: bool, maps: tuple[int, ...] = MAPS) -> tuple[list[int], float]:
    """The steps of a short run of 100 that are shown again, and the seconds of all of them."""
    run, timers, moved = RunRecord(), Timers(), list[CursorMoved]()
    losses = LossesRecorded(0, tuple(1 / step for step in range(1, 101)))
    run.take(finished(losses, *(replace(MAP, step=step) for step in maps), milliseconds=80.0))
    replayer = Replayer(cast("Screen[None]", timers), moved.append, reduced_motion=False)
    replayer.consider(run)
    replayer.start_if_seen(chart_on_screen=True, map_on_screen=map_on_screen)
    frames = 1
    while not timers.is_stopped:
        timers.ring()
        frames += 1
    assert not replayer.is_running
    assert moved[-1] == CursorMoved(0), "at last the end of the run is shown"
    return [each.step for each in moved[:-1]], timers.seconds * frames


def test_where_the_map_is_seen_all_maps_are_shown_in_four_seconds() -> None:
    steps, seconds = shown_again(map_on_screen=True)
    assert steps == [*MAPS[:-1]]
    assert seconds == pytest.approx(4.0)


@pytest.mark.parametrize(("map_on_screen", "maps"), [(False, MAPS), (True, ())])
def test_else_steps_from_all_of_the_run_are_shown(
    map_on_screen: bool, maps: tuple[int, ...]
) -> None:
    steps, seconds = shown_again(map_on_screen=map_on_screen, maps=maps)
    assert steps == [100 * frame // FRAMES for frame in range(1, FRAMES)]
    assert seconds == pytest.approx(FRAME_S * FRAMES)
