"""Experiments with wrong programs: once a step is done, guess what one computes, then run it.

It is play: the journal hears nothing of it, and the learner's code, runs and verdict stay as they
are.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor.course.model import Step
from tutor.session import late
from tutor.session.events import ExperimentEnded, ExperimentShown
from tutor.session.opening import BREATH_S
from tutor.session.runs import Following
from tutor.session.streaming import StreamingRunner
from tutor.session.words.key_names import guard
from tutor.wire.commands import Execute

if TYPE_CHECKING:
    from tutor.client.interface import Client
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.session.core import Hub

NOT_DONE = "First solve the step. Then {key:experiment} shows a wrong program to guess about."
NONE_HERE = "This step has no wrong program that is worth a guess."
LOOKING = "Looking through the wrong programs of this step."
NOT_FOUND = "The wrong programs could not be run. Try again in a moment."
CHOOSE = "Choose your guess first: a number key does that."
HAS_RUN = "It has already run. {key:experiment} shows the next one, {key:reset} asks again."
FAULT = "The tutor could not run it. Your code is unchanged; choose another one."

_GROUP = "experiments"


class Experiments:
    """The wrong programs of the step on screen, and the one that is being guessed about."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def find_soon(self) -> None:
        if self._hub.state.can_experiment and self._hub.state.experiments is None:
            self._start_finding(show=False)

    def show_next(self) -> None:
        state = self._hub.state
        if not state.step_done:
            self._hub.notify(NOT_DONE)
        elif not state.can_experiment:
            self._hub.notify(NONE_HERE)
        elif state.experiments is None:
            self._hub.worker.wake(asked=True)
            self._hub.notify(LOOKING)
            self._start_finding(show=True)
        else:
            number = 0 if state.experiment is None else state.experiment.number + 1
            self._hub.dispatch(ExperimentShown(number % len(state.experiments)))

    def ask_again(self) -> None:
        state = self._hub.state
        if state.experiment is not None and state.activity is None:
            self._hub.dispatch(ExperimentShown(state.experiment.number))

    def guess(self, option: int | None) -> None:
        """Run the wrong program that is shown, for the guess that `option` will come out.

        None stands for no guess: a notice then asks for one.
        """
        state = self._hub.state
        step, shown = state.step, state.experiment
        grading = late.grading_of(step)
        if step is None or shown is None or not state.experiments or grading.command is None:
            return
        if shown.result is not None or option is None:
            self._hub.notify(CHOOSE if shown.result is None else HAS_RUN)
            return
        experiment = state.experiments[shown.number]
        self._hub.worker.wake(asked=True)

        def begin(client: Client, run_id: int, _command: Execute) -> Following:
            async def follow() -> None:
                result = await self._result(step, experiment, client)
                ended = None if isinstance(result, str) else result
                self._hub.dispatch(ExperimentEnded(run_id, shown.number, option, ended))
                if isinstance(result, str):
                    self._hub.notify(guard(result))

            return follow

        command = grading.command(step, experiment.program)
        self._hub.runs.begin("experiment", command, experiment.program, begin)

    async def _result(
        self, step: Step, experiment: Experiment, client: Client
    ) -> ExperimentResult | str:
        run = late.grading_of(step).run_experiment
        assert run is not None
        runner = StreamingRunner(client, lambda _batch: None, self._hub.caps)
        try:
            return await run(step, experiment, runner)
        except Exception:
            return FAULT  # a fault of the tutor must not cost the learner the app

    def _start_finding(self, *, show: bool) -> None:
        step, client = self._hub.state.step, self._hub.worker.client
        if step is not None and client is not None:
            self._hub.background.restart(self._find(step, client, show=show), _GROUP)

    async def _find(self, step: Step, client: Client, *, show: bool) -> None:
        await asyncio.sleep(BREATH_S)  # the verdict is drawn first
        found = await late.grading_of(step).find_experiments(step, client)
        if self._hub.state.step is not step:
            return
        if found is not None:
            self._hub.set(experiments=found)
        if show and found is not None:
            self.show_next()
        elif show:
            self._hub.notify(NOT_FOUND)
