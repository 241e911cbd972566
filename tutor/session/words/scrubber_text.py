"""The row of the scrubber in words: which step of the run is shown, and the keys that move it."""

from __future__ import annotations

from tutor.grading.wording import counted
from tutor.session.scrubbing import ShownStep
from tutor.session.state import State


def scrubber_words(
    state: State, moment: ShownStep, dot: str = " · ", *, short: bool = False
) -> str:
    """Say which step all views show, and whether its tensors were recorded; or `short`: the step.

    While a program trains and its end is shown, that is now.
    """
    cursor = state.cursor
    if cursor is None:
        return "now" if state.activity is not None else counted(moment.steps, "step")
    if short:
        return f"{moment.step}/{moment.steps}"
    words = f"step {moment.step} of {moment.steps}"
    if cursor.playing:
        return f"{words}{dot}playing"
    if moment.kept == moment.step:
        return f"{words}{dot}recorded"
    return f"{words}{dot}{f'tensors of {moment.kept}' if moment.kept else 'no tensors recorded'}"


def scrubber_keys(state: State, arrows: str = "← →") -> tuple[str, ...]:
    cursor = state.cursor
    if cursor is None:
        return (f"{arrows}: step back, on", "Space: play", "j: go to")
    if cursor.playing:
        return ("Space: stop", "Esc: end")
    compare = "d: alone" if state.compares else "d: compare with the end"
    return ("Esc: end", "Space: play", "j: go to", compare, f"{arrows}: step", "< >: ten")
