"""Answers to questions, guesses about wrong programs, and runs of labs.

A quiz is judged at once, a guess by a run of the step's program, the goals of a lab after each run.
Front ends hand answers over by the options' indices in the step's file. Verdicts number the options
by their places on screen, which the state knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tutor.course.model import Step
from tutor.course.slider_values import NotSliderValues, lines_of, values_in, values_or_start
from tutor.grading.lab import verdict_on
from tutor.grading.quiz import QuizAnswer
from tutor.session import late
from tutor.session.events import (
    ExperimentEnded,
    ExperimentShown,
    GoalsReached,
    StepBegunAgain,
    VerdictReached,
)
from tutor.session.opening import BREATH_S
from tutor.session.questions import in_order, to_shown_order
from tutor.session.reviewing import Reviewing
from tutor.session.runs import Following
from tutor.session.streaming import StreamingRunner, stream
from tutor.session.words.key_names import guard
from tutor.wire.commands import Execute
from tutor.wire.events import Observation

if TYPE_CHECKING:
    from tutor.client.interface import Client
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.session.core import Hub


AGAIN = "Try it again. The step stays done."
GUESS_HAS_RUN = "It has already run. {key:reset} takes the guess back; {key:next_step} goes on."


class Answers:
    """Answers to quizzes and guesses about programs. Only the first guess at a step counts."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.experiments = Experiments(hub)
        self.review = Reviewing(hub)
        self.lab = Lab(hub)

    def judge(self, answer: QuizAnswer) -> None:
        step = self._hub.state.step
        judge = late.grading_of(step).judge_answer
        if step is not None and judge is not None:
            verdict = judge(*self._as_shown(step, answer))
            self._hub.dispatch(VerdictReached(verdict, answer=answer))
            self._hub.drafts.save_soon()

    def guess(self, answer: QuizAnswer) -> bool:
        """Run the program and judge the guess by it; return False if no run was begun.

        A guess that is unfinished gets a verdict without a run.
        """
        step = self._hub.state.step
        grading = late.grading_of(step)
        judge = grading.judge_guess
        if step is None or grading.command is None or judge is None:
            return False
        if self._hub.state.prediction_result is not None:
            self._hub.notify(GUESS_HAS_RUN)
            return False
        missing = grading.unfinished(*self._as_shown(step, answer))
        if missing is not None:
            self._hub.dispatch(VerdictReached(missing))
            return False
        self._hub.worker.wake(asked=True)

        def begin(client: Client, run_id: int, command: Execute) -> Following:
            async def follow() -> None:
                run = client.begin(command, grading.questions(step))
                observation = await stream(run, partial(self._hub.runs.take, run_id))
                verdict, result = judge(step, answer, observation)
                self._hub.dispatch(VerdictReached(verdict, run_id, result, answer))
                self._hub.drafts.save_soon()

            return follow

        command = replace(grading.command(step, step.program), watched=self._hub.runs.watched)
        return self._hub.runs.begin("guess", command, command.program.source, begin)

    def ask_again(self) -> None:
        state = self._hub.state
        if state.activity is None and state.question is not None:
            self._hub.dispatch(StepBegunAgain())
            self._hub.notify(AGAIN if state.step_done else "")

    def _as_shown(self, step: Step, answer: QuizAnswer) -> tuple[Step, QuizAnswer]:
        question = self._hub.state.question
        order = question.order if question is not None else ()
        judged = to_shown_order(answer.judged, order)
        return in_order(step, order), QuizAnswer(judged, answer.text)


NOT_DONE = "First solve the step. Then {key:experiment} shows a wrong program to guess about."
NONE_HERE = "This step has no wrong program that is worth a guess."
LOOKING = "Looking through the wrong programs of this step."
NOT_FOUND = "The wrong programs could not be run. Try again in a moment."
CHOOSE = "Choose your guess first: a number key does that."
HAS_RUN = "It has already run. {key:experiment} shows the next one, {key:reset} asks again."
FAULT = "The tutor could not run it. Your code is unchanged; choose another one."


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
        runner = StreamingRunner(client, self._hub.caps)
        try:
            return await run(step, experiment, runner)
        except Exception:
            return FAULT  # a fault of the tutor must not cost the learner the app

    def _start_finding(self, *, show: bool) -> None:
        step, client = self._hub.state.step, self._hub.worker.client
        if step is not None and client is not None:
            self._hub.background.restart(self._find(step, client, show=show), "experiments")

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


SETTLED_S = 0.15
"""Seconds after a move until its run begins, so that a held key starts one run."""

NOT_A_NUMBER = "A guess is a number, such as 150, or nothing."


class Lab:
    """The runs of the lab on screen, and the goals that they reach."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._wanted: dict[str, int | float] = {}
        """The numbers that the run under way was last asked to bind."""

    def move(self, lines: str) -> None:
        """Save the slider values; soon the run under way goes on with them, or a new one begins.

        It goes on if only live sliders were moved.
        """
        step = self._hub.state.step
        if step is not None:
            self._hub.drafts.edit(step, lines)
            self._hub.worker.keep_awake()
            self._hub.background.restart(self._run_settled(step, lines), "lab")

    def run(self, lines: str, *, paced: bool = False) -> bool:
        """Run the program with these slider values; return False if no run was begun.

        If `paced`, it keeps the pace of the step, so that sliders can be moved meanwhile.
        """
        self._hub.background.cancel("lab")
        return self._begin(lines, paced=paced)

    def _begin(self, lines: str, *, paced: bool) -> bool:
        step = self._hub.state.step
        if step is None:
            return False
        try:
            lines = lines_of(step, values_in(step, lines))
        except NotSliderValues as error:
            self._hub.notify(guard(str(error)))
            return False
        pace: float = getattr(step, "pace", 0.0) if paced else 0.0  # only a lab has one
        self._wanted = {}
        return self._hub.runs.run(lines, pace=pace)

    def guess(self, text: str, lines: str, *, paced: bool = False) -> bool:
        """Keep the guess and run the program; return False if no run was begun."""
        text = text.strip()
        try:
            float(text.replace(",", ".") or 0)
        except ValueError:
            self._hub.notify(NOT_A_NUMBER)
            return False
        self._hub.set(guess=text)
        return self.run(lines, paced=paced)

    async def follow(
        self,
        step: Step,
        lines: str,
        following: Callable[[], Coroutine[Any, Any, Observation]],
    ) -> None:
        """Follow a run to its end, then judge the goals by it."""
        observation = await following()
        moved = {
            slider.name: value
            for bound in self._hub.timeline.current.facts.bound
            for slider in step.sliders
            for value in slider.values
            if (bound.name, bound.number) == (slider.name, value)
        }
        ended_with = {**values_in(step, lines), **moved}
        missed = any(ended_with[name] != number for name, number in self._wanted.items())
        if missed and observation.outcome != "stopped" and self._hub.state.step is step:
            self.move(lines_of(step, {**ended_with, **self._wanted}))  # it came too late
        if moved:  # the run counts for where its sliders stood at the end
            lines = lines_of(step, ended_with)
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
        activity = self._hub.state.activity
        if self._hub.state.step is step and activity is not None:
            numbers = _live_numbers(step, activity.source, lines)
            if numbers and self._hub.runs.bind(numbers):
                self._wanted = numbers
                return
            self._hub.runs.stop()
            await self._hub.runs.until_idle()
        if self._hub.state.step is step:
            self._begin(lines, paced=True)


def _live_numbers(step: Step, before: str, lines: str) -> dict[str, int | float]:
    """Return the numbers of the live sliders; none if another slider was moved, too."""
    old, new = values_or_start(step, before), values_or_start(step, lines)
    names = {slider.name for slider in step.sliders if slider.live}
    if any(new[name] != old[name] for name in new.keys() - names):
        return {}
    return {name: value for name in names if not isinstance(value := new[name], str)}
