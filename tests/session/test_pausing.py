"""How the state follows a run that is paused, and what is said of it."""

from __future__ import annotations

import pytest

from tests.support.reducing import reduce
from tutor.session.events import Event
from tutor.session.run_events import (
    ActivityRequested,
    BatchArrived,
    PauseRequested,
    ResumeRequested,
    SecondPassed,
    StopRequested,
)
from tutor.session.state import Activity, Pause, State
from tutor.session.words.run_text import (
    CHANGED_LAYERS,
    changed_words,
    phase_words,
    place_words,
)
from tutor.wire.commands import StepLength
from tutor.wire.events import Paused, Phase, WorkerStateChanged


def after(*events: Event) -> State:
    state = State(worker=WorkerStateChanged("ready"))
    for event in (ActivityRequested(Activity(1, "run")), *events):
        state = reduce(state, event)
    return state


def waits(number: int, line: int = 5) -> BatchArrived:
    return BatchArrived(1, (Paused(number, "backward", 12, line),))


def test_it_waits_once_the_run_says_so_under_the_same_number() -> None:
    asked = after(PauseRequested(3))
    assert asked.paused is None
    assert reduce(asked, waits(2)).paused is None
    assert reduce(asked, waits(3)).paused == Paused(3, "backward", 12, 5)


def test_a_pause_that_nobody_asked_for_is_none() -> None:
    assert after(waits(1)).paused is None
    assert after(PauseRequested(1), ResumeRequested(), waits(1)).paused is None
    assert after(PauseRequested(1), StopRequested(), waits(1)).paused is None


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
    state = reduce(State(), ActivityRequested(Activity(1, "run", pause=Pause(7, "phase"))))
    assert reduce(state, waits(7)).paused == Paused(7, "backward", 12, 5)


def stepped(*phases: Phase, length: StepLength = "phase") -> State:
    """A state that has waited before each of these phases in turn."""
    events: list[Event] = []
    for number, phase in enumerate(phases, 1):
        asked = PauseRequested(number, length=length)
        events += [asked, BatchArrived(1, (Paused(number, phase, 1),))]
    return after(*events)


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        (("forward", "loss"), "The forward pass has just run: the layers' outputs are new."),
        (
            ("backward", "step"),
            "backward() has just run: the gradients are new; "
            "step() has not moved the parameters yet.",
        ),
        (("backward", "backward"), "backward() has just run: the gradients are new."),
        (
            ("step", "zero_grad"),
            "step() has just run: the parameters have moved.",
        ),
        (("zero_grad", "forward"), ""),
        (("step",), ""),
    ],
)
def test_what_the_one_phase_since_the_pause_before_has_changed(
    phases: tuple[Phase, ...], words: str
) -> None:
    assert changed_words(stepped(*phases), CHANGED_LAYERS) == words


def test_of_several_phases_none_is_said_to_have_just_run() -> None:
    state = stepped("forward", "loss", length="step")
    assert changed_words(state, ("forward",)) == ""
    assert changed_words(reduce(state, ResumeRequested()), ("forward",)) == ""
    asked = reduce(stepped("forward", "loss"), PauseRequested(3, length="phase"))
    assert changed_words(asked, ("forward", "loss")) == "", "it runs"


def test_the_place_in_words() -> None:
    assert place_words(Paused(1, "backward", 12, 5)) == "paused before backward(), step 12, line 5"
    assert place_words(Paused(1, "zero_grad", 1)) == "paused before zero_grad(), step 1"
    assert phase_words(Paused(1, "forward", 2, 4)) == "paused before forward"
    assert place_words(Paused(1, line=3)) == "paused at line 3; no training phase was reached"
    assert place_words(Paused(1)) == "paused; no training phase was reached"
