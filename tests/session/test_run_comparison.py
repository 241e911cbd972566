"""The newest run beside the one before it: numbers, words, and the claim of the same start."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tutor.session.losses import compare_runs, have_same_start
from tutor.session.timeline import RunRecord
from tutor.session.words.loss_text import comparison_words
from tutor.wire.events import InventoryEntry, InventoryTaken, RunEvent, StartRecorded
from tutor.wire.values import TensorValue

SLOW = [1.0 - n / 100 for n in range(90)]
QUICK = [1.0 - n / 40 for n in range(38)]


def words_of(losses: list[float], before: list[float], *, same_start: bool = False) -> str:
    found = compare_runs(losses, before, same_start=same_start)
    return comparison_words(found, losses, before, drawn="dotted")


@pytest.mark.parametrize(
    ("losses", "before", "words"),
    [
        (
            QUICK,
            SLOW,
            "This run is first below 0.2 at step 33, the last one (dotted) at step 81.",
        ),
        (
            SLOW,
            [3.0, math.inf],
            "This run ends at 0.1100, the last one (dotted) at inf.",
        ),
        (SLOW, SLOW, "This run has the same losses as the last one (dotted)."),
        (
            [1.0, 0.5, 0.2],
            [1.0, 0.6, 0.25],
            "This run and the last one (dotted) are first below 0.5 at step 3.",
        ),
        ([-1.0, -2.0], [-1.0, -3.0], "This run ends at -2.0000, the last one (dotted) at -3.0000."),
        (
            [2.30, 2.29],
            [2.30, 2.28],
            "This run and the last one (dotted) are first below 2.3 at step 2.",
        ),
    ],
)
def test_the_difference_is_said_in_a_sentence(
    losses: list[float], before: list[float], words: str
) -> None:
    assert words_of(losses, before) == words


def test_the_same_start_is_said_where_it_is_known() -> None:
    assert words_of(QUICK, SLOW, same_start=True).startswith("From the same start: this run is")


@given(
    st.lists(st.floats(0.001, 100), min_size=1, max_size=30),
    st.lists(st.floats(0.001, 100), min_size=1, max_size=30),
)
def test_what_is_said_of_a_level_is_true(losses: list[float], before: list[float]) -> None:
    found = compare_runs(losses, before, same_start=False)
    if not found.level:
        return
    for curve, step in ((losses, found.step), (before, found.before)):
        assert step >= 1
        assert curve[step - 1] < found.level
        assert all(loss >= found.level for loss in curve[: step - 1])


def weight(*numbers: float, name: str = "w") -> InventoryEntry:
    value = TensorValue("float32", "float", (len(numbers),), array("d", numbers).tobytes())
    return InventoryEntry(name, value, trained=True)


def run_of(*events: RunEvent) -> RunRecord:
    run = RunRecord()
    run.take(events)
    return run


def from_start(*start: InventoryEntry, end: tuple[InventoryEntry, ...] = ()) -> RunRecord:
    return run_of(StartRecorded(start), InventoryTaken(end or start, 9))


def test_a_start_is_the_same_if_all_that_is_trained_begins_with_the_same_numbers() -> None:
    both = weight(1.0, 2.0), weight(3.0, name="b")
    assert have_same_start(from_start(*both), from_start(*both))
    assert not have_same_start(from_start(*both), from_start(both[0], weight(3.1, name="b")))
    assert not have_same_start(from_start(*both), from_start(both[0]))
    assert not have_same_start(run_of(), run_of())


def test_nothing_is_claimed_of_what_was_not_seen_whole() -> None:
    one, other = weight(1.0, 2.0), weight(3.0, name="generator")
    partly = from_start(one, end=(one, other))
    assert not have_same_start(partly, partly)
    large = replace(one, value=TensorValue("float32", "float", (9_000,), b"", sampled=True))
    assert not have_same_start(from_start(large), from_start(large))
