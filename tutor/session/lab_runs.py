"""Runs of a lab: each move of a slider is a new run, whose goals are judged when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import TYPE_CHECKING, Any

from tutor.course.model import Step
from tutor.course.slider_values import NotSliderValues, lines_of, values_in
from tutor.grading.lab import verdict_on
from tutor.session import late
from tutor.session.events import GoalsReached
from tutor.session.words.key_names import guard
from tutor.wire.events import Observation

if TYPE_CHECKING:
    from tutor.session.core import Hub

SETTLED_S = 0.15
"""Seconds after a move until its run begins, so that a held key starts one run."""

NOT_A_NUMBER = "A guess is a number, such as 150, or nothing."

_GROUP = "lab"


class Lab:
    """The runs of the lab on screen, and the goals that they reach."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def move(self, lines: str) -> None:
        """Save the slider values; run the program with them soon, in place of a run under way."""
        step = self._hub.state.step
        if step is not None:
            self._hub.drafts.edit(step, lines)
            self._hub.worker.keep_awake()
            self._hub.background.cancel(_GROUP)
            self._hub.background.start(self._run_settled(step, lines), _GROUP)

    def run(self, lines: str) -> bool:
        """Run the program with these slider values; return False if no run was begun."""
        self._hub.background.cancel(_GROUP)
        return self._begin(lines)

    def _begin(self, lines: str) -> bool:
        step = self._hub.state.step
        if step is None:
            return False
        try:
            lines = lines_of(step, values_in(step, lines))
        except NotSliderValues as error:
            self._hub.notify(guard(str(error)))
            return False
        return self._hub.runs.run(lines)

    def guess(self, text: str, lines: str) -> bool:
        """Keep the guess and run the program; return False if no run was begun."""
        text = text.strip()
        try:
            float(text.replace(",", ".") or 0)
        except ValueError:
            self._hub.notify(NOT_A_NUMBER)
            return False
        self._hub.set(guess=text)
        return self.run(lines)

    async def follow(
        self,
        step: Step,
        lines: str,
        following: Callable[[], Coroutine[Any, Any, Observation]],
    ) -> None:
        """Follow a run to its end, then judge the goals by it."""
        observation = await following()
        find_reached = late.grading_of(step).reached_goals
        if find_reached is not None:
            self.reach(step, find_reached(step, observation), lines)

    def reach(self, step: Step, reached: Collection[int], lines: str) -> None:
        """Note the goals that these lines reach, if their step is still on screen."""
        state = self._hub.state
        if state.step is not step:
            return
        new = sorted(goal for goal in reached if goal not in state.goals)
        goals = {**state.goals, **dict.fromkeys(new, lines)}
        is_last = len(state.goals) < len(goals) == len(step.goals)
        verdict = verdict_on(step, goals, goals.values()) if is_last else None
        self._hub.dispatch(GoalsReached(step.id, goals, verdict))
        self._hub.drafts.save_soon()

    async def _run_settled(self, step: Step, lines: str) -> None:
        await asyncio.sleep(SETTLED_S)
        if self._hub.state.step is step and self._hub.state.activity is not None:
            self._hub.runs.stop()
            await self._hub.runs.until_idle()
        if self._hub.state.step is step:
            self._begin(lines)
