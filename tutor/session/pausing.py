"""A paused run: where it waits, and the words for that."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.session.state import Pause, State
from tutor.wire.events import Paused, Phase

_NAMED_BY_LEARNER = ("forward", "loss")
"""Phases whose call has no fixed name: model and criterion have names of the learner's own."""


def phase_words(paused: Paused) -> str:
    if paused.phase == "none":
        return "paused"
    return f"paused before {paused.phase}" + "()" * (paused.phase not in _NAMED_BY_LEARNER)


def place_words(paused: Paused) -> str:
    """Name phase, step and line at which the run waits, or say that it is at no phase."""
    is_at_phase = paused.phase != "none"
    words = phase_words(paused)
    if paused.step > 0:
        words += f", step {paused.step}"
    if paused.line is not None:
        words += f", line {paused.line}" if is_at_phase else f" at line {paused.line}"
    return words if is_at_phase else f"{words}; no training phase was reached"


def wait_words(pause: Pause) -> str:
    if pause.length is None:
        return "pausing at the next phase"
    return f"going on to the next {pause.length}"


CHANGED_LAYERS: tuple[Phase, ...] = ("forward", "backward", "step")
CHANGED_TENSORS: tuple[Phase, ...] = ("zero_grad", "backward", "step")


def changed_words(state: State, phases: tuple[Phase, ...]) -> str:
    """Name the news since the pause before, if one of these phases alone has run; else ""."""
    pause = state.activity.pause if state.activity is not None else None
    if pause is None or pause.at is None or pause.done not in phases:
        return ""
    words = _CHANGED[pause.done]
    if pause.done == "backward" and pause.at.phase == "step":
        words = f"{words[:-1]}; step() has not moved the parameters yet."
    return words


_CHANGED: Mapping[Phase, str] = {
    "zero_grad": "zero_grad() has just run: the gradients are cleared.",
    "forward": "The forward pass has just run: the layers' outputs are new.",
    "backward": "backward() has just run: the gradients are new.",
    "step": "step() has just run: the parameters have moved.",
}
