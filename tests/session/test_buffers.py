"""Buffers hold what a run told, in order, and never more than they are meant to."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tutor.session.buffers import PIECES_KEPT, Buffers
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    StepRecorded,
)
from tutor.wire.values import IntValue, TensorValue

WEIGHT = InventoryEntry("w", TensorValue("float32", "float", (1,), bytes(8)))


def _output(*texts: str) -> tuple[OutputWritten, ...]:
    return tuple(OutputWritten("stdout", text) for text in texts)


def test_output_is_read_once_and_in_order() -> None:
    buffers = Buffers()
    buffers.take(_output("a", "b"))
    first, number = buffers.output_since(0)
    buffers.take(_output("c"))
    second, _ = buffers.output_since(number)
    assert [text for _, text in first + second] == ["a", "b", "c"]


def test_the_oldest_output_is_dropped() -> None:
    buffers = Buffers()
    buffers.take(_output(*map(str, range(PIECES_KEPT + 10))))
    pieces, number = buffers.output_since(0)
    assert len(pieces) == PIECES_KEPT
    assert pieces[0][1] == "10"
    assert number == PIECES_KEPT + 10


@given(st.lists(st.floats(-5, 5), max_size=40), st.data())
def test_losses_come_together_from_any_pieces(losses: list[float], data: st.DataObject) -> None:
    buffers = Buffers()
    at = 0
    while at < len(losses):
        size = data.draw(st.integers(1, len(losses) - at))
        buffers.take((LossesRecorded(at, tuple(losses[at : at + size])),))
        at += size
    assert buffers.losses == losses


def test_a_record_that_was_dropped_leaves_a_gap_of_its_length() -> None:
    buffers = Buffers()
    buffers.take((LossesRecorded(0, (1.0,)), LossesRecorded(3, (0.5,))))
    assert len(buffers.losses) == 4
    assert [math.isnan(loss) for loss in buffers.losses] == [False, True, True, False]


def test_a_number_that_cannot_be_is_ignored() -> None:
    buffers = Buffers()
    buffers.take((LossesRecorded(-1, (1.0,)), LossesRecorded(10**12, (1.0,))))
    assert buffers.losses == []


def test_clearing_forgets_the_run() -> None:
    buffers = Buffers()
    entry = InventoryEntry("x", IntValue(1))
    buffers.take((*_output("a"), LossesRecorded(0, (1.0,)), InventoryTaken((entry,))))
    buffers.take((StepRecorded(0, (WEIGHT,)),))
    assert buffers.has_output
    assert buffers.recording is not None
    assert list(buffers.inventory) == [entry]
    buffers.clear()
    assert not buffers.losses
    assert len(buffers.inventory) == 0
    assert buffers.output_since(0) == ([], 0)
    assert buffers.recording is None
