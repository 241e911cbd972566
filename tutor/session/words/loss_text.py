"""The losses of a run in one line of words, or why there are none. For the loss pane."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grading.wording import counted
from tutor.session.state import State

EMPTY = "No losses yet. A run that calls an optimizer's step() draws them here."
QUEUED = "No losses yet: the program begins when PyTorch is ready."
BUSY = "No optimizer step yet: the first one begins the curve."
NONE = "The run made no optimizer step, so there is no curve."
SMOOTHED = "line: smoothed"


def losses_words(
    losses: Sequence[float], state: State, dot: str = " · ", step: int = 0, name: str = ""
) -> str:
    """Say the step looked at and its loss, or the first and last loss of a run that is over.

    Return "" if there are no losses. `step` is the one looked at, where it is not the cursor's;
    `name` is what the curve is called, if it is not the only one.
    """
    count = len(losses)
    if not count:
        return ""
    last = loss_text(losses[-1])
    if state.cursor is not None:
        step = min(step or state.cursor.step, count)
        return f"step {step} of {count}{dot}{name or 'loss'} {loss_text(losses[step - 1])}"
    if state.activity is not None:
        return f"step {count}  {name or 'loss'} {last}"
    begin = f"{name}, " if name else ""
    if count == 1:
        return f"{begin}{counted(count, 'step')}: {last}"
    return f"{begin}{counted(count, 'step')}: {loss_text(losses[0])} to {last}"


def no_losses_words(state: State) -> str:
    if state.queued:
        return QUEUED
    if state.activity is not None:
        return BUSY
    if state.ending is not None or (state.latest == "verdict" and state.verdict is not None):
        return NONE
    return EMPTY


def loss_text(loss: float) -> str:
    """Return the loss with four decimals, or four significant digits if it is small or large."""
    loss += 0.0  # makes 0 of -0
    return f"{loss:.4f}" if 0.01 <= abs(loss) < 1_000 else f"{loss:.4g}"
