"""What the line above the curve says, while it trains, is shown again, and is over."""

from __future__ import annotations

import math

import pytest

from tutor.session.run_summary import RunSummary
from tutor.session.state import Activity, Cursor, State
from tutor.session.words.loss_text import (
    BUSY,
    EMPTY,
    NONE,
    QUEUED,
    loss_text,
    losses_words,
    no_losses_words,
)
from tutor.wire.events import WorkerStateChanged

READY = WorkerStateChanged("ready")
RUNNING = State(activity=Activity(1, "run", begun=True), worker=READY)
WAITING = State(activity=Activity(1, "run"), worker=WorkerStateChanged("starting"))


def test_while_it_trains_the_newest_step_is_told() -> None:
    assert losses_words([0.7313, 0.71421], RUNNING) == "step 2  loss 0.7142"


def test_of_a_step_that_is_looked_at_it_tells_how_many_there_are() -> None:
    losses = [0.7313, 0.71421, 0.7]
    for playing in (False, True):
        shown = State(cursor=Cursor(2, playing))
        assert losses_words(losses, shown) == "step 2 of 3 · loss 0.7142"
    assert losses_words(losses, State(cursor=Cursor(9)), " - ") == "step 3 of 3 - loss 0.7000"


def test_when_it_is_over_it_tells_from_where_to_where() -> None:
    assert losses_words([0.7313, 0.7, 0.6644], State()) == "3 steps: 0.7313 to 0.6644"
    assert losses_words([0.5], State()) == "1 step: 0.5000"
    assert losses_words([], State()) == ""


def test_without_losses_it_tells_why() -> None:
    assert no_losses_words(State()) == EMPTY
    assert no_losses_words(WAITING) == QUEUED
    assert no_losses_words(RUNNING) == BUSY
    assert no_losses_words(State(ending=RunSummary("finished"))) == NONE


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (0.5, "0.5000"),
        (1234.5, "1234"),
        (0.00012, "0.00012"),
        (math.nan, "nan"),
        (0.0, "0"),
        (-0.0, "0"),
    ],
)
def test_losses_of_any_size_are_short(loss: float, text: str) -> None:
    assert loss_text(loss) == text
