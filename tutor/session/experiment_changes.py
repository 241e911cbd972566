"""How the state follows experiments with wrong programs; part of the reducer, and as pure."""

from __future__ import annotations

from msgspec.structs import replace

from tutor.session.events import ExperimentEnded, ExperimentsFound, ExperimentShown
from tutor.session.state import OpenExperiment, State


def keep_found(state: State, event: ExperimentsFound) -> State:
    """Return the state with the experiments of the step; of another step they are ignored."""
    if state.step is None or state.step.id != event.step:
        return state
    return replace(state, experiments=event.experiments)


def show_experiment(state: State, event: ExperimentShown) -> State:
    """Return the state with the experiment of that number open, and not guessed about yet."""
    if event.number not in range(len(state.experiments or ())):
        return state
    return replace(state, experiment=OpenExperiment(event.number), notice="")


def end_experiment(state: State, event: ExperimentEnded) -> State:
    """Return the state after a run; its result is ignored if another experiment is open by now."""
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    shown = state.experiment
    if shown is not None and shown.number == event.number and event.result is not None:
        shown = replace(shown, guess=event.guess, result=event.result)
    return replace(state, activity=None, experiment=shown, notice="")
