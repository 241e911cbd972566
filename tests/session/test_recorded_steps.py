"""What is kept of a training's steps, whatever its process says of them."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tutor.session.recorded import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_KEPT_STEPS,
    RecordedSteps,
    is_sound_step,
)
from tutor.wire.events import EARLY_STEPS, InventoryEntry, StepRecorded
from tutor.wire.values import IntValue, TensorValue


def tensor(*numbers: float, shape: tuple[int, ...] | None = None) -> TensorValue:
    data = array("d", numbers).tobytes()
    return TensorValue("float32", "float", (len(numbers),) if shape is None else shape, data)


def step(number: int, *entries: InventoryEntry) -> StepRecorded:
    return StepRecorded(number, entries or (InventoryEntry("w", tensor(float(number), 1.0)),))


def kept(count: int) -> RecordedSteps:
    recording = RecordedSteps()
    for number in range(count):
        recording.add(step(number))
    return recording


def test_the_nearest_step_is_found() -> None:
    recording = RecordedSteps()
    for number in (0, 8, 16):
        recording.add(step(number))
    found = [recording.nearest(number) for number in (0, 3, 5, 8, 13, 99)]
    assert [each and each[0] for each in found] == [0, 0, 8, 8, 16, 16]
    assert recording.nearest(8) == (8, step(8).entries)
    assert RecordedSteps().nearest(3) is None


@pytest.mark.parametrize("count", [1, MAX_KEPT_STEPS, MAX_KEPT_STEPS + 1, 5 * MAX_KEPT_STEPS + 3])
def test_of_many_the_early_ones_are_kept_and_later_ones_evenly_spread(count: int) -> None:
    recording = kept(count)
    assert len(recording) <= MAX_KEPT_STEPS
    steps = sorted({found[0] for n in range(count) if (found := recording.nearest(n))})
    assert steps[:EARLY_STEPS] == [*range(min(EARLY_STEPS, count))]
    gaps = {after - before for before, after in pairwise(steps[EARLY_STEPS - 1 :])}
    assert len(gaps) <= 1, gaps
    assert max(gaps, default=0) <= 2 * count / (MAX_KEPT_STEPS - EARLY_STEPS)


@given(st.lists(st.integers(-5, 2_000_000), max_size=600))
def test_whatever_numbers_come_the_bound_holds(numbers: list[int]) -> None:
    recording = RecordedSteps()
    for number in numbers:
        recording.add(step(number))
    assert len(recording) <= MAX_KEPT_STEPS


MOMENTUM = array("f", (0.5, 1.5)).tobytes()
GOOD = InventoryEntry("w", tensor(1.0, 2.0), state_names=("momentum_buffer",), states=MOMENTUM)


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, value=tensor(1.0, shape=(2,))),
        replace(GOOD, value=tensor(1.0, shape=(2**62, 2**62))),
        replace(GOOD, value=tensor(1.0, shape=(-1, -1))),
        replace(GOOD, value=tensor(1.0, shape=(1,) * 65)),
        replace(GOOD, value=replace(tensor(1.0), kind="int")),
        replace(GOOD, value=replace(tensor(1.0), data=b"1234567")),
        replace(GOOD, value=replace(tensor(1.0), sampled=True)),
        replace(GOOD, value=IntValue(3)),
        replace(GOOD, name="w" * 2_000),
        replace(GOOD, name="w\x1b[2J"),
        replace(GOOD, value=replace(tensor(1.0), dtype="float\x1b[2J")),
        replace(GOOD, value=replace(tensor(1.0), dtype="float" * 99)),
        replace(GOOD, value=replace(tensor(1.0), device="cuda:0\x1b[2J")),
        replace(GOOD, value=replace(tensor(1.0), device="cuda" * 99)),
        replace(GOOD, value=tensor(*[0.0] * (MAX_BYTES // 8 + 1)), state_names=(), states=b""),
        replace(GOOD, states=b"1234"),
        replace(GOOD, state_names=("v\x1b[2J",)),
        replace(GOOD, state_names=("v" * 101,)),
        replace(GOOD, state_names=("exp_avg", "exp_avg_sq")),
        replace(GOOD, state_names=()),
    ],
)
def test_what_cannot_be_is_left_out(bad: InventoryEntry) -> None:
    assert is_sound_step(step(1, GOOD))
    assert not is_sound_step(step(1, GOOD, bad))
    recording = RecordedSteps()
    recording.add(step(1, GOOD, bad))
    assert len(recording) == 0


def test_too_many_tensors_or_none_are_left_out() -> None:
    assert not is_sound_step(step(1, *[GOOD] * (MAX_ENTRIES + 1)))
    assert not is_sound_step(StepRecorded(1, ()))
    assert not is_sound_step(step(-1))


def test_what_an_optimizer_keeps_counts_to_the_size_of_a_step() -> None:
    count = MAX_BYTES // 8
    value = tensor(*[0.0] * count)
    assert is_sound_step(step(1, InventoryEntry("w", value)))
    entry = InventoryEntry("w", value, state_names=("exp_avg",), states=bytes(4 * count))
    assert not is_sound_step(step(1, entry))


def test_a_large_tensor_comes_without_its_numbers() -> None:
    large = TensorValue("float32", "float", (1000, 1000), b"", sampled=True)
    assert is_sound_step(step(1, InventoryEntry("w", large)))
