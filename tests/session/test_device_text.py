"""A program that asks for a graphics card is told once that programs run on the CPU."""

from __future__ import annotations

import pytest

from tests.support.reducing import reduce
from tutor.course.model import CodeStep
from tutor.session.events import ActivityRequested, BatchArrived, StepShown
from tutor.session.state import State
from tutor.session.words.device_text import ON_THE_CPU, asks_for_a_card
from tutor.wire.events import ErrorFacts, Executed, Observation, RunEnded

STEP = CodeStep(id="code", title="Code", text="…", scaffold="", solution="")
ASKS = 'device = "cuda" if torch.cuda.is_available() else "cpu"\n'
FINISHED = Observation("finished", Executed("finished"))
RAISED = Observation("raised", Executed("raised", error=ErrorFacts("E", "no CUDA", line=1)))


@pytest.mark.parametrize(
    "source",
    [
        ASKS,
        "x = x.cuda()",
        "x.to('cuda:0')",
        "n = torch.cuda.device_count()",
        "x.to(device='cuda')",
    ],
)
def test_naming_the_card_asks_for_it(source: str) -> None:
    assert asks_for_a_card(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x.to('cpu')",
        "# no cuda here\nx = 1",
        "print('cuda is a word')",
        "barracuda = 1",
        "cuda(",
    ],
)
def test_a_word_alone_does_not(source: str) -> None:
    assert not asks_for_a_card(source)


def after_run(state: State, number: int, source: str, observation: Observation) -> State:
    state = reduce(state, ActivityRequested(number, "run", source=source))
    return reduce(state, BatchArrived(number, (RunEnded(observation),)))


def remarks(state: State) -> tuple[str, ...]:
    assert state.ending is not None
    return state.ending.remarks


def test_it_is_said_after_the_first_run_that_asks_and_after_no_other() -> None:
    state = reduce(State(), StepShown(STEP))
    state = after_run(state, 1, "x = 1", FINISHED)
    assert remarks(state) == ()
    state = after_run(state, 2, ASKS, FINISHED)
    assert remarks(state) == (ON_THE_CPU,)
    state = after_run(state, 3, ASKS, FINISHED)
    assert remarks(state) == ()
    state = reduce(state, StepShown(STEP))
    assert remarks(after_run(state, 4, ASKS, FINISHED)) == ()


def test_it_is_said_which_programs_may_have_a_card() -> None:
    assert "where the settings allow it and the machine has a graphics card" in ON_THE_CPU
    assert "in steps that ask for one, and in programs of your own" in ON_THE_CPU


def test_a_program_that_had_a_card_is_told_nothing() -> None:
    state = reduce(State(), StepShown(STEP))
    state = after_run(state, 1, ASKS, Observation("finished", Executed("finished"), gpu=True))
    assert remarks(state) == ()
    assert remarks(after_run(state, 2, ASKS, FINISHED)) == (ON_THE_CPU,)


def test_an_error_has_an_explanation_of_its_own() -> None:
    state = after_run(reduce(State(), StepShown(STEP)), 1, ASKS, RAISED)
    assert ON_THE_CPU not in remarks(state)
    assert remarks(after_run(state, 2, ASKS, FINISHED)) == (ON_THE_CPU,)
