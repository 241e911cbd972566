"""Pausing a run: how the state follows it, for the reducer, and how panes put it in words."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tutor.session.events import PauseRequested, ResumeRequested
from tutor.session.state import Activity, Pause, State
from tutor.wire.events import Paused, Phase, RunEvent


def request_pause(state: State, event: PauseRequested) -> State:
    activity = state.activity
    if activity is None or activity.stopping:
        return state
    done: Phase = "none"
    if event.length == "phase" and (before := paused_at(state)) is not None:
        done = before.phase
    pause = Pause(event.number, length=event.length, done=done)
    return replace(state, activity=replace(activity, pause=pause), notice="")


def request_resume(state: State, _event: ResumeRequested) -> State:
    activity = state.activity
    if activity is None or activity.pause is None:
        return state
    return replace(state, activity=replace(activity, pause=None), notice="")


def after_events(activity: Activity, events: tuple[RunEvent, ...]) -> Activity:
    """Return the activity after these events of its run; answers to older pauses are ignored."""
    pause = activity.pause
    if pause is None:
        return activity
    answers = [e for e in events if isinstance(e, Paused) and e.number == pause.number]
    return replace(activity, pause=replace(pause, at=answers[-1])) if answers else activity


def paused_at(state: State) -> Paused | None:
    """Return where the run waits; None if it is not paused."""
    pause = state.activity.pause if state.activity is not None else None
    return pause.at if pause is not None else None


def is_at_phase(state: State) -> bool:
    """Return True if the run waits at a phase of its training."""
    paused = paused_at(state)
    return paused is not None and paused.phase != "none"


def phase_words(paused: Paused) -> str:
    """Say which phase comes next, such as `paused before backward()`."""
    if paused.phase == "none":
        return "paused"
    call = paused.phase if paused.phase in _NAMED_BY_LEARNER else f"{paused.phase}()"
    return f"paused before {call}"


_NAMED_BY_LEARNER = ("forward", "loss")
"""Phases whose call has no fixed name: model and criterion have names of the learner's own."""


def place_words(paused: Paused) -> str:
    """Say the phase, step and line at which the run waits, or that it is at no training phase."""
    words = phase_words(paused)
    if paused.step > 0:
        words += f", step {paused.step}"
    if paused.line is not None:
        words += f", line {paused.line}" if paused.phase != "none" else f" at line {paused.line}"
    return words if paused.phase != "none" else f"{words}; no training phase was reached"


def wait_words(pause: Pause) -> str:
    """Say what a run does until it waits."""
    if pause.length is None:
        return "pausing at the next phase"
    return f"going on to the next {pause.length}"


CHANGED_LAYERS: tuple[Phase, ...] = ("forward", "backward", "step")
CHANGED_TENSORS: tuple[Phase, ...] = ("zero_grad", "backward", "step")


def changed_words(state: State, phases: tuple[Phase, ...]) -> str:
    """Say what is new since the pause before, if one of these phases alone has run; else ""."""
    pause = state.activity.pause if state.activity is not None else None
    if pause is None or pause.at is None or pause.done not in phases:
        return ""
    words = _CHANGED[pause.done]
    if pause.done == "backward" and pause.at.phase == "step":
        words = f"{words[:-1]}; step() is still to move the parameters."
    return words


_CHANGED: Mapping[Phase, str] = {
    "zero_grad": "zero_grad() has just run: the gradients are cleared.",
    "forward": "The forward pass has just run: what the layers gave is new.",
    "backward": "backward() has just run: the gradients are new.",
    "step": "step() has just run: new is how far the parameters have moved.",
}
