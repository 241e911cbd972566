"""Which maps of a run are kept, and what is said of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.maps import curve, sectors, two_classes
from tutor.session.recorded import MAX_KEPT_MAPS, RecordedMaps, RunMap, is_sound_map
from tutor.session.state import Activity, Cursor, State
from tutor.session.timeline import RunRecord
from tutor.session.words.map_text import (
    BUSY,
    EMPTY,
    look_words,
    map_words,
    no_map_words,
    place_words,
    told_words,
)
from tutor.wire.events import EARLY_STEPS
from tutor.wire.maps import Bounds, NoMap

HALVES = two_classes(lambda x, _y: float(x > 0), [(0.5, 0.0, 1, 1), (-0.5, 0.0, 1, 0)])


def test_maps_are_kept_by_step_whatever_their_order() -> None:
    maps = RecordedMaps()
    for step in (1, 300, 10, 20, 300):
        maps.add(replace(HALVES, step=step))
    assert [
        shown.step for shown in (maps.nearest(0), maps.nearest(14), maps.nearest(299)) if shown
    ] == [
        1,
        10,
        300,
    ]
    assert maps.newest is not None
    assert maps.newest.step == 300


def test_of_many_maps_some_of_all_the_run_are_kept() -> None:
    maps = RecordedMaps()
    for step in range(5_000):
        maps.add(replace(HALVES, step=step))
    first, middle = maps.nearest(0), maps.nearest(2_500)
    assert first is not None
    assert middle is not None
    assert first.step == 0
    assert abs(middle.step - 2_500) < 200
    assert len(maps._maps) <= MAX_KEPT_MAPS
    for step in range(1, EARLY_STEPS + 1):
        shown = maps.nearest(step)
        assert shown is not None
        assert shown.step == step


def test_early_maps_are_kept_that_come_when_all_is_over() -> None:
    maps = RecordedMaps()
    for step in (*range(0, 5_000, 7), *range(1, EARLY_STEPS + 1)):
        maps.add(replace(HALVES, step=step))
    assert maps._steps[:EARLY_STEPS] == [*range(EARLY_STEPS)]


FORGED: dict[str, RunMap] = {
    "too few cells": replace(HALVES, winners=b"\0"),
    "no such class": replace(HALVES, winners=bytes([9]) * len(HALVES.winners)),
    "half a point": replace(HALVES, points=b"\0"),
    "no extent": replace(HALVES, bounds=Bounds(1.0, 1.0, 0.0, 1.0)),
    "no bounds": replace(HALVES, bounds=Bounds(float("nan"), 1.0, 0.0, 1.0)),
    "an extent that is no number": replace(HALVES, bounds=Bounds(-1e308, 1e308, 0.0, 1.0)),
    "one class": replace(HALVES, classes=1),
    "more right than known": replace(HALVES, right=5, known=2),
    "a short curve": replace(curve(abs), values=b"\0" * 8),
    "before the first step": replace(HALVES, step=-1),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_map_that_does_not_fit_together_is_left_out(name: str) -> None:
    assert not is_sound_map(FORGED[name])
    maps = RecordedMaps()
    maps.add(FORGED[name])
    assert not maps


def test_a_run_keeps_its_maps_and_why_it_has_none() -> None:
    record = RunRecord()
    record.take((NoMap("width", "11"),))
    assert not record.maps
    assert record.maps.reason == NoMap("width", "11")
    record.take((HALVES, curve(abs)))
    assert record
    assert record.maps.newest == curve(abs)


def test_a_map_is_told_in_words() -> None:
    assert (
        told_words(HALVES) == "The model answers o on 50%, x on 50% of the area; undecided on 0%."
    )
    assert told_words(curve(abs)) == "A curve over -1 to 1; 0 points."
    assert "a on 32%, b on 36%, c on 32%" in told_words(sectors(3))
    assert map_words(HALVES, State(), 300) == "step 10 of 300 · right: 1 of 2"
    assert map_words(HALVES, replace(State(), cursor=Cursor(10)), 300, " - ").endswith(
        "- right: 1 of 2"
    )
    assert (
        look_words(HALVES) == "Light: the model is undecided. Inverse: points that it gets wrong."
    )
    assert look_words(sectors(3), coloured=False) == "Blank: the model is undecided."
    assert place_words((0.5, -1.0), 0.934, 1, 2) == "(0.50, -1.00): x 0.93"
    assert place_words((0.5,), 0.934) == "(0.50): 0.934"


def test_without_a_map_it_is_said_what_would_fill_it() -> None:
    maps = RecordedMaps()
    assert no_map_words(State(), maps) == EMPTY
    assert no_map_words(replace(State(), activity=Activity(1, "run")), maps) == BUSY
    maps.add(NoMap("width", "11"))
    assert no_map_words(State(), maps) == (
        "The model takes 11 numbers a row. A map needs two inputs, a curve one."
    )
    for why in ("no-model", "width", "parts", "number", "apart", "slow", "failed"):
        maps = RecordedMaps()
        maps.add(NoMap(why, "a\x1b{b}" * 60))
        words = no_map_words(State(), maps)
        assert words.isprintable()
        assert len(words) < 150
