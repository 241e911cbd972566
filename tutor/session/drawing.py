"""The pad: keeps what the learner draws, and asks the model of the last run about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor.course.slider_values import DRAWING, is_drawn, lines_of
from tutor.grading.lab import goals_in, goals_question
from tutor.session.events import DrawingChanged, PadAnswered
from tutor.session.state import State
from tutor.session.words.asked_text import asked_text
from tutor.wire.events import Evaluation, PadShown
from tutor.wire.pads import numbers_in, question_about

if TYPE_CHECKING:
    from tutor.session.core import Hub

GONE = "The last run is gone. Run again to draw: {key:run}."
NOT_ANSWERED = "The model gave no answer. Run again to draw: {key:run}."


class Drawing:
    """The learner's drawing, and the answers to it. Of several strokes, the newest is asked."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._idle = asyncio.Event()
        self._idle.set()

    def draw(self, cells: str) -> None:
        self._hub.dispatch(DrawingChanged(cells))
        step = self._hub.state.step
        if step is not None and is_drawn(step):
            self._hub.drafts.edit(step, lines_of(step, {DRAWING: cells}))
        self._hub.worker.keep_awake()
        self.ask()

    def ask(self) -> None:
        """Ask about the drawing, unless a question is under way, which asks about it next."""
        if self._idle.is_set():
            self._idle.clear()
            self._hub.background.start(self._ask_until_newest())

    async def until_answered(self) -> None:
        await self._idle.wait()

    async def _ask_until_newest(self) -> None:
        asked = ""
        try:
            while (cells := _to_ask(self._hub.state)) and cells != asked:
                asked = cells
                evaluation = await self._hub.runs.asking.evaluate(question_about(cells))
                self._hub.dispatch(_answered(evaluation))
                await self._judge(cells)
        finally:
            self._idle.set()

    async def _judge(self, cells: str) -> None:
        """Ask which goals of a lab the drawing reaches, while one is open."""
        state = self._hub.state
        step = state.step
        if step is None or not is_drawn(step) or len(state.goals) == len(step.goals):
            return
        evaluation = await self._hub.runs.asking.evaluate(goals_question(step, cells))
        if evaluation is not None and evaluation.outcome == "value":
            lines = lines_of(step, {DRAWING: cells})
            self._hub.answers.lab.reach(step, goals_in(evaluation.shown), lines)


def _to_ask(state: State) -> str:
    """Return the drawing; "" if no run that has shown a pad is over."""
    can_ask = state.activity is None and PadShown in state.reported
    return state.pad.cells if can_ask and state.pad is not None else ""


def _answered(evaluation: Evaluation | None) -> PadAnswered:
    """Return the event for an answer; `evaluation` is None if no run is kept."""
    if evaluation is None or evaluation.outcome == "gone":
        return PadAnswered(words=GONE)
    numbers = numbers_in(evaluation.shown) if evaluation.outcome == "value" else ()
    if numbers:
        return PadAnswered(shares=numbers)
    if evaluation.outcome == "value":
        return PadAnswered(words=NOT_ANSWERED)
    told = asked_text(evaluation)
    return PadAnswered(words=told.words or told.shown)
