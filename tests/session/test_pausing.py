"""How the state follows a run that is paused, and what is said of it."""

from __future__ import annotations

from tutor.session.events import (
    ActivityRequested,
    BatchArrived,
    Event,
    PauseRequested,
    ResumeRequested,
    SecondPassed,
    StopRequested,
)
from tutor.session.pausing import paused_at, phase_words, place_words
from tutor.session.reduce import reduce
from tutor.session.state import State
from tutor.wire.events import Paused, WorkerStateChanged


def after(*events: Event) -> State:
    state = State(worker=WorkerStateChanged("ready"))
    for event in (ActivityRequested(1, "run"), *events):
        state = reduce(state, event)
    return state


def waits(number: int, line: int = 5) -> BatchArrived:
    return BatchArrived(1, (Paused(number, "backward", 12, line),))


def test_it_waits_once_the_run_says_so_under_the_same_number() -> None:
    asked = after(PauseRequested(3))
    assert paused_at(asked) is None
    assert paused_at(reduce(asked, waits(2))) is None
    assert paused_at(reduce(asked, waits(3))) == Paused(3, "backward", 12, 5)


def test_a_pause_that_nobody_asked_for_is_none() -> None:
    assert paused_at(after(waits(1))) is None
    assert paused_at(after(PauseRequested(1), ResumeRequested(), waits(1))) is None
    assert paused_at(after(PauseRequested(1), StopRequested(), waits(1))) is None


def test_what_ends_is_not_paused_any_more() -> None:
    stopping = after(StopRequested())
    assert reduce(stopping, PauseRequested(1)) is stopping
    assert reduce(State(), PauseRequested(1)) == State()
    running = after()
    assert reduce(running, ResumeRequested()) is running


def test_no_second_passes_while_it_waits() -> None:
    state = after(SecondPassed(1), PauseRequested(1), SecondPassed(1), waits(1), SecondPassed(1))
    assert state.activity is not None
    assert state.activity.seconds == 2


def test_a_run_may_begin_paused() -> None:
    state = reduce(State(), ActivityRequested(1, "run", hold=7))
    assert paused_at(reduce(state, waits(7))) == Paused(7, "backward", 12, 5)


def test_the_place_in_words() -> None:
    assert place_words(Paused(1, "backward", 12, 5)) == "paused before backward(), step 12, line 5"
    assert place_words(Paused(1, "zero_grad", 1)) == "paused before zero_grad(), step 1"
    assert phase_words(Paused(1, "forward", 2, 4)) == "paused before forward"
    assert place_words(Paused(1, line=3)) == "paused at line 3; no training phase was reached"
    assert place_words(Paused(1)) == "paused; no training phase was reached"
