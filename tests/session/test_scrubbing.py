"""Moving all views to a step of a run: by steps, by pointing, to a number or a loss."""

from __future__ import annotations

from array import array
from typing import cast

import pytest

from tests.support.reducing import reduce
from tutor.session.core import Hub
from tutor.session.events import ComparisonSwitched, CursorMoved, Event, FieldsSet, StepShown
from tutor.session.recorded import RecordedSteps
from tutor.session.run_events import ActivityRequested
from tutor.session.scrubbing import (
    HOW_TO_FIND,
    Scrubber,
    ShownStep,
    scrubber_keys,
    scrubber_words,
    shown_step,
)
from tutor.session.state import Activity, Cursor, State
from tutor.session.timeline import Timeline
from tutor.wire.events import InventoryEntry, LossesRecorded, StepRecorded
from tutor.wire.values import TensorValue

LOSSES = tuple(1 / (n + 1) for n in range(40))


def kept(step: int) -> StepRecorded:
    data = array("d", (step, 0.0)).tobytes()
    return StepRecorded(step, (InventoryEntry("w", TensorValue("float32", "float", (2,), data)),))


class Scrubbed:
    """A scrubber over a run of 40 steps, each fourth of which is recorded, and its state."""

    def __init__(self, *, losses: tuple[float, ...] = LOSSES, curves: bytes = b"") -> None:
        self.state = State()
        self.timeline = Timeline()
        self.timeline.take((LossesRecorded(0, losses, curves), *map(kept, range(0, 40, 4))))
        self.scrubber = Scrubber(cast(Hub, self))

    def dispatch(self, event: Event) -> None:
        self.state = reduce(self.state, event)

    @property
    def step(self) -> int:
        return self.state.cursor.step if self.state.cursor is not None else 0


def test_one_moves_from_step_to_step_and_past_the_last_one_to_the_end() -> None:
    for cursor, by, to in ((0, -1, 39), (39, 1, 0), (2, -9, 1), (99, -2, 38), (0, 5, 0)):
        scrubbed = Scrubbed()
        scrubbed.dispatch(CursorMoved(cursor))
        scrubbed.scrubber.move(by)
        assert scrubbed.step == to


def test_whoever_points_gets_a_recorded_step_if_one_is_there() -> None:
    scrubbed = Scrubbed()
    for share, width, step in (
        (0.0, 0.0, 1),
        (0.5, 0.0, 20),
        (0.5, 0.05, 21),
        (1.0, 0.05, 0),
        (0.99, 0.0, 0),
    ):
        scrubbed.scrubber.point(share, width)
        assert scrubbed.step == step


@pytest.mark.parametrize(
    ("wanted", "step"),
    [
        ("37", 37),
        (" Step 37 ", 37),
        ("go to step 1", 1),
        ("40", 0),
        ("end", 0),
        ("< 0.2", 6),
        ("<.2", 6),
        ("<= .2", 6),
        (".2", 6),
        ("2e-1", 6),
        ("loss < 0.2", 6),
        ("first step with loss below 0.2", 6),
        ("under 2", 1),
    ],
)
def test_a_step_is_found_by_its_number_or_its_loss(wanted: str, step: int) -> None:
    scrubbed = Scrubbed()
    scrubbed.dispatch(CursorMoved(3))
    assert scrubbed.scrubber.find(wanted) == ""
    assert scrubbed.step == step


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("41", "There is no step 41: the run has 40."),
        ("9" * 5_000, f"There is no step {'9' * 18}: the run has 40."),
        ("0", HOW_TO_FIND),
        ("", HOW_TO_FIND),
        ("loss < nan", HOW_TO_FIND),
        ("-3", HOW_TO_FIND),
        ("\u00b2", HOW_TO_FIND),
        ("< 0.02", "No step has a loss below 0.02: the lowest is 0.0250, at step 40."),
        ("< 1e-999", "No step has a loss below 0: the lowest is 0.0250, at step 40."),
    ],
)
def test_where_there_is_no_such_step_a_sentence_says_so_and_nothing_moves(
    wanted: str, reason: str
) -> None:
    scrubbed = Scrubbed()
    scrubbed.dispatch(CursorMoved(3))
    assert scrubbed.scrubber.find(wanted) == reason
    assert scrubbed.step == 3


def test_a_run_without_a_loss_that_is_a_number_says_so() -> None:
    scrubbed = Scrubbed(losses=(float("nan"), float("inf")))
    assert scrubbed.scrubber.find("< 1") == "No step has a loss that is a number."
    scrubbed.timeline.forget()
    assert scrubbed.scrubber.find("1") == "The run has made no steps."


def test_the_loss_is_that_of_the_curve_that_is_looked_at_and_the_step_counts_all() -> None:
    scrubbed = Scrubbed(losses=(5.0, 1.0, 4.0, 0.5, 3.0, 0.2), curves=bytes([0, 1] * 3))
    assert scrubbed.scrubber.find("< 4.5") == ""
    assert scrubbed.step == 3
    scrubbed.dispatch(FieldsSet({"curve": 1}))
    assert scrubbed.scrubber.find("< 0.6") == ""
    assert scrubbed.step == 4
    assert "the lowest is 0.2000, at step 6" in scrubbed.scrubber.find("< 0.1")


def test_another_run_shows_now_and_another_step_forgets_what_was_picked() -> None:
    scrubbed = Scrubbed()
    scrubbed.dispatch(CursorMoved(3, playing=True, asked=True))
    scrubbed.dispatch(ComparisonSwitched())
    scrubbed.dispatch(FieldsSet({"curve": 1}))
    again = reduce(scrubbed.state, ActivityRequested(Activity(1, "run")))
    assert (again.cursor, again.curve, again.compares) == (None, None, True)
    other = reduce(scrubbed.state, StepShown(None))
    assert (other.cursor, other.curve, other.compares) == (None, None, False)


def test_the_moment_tells_the_recorded_step_that_is_nearest() -> None:
    scrubbed = Scrubbed()
    run = scrubbed.timeline.current
    assert shown_step(State(), run) == ShownStep(40, 40, 40)
    assert shown_step(State(cursor=Cursor(39)), run) == ShownStep(39, 40, 37)
    assert shown_step(State(cursor=Cursor(99)), run) == ShownStep(40, 40, 37)
    run.recording = RecordedSteps()
    assert shown_step(State(cursor=Cursor(39)), run) == ShownStep(39, 40, 0)


@pytest.mark.parametrize(
    ("state", "moment", "words"),
    [
        (State(), ShownStep(40, 40, 40), "40 steps"),
        (State(activity=Activity(1, "run")), ShownStep(40, 40, 40), "now"),
        (State(cursor=Cursor(37)), ShownStep(37, 200, 37), "step 37 of 200 · recorded"),
        (State(cursor=Cursor(37)), ShownStep(37, 200, 35), "step 37 of 200 · tensors of 35"),
        (State(cursor=Cursor(37)), ShownStep(37, 200, 0), "step 37 of 200 · no tensors recorded"),
        (
            State(cursor=Cursor(37, playing=True)),
            ShownStep(37, 200, 37),
            "step 37 of 200 · playing",
        ),
    ],
)
def test_the_row_says_which_step_is_shown_and_how_to_come_back(
    state: State, moment: ShownStep, words: str
) -> None:
    assert scrubber_words(state, moment) == words
    assert ("Esc: end" in scrubber_keys(state)) is (state.cursor is not None)
