"""Records hold what a run told, in order, and never more than they are meant to."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.surfaces import surface
from tutor.session.timeline import MAX_PIECES, RunRecord, Timeline
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    RunEnded,
    StartRecorded,
    StepRecorded,
)
from tutor.wire.maps import Bounds, SurfaceDrawn, SurfacePoint, Trail
from tutor.wire.values import IntValue, TensorValue

WEIGHT = InventoryEntry("w", TensorValue("float32", "float", (1,), bytes(8)))


def _output(*texts: str) -> tuple[OutputWritten, ...]:
    return tuple(OutputWritten("stdout", text) for text in texts)


def test_output_is_read_once_and_in_order() -> None:
    record = RunRecord()
    record.take(_output("a", "b"))
    first, number = record.output_since(0)
    record.take(_output("c"))
    second, _ = record.output_since(number)
    assert [text for _, text in first + second] == ["a", "b", "c"]


def test_the_oldest_output_is_dropped() -> None:
    record = RunRecord()
    record.take(_output(*map(str, range(MAX_PIECES + 10))))
    pieces, number = record.output_since(0)
    assert len(pieces) == MAX_PIECES
    assert pieces[0][1] == "10"
    assert number == MAX_PIECES + 10


@given(st.lists(st.floats(-5, 5), max_size=40), st.data())
def test_losses_come_together_from_any_pieces(losses: list[float], data: st.DataObject) -> None:
    record = RunRecord()
    at = 0
    while at < len(losses):
        size = data.draw(st.integers(1, len(losses) - at))
        record.take((LossesRecorded(at, tuple(losses[at : at + size])),))
        at += size
    assert record.losses == losses


def test_a_record_that_was_dropped_leaves_a_gap_of_its_length() -> None:
    record = RunRecord()
    record.take((LossesRecorded(0, (1.0,)), LossesRecorded(3, (0.5,))))
    assert len(record.losses) == 4
    assert [math.isnan(loss) for loss in record.losses] == [False, True, True, False]


def test_a_number_that_cannot_be_is_ignored() -> None:
    record = RunRecord()
    record.take((LossesRecorded(-1, (1.0,)), LossesRecorded(10**12, (1.0,))))
    assert record.losses == []


def test_a_new_run_has_nothing_of_the_one_before_which_is_kept_to_compare() -> None:
    runs = Timeline()
    entry = InventoryEntry("x", IntValue(1))
    runs.begin()
    runs.take((*_output("a"), LossesRecorded(0, (1.0,)), InventoryTaken((entry,))))
    runs.take((StepRecorded(0, (WEIGHT,)),))
    first = runs.current
    assert first.has_output
    assert list(first.inventory) == [entry]
    runs.begin()
    assert not runs.current.losses
    assert len(runs.current.inventory) == 0
    assert runs.current.output_since(0) == ([], 0)
    assert not runs.current.recording
    assert runs.previous is first


def test_the_start_is_kept_unless_it_cannot_be_one() -> None:
    run = RunRecord()
    run.take((StartRecorded((WEIGHT,)),))
    assert run.start == (WEIGHT,)
    run.take((StartRecorded((InventoryEntry("w", IntValue(1)),)),))
    assert not run.start


def test_a_run_that_told_nothing_does_not_take_the_place_of_one_to_compare_with() -> None:
    runs = Timeline()
    runs.take((LossesRecorded(0, (1.0,)),))
    first = runs.current
    runs.begin()
    runs.begin()
    assert runs.previous is first


def test_another_step_has_neither() -> None:
    runs = Timeline()
    runs.take((LossesRecorded(0, (1.0,)),))
    runs.begin()
    runs.forget()
    assert not runs.current
    assert runs.previous is None


def test_how_long_it_took_is_known_once_it_has_ended() -> None:
    runs = Timeline()
    runs.take((LossesRecorded(0, (1.0,)),))
    assert runs.current.milliseconds is None
    runs.take((RunEnded(Observation("finished", milliseconds=12.0)),))
    assert runs.current.milliseconds == 12.0


@pytest.mark.parametrize(
    "forged",
    [
        replace(surface(), side=31),
        replace(surface(), bounds=Bounds(0, 0, 0, 1)),
        replace(surface(), bounds=Bounds(0, 1, 0, math.inf)),
        replace(surface(), x_name="\x1b[2J"),
        surface(Trail("a\nb", surface().trails[0].points)),
        surface(Trail("", (SurfacePoint(0, math.nan, 0, 1),))),
        surface(Trail("", (SurfacePoint(0, 0, 0, math.inf),))),
    ],
)
def test_a_surface_whose_parts_do_not_fit_is_not_kept(forged: SurfaceDrawn) -> None:
    run = RunRecord()
    run.take((surface(), forged))
    assert run.surface == surface()
