"""How far a tensor has moved, from whatever is known of what it was before."""

from __future__ import annotations

from array import array

from tutor.session.tensors import Change, last_change
from tutor.session.timeline import RunRecord
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    ParametersGiven,
    RunEvent,
    StepRecorded,
)
from tutor.wire.values import TensorValue


def w(*numbers: float, trained: bool = True, name: str = "w") -> InventoryEntry:
    data = array("d", numbers).tobytes()
    return InventoryEntry(
        name, TensorValue("float32", "float", (len(numbers),), data), trained=trained
    )


def run_of(*events: RunEvent) -> RunRecord:
    record = RunRecord()
    record.take(events)
    return record


def change(record: RunRecord, kept: int | None = None, name: str = "w") -> Change | None:
    entries = record.inventory
    if kept is not None:
        found = record.recording.nearest(kept)
        assert found
        kept, entries = found
    return last_change(record, kept, next(each for each in entries if each.name == name))


STEPS = tuple(StepRecorded(n, (w(float(n), 10.0 * n),)) for n in range(4))


def test_at_the_end_it_is_that_of_the_last_step() -> None:
    end = run_of(*STEPS, InventoryTaken((w(3.0, 30.0),), 4))
    assert change(end) == Change((1.0, 10.0), since=3)


def test_steps_that_are_recorded_after_the_newest_inventory_do_not_count() -> None:
    running = run_of(*STEPS[:2], InventoryTaken((w(1.0, 10.0),), 2), *STEPS[2:])
    assert change(running) == Change((1.0, 10.0), since=1)


def test_where_the_last_step_was_taken_before_its_update_it_is_that_update() -> None:
    by_hand = run_of(*STEPS, InventoryTaken((w(3.5, 35.0),), 4))
    assert change(by_hand) == Change((0.5, 5.0), since=4)


def test_under_the_cursor_it_is_since_the_step_kept_before() -> None:
    record = run_of(*STEPS, InventoryTaken((w(3.0, 30.0),), 4))
    assert change(record, 2) == Change((1.0, 10.0), since=2)
    assert change(record, 0) is None
    given = run_of(ParametersGiven((w(-1.0, 0.0),)), *STEPS, InventoryTaken((w(3.0, 30.0),), 4))
    assert change(given, 0) == Change((1.0, 0.0), since=0)


def test_between_two_pauses_it_is_what_the_phase_did() -> None:
    paused = run_of(InventoryTaken((w(1.0, 2.0),), 0), InventoryTaken((w(1.0, 2.0),), 0))
    assert change(paused) is None
    paused.take((STEPS[0], InventoryTaken((w(0.0, 0.0),), 1)))
    assert change(paused) == Change((-1.0, -2.0), since=0)
    paused.take((InventoryTaken((w(0.0, 0.0),), 1),))
    assert change(paused) == Change((-1.0, -2.0), since=0), "still the last one"


def test_a_backward_that_was_counted_before_the_first_step_is_no_step() -> None:
    paused = run_of(InventoryTaken((w(1.0, 2.0),), 1))
    paused.take((InventoryTaken((w(0.5, 2.0),), 1),))
    assert change(paused) == Change((-0.5, 0.0), since=0)
    paused.take((InventoryTaken((w(0.5, 1.0),), 2),))
    assert change(paused) == Change((0.0, -1.0), since=1)


def test_what_the_given_code_had_made_is_the_start() -> None:
    given = ParametersGiven((w(1.0, 2.0, trained=False),))
    assert change(run_of(given, InventoryTaken((w(1.0, 1.5, trained=False),)))) == Change(
        (0.0, -0.5), since=0
    )
    still = run_of(given, InventoryTaken((w(1.0, 2.0, trained=False),)))
    assert change(still) == Change((0.0, 0.0), since=0)


def test_of_what_does_not_train_or_fit_nothing_is_said() -> None:
    other = run_of(
        InventoryTaken((w(1.0), w(1.0, name="x", trained=False)), 1),
        InventoryTaken((w(2.0), w(2.0, name="x", trained=False)), 2),
    )
    assert change(other, name="x") is None
    assert change(other) == Change((1.0,), since=1) or change(other) is None
    grown = run_of(*STEPS, InventoryTaken((w(1.0, 2.0, 3.0),), 4))
    assert change(grown) is None
