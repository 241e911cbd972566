"""Moving all views to a step of the newest run: by steps, to a number, or to a loss.

The step is the one moment in the state that every view reads; what each has of it is in the
timeline. The words are those of the row of the scrubber.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from tutor.grading.wording import counted
from tutor.session.core import Hub
from tutor.session.events import CursorMoved
from tutor.session.losses import first_below, shown_curve
from tutor.session.state import Cursor, State
from tutor.session.timeline import RunRecord
from tutor.session.words.loss_text import loss_text

HOW_TO_FIND = "Type a step, such as 37, or a loss, such as < 0.2, for the first step below it."


class ShownStep(NamedTuple):
    """The step of a run that all views show, as far as it is known."""

    step: int
    """Counted from 1; the last one where the views show the end."""
    steps: int
    """The steps of the run so far."""
    kept: int = 0
    """The recorded step that is nearest, whose tensors are shown; 0 if none was recorded."""


def shown_step(state: State, run: RunRecord) -> ShownStep:
    count = len(run.losses)
    if state.cursor is None:
        return ShownStep(count, count, count)
    step = min(state.cursor.step, count)
    kept = run.recording.nearest(step - 1)
    return ShownStep(step, count, kept[0] + 1 if kept is not None else 0)


class Scrubber:
    """Moves the moment that the views show."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def move(self, delta: int) -> None:
        moment = shown_step(self._hub.state, self._hub.timeline.current)
        self.go_to(max(1, moment.step + delta))

    def go_to(self, step: int) -> None:
        """Go to the step, counted from 1; 0 and the last one are the end."""
        is_end = not 0 < step < len(self._hub.timeline.current.losses)
        self._hub.dispatch(CursorMoved(0 if is_end else step))

    def point(self, share: float, width: float) -> None:
        """Go to the step at this share of the run, or to a recorded one so near, as a share, too.

        At 1 is the end.
        """
        run = self._hub.timeline.current
        count = len(run.losses)
        step = max(1, round(share * count))
        kept = run.recording.nearest(step - 1)
        if kept is not None and step < count and abs(kept[0] + 1 - step) <= width * count:
            step = kept[0] + 1
        if self._hub.state.cursor != Cursor(step):
            self.go_to(step)

    def find(self, wanted: str) -> str:
        run = self._hub.timeline.current
        count = len(run.losses)
        if not count:
            return "The run has made no steps."
        text = wanted.strip().lower()
        if text in ("end", "now"):
            self.go_to(0)
            return ""
        below = _BELOW.fullmatch(text) or _DECIMAL.fullmatch(text)
        if below is not None:
            return self._find_below(float(below[below.lastindex or 0]), run)
        step = _STEP.fullmatch(text)
        if step is None:
            return HOW_TO_FIND
        number = int(step[1][:_MAX_DIGITS])
        if not 0 < number <= count:
            return f"There is no step {number}: the run has {count}." if number else HOW_TO_FIND
        self.go_to(number)
        return ""

    def _find_below(self, level: float, run: RunRecord) -> str:
        curve = shown_curve(run.by_curve.curves(), self._hub.state.curve)
        losses = curve.losses if curve is not None else []
        step = first_below(losses, level)
        if step and curve is not None:
            self.go_to(curve.steps[step - 1] if curve.steps else step)
            return ""
        finite = [(loss, at) for at, loss in enumerate(losses, 1) if math.isfinite(loss)]
        if not finite or curve is None:
            return "No step has a loss that is a number."
        lowest, at = min(finite)
        at = curve.steps[at - 1] if curve.steps else at
        words = f"the lowest is {loss_text(lowest)}, at step {at}."
        return f"No step has a loss below {level:.4g}: {words}"


_MAX_DIGITS = 18
_BELOW = re.compile(
    r"(?:first )?(?:step )?(?:with )?(?:a )?(?:loss *)?(?:<=?|below|under) *"
    r"([0-9]+[.]?[0-9]*(?:e[+-]?[0-9]{1,3})?|[.][0-9]+)",
)
_DECIMAL = re.compile(r"[0-9]*[.][0-9]+|[0-9]+e-[0-9]{1,3}")
"""A number that is no step, so that it can only be a loss."""
_STEP = re.compile(r"(?:(?:go to )?step *)?([0-9]+)")


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
