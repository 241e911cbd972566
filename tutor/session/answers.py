"""Answers to questions: a quiz is judged at once, a guess by a run of the step's program.

Front ends hand answers over by the options' indices in the step's file. Verdicts number the options
by their places on screen, which the state knows.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

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
    from tutor.session.core import Hub
    from tutor.session.file_watch import FileWatch

AGAIN = "Try it again. The step stays done."
HAS_RUN = "It has already run. {key:reset} takes the guess back; {key:next_step} goes on."


class Answers:
    """Answers to quizzes and guesses about programs. Only the first guess at a step counts."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.experiments = Experiments(hub)
        self.review = Reviewing(hub)
        self.lab = Lab(hub)

    @cached_property
    def file_watch(self) -> FileWatch:
        return late.file_watch(self._hub)

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
            self._hub.notify(HAS_RUN)
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
