"""Answers to questions: a quiz is judged at once, a guess by a run of the step's program.

Front ends hand answers over by the options' indices in the step's file. Verdicts number the options
by their places on screen, which the state knows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from tutor.course.model import Step
from tutor.grading.quiz import QuizAnswer
from tutor.session import late
from tutor.session.events import StepBegunAgain, VerdictReached
from tutor.session.experimenting import Experiments
from tutor.session.lab_runs import Lab
from tutor.session.questions import in_order, to_shown_order
from tutor.session.reviewing import Reviewing
from tutor.session.runs import Following
from tutor.session.streaming import stream
from tutor.wire.commands import Execute

if TYPE_CHECKING:
    from tutor.client.interface import Client
    from tutor.grading.quiz import QuizAnswer
    from tutor.grading.verdict import PredictionResult, Verdict
    from tutor.session.core import Hub
    from tutor.session.file_watch import FileWatch
    from tutor.wire.events import Observation

AGAIN = "Try it again. The step stays done."
HAS_RUN = "It has run already. {key:reset} takes the guess back; {key:next_step} goes on."

Judge: TypeAlias = "Callable[[Observation], tuple[Verdict, PredictionResult | None]]"
"""Judges a guess by the run of the program; returns the verdict and the program's result, None if
the run gave none."""


class Answers:
    """Answers to quizzes and guesses about programs. Only the first guess at a step counts."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.experiments = Experiments(hub)
        self.review = Reviewing(hub)
        self.lab = Lab(hub)

    @cached_property
    def file_watch(self) -> FileWatch:
        """Watches the file that stands in for the editor."""
        return late.file_watch(self._hub)

    def judge(self, answer: QuizAnswer) -> None:
        """Judge the answer to the quiz on screen; do nothing on a step that is no quiz."""
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
        if step is None or grading.command is None or grading.judge_guess is None:
            return False
        if self._hub.state.prediction_result is not None:
            self._hub.notify(HAS_RUN)
            return False
        missing = grading.unfinished(*self._as_shown(step, answer))
        if missing is not None:
            self._hub.dispatch(VerdictReached(missing))
            return False
        self._hub.worker.wake(asked=True)
        command = grading.command(step, step.program)
        judge = partial(grading.judge_guess, step, answer)

        def begin(client: Client, run_id: int, command: Execute) -> Following:
            return partial(self._judge_by_run, step, answer, judge, client, run_id, command)

        command = replace(command, watched=self._hub.runs.watched)
        return self._hub.runs.begin("guess", command, command.program.source, begin)

    def ask_again(self) -> None:
        """Take the answer back, so that the question can be answered again; the tick stays."""
        state = self._hub.state
        if state.activity is None and state.question is not None:
            self._hub.dispatch(StepBegunAgain())
            self._hub.notify(AGAIN if state.step_done else "")

    def _as_shown(self, step: Step, answer: QuizAnswer) -> tuple[Step, QuizAnswer]:
        """Return step and answer with the options numbered by their places on screen."""
        question = self._hub.state.question
        order = question.order if question is not None else ()
        judged = to_shown_order(answer.judged, order)
        return in_order(step, order), QuizAnswer(judged, answer.text)

    async def _judge_by_run(
        self,
        step: Step,
        answer: QuizAnswer,
        judge: Judge,
        client: Client,
        run_id: int,
        command: Execute,
    ) -> None:
        run = client.begin(command, late.grading_of(step).questions(step))
        observation = await stream(run, partial(self._hub.runs.take, run_id))
        verdict, prediction_result = judge(observation)
        self._hub.dispatch(VerdictReached(verdict, run_id, prediction_result, answer))
        self._hub.drafts.save_soon()
